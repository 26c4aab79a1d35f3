"""Where each fact of an award goes in each format, found out by changing it.

A fact is changed, the format is built again, and the places that differ are where it goes; where
none does, it is lost. ``python -m tests.credentials.profiles.every_field`` prints the table of
``docs/formats.md``.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

from credentials.profiles import elm, open_badges, open_badges_2, sd_jwt_vc
from credentials.profiles.facts import LevelFacts, QualityAssurance
from tests.credentials.world import FACTS

ADDRESS = "https://registry.example/s/token/open-badge-2"
FULL = replace(
    FACTS,
    title={"en": "Data protection", "et": "Andmekaitse"},
    description={"en": "Duties of a small organisation.", "et": "Kohustused."},
    awarding_body=replace(
        FACTS.awarding_body,
        legal_name={"en": "Kalda", "et": "Kalda kool"},
        region="EE001",
        homepage="https://kalda.example",
        registration="10001",
    ),
    outcomes=(replace(FACTS.outcomes[0], text={"en": "Draft a plan", "et": "Koostab kava"}),),
    level=LevelFacts(
        "ee-estqf", "EstQF", "5", "EstQF 5", "http://data.europa.eu/snb/qdr/c_3dddfd70", 5, "short"
    ),
    quality_assurance=(
        QualityAssurance(
            "institutional", "QA", "http://data.europa.eu/snb/accreditation/bb4618238e", "HAKA",
            "EE", "R-1",
        ),
    ),
)  # fmt: skip


def _hosted(facts: Any) -> Any:
    made = open_badges_2.build(facts, address=ADDRESS, email="x@kalda.example", salt="salt")
    return {"assertion": made.assertion, "badge": made.badge, "issuer": made.issuer}


FORMATS: Mapping[str, Callable[[Any], Any]] = {
    "Open Badges 3.0": open_badges.build,
    "ELM on VC 1.1": elm.build,
    "ELM on VC 2.0": elm.build_vc2,
    "SD-JWT VC": lambda facts: sd_jwt_vc.build(facts)[0],
    "Open Badges 2.0": _hosted,
}
# For each fact another value that the formats can take; texts are changed in both languages apart.
OTHER: Mapping[str, Any] = {
    "id": "urn:uuid:1b8d5c1e-6f0f-4d5e-9a55-3c1c2b0a7e02",
    "activity_url": "https://registry.example/activities/2",
    "activity_version": 2,
    "activity_digest": bytes(31) + b"\1",
    "language": "et",
    "learner.id": "urn:uuid:6d0b2a36-9f1e-4b54-8f2a-6f6a1b0c9d11",
    "learner.full_name": "Another Name",
    "learner.given_name": "Another",
    "learner.family_name": "Name",
    "learner.date_of_birth": date(1990, 1, 1),
    "learner.email": "other@example.org",
    "awarding_body.did": "did:web:registry.example:institutions:other",
    "awarding_body.country": "LV",
    "awarding_body.region": "EE008",
    "awarding_body.homepage": "https://other.example",
    "awarding_body.registration": "20002",
    "issued_at": datetime(2026, 3, 3, 11, tzinfo=UTC),
    "awarded_on": date(2026, 2, 26),
    "outcomes.id": "https://registry.example/activities/1/versions/1#LO2",
    "outcomes.dimension": "knowledge",
    "outcomes.esco": ("http://data.europa.eu/esco/skill/b4346013-a967-4a58-a533-6b32ad1364c6",),
    "workload.hours": Decimal(200),
    "workload.credits": Decimal(8),
    "workload.credit_system": "ects",
    "level.framework": "lv-lki",
    "level.framework_name": "LKI",
    "level.national": "6",
    "level.national_label": "EstQF 6",
    "level.national_uri": "http://data.europa.eu/snb/qdr/c_4dddfd71",
    "level.eqf": 6,
    "level.cycle": "first",
    "assessment_types": ("oral_examination",),
    "participation": "online",
    "setting": "formal",
    "quality_assurance.kind": "programme_accreditation",
    "quality_assurance.title": "Another title",
    "quality_assurance.uri": "http://data.europa.eu/snb/accreditation/e57dddfcf3",
    "quality_assurance.agency": "AIKA",
    "quality_assurance.agency_country": "LV",
    "quality_assurance.reference": "R-2",
    "isced_f": "0612",
    "valid_until": datetime(2030, 1, 1, tzinfo=UTC),
    "supervision": "unsupervised_no_id",
    "prerequisites": ("Another",),
    "grade": "B",
    "grading_scheme": "0 to 10",
    "stackability": "component",
    "stackable_towards": ("A degree",),
    "further_information": (("Another page", "https://kalda.example/other"),),
    "languages_of_instruction": ("et",),
    "status": ({
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "98765",
        "statusListCredential": "https://registry.example/status/1",
    },),
}  # fmt: skip
TEXTS = ("title", "description", "awarding_body.legal_name", "outcomes.text")


def names() -> list[str]:
    """Every fact, by the names of ``credentials.profiles.facts``; a text twice."""
    found = []
    for field in fields(FULL):
        value = getattr(FULL, field.name)
        inner = value[0] if isinstance(value, tuple) and value and is_dataclass(value[0]) else value
        if is_dataclass(inner):
            found += [f"{field.name}.{part.name}" for part in fields(inner)]
        else:
            found.append(field.name)
    rows = []
    for name in found:
        rows += [name, f"{name} (other languages)"] if name in TEXTS else [name]
    return rows


def changed(name: str) -> Any:
    """The facts with another value at that name."""
    name, _, others = name.partition(" (")
    first, _, rest = name.partition(".")
    value = getattr(FULL, first)
    if not rest:
        return replace(FULL, **{first: _other(name, value, bool(others))})
    inner = value[0] if isinstance(value, tuple) else value
    inner = replace(inner, **{rest: _other(name, getattr(inner, rest), bool(others))})
    return replace(FULL, **{first: (inner,) if isinstance(value, tuple) else inner})


def _other(name: str, value: Any, others: bool) -> Any:
    if name not in TEXTS:
        return OTHER[name]
    return {**value, "et" if others else "en": "Something else"}


def places(name: str, build: Callable[[Any], Any]) -> dict[str, list[Any]]:
    """Where a document differs when that fact is another, and what stands there then.

    Arrays are written ``[]``, and a text in one language like any text. What labels a thing that is
    named beside it is left out.
    """
    with mock.patch.object(secrets, "token_urlsafe", return_value="the-same-salt"):
        before, after = (json.loads(json.dumps(build(f))) for f in (FULL, changed(name)))
    found: dict[str, list[Any]] = {}
    for place, value in _differences(before, after, ""):
        found.setdefault(_LANGUAGE.sub("", place), []).append(value)
    own = {place: rows for place, rows in found.items() if _LABEL.search(place) is None}
    return own or found


_LANGUAGE = re.compile(r"\.(en|et|fr)$")
_LABEL = re.compile(r"\.(prefLabel|inScheme(\.id)?|type)$")


def _differences(one: Any, two: Any, place: str) -> list[tuple[str, Any]]:
    if isinstance(one, dict) and isinstance(two, dict):
        found = []
        for name in sorted({*one, *two}):
            here = f"{place}.{name}" if place else name
            found += _differences(one.get(name), two.get(name), here)
        return found
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [
            row for a, b in zip(one, two, strict=True) for row in _differences(a, b, f"{place}[]")
        ]
    return [] if one == two else [(place, two)]


SHORT = (
    ("credentialSubject.hasClaim[].specifiedBy", "Q"),
    ("credentialSubject.hasClaim[]", "A"),
    ("credentialSubject.achievement", "ACH"),
    ("credentialSubject", "S"),
)


def short(place: str) -> str:
    for long, letters in SHORT:
        if place.startswith(long):
            return letters + place.removeprefix(long)
    return place


def cell(name: str, build: Callable[[Any], Any]) -> str:
    """The table's cell: the places, or "lost"."""
    return ", ".join(f"`{short(place)}`" for place in places(name, build)) or "lost"


def table() -> str:
    """The table, in the form of ``docs/formats.md``."""
    rows = [f"| fact | {' | '.join(FORMATS)} |", "|---" * (len(FORMATS) + 1) + "|"]
    for name in names():
        cells = [cell(name, build) for build in FORMATS.values()]
        if cells[1] == cells[2]:
            cells[2] = "the same"
        rows.append(f"| `{name.split(' (')[0]}`{_rest(name)} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _rest(name: str) -> str:
    return " (other languages)" if name.endswith(")") else ""


if __name__ == "__main__":
    print(table(), end="")
