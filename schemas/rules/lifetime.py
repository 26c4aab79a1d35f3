"""The days on which something about a registered text runs out (R13, R15).

All are last days: what holds until 31 May still holds on 31 May.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.days import years_after
from schemas.frameworks import framework as _framework
from schemas.rules.assurance import DATED_ASSURANCE, evidence_end
from schemas.rules.case import Body, Case, day_from


@dataclass(frozen=True)
class Life:
    """The last days of a text; ``None`` where nothing is stated and no verified rule says one."""

    review_on: date | None
    registration_end: date | None
    last_achievement: date | None
    assured_until: date | None


def life(payload: Mapping[str, Any], *, framework: str, route: str, day: date) -> Life:
    """The last days of a text that is registered on ``day`` under the rules of that day.

    Raises ``UnknownFramework`` and ``UnknownRoute``.
    """
    frame = _framework(framework)
    case = Case(
        payload, frame, frame.route(route, day), day, Body("", can_award=False, country="", slug="")
    )
    return Life(
        review_on=_review(case),
        registration_end=case.day_of("dates", "registration_end"),
        last_achievement=case.day_of("dates", "last_achievement"),
        assured_until=_assured(case),
    )


def _review(case: Case) -> date | None:
    """As stated, or at the end of the route's period where that was read in a source."""
    stated, fact = case.day_of("dates", "review"), case.route.review_years
    if stated is not None or fact is None or not fact.verified:
        return stated
    return years_after(case.day, fact.value["max_years"])


def _assured(case: Case) -> date | None:
    """The first day of all that must be current, and the last of the evidence beside it."""
    ends = [case.day_of(part, name) for part, name in DATED_ASSURANCE]
    rows = [row for row in case.rows("quality_assurance_evidence") if isinstance(row, dict)]
    evidence = [evidence_end(case, row) for row in rows if day_from(row.get("from")) is not None]
    if evidence and None not in evidence:
        ends.append(max(end for end in evidence if end is not None))
    return min((end for end in ends if end is not None), default=None)
