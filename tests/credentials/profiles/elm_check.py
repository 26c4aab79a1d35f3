"""Hold an ELM credential against the published EDC shapes, and against what they don't see."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pyshacl
from rdflib import RDF, Graph, Namespace

from credentials.linked_data import rdfc

HOME = Path(__file__).resolve().parents[3] / "fixtures/elm"
SH = Namespace("http://www.w3.org/ns/shacl#")
ELM = Namespace("http://data.europa.eu/snb/model/elm/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")


@cache
def shapes():
    graph = Graph()
    for name in ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl"):
        graph.parse(HOME / "shapes" / name)
    return graph


def graph_of(document):
    """The document's triples, read by the project's own processor: no term is dropped there."""
    graph = Graph()
    graph.parse(data=rdfc(document).decode(), format="nt")
    return graph


def violations(graph):
    """What breaks the shapes: (path, kind of node) of each result. No inference, no ontology:
    their domains would turn organisations into subjects."""
    _, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes(), inference="none", do_owl_imports=False
    )
    return sorted(
        (str(report.value(row, SH.resultPath) or ""), str(report.value(row, SH.resultMessage)))
        for row in report.subjects(RDF.type, SH.ValidationResult)
    )


@cache
def members():
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
    return known, bases


def strangers(graph):
    """Concepts that claim an address in a European list which doesn't hold them."""
    known, bases = members()
    nodes = {str(node) for node in graph.subjects(RDF.type, SKOS.Concept)}
    return {node for node in nodes if node.rsplit("/", 1)[0] + "/" in bases and node not in known}
