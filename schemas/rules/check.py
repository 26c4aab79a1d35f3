"""The one validation everybody calls: the route's JSON Schema first, then every rule.

A new rule is a function in the module of its subject and a row in ``RULES``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from schemas.frameworks import framework
from schemas.rules import assurance, bodies, fields, levels, size, words
from schemas.rules.case import Body, Case
from schemas.validation import Violation, validate


def check_activity(
    payload: Mapping[str, Any],
    *,
    framework: str,
    route: str,
    day: date,
    awarding_body: Body,
) -> tuple[Violation, ...]:
    """Everything that is wrong or doubtful about an activity, errors first, then by place.

    Raises ``UnknownFramework`` and ``UnknownRoute``: those are the caller's choice, not the
    payload's.
    """
    frame = _framework(framework)
    at_route = frame.route(route, day)
    case = Case(payload, frame, at_route, day, awarding_body)
    found = [_national_field(v) for v in validate(payload, at_route.schema_id)]
    for rule in RULES:
        found.extend(rule(case))
    unique = {(v.code, v.pointer): v for v in reversed(found)}
    order = {"error": 0, "warning": 1}
    return tuple(sorted(unique.values(), key=lambda v: (order[v.severity], v.pointer, v.code)))


_framework = framework


def _national_field(violation: Violation) -> Violation:
    """A missing national field is named in the code, as registrars ask for it by name."""
    match = re.fullmatch(r"/extra/([a-z0-9_]+)", violation.pointer)
    if match is None or violation.code not in ("missing", "too_few"):
        return violation
    message = f"The national field {match[1]} is required on this route."
    return Violation(
        "extra_field_missing",
        violation.pointer,
        message,
        source=violation.source,
        params={"field": match[1]},
    )


RULES: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    levels.level_rule,
    levels.eqf_rule,
    size.size_rule,
    size.ceiling_rule,
    size.hours_rule,
    size.contact_rule,
    words.title_rule,
    words.outcome_rule,
    words.languages_rule,
    assurance.assessment_rule,
    fields.field_rule,
    bodies.body_rule,
    assurance.expiry_rule,
)
