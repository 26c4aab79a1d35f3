"""Concepts of the European Learning Model: an address, its list, and a label, all in place.

ELM 3 wants a concept written out wherever it is named: ``inScheme`` left out is a violation of its
shapes. Codes without a European address get one of ours, in a list of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas import vocabularies

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConceptList:
    """A controlled list: the addresses it holds begin with ``base``."""

    base: str
    scheme: str


def _snb(name: str) -> ConceptList:
    base = f"http://data.europa.eu/snb/{name}/"
    return ConceptList(base, f"{base}25831c2")


_AUTHORITY = "http://publications.europa.eu/resource/authority/"
LISTS: Mapping[str, ConceptList] = {
    "accreditation": _snb("accreditation"),
    "activity": _snb("learning-activity"),
    "assessment": _snb("assessment"),
    "credential": _snb("credential"),
    "credits": _snb("education-credit"),
    "encoding": _snb("encoding"),
    "eqf": _snb("eqf"),
    "isced": _snb("isced-f"),
    "mode": _snb("learning-assessment"),
    "nqf": _snb("qdr"),
    "opportunity": _snb("learning-opportunity"),
    "setting": _snb("learning-setting"),
    "skill-type": _snb("skill-type"),
    "supervision": _snb("supervision-verification"),
    "country": ConceptList(f"{_AUTHORITY}country/", f"{_AUTHORITY}country"),
    "file-type": ConceptList(f"{_AUTHORITY}file-type/", f"{_AUTHORITY}file-type"),
    "language": ConceptList(f"{_AUTHORITY}language/", f"{_AUTHORITY}language"),
    "nuts": ConceptList(f"{_AUTHORITY}nuts/", f"{_AUTHORITY}nuts"),
}
SHORT_PROGRAMME = f"{LISTS['opportunity'].base}74a4a268e8"
ECTS = f"{LISTS['credits'].base}6fcec5c5af"


def concept(uri: str, label: Mapping[str, str], *, scheme: str | None = None) -> Node:
    """A concept with all it needs in place. ``scheme=""`` leaves its list out.

    Raises ``StopIteration`` for an address of no known list without a ``scheme``.
    """
    if scheme is None:
        scheme = next(row.scheme for row in LISTS.values() if uri.startswith(row.base))
    node: Node = {"id": uri, "type": "Concept"}
    if scheme:
        node["inScheme"] = {"id": scheme, "type": "ConceptScheme"}
    if label:
        node["prefLabel"] = dict(label)
    return node


def own_concept(vocabulary: str, code: str, label: Mapping[str, str]) -> Node:
    """A concept that no European list has, in a list of ours."""
    scheme = f"urn:registry:{vocabulary}"
    return concept(f"{scheme}:{code}", label, scheme=scheme)


def concept_of(vocabulary: str, code: str) -> Node:
    """A code of ours as a concept, in the European list where it is in one."""
    term = vocabularies.terms(vocabulary).get(code)
    if term is None or term.uri is None:
        return own_concept(vocabulary, code, term.label if term else {"en": code})
    return concept(term.uri, term.label)


def language(code: str) -> Node:
    """A language by its ISO 639 code, of two letters or of three."""
    term = vocabularies.terms("eu-language").get(code)
    if term is not None and term.uri is not None:
        return concept(term.uri, term.label)
    return concept(f"{LISTS['language'].base}{code.upper()}", {"en": code})


def country(code: str) -> Node:
    """A country by its ISO 3166-1 code, or by that of a part of it (``GB-SCT`` → GB)."""
    term = vocabularies.terms("eu-country").get(code.partition("-")[0])
    if term is None or term.uri is None:
        return own_concept("country", code, {"en": code})
    return concept(term.uri, term.label)
