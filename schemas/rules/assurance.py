"""Assessment and quality assurance, and how long they hold (R8, R15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schemas.rules.case import Case
from schemas.validation import Violation


def assessment_rule(case: Case) -> Iterator[Violation]:
    """Presence alone is no assessment."""
    if case.rows("assessment") == ["level_of_attendance"]:
        message = "Presence alone is no assessment; name how the outcomes are assessed."
        source = case.route.assessment.citation
        yield Violation("attendance_is_not_assessment", "/assessment", message, source=source)


def expiry_rule(case: Case) -> Iterator[Violation]:
    """The accreditation or registration is current."""
    extra = case.part("extra")
    for name in ("programme_accreditation_valid_until", "registration_end_date"):
        value = extra.get(name)
        try:
            end = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            continue
        if end is not None and end < case.day:
            message = f"{value} has passed; the accreditation or registration must be current."
            yield Violation("quality_assurance_expired", f"/extra/{name}", message)
