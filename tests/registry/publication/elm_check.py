"""Hold an ELM document against the LOQ shapes, and against what the shapes don't see.

The shapes are the published ones, byte for byte. Two of their patterns are written for Java's
regular expressions; they are put into Python's words when the graph is loaded.
"""

from __future__ import annotations

from functools import cache

import pyshacl
from pyld import jsonld
from rdflib import RDF, Graph, Literal

from schemas import catalogue
from tests.credentials.profiles.elm_check import ELM, HOME, SH, SKOS, strangers

__all__ = ["ELM", "SH", "SKOS", "classes", "graph_of", "strangers", "targets", "violations"]

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
    return {"contextUrl": None, "documentUrl": url, "document": dict(catalogue.context(url))}


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
