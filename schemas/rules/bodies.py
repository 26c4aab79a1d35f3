"""Who may award, who stands beside the awarding body, and links to others (R7, R10, trap 6)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.rules.case import Case, finding
from schemas.validation import Violation

DEQAR = "European quality register (DEQAR): provider, awarding body and platform are apart"
_ONWARD = frozenset({"component_of", "stackable_towards"})


def body_rule(case: Case) -> Iterator[Violation]:
    """The body may award on this route."""
    types, body, fact = case.route.provider_types, case.body, case.route.quality_assurance
    code, pointer = "provider_type_not_allowed", "/awarding_body"
    if not body.can_award:
        # The register's own record of the body, not a fact about the framework.
        message = "This body awards nothing: it is registered without that right."
        params = {"type": body.provider_type}
        yield Violation(code, pointer, message, params=params)
    elif not {body.provider_type, "any"} & types:
        message = "A body of this type can't award on this route."
        yield finding(fact, code, pointer, message, type=body.provider_type)


def delivery_rule(case: Case) -> Iterator[Violation]:
    """A body that may only develop doesn't deliver."""
    fact, body = case.route.may_not_deliver, case.body
    if fact is None or body.provider_type not in fact.value:
        return
    if body.slug in case.rows("delivered_by"):
        message = "A body of this type may develop but not deliver; name who delivers."
        yield finding(fact, "body_may_not_deliver", "/delivered_by", message)


def platform_rule(case: Case) -> Iterator[Violation]:
    """A platform carries the learning; provider and awarding body answer for it."""
    platform = case.payload.get("platform")
    if not isinstance(platform, str) or not platform:
        return
    if platform in case.rows("delivered_by") or platform == case.body.slug:
        message = (
            "The platform is named as provider or awarding body too; say who answers for what."
        )
        yield Violation("platform_is_not_provider", "/platform", message, "warning", DEQAR)


def links_rule(case: Case) -> Iterator[Violation]:
    """Links lead one way: nothing is required, replaced and part of it at the same time."""
    seen: dict[str, set[str]] = {}
    for index, link in enumerate(case.rows("links")):
        kind = link.get("type") if isinstance(link, dict) else None
        target = link.get("activity") if isinstance(link, dict) else None
        if not isinstance(kind, str) or not isinstance(target, str):
            continue
        kinds = seen.setdefault(target, set())
        kinds.add("onward" if kind in _ONWARD else kind)
        if len(kinds) > 1:
            message = "Two links to this activity contradict each other: that is a circle."
            yield Violation("links_contradict", f"/links/{index}", message)
        if kind in _ONWARD and case.part("stackability").get("integration") == "stand_alone":
            message = "It is said to stand alone, and yet leads on to another activity."
            yield Violation("stand_alone_leads_on", f"/links/{index}", message, "warning")
