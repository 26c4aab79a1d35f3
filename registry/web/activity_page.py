"""What the page of an activity shows: the registered facts in the order people ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.activities.facts import (
    VersionChanges,
    public_decisions,
    version_history,
)
from registry.activities.publication import FORMATS, Party, Published
from registry.activities.publication.course import build as course
from registry.activities.publication.model import skill_label
from registry.activities.publication.relations import address
from registry.common.texts import pick
from registry.web.difference_words import Told, tell
from registry.web.languages import language_name
from registry.web.level_words import EQF
from registry.web.standing_words import WORDS

SECTIONS: Mapping[str, Promise] = {
    "outcomes": _("What you can do after it"),
    "assessment": _("How it is assessed"),
    "size": _("How big it is"),
    "level": _("What the level means"),
    "quality": _("Who assures the quality"),
    "towards": _("What it counts towards"),
    "taking": _("Taking part"),
    "behind": _("Who stands behind it"),
    "registration": _("Registration"),
    "versions": _("Versions"),
    "programs": _("For programs"),
}
DECISIONS: Mapping[str, Promise] = {
    "REGISTER": _("The authority registered it."),
    "SUSPEND": _("It was suspended."),
    "RESUME": _("The suspension ended."),
    "END": _("The registration ended."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that can be done after it, how that is assessed, and its skills."""

    code: str
    text: Mapping[str, str]
    dimension: str
    assessed_by: tuple[str, ...]
    skills: tuple[tuple[str, Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One row of the history."""

    facts: VersionChanges
    url: str
    shown: bool
    changes: list[Told]


@dataclass(frozen=True, slots=True)
class Role:
    """The bodies in one role."""

    name: Promise
    parties: tuple[Party, ...]


def page_context(it: Published, at: datetime) -> dict[str, Any]:
    """All that ``web/activity.html`` and ``web/version.html`` need; the clock decides on dates."""
    today = at.astimezone(UTC).date()
    payload = it.payload
    return {
        "it": it,
        "p": payload,
        "framework": it.framework,
        "heading": SECTIONS,
        "sections": SECTIONS.items(),
        "language": _missing(payload["title"]),
        "outcomes": [_outcome(row) for row in payload["learning_outcomes"]],
        "eqf": [(number, EQF[number]) for number in it.eqf if number in EQF],
        "levels": _levels(it),
        "standing": WORDS[it.standing],
        "credit_system": it.framework.credit_system(payload["workload"]["credit_system"]),
        "languages": [language_name(code) for code in payload["languages_of_instruction"]],
        "assurance_over": _over(payload["quality_assurance"].get("valid_until"), today),
        "roles": _roles(it),
        "unverified": [row for row in it.warnings if row.get("severity") == "warning"],
        "versions": _versions(it),
        "decisions": [(row, DECISIONS.get(row.kind, row.kind)) for row in public_decisions(it)],
        "forms": [(form, address(it, form)) for form in FORMATS.values()],
        "course": course(it),
        "extra": _extra(it),
    }


def _missing(texts: Mapping[str, str]) -> str:
    """The name of the language a text is shown in, where that isn't the reader's; else empty."""
    wanted = (get_language() or "en").partition("-")[0]
    _text, shown = pick(texts, wanted)
    return "" if shown == wanted else language_name(shown)


def _outcome(row: Mapping[str, Any]) -> Outcome:
    return Outcome(
        code=row["code"],
        text=row["text"],
        dimension=row["dimension"],
        assessed_by=tuple(row.get("assessed_by", ())),
        skills=tuple((uri, skill_label(uri)) for uri in row.get("esco", ())),
    )


def _levels(it: Published) -> list[str]:
    """The level in short: the national name, and the EQF level beside it where one exists."""
    rows = [it.level.label if it.level else it.national_level] if it.national_level else []
    rows += [f"EQF {number}" for number in it.eqf]
    # Under the European baseline both are the same.
    return list(dict.fromkeys(filter(None, rows)))


def _over(day: str | None, today: date) -> bool:
    return day is not None and date.fromisoformat(day) < today


def _roles(it: Published) -> list[Role]:
    """Who does what: apart, even where one body does it all (R7)."""

    def one(party: Party | None) -> tuple[Party, ...]:
        return (party,) if party else ()

    rows = [
        Role(_("Awarded by"), (it.awarding,)),
        Role(_("Taught by"), it.providers),
        Role(_("Developed by"), one(it.developer)),
        Role(_("Platform"), one(it.platform)),
        Role(_("Certified by"), one(it.certifier)),
        Role(_("Rated by"), one(it.rating_body)),
        Role(_("Designed with"), it.designed_with),
    ]
    return [role for role in rows if role.parties]


def _versions(it: Published) -> list[Version]:
    return [
        Version(
            facts=row,
            url=f"/activities/{it.activity_id}/versions/{row.number}/",
            shown=row.number == it.number,
            changes=tell(row.differences, it.framework),
        )
        for row in version_history(it)
    ]


def _extra(it: Published) -> list[tuple[str, Any]]:
    """The national fields with their names, in the route's order; what it doesn't name, by code."""
    given: Mapping[str, Any] = it.payload.get("extra") or {}
    route = it.route
    fields = {field.code: field for field in route.extra_fields} if route else {}
    order = [code for code in (*fields, *given) if _says(given.get(code))]
    rows = []
    for code in dict.fromkeys(order):
        field, value = fields.get(code), given[code]
        if field is not None and field.kind == "lang" and isinstance(value, str):
            value = language_name(value)
        rows.append((field.label if field is not None else code, value))
    return rows


def _says(value: Any) -> bool:
    return value is not None and value not in ("", [], {})
