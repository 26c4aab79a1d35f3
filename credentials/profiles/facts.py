"""The facts of an award, free of any format: Council Recommendation 2022/C 243/02, Annex I.

One set of facts leaves as many formats; each profile says where each element goes
(``docs/formats.md``). Dates without a time stay dates until a format forces a time on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LangMap = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Learner:
    """Who earned it. ``id`` is ``urn:uuid:…``; one name is enough, where there is only one."""

    id: str
    full_name: str
    given_name: str | None = None
    family_name: str | None = None
    date_of_birth: date | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class AwardingBody:
    """Who awards and signs. ``country`` is ISO 3166-1 alpha-2."""

    did: str
    legal_name: LangMap
    country: str
    region: str | None = None
    homepage: str | None = None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One learning outcome with its address and the ESCO skills it names."""

    id: str
    text: LangMap
    dimension: str
    esco: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workload:
    """Notional size: hours, credits of a named system, or both; never one made from the other."""

    hours: Decimal | None
    credits: Decimal | None
    credit_system: str


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """Framework and level. ``eqf`` is what the record states, never what a table suggests."""

    framework: str
    framework_name: str
    national: str | None = None
    national_label: str | None = None
    national_uri: str | None = None
    eqf: int | None = None
    cycle: str | None = None


@dataclass(frozen=True, slots=True)
class QualityAssurance:
    """Who stands behind the quality; ``uri`` is the kind's address in the European model."""

    kind: str
    title: str
    uri: str | None = None
    agency: str | None = None
    agency_country: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """Everything a credential of one award says. Codes are those of ``schemas.vocabularies``."""

    id: str
    activity_url: str
    activity_version: int
    activity_digest: bytes
    language: str
    title: LangMap
    description: LangMap
    learner: Learner
    awarding_body: AwardingBody
    issued_at: datetime
    awarded_on: date
    outcomes: tuple[Outcome, ...]
    workload: Workload
    level: LevelFacts
    assessment_types: tuple[str, ...]
    participation: str
    setting: str
    quality_assurance: tuple[QualityAssurance, ...]
    isced_f: str
    valid_until: datetime | None = None
    supervision: str | None = None
    prerequisites: tuple[str, ...] = ()
    grade: str | None = None
    grading_scheme: str | None = None
    stackability: str | None = None
    stackable_towards: tuple[str, ...] = ()
    further_information: tuple[tuple[str, str], ...] = ()
    languages_of_instruction: tuple[str, ...] = ()
    status: tuple[Mapping[str, Any], ...] = ()
    """``credentialStatus`` (VCDM 2.0, section 4.10): where it can be marked as revoked."""
