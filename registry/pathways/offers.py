"""An activity as one of its versions describes it: what stacking needs to know, and no more."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from registry.activities.models import ActivityVersion
from registry.activities.selectors import state_on
from schemas.frameworks import UnknownLevel, framework
from schemas.rules.case import number

LangMap = Mapping[str, str]
_WITHOUT_CREDITS = frozenset({"", "none", "hours"})


@dataclass(frozen=True)
class Size:
    """Credits in one system, and hours beside them: never one turned into the other."""

    credits: Decimal | None
    system: str
    hours: Decimal | None


@dataclass(frozen=True)
class LevelOf:
    """A level as stated. ``order`` compares within one framework, ``eqf`` across them."""

    framework: str
    national: str
    order: int | None
    eqf: int | None

    def reaches(self, other: LevelOf) -> bool | None:
        """Whether this level is as high as the other; ``None`` where they can't be compared."""
        if self.framework == other.framework and None not in (self.order, other.order):
            return (self.order or 0) >= (other.order or 0)
        if self.eqf is None or other.eqf is None:
            return None
        return self.eqf >= other.eqf


@dataclass(frozen=True)
class Offer:
    """One version of an activity."""

    activity: uuid.UUID
    version: int
    title: LangMap
    institution: LangMap
    framework: str
    route: str
    state: str
    size: Size
    level: LevelOf
    skills: frozenset[str]
    max_age_months: int | None
    min_percent_at_level: int | None


def offer_of(row: ActivityVersion, at: datetime) -> Offer:
    """The offer of a registered version (its activity and institution at hand) as of ``at``."""
    payload, activity = row.payload, row.activity
    accepts = payload["stackability"].get("accepts", {})
    outcomes = payload["learning_outcomes"]
    return Offer(
        activity=row.activity_id,
        version=row.number,
        title=payload["title"],
        institution=activity.institution.legal_name,
        framework=activity.framework,
        route=row.route,
        state=state_on(activity, at),
        size=_size(payload["workload"]),
        level=_level(activity.framework, payload["level"]),
        skills=frozenset(skill for outcome in outcomes for skill in outcome.get("esco", [])),
        max_age_months=accepts.get("max_age_months"),
        min_percent_at_level=accepts.get("min_percent_at_level"),
    )


def _size(workload: Mapping[str, Any]) -> Size:
    system = workload["credit_system"]
    counted = None if system in _WITHOUT_CREDITS else number(workload["credits"])
    return Size(counted, system, number(workload["hours"]))


def _level(code: str, stated: Mapping[str, Any]) -> LevelOf:
    national, eqf = stated.get("national") or "", stated.get("eqf") or []
    try:
        level = framework(code).level(national)
    except UnknownLevel:
        return LevelOf(code, national, None, eqf[0] if len(eqf) == 1 else None)
    known = eqf or level.eqf
    return LevelOf(code, national, level.order, known[0] if len(known) == 1 else None)
