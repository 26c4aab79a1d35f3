"""Which elements of Annex I a record states (Council Recommendation 2022/C 243/02; R33). Pure.

Eleven elements are mandatory, five optional. Some stand on the activity, some only on a credential:
of those it is the awards that are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from registry.statistics.subjects import NONE

Stated = bool | None
"""Whether it is stated; ``None`` where it doesn't apply."""


@dataclass(frozen=True)
class Record:
    """What is asked: the payload, the awarding institution, whether the route forbids a level."""

    payload: Mapping[str, Any]
    country: str
    named: bool
    homepage: bool
    level_forbidden: bool


@dataclass(frozen=True)
class Element:
    """One element: where it is looked for, and when it counts as stated."""

    code: str
    label: object
    definition: object
    on: Literal["activity", "credential"]
    stated: Callable[[Record], Stated] | None = None


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and any(str(text).strip() for text in value.values())


def _outcomes(record: Record) -> bool:
    rows = record.payload.get("learning_outcomes") or []
    return bool(rows) and all(_texts(row.get("text")) for row in rows)


def _workload(record: Record) -> bool:
    workload = record.payload.get("workload") or {}
    return any(workload.get(name) is not None for name in ("hours", "credits"))


def _level(record: Record) -> Stated:
    if record.level_forbidden:
        return None
    return bool((record.payload.get("level") or {}).get("national"))


def _quality(record: Record) -> bool:
    quality = record.payload.get("quality_assurance") or {}
    return bool(quality.get("kind")) and bool(str(quality.get("text") or "").strip())


def _integration(record: Record) -> bool:
    return bool((record.payload.get("stackability") or {}).get("integration"))


def _some(name: str) -> Callable[[Record], bool]:
    return lambda record: bool(record.payload.get(name))


MANDATORY = (
    Element(
        "learner",
        _("Identification of the learner"),
        _("The credential carries the learner’s full name."),
        "credential",
    ),
    Element(
        "title",
        _("Title"),
        _("In at least one language."),
        "activity",
        lambda record: _texts(record.payload.get("title")),
    ),
    Element(
        "country",
        _("Country of the issuer"),
        _("Of the institution that registered it."),
        "activity",
        lambda record: bool(record.country),
    ),
    Element(
        "awarding_body",
        _("Awarding body"),
        _("The institution’s legal name."),
        "activity",
        lambda record: record.named,
    ),
    Element(
        "date",
        _("Date of issuing"),
        _("The credential carries the day of the award."),
        "credential",
    ),
    Element(
        "outcomes",
        _("Learning outcomes"),
        _("At least one, and each with its text."),
        "activity",
        _outcomes,
    ),
    Element(
        "workload",
        _("Notional workload"),
        _("Hours or credits."),
        "activity",
        _workload,
    ),
    Element(
        "level",
        _("Level"),
        _("A national level; routes that forbid one aren’t counted."),
        "activity",
        _level,
    ),
    Element(
        "assessment",
        _("Type of assessment"),
        _("At least one."),
        "activity",
        _some("assessment"),
    ),
    Element(
        "participation",
        _("Form of participation"),
        _("As stated."),
        "activity",
        _some("participation"),
    ),
    Element(
        "quality_assurance",
        _("Type of quality assurance"),
        _("Its kind, and what it rests on."),
        "activity",
        _quality,
    ),
)
OPTIONAL = (
    Element(
        "prerequisites",
        _("Prerequisites"),
        _("At least one."),
        "activity",
        _some("prerequisites"),
    ),
    Element(
        "supervision",
        _("Supervision and identity check"),
        _("As stated."),
        "activity",
        _some("supervision"),
    ),
    Element("grade", _("Grade"), _("The credential carries a grade."), "credential"),
    Element(
        "integration",
        _("Integration and stackability"),
        _("Whether it stands alone or counts towards another."),
        "activity",
        _integration,
    ),
    Element(
        "information",
        _("Further information"),
        _("The institution gives an address for it."),
        "activity",
        lambda record: record.homepage,
    ),
)
ELEMENTS: Mapping[str, Element] = {row.code: row for row in (*MANDATORY, *OPTIONAL)}
GROUPS = ("total", "framework", "provider_type")
"""What completeness is told by."""


def group_of(group: str, framework: str, provider_type: str) -> str:
    """The category of a record in a group."""
    return {"total": NONE, "framework": framework, "provider_type": provider_type}[group]
