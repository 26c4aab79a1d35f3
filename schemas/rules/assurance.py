"""Assessment, quality assurance and dates: what is in force, and until when (R8, R13, R15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from schemas.days import years_after
from schemas.rules.case import RECOMMENDATION, Case, day_from, finding
from schemas.validation import Violation

_PRESENCE = ["level_of_attendance"]
_LIFE = ("registration_end", "last_enrolment", "last_achievement")
# Where a text states until when the accreditation or registration it rests on is current.
DATED_ASSURANCE = (
    ("extra", "programme_accreditation_valid_until"),
    ("extra", "registration_end_date"),
    ("quality_assurance", "valid_until"),
)


def assessment_rule(case: Case) -> Iterator[Violation]:
    """Presence alone is no assessment; where an outcome says how it is assessed, all do."""
    if case.rows("assessment") == _PRESENCE:
        yield _presence("/assessment")
    outcomes = [row if isinstance(row, dict) else {} for row in case.rows("learning_outcomes")]
    if not any("assessed_by" in outcome for outcome in outcomes):
        return
    for index, outcome in enumerate(outcomes):
        pointer = f"/learning_outcomes/{index}/assessed_by"
        kinds = outcome.get("assessed_by") or []
        if not kinds:
            message = "Say how this outcome is assessed, as for the others."
            yield Violation("outcome_not_assessed", pointer, message, source=RECOMMENDATION)
        elif kinds == _PRESENCE:
            yield _presence(pointer)
        elif isinstance(kinds, list) and not all(k in case.rows("assessment") for k in kinds):
            message = "An assessment of this outcome isn't among those of the activity."
            yield Violation("assessment_not_listed", pointer, message, source=RECOMMENDATION)


def _presence(pointer: str) -> Violation:
    message = "Presence alone is no assessment; name how the outcomes are assessed."
    return Violation("attendance_is_not_assessment", pointer, message, source=RECOMMENDATION)


def expiry_rule(case: Case) -> Iterator[Violation]:
    """The accreditation or registration that the activity rests on is current."""
    for part, name in DATED_ASSURANCE:
        end = case.day_of(part, name)
        if end is not None and end < case.day:
            message = f"{end} has passed; the accreditation or registration must be current."
            fact = case.route.quality_assurance
            yield finding(fact, "quality_assurance_expired", f"/{part}/{name}", message, end=end)


def evidence_rule(case: Case) -> Iterator[Violation]:
    """Of the quality assurance named with its dates, something is in force."""
    rows = [row for row in case.rows("quality_assurance_evidence") if isinstance(row, dict)]
    current = False
    for index, row in enumerate(rows):
        start, end = day_from(row.get("from")), evidence_end(case, row)
        if start is not None and end is not None and end < start:
            message = f"It ends on {end}, before it begins on {start}."
            pointer = f"/quality_assurance_evidence/{index}/until"
            params = {"start": str(start), "end": str(end)}
            yield Violation("period_reversed", pointer, message, params=params)
            return
        begun = start is None or start <= case.day
        current = current or (begun and (end is None or case.day <= end))
    if rows and not current:
        message = f"None of these is in force on {case.day}."
        fact, pointer = case.route.quality_assurance, "/quality_assurance_evidence"
        yield finding(fact, "quality_assurance_not_current", pointer, message, day=case.day)


def evidence_end(case: Case, row: Mapping[str, Any]) -> date | None:
    """The end stated, or the one the profile assumes; without either it stays open."""
    start, stated, assumed = row.get("from"), row.get("until"), case.route.evidence_years
    begun = day_from(start)
    if stated is not None or assumed is None or not assumed.verified or begun is None:
        return day_from(stated)
    return years_after(begun, assumed.value)


def dates_rule(case: Case) -> Iterator[Violation]:
    """Registration ends first, then enrolment, then achievement; the first hasn't passed."""
    last: date | None = None
    for name in _LIFE:
        day = case.day_of("dates", name)
        if day is not None and last is not None and day < last:
            message = "Registration ends first, then enrolment, then achievement."
            yield Violation("dates_out_of_order", f"/dates/{name}", message)
        last = day or last
    end = case.day_of("dates", "registration_end")
    if end is not None and end < case.day:
        message = f"The registration would have ended on {end} already."
        params = {"end": str(end)}
        yield Violation("registration_ended", "/dates/registration_end", message, params=params)


def review_rule(case: Case) -> Iterator[Violation]:
    """The next review isn't overdue, and no later than the route allows."""
    for part, name in (("dates", "review"), ("extra", "credit_rating_review_date")):
        day = case.day_of(part, name)
        if day is not None and day < case.day:
            message = f"The review was due on {day}."
            yield Violation(
                "review_overdue",
                f"/{part}/{name}",
                message,
                "warning",
                RECOMMENDATION,
                {"day": str(day)},
            )
    fact, day = case.route.review_years, case.day_of("dates", "review")
    if fact is not None and day is not None:
        latest = years_after(case.day, fact.value["max_years"])
        if day > latest:
            message = f"On this route the next review is due by {latest}."
            yield finding(fact, "review_too_late", "/dates/review", message, latest=latest)


def validity_rule(case: Case) -> Iterator[Violation]:
    """Where the profile says that an award doesn't end, it doesn't."""
    fact = case.route.validity
    if fact is not None and case.part("validity").get("kind") not in (None, fact.value):
        message = f"On this route the validity of an award is {fact.value}."
        yield finding(fact, "validity_not_allowed", "/validity/kind", message, kind=fact.value)
