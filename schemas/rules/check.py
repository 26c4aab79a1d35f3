"""The one validation everybody calls: the route's JSON Schema first, then every rule.

A new rule is a function in the module of its subject and a row in ``RULES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.frameworks import framework as _framework
from schemas.rules import assurance, bodies, fields, levels, size, words
from schemas.rules.case import Body, Case
from schemas.validation import Violation, validate


@dataclass(frozen=True)
class Draft:
    """An activity that isn't registered yet, and the body that would award it."""

    payload: Mapping[str, Any]
    awarding_body: Body


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
    return _violations(Case(payload, frame, frame.route(route, day), day, awarding_body))


def preview(
    drafts: Mapping[str, Draft], *, framework: str, route: str, day: date
) -> dict[str, tuple[Violation, ...]]:
    """The drafts that would break under the rules in force on ``day``, each with its errors.

    Where the route has ended by then, its successor counts; where there is none, all break.
    Raises ``UnknownFramework`` and ``UnknownRoute`` for a route the framework never had.
    """
    frame = _framework(framework)
    then = frame.route_in_force(route, day)
    if then is None:
        message = f"On {day} nothing can be registered on this route."
        return dict.fromkeys(
            drafts, (Violation("route_not_in_force", "", message, params={"day": str(day)}),)
        )
    broken = {}
    for name, draft in drafts.items():
        found = _violations(Case(draft.payload, frame, then, day, draft.awarding_body))
        errors = tuple(violation for violation in found if violation.severity == "error")
        if errors:
            broken[name] = errors
    return broken


def _violations(case: Case) -> tuple[Violation, ...]:
    # Without the member that holds them, each national field is missing by its own name.
    extra: dict[str, Any] = {"extra": {}} if case.route.extra_fields else {}
    by_schema = validate({**extra, **case.payload}, case.route.schema_id)
    found = [fields.national_field(violation, case) for violation in by_schema]
    for rule in RULES:
        found.extend(rule(case))
    # Two reserved words in one title are two findings: each is cleared by itself.
    unique = {(v.code, v.pointer, v.params.get("word")): v for v in reversed(found)}
    order = {"error": 0, "warning": 1}
    return tuple(sorted(unique.values(), key=lambda v: (order[v.severity], v.pointer, v.code)))


RULES: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    levels.level_rule,
    levels.eqf_rule,
    levels.alternate_level_rule,
    size.size_rule,
    size.ceiling_rule,
    size.workload_rule,
    size.hours_rule,
    size.academic_hours_rule,
    size.contact_rule,
    words.title_rule,
    words.outcome_rule,
    words.languages_rule,
    words.source_language_rule,
    assurance.assessment_rule,
    assurance.expiry_rule,
    assurance.evidence_rule,
    assurance.dates_rule,
    assurance.review_rule,
    assurance.validity_rule,
    fields.field_rule,
    fields.classification_rule,
    fields.prefix_rule,
    fields.twice_rule,
    bodies.body_rule,
    bodies.delivery_rule,
    bodies.platform_rule,
    bodies.links_rule,
)
