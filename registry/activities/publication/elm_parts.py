"""The small nodes that all of an ELM document is made of: concepts, notes, identifiers, pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.activities.publication.model import Published
from schemas import vocabularies

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConceptList:
    """A controlled list: the addresses it holds begin with ``base``."""

    base: str
    scheme: str


def _snb(name: str) -> ConceptList:
    return ConceptList(
        f"http://data.europa.eu/snb/{name}/", f"http://data.europa.eu/snb/{name}/25831c2"
    )


_AUTHORITY = "http://publications.europa.eu/resource/authority/"
LISTS: Mapping[str, ConceptList] = {
    "nqf": _snb("qdr"),
    "eqf": _snb("eqf"),
    "isced": _snb("isced-f"),
    "mode": _snb("learning-assessment"),
    "assessment": _snb("assessment"),
    "accreditation": _snb("accreditation"),
    "opportunity": _snb("learning-opportunity"),
    "skill-type": _snb("skill-type"),
    "credits": _snb("education-credit"),
    "supervision": _snb("supervision-verification"),
    "language": ConceptList(f"{_AUTHORITY}language/", f"{_AUTHORITY}language"),
    "country": ConceptList(f"{_AUTHORITY}country/", f"{_AUTHORITY}country"),
}


def concept(uri: str, label: Mapping[str, str], *, scheme: str | None = None) -> Node:
    """A concept with all it needs in place. ``scheme=""`` leaves its list out."""
    if scheme is None:
        scheme = next(row.scheme for row in LISTS.values() if uri.startswith(row.base))
    node: Node = {"id": uri, "type": "Concept"}
    if scheme:
        node["inScheme"] = {"id": scheme, "type": "ConceptScheme"}
    if label:
        node["prefLabel"] = dict(label)
    return node


def concept_of(vocabulary: str, code: str) -> Node:
    """A code of ours as a concept: in the European list, or in none."""
    term = vocabularies.terms(vocabulary).get(code)
    if term is None:
        return concept(f"urn:registry:{vocabulary}:{code}", {"en": code}, scheme="")
    if term.uri is None:
        return concept(f"urn:registry:{vocabulary}:{code}", term.label, scheme="")
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
        return concept(f"urn:registry:country:{code}", {"en": code}, scheme="")
    return concept(term.uri, term.label)


@dataclass
class Document:
    """A document under construction: every node gets an address of its own, each body one."""

    it: Published
    bodies: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)

    def part(self, name: str) -> str:
        """The address of a part that there is one of."""
        return f"{self.it.id}#{name}"

    def next_part(self, name: str) -> str:
        """The address of the next part of a kind."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        return self.part(f"{name}-{count}")

    def note(self, text: Mapping[str, str], subject: str = "") -> Node | None:
        """A note, ``None`` without a text; ``subject`` says what it is about."""
        if not any(text.values()):
            return None
        node: Node = {"id": self.next_part("note"), "type": "Note", "noteLiteral": dict(text)}
        if subject:
            label = {"en": subject.replace("-", " ")}
            address = f"{self.it.base}/register/#{subject}"
            node["subject"] = concept(address, label, scheme="")
        return node

    def identifier(self, notation: str, name: str, *, part: str = "") -> Node:
        """An identifier in a scheme of that name."""
        address = self.part(part) if part else self.next_part("identifier")
        return {"id": address, "type": "Identifier", "notation": notation, "schemeName": name}

    def web(self, url: str) -> Node:
        """A page on the web."""
        return {"id": self.next_part("page"), "type": "WebResource", "contentURL": url}
