"""Size: bounds, hours, credits, contact hours (R4, R5, traps 3, 4 and 12)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemas.frameworks import Fact
from schemas.rules.case import RECOMMENDATION, Case, finding, shown
from schemas.validation import Violation

DEQAR = "European quality register (DEQAR): micro-credentials lie below 60 ECTS"
ECTS_CEILING = Decimal(60)
_ECTS_LIKE = frozenset({"ects", "eap", "ekap", "ec", "mqf_credit", "csvet", "studiepoeng"})
_NO_CREDITS = frozenset({"none", "hours"})


def _amount(case: Case) -> Decimal | None:
    return case.number("hours" if case.route.size.unit in _NO_CREDITS else "credits")


def size_rule(case: Case) -> Iterator[Violation]:
    """The route's bounds, in its unit, by level where it has them."""
    size, amount = case.route.size, _amount(case)
    if amount is None:
        return
    low, high = size.minimum, size.maximum
    pointer = "/workload/hours" if size.unit in _NO_CREDITS else "/workload/credits"
    if low is not None and (amount < low or (amount == low and not size.minimum_inclusive)):
        message = f"The smallest size on this route is {shown(low)} {size.unit}."
        yield finding(size.fact, "size_below_minimum", pointer, message, bound=shown(low))
    if high is not None and high != ECTS_CEILING:
        if size.maximum_inclusive and amount > high:
            message = f"The largest size on this route is {shown(high)} {size.unit}."
            yield finding(size.fact, "size_above_maximum", pointer, message, bound=shown(high))
        elif not size.maximum_inclusive and amount >= high:
            message = f"The size on this route lies below {shown(high)} {size.unit}."
            bound = shown(high)
            yield finding(size.fact, "size_not_below_maximum", pointer, message, bound=bound)
    below = size.below_by_level.get(case.level_code or "")
    if below is not None and amount >= below:
        message = f"At this level the size lies below {shown(below)}; beyond is a qualification."
        yield finding(size.fact, "size_not_below_maximum", pointer, message, bound=shown(below))


def ceiling_rule(case: Case) -> Iterator[Violation]:
    """From 60 ECTS on it is no micro-credential."""
    credits_, system = case.number("credits"), case.credit_system
    if system not in _ECTS_LIKE or case.route.size.below_by_level or credits_ is None:
        return
    if credits_ >= ECTS_CEILING:
        message = "60 ECTS and more is no micro-credential but other provision."
        yield Violation("not_a_micro_credential", "/workload/credits", message, source=DEQAR)


def hours_rule(case: Case) -> Iterator[Violation]:
    """Hours and credits agree, by the hours a credit stands for."""
    hours, credits_ = case.number("hours"), case.number("credits")
    system = case.framework.credit_system(case.credit_system)
    if hours is None and credits_ is None:
        message = "Give the workload in hours, in credits, or both."
        yield Violation("workload_missing", "/workload", message, source=RECOMMENDATION)
        return
    if case.credit_system in _NO_CREDITS or credits_ is None or not credits_:
        return
    if system is None:
        known = ", ".join(s.code for s in case.framework.credit_systems)
        message = f"This framework's credit systems are: {known}."
        yield Violation(
            "credit_system_unknown", "/workload/credit_system", message, params={"systems": known}
        )
        return
    if hours is None:
        return
    per_credit = hours / credits_
    if system.min_hours <= per_credit <= system.max_hours:
        return
    low, high = shown(system.min_hours), shown(system.max_hours)
    span = low if low == high else f"{low} to {high}"
    message = f"A credit stands for {span} hours; here it is {shown(round(per_credit, 2))}."
    # An unverified range leaves room; half or double of it leaves none: that is a slip.
    slip = not system.min_hours / 2 <= per_credit <= system.max_hours * 2
    fact = Fact(None, verified=True, sources=system.fact.sources) if slip else system.fact
    yield finding(fact, "hours_do_not_match_credits", "/workload", message, range=span)


def contact_rule(case: Case) -> Iterator[Violation]:
    """Contact hours: no more than the hours, no fewer than the route asks for."""
    contact, hours = case.number("contact_hours"), case.number("hours")
    if contact is not None and hours is not None and contact > hours:
        message = "Contact hours are part of the hours and can't be more."
        yield Violation("contact_hours_exceed_hours", "/workload/contact_hours", message)
    rule, credits_ = case.route.contact_hours_per_credit, case.number("credits")
    if rule is not None and credits_ is not None and contact is not None:
        needed = credits_ * Decimal(str(rule.value))
        if contact < needed:
            message = f"{shown(credits_)} credits need at least {shown(needed)} contact hours."
            pointer = "/workload/contact_hours"
            yield finding(rule, "contact_hours_too_few", pointer, message, needed=shown(needed))
