"""Who provides and who awards, in ELM: organisations with their place and their accreditation.

An Organisation must say in which country it is. A body of which the register knows no more than
the name is therefore a note, and never an organisation with an invented place.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from registry.activities.publication.elm_parts import Document
from registry.activities.publication.model import AccreditationFact, LangMap, Party
from registry.activities.publication.values import first_second
from schemas import isced, vocabularies
from schemas.elm import Node, concept, country


def providers(document: Document) -> list[Any]:
    """Who teaches: the registered ones; where none is registered, the awarding body."""
    it = document.it
    known = [party for party in it.providers if party.slug]
    return [organisation(document, party) for party in known or [it.awarding]]


def awarding(document: Document) -> Node:
    """Who awards it."""
    return {
        "id": document.part("awarding"),
        "type": "AwardingOpportunity",
        "awardingBody": organisation(document, document.it.awarding),
        "learningAchievementSpecification": document.part("specification"),
    }


def organisation(document: Document, party: Party) -> Any:
    """A registered body in full, and its address alone from the second time on."""
    it, address = document.it, f"{document.it.base}/institutions/{party.slug}/"
    if address in document.bodies:
        return address
    document.bodies.add(address)
    node: Node = {
        "id": address,
        "type": "Organisation",
        "legalName": dict(party.name),
        "location": _location(address, party.country),
    }
    if party.did:
        node["identifier"] = {
            "id": f"{address}#did",
            "type": "Identifier",
            "notation": party.did,
            "schemeName": "DID",
        }
    if party.registration:
        node["registration"] = _registration(address, party)
    if party.homepage:
        node["homepage"] = document.web(party.homepage)
    if party == it.awarding and it.licences:
        node["accreditation"] = [_accreditation(document, address, a) for a in it.licences]
    return node


def _location(address: str, code: str) -> Node:
    node: Node = {
        "id": f"{address}#location",
        "type": "Location",
        "address": {
            "id": f"{address}#address",
            "type": "Address",
            "countryCode": country(code),
        },
    }
    if "-" in code:
        node["identifier"] = {
            "id": f"{address}#region",
            "type": "Identifier",
            "notation": code,
            "schemeName": "ISO 3166-2",
        }
    return node


def _registration(address: str, party: Party) -> Node:
    return {
        "id": f"{address}#registration",
        "type": "LegalIdentifier",
        "notation": party.registration,
        "spatial": country(party.country),
    }


def _accreditation(document: Document, address: str, row: AccreditationFact) -> Node:
    kind = vocabularies.term("quality-assurance", "study_programme_right")
    node: Node = {
        "id": f"{address}#accreditation-{quote(row.reference, safe='')}",
        "type": "Accreditation",
        "dcType": concept(str(kind.uri), {"en": "Institutional licence"}),
        "title": {"en": f"Accreditation to award under {document.it.framework.abbreviation}"},
        "identifier": document.identifier(row.reference, "reference of the authority"),
        "organisation": address,
        "accreditingAgent": _authority(document, row),
        "dateIssued": first_second(row.valid_from),
    }
    if row.valid_until is not None:
        # The first day on which it no longer holds: it expires as that day begins.
        node["expiryDate"] = first_second(row.valid_until)
    fields = [f for code in row.fields if (f := isced.fields().get(code)) is not None]
    if fields:
        node["limitField"] = [concept(f.uri, {"en": f.label["en"]}) for f in fields]
    return node


def _authority(document: Document, row: AccreditationFact) -> Any:
    address = f"urn:registry:organisation:{row.authority_slug}"
    if address in document.bodies:
        return address
    document.bodies.add(address)
    name: LangMap = row.authority
    return {
        "id": address,
        "type": "Organisation",
        "legalName": dict(name),
        "location": _location(address, row.authority_country),
    }
