"""Who may award, and who stands beside the awarding body (R7)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.rules.case import Case
from schemas.validation import Violation


def body_rule(case: Case) -> Iterator[Violation]:
    """The body may award on this route."""
    types, body = case.route.provider_types, case.body
    if not body.can_award or not ({body.provider_type, "any"} & types):
        message = "A body of this type can't award on this route."
        source = case.route.quality_assurance.citation
        params = {"type": body.provider_type}
        yield Violation(
            "provider_type_not_allowed", "/awarding_body", message, source=source, params=params
        )
