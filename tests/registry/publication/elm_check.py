"""Hold an ELM document against the LOQ shapes, and against what the shapes don't see.

The shapes are the published ones, byte for byte. Two of their patterns are written for Java's
regular expressions; they are put into Python's words when the graph is loaded.
"""

from __future__ import annotations

import json
from functools import cache

import pyshacl
from pyld import jsonld
from rdflib import RDF, Graph, Literal, Namespace

from tests.conftest import ROOT

HOME = ROOT / "fixtures/elm"
SH = Namespace("http://www.w3.org/ns/shacl#")
ELM = Namespace("http://data.europa.eu/snb/model/elm/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
JAVA = r"(\[[[A-Fa-f0-9]\:\.]*[%[\p{L}\p{Nl}\p{Nd}]]*\]"
PYTHON = r"(\[[A-Fa-f0-9:.]*[%\w]*\]"


@cache
def shapes():
    graph = Graph()
    for name in ("LOQ-constraints.ttl", "LOQ-constraints-mdr.ttl"):
        graph.parse(HOME / "shapes" / name)
    changed = 0
    for shape, pattern in list(graph.subject_objects(SH.pattern)):
        if JAVA not in pattern:
            continue
        changed += 1
        graph.remove((shape, SH.pattern, pattern))
        text = str(pattern).replace(JAVA, PYTHON)
        if "(?i)" in text:
            text = text.replace("(?i)", "")
            graph.add((shape, SH.flags, Literal("i")))
        graph.add((shape, SH.pattern, Literal(text)))
    # The web addresses of two shapes and of the e-mail address: no more, and none forgotten.
    assert changed == 3
    # The profile switches this one off; nothing forbids to keep it.
    graph.remove((None, SH.deactivated, None))
    return graph


def _loader(url, options):
    assert url == CONTEXT, f"{url} would be fetched"
    document = json.loads((HOME / "edc-ap-3.1.jsonld").read_text(encoding="utf-8"))
    return {"contextUrl": None, "documentUrl": url, "document": document}


def graph_of(document):
    """The document as triples; a term that its context doesn't define is an error."""
    dropped = []
    options = {"documentLoader": _loader, "base": None}
    quads = jsonld.to_rdf(
        document,
        {**options, "format": "application/n-quads"},
    )
    jsonld.expand(document, options, on_property_dropped=dropped.append)
    assert dropped == [], f"undefined terms: {dropped}"
    graph = Graph()
    graph.parse(data=quads, format="nt")
    return graph


def violations(graph):
    """What breaks the profile, as (path, message) of each result."""
    _, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes(), inference="none", do_owl_imports=False
    )
    return sorted(
        (str(report.value(row, SH.resultPath) or ""), str(report.value(row, SH.focusNode)))
        for row in report.subjects(RDF.type, SH.ValidationResult)
    )


def targets():
    """Every class that a shape looks at."""
    return set(shapes().objects(None, SH.targetClass))


def classes(graph):
    return set(graph.objects(None, RDF.type))


@cache
def members():
    """All addresses of the European lists, and the base of each list."""
    known, bases = set(), set()
    for path in (HOME / "lists").glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        if "notations" in data:
            known |= {data["base"] + code for code in data["notations"]}
            bases.add(data["base"])
            continue
        rows = [*data.get("concepts", []), *data.get("levels", [])]
        known |= {row["id"] for row in rows}
        bases |= {row["id"].rsplit("/", 1)[0] + "/" for row in rows}
    return frozenset(known), frozenset(bases)


def strangers(graph):
    """Concepts that claim an address in a European list which doesn't hold them."""
    known, bases = members()
    found = set()
    for node in graph.subjects(RDF.type, SKOS.Concept):
        address = str(node)
        if address.rsplit("/", 1)[0] + "/" in bases and address not in known:
            found.add(address)
    return found
