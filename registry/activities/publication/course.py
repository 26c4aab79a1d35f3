"""schema.org ``Course``, for search engines (release 30.0). JSON-LD.

Texts are language-tagged values, all languages of each. What isn't in the register (price, dates of
single runs) isn't made up; a body is said to recognise the credential only where a public one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.activities.publication.model import LangMap, Party, Published, Standing, skill_label
from registry.activities.publication.values import hours_duration
from schemas import vocabularies

PROFILE = "https://schema.org"
_EQF = "http://data.europa.eu/snb/eqf/"
_MODES = {"onsite": "Onsite", "online": "Online", "blended": "Blended"}


def build(it: Published, isced_space: str = "elm") -> dict[str, Any]:
    """The document."""
    payload = it.payload
    levels = _levels(it)
    document = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": it.id,
        "url": it.page,
        "identifier": [
            _property("activity", it.activity_id),
            _property("sha-256", it.digest.hex()),
        ],
        "name": _texts(payload["title"]),
        "description": _texts(payload["purpose"]),
        "inLanguage": list(payload["languages_of_instruction"]),
        "provider": [_organization(party, it.base) for party in it.providers],
        "creator": it.developer and _organization(it.developer, it.base),
        "sdPublisher": {"@type": "Organization", "name": it.register, "url": f"{it.base}/"},
        "version": str(it.number),
        "datePublished": it.first_registered_at.date().isoformat(),
        "dateModified": it.registered_at.date().isoformat(),
        "creativeWorkStatus": it.state,
        "about": _field(it, isced_space),
        "educationalLevel": levels,
        "teaches": _teaches(payload),
        "timeRequired": _duration(payload),
        "numberOfCredits": _credits(it),
        "coursePrerequisites": list(payload.get("prerequisites", ())),
        "educationalCredentialAwarded": _credential(it, levels),
        "hasCourseInstance": [_instance(it)],
    }
    return _filled(document)


def _filled(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in (None, [], {}, "")}


def _texts(texts: LangMap) -> list[dict[str, str]]:
    return [{"@language": language, "@value": value} for language, value in texts.items()]


def _property(name: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": name, "value": value}


def _organization(party: Party, base: str) -> dict[str, Any]:
    node: dict[str, Any] = {"@type": "Organization", "name": _texts(party.name)}
    if party.slug:
        node |= {"@id": f"{base}/institutions/{party.slug}/", "identifier": party.did}
        node["address"] = _filled(
            {"@type": "PostalAddress", "addressCountry": party.country.partition("-")[0]}
        )
    if party.homepage:
        node["url"] = party.homepage
    return _filled(node)


def _reference(party: Party, base: str) -> dict[str, Any]:
    """A body that stands in full elsewhere in the document."""
    if party.slug is None:
        return _organization(party, base)
    return {"@type": "Organization", "@id": f"{base}/institutions/{party.slug}/"}


def _term(code: str, name: Any, url: str | None, within: str) -> dict[str, Any]:
    node = {"@type": "DefinedTerm", "termCode": code, "name": name, "url": url}
    return _filled(node | {"inDefinedTermSet": within})


def _field(it: Published, space: str) -> dict[str, Any] | None:
    field = it.field
    if field is None:
        return None
    return _term(field.code, _texts(field.label), field.uri_in(space), "ISCED-F 2013")


def _levels(it: Published) -> list[dict[str, Any]]:
    rows = []
    code, level = it.national_level, it.level
    if code is not None:
        name = level.label if level else code
        rows.append(_term(code, name, level.uri if level else None, it.framework.abbreviation))
    for number in it.eqf:
        row = _term(str(number), f"EQF {number}", f"{_EQF}{number}", "EQF")
        if all(row["url"] != other.get("url") for other in rows):
            rows.append(row)
    return rows


def _teaches(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    skills: dict[str, dict[str, Any]] = {}
    for outcome in payload["learning_outcomes"]:
        rows.append(_filled({"@type": "DefinedTerm", "name": _texts(outcome["text"])}))
        for uri in outcome.get("esco", ()):
            skills[uri] = _skill(uri)
    return rows + list(skills.values())


def _skill(uri: str) -> dict[str, Any]:
    return _term(uri.rsplit("/", 1)[-1], _texts(skill_label(uri)), uri, "ESCO")


def _duration(payload: Mapping[str, Any]) -> str | None:
    hours = payload["workload"].get("hours")
    return None if hours is None else hours_duration(hours)


def _credits(it: Published) -> dict[str, Any] | None:
    workload = it.payload["workload"]
    if workload.get("credits") is None:
        return None
    system = it.framework.credit_system(workload["credit_system"])
    unit = system.name if system else workload["credit_system"]
    return {"@type": "QuantitativeValue", "value": workload["credits"], "unitText": unit}


def _credential(it: Published, levels: list[dict[str, Any]]) -> dict[str, Any]:
    payload, validity = it.payload, it.payload["validity"]
    authorities = it.accreditations if it.standing is Standing.PUBLIC else ()
    names = {row.authority_slug: row.authority for row in authorities}
    return _filled(
        {
            "@type": "EducationalOccupationalCredential",
            "name": _texts(payload["title"]),
            "credentialCategory": "Micro-credential",
            "educationalLevel": levels,
            "competencyRequired": [uri for uri, _ in it.skills],
            "provider": _awarding(it),
            "recognizedBy": [
                {"@type": "Organization", "name": _texts(name)} for name in names.values()
            ],
            "validFor": f"P{validity['months']}M" if validity["kind"] == "expires" else None,
        }
    )


def _awarding(it: Published) -> dict[str, Any]:
    known = any(party.slug == it.awarding.slug for party in it.providers)
    return (_reference if known else _organization)(it.awarding, it.base)


def _instance(it: Published) -> dict[str, Any]:
    payload = it.payload
    last = payload.get("dates", {}).get("last_achievement")
    mode = payload["participation"]
    kind = vocabularies.terms("participation").get(mode)
    return _filled(
        {
            "@type": "CourseInstance",
            "courseMode": _MODES.get(mode) or (kind.label["en"] if kind else mode),
            "courseWorkload": _duration(payload),
            "inLanguage": list(payload["languages_of_instruction"]),
            "endDate": last,
            "organizer": [_reference(party, it.base) for party in it.providers],
        }
    )
