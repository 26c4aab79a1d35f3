"""European Learning Model 3.1, application profile LOQ 1.1.0: a learning opportunity.

JSON-LD. The terms are those of the published context ``edc-ap``; what it lacks or has wrong stands
beside it. The profile's shapes are ``fixtures/elm/shapes``. Where no EQF level or no national level
of the European list exists, what is learned is a LearningAchievementSpecification and no
Qualification: that class may not be written without both, and none is invented (R28).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.activities.publication import elm_bodies
from registry.activities.publication.elm_parts import Document
from registry.activities.publication.model import UNKNOWN_LANGUAGE, Published, skill_label
from registry.activities.publication.values import (
    hours_duration,
    last_second,
    moment,
    number,
)
from schemas.elm import (
    ECTS,
    LISTS,
    SHORT_PROGRAMME,
    Node,
    concept,
    concept_of,
    language,
)

PROFILE = "http://data.europa.eu/snb/model/ap/loq-constraints"
_XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT: tuple[Any, ...] = (
    "http://data.europa.eu/snb/model/context/edc-ap",
    {
        "id": "@id",
        "type": "@type",
        # The published context has no term for the one and a wrong type for the other.
        "defaultLanguage": {
            "@id": "http://data.europa.eu/snb/model/elm/defaultLanguage",
            "@type": "@id",
        },
        "dateModified": {
            "@id": "http://purl.org/dc/terms/modified",
            "@type": f"{_XSD}dateTime",
        },
    },
)
_SKILL_TYPES = {"knowledge": "knowledge", "skills": "skill"}
_EQF = LISTS["eqf"].base


def build(it: Published, isced_space: str = "elm") -> dict[str, Any]:
    """The document. With ``isced_space="esco"`` it leaves the profile at that one place."""
    document = Document(it)
    opportunity = {
        "@context": list(CONTEXT),
        "id": it.id,
        "type": "LearningOpportunity",
        "identifier": _identifiers(document),
        "title": dict(it.payload["title"]),
        "description": dict(it.payload["purpose"]),
        "dcType": concept(SHORT_PROGRAMME, {"en": "Short learning programme"}),
        "homepage": document.web(it.page),
        "mode": concept_of("participation", it.payload["participation"]),
        "applicationDeadline": _last_enrolment(it),
        "providedBy": elm_bodies.providers(document),
        "defaultLanguage": language(it.language),
        "additionalNote": list(_notes(document)),
        "learningAchievementSpecification": _achievement(document, isced_space),
        "learningActivitySpecification": _activity(document),
        "dateModified": moment(it.registered_at),
        "status": it.state,
    }
    return _filled(opportunity)


def _filled(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in (None, [], {}, "")}


def _identifiers(document: Document) -> list[Node]:
    it = document.it
    rows = [
        ("activity", it.activity_id),
        ("version", str(it.number)),
        ("sha-256 of the RFC 8785 form of the registered payload", it.digest.hex()),
    ]
    return [document.identifier(notation, name) for name, notation in rows]


def _last_enrolment(it: Published) -> str | None:
    day = it.payload.get("dates", {}).get("last_enrolment")
    return last_second(day) if day else None


def _achievement(document: Document, isced_space: str) -> Node:
    it = document.it
    payload = it.payload
    qualification = it.level is not None and _in_european_list(it) and len(it.eqf) == 1
    node: Node = {
        "id": document.part("specification"),
        "type": "Qualification" if qualification else "LearningAchievementSpecification",
        "title": dict(payload["title"]),
        "thematicArea": _field(it, isced_space),
        "volumeOfLearning": _duration(payload["workload"].get("hours")),
        "creditPoint": _credits(document),
        "language": [language(code) for code in payload["languages_of_instruction"]],
        "mode": concept_of("participation", payload["participation"]),
        "entryRequirement": document.note(
            {UNKNOWN_LANGUAGE: "; ".join(payload.get("prerequisites", []))}
        ),
        "learningOutcome": [_outcome(document, row) for row in payload["learning_outcomes"]],
        "influencedBy": document.part("activity"),
        "provenBy": _assessments(document),
        "awardingOpportunity": elm_bodies.awarding(document),
    }
    if qualification:
        node |= {
            "eqfLevel": _eqf(it.eqf[0]),
            "nqfLevel": _national(it),
            "isPartialQualification": _is_component(payload) or None,
        }
    else:
        levels = [_national(it)] if it.national_level else []
        eqf = [_eqf(level) for level in it.eqf]
        # Under the European baseline the national level *is* the EQF level.
        node["educationLevel"] = [row for row in levels if row not in eqf] + eqf
    return _filled(node)


def _in_european_list(it: Published) -> bool:
    return bool(it.level and it.level.uri and it.level.uri.startswith(LISTS["nqf"].base))


def _is_component(payload: Mapping[str, Any]) -> bool:
    return bool(payload["stackability"]["integration"] == "component")


def _eqf(level: int) -> Node:
    return concept(f"{_EQF}{level}", {"en": f"Level {level}"})


def _national(it: Published) -> Node:
    level = it.level
    if level is not None and level.uri and level.uri.startswith(_EQF):
        return _eqf(int(level.uri.removeprefix(_EQF)))
    label = {"en": level.label if level else f"{it.framework.abbreviation} {it.national_level}"}
    if level is not None and level.uri:
        return concept(level.uri, label)
    frame = f"{it.base}/frameworks/{it.framework.code}/"
    return concept(f"{frame}#level-{it.national_level}", label, scheme=f"{frame}#levels")


def _field(it: Published, space: str) -> Node | None:
    field = it.field
    if field is None:
        return None
    scheme = "" if space == "esco" else LISTS["isced"].scheme
    return concept(field.uri_in(space), {"en": field.label["en"]}, scheme=scheme)


def _duration(hours: float | None) -> str | None:
    return None if hours is None else hours_duration(hours)


def _credits(document: Document) -> Node | None:
    it, workload = document.it, document.it.payload["workload"]
    if workload.get("credits") is None:
        return None
    code = workload["credit_system"]
    if code == "ects":
        framework = concept(ECTS, {"en": "European Credit Transfer System"})
    else:
        # Another system's points are never called ECTS, whatever they are worth.
        system = it.framework.credit_system(code)
        frame = f"{it.base}/frameworks/{it.framework.code}/"
        label = {"en": system.name if system else code}
        framework = concept(f"{frame}#credits-{code}", label, scheme=f"{frame}#credits")
    return {
        "id": document.part("credits"),
        "type": "CreditPoint",
        "framework": framework,
        "point": number(workload["credits"]),
    }


def _outcome(document: Document, row: Mapping[str, Any]) -> Node:
    code, kind = row["code"], _SKILL_TYPES.get(row["dimension"])
    # The address that credentials name an outcome by.
    address = f"{document.it.version_url}#{code}"
    skill_type = f"http://data.europa.eu/snb/skill-type/{kind}"
    return _filled(
        {
            "id": address,
            "type": "LearningOutcome",
            "title": dict(row["text"]),
            "identifier": document.identifier(code, "code in the activity", part=f"code-{code}"),
            "dcType": concept(skill_type, {"en": str(kind)}) if kind else None,
            "relatedESCOSkill": [_skill(uri) for uri in row.get("esco", [])],
        }
    )


def _skill(uri: str) -> Node:
    # Without ``inScheme``: the shape asks for one that ESCO doesn't have.
    return concept(uri, skill_label(uri), scheme="")


def _activity(document: Document) -> Node:
    payload = document.it.payload
    contact = payload["workload"].get("contact_hours")
    return _filled(
        {
            "id": document.part("activity"),
            "type": "LearningActivitySpecification",
            "title": dict(payload["title"]),
            "volumeOfLearning": _duration(payload["workload"].get("hours")),
            "contactHour": None if contact is None else number(contact),
            "language": [language(code) for code in payload["languages_of_instruction"]],
            "mode": concept_of("participation", payload["participation"]),
        }
    )


def _assessments(document: Document) -> list[Node]:
    payload = document.it.payload
    rows = []
    for code in payload["assessment"]:
        kind = concept_of("assessment-type", code)
        proven = [
            {UNKNOWN_LANGUAGE: row["code"]}
            for row in payload["learning_outcomes"]
            if code in row.get("assessed_by", ())
        ]
        node = {
            "id": document.part(f"assessment-{code}"),
            "type": "LearningAssessmentSpecification",
            "title": dict(kind["prefLabel"]),
            "dcType": kind,
            "additionalNote": [n for text in proven if (n := document.note(text, "assesses"))]
            + _supervision(document),
        }
        rows.append(_filled(node))
    return rows


def _supervision(document: Document) -> list[Node]:
    code = document.it.payload.get("supervision")
    note = document.note(
        concept_of("supervision", code)["prefLabel"] if code else {}, "supervision"
    )
    return [note] if note else []


def _notes(document: Document) -> Iterator[Node]:
    """What the profile has no place for: each note says by its subject what it is."""
    for subject, text in _texts(document.it.payload):
        note = document.note(text, subject)
        if note is not None:
            yield note


def _texts(payload: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, str]]]:
    quality = payload["quality_assurance"]
    yield "quality-assurance-kind", concept_of("quality-assurance", quality["kind"])["prefLabel"]
    yield "quality-assurance", {UNKNOWN_LANGUAGE: quality["text"]}
    if quality.get("reference"):
        yield "quality-assurance-reference", {UNKNOWN_LANGUAGE: quality["reference"]}
    if quality.get("valid_until"):
        yield "quality-assurance-until", {UNKNOWN_LANGUAGE: quality["valid_until"]}
    for row in payload.get("quality_assurance_evidence", ()):
        period = f"{row['from']}/{row.get('until') or '..'}"
        words = (row["body"], row.get("reference") or "", period)
        yield "quality-assurance-evidence", {UNKNOWN_LANGUAGE: "; ".join(filter(None, words))}
    stackability = payload["stackability"]
    yield "integration", concept_of("integration", stackability["integration"])["prefLabel"]
    for text in stackability.get("towards", ()):
        yield "counts-towards", {UNKNOWN_LANGUAGE: text}
    for link in payload.get("links", ()):
        yield link["type"].replace("_", "-"), {UNKNOWN_LANGUAGE: link["activity"]}
