"""Size: bounds, hours, credits, contact hours (R4, R5, traps 3, 4 and 12)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from schemas.rules.case import RECOMMENDATION, Case, finding, shown
from schemas.validation import Violation

DEQAR = "European quality register (DEQAR): micro-credentials lie below 60 ECTS"
ECTS_CEILING = Decimal(60)
_ECTS_LIKE = frozenset(
    {"ects", "eap", "ekap", "ec", "mqf_credit", "csvet", "studiepoeng", "ects-he", "ects-vet"}
)
_NO_CREDITS = frozenset({"none", "hours"})
_CLOCK_MINUTES = 60


def size_rule(case: Case) -> Iterator[Violation]:
    """The route's bounds, in its unit, by level where it has them; a unit is never converted."""
    size = case.route.size
    if size.unit in _NO_CREDITS:
        yield from _bounds(case, case.number("hours"), "/workload/hours")
    elif case.credit_system == size.unit or {case.credit_system, size.unit} <= _ECTS_LIKE:
        yield from _bounds(case, case.number("credits"), "/workload/credits")


def _bounds(case: Case, amount: Decimal | None, pointer: str) -> Iterator[Violation]:
    size = case.route.size
    if amount is None:
        return
    low, high, unit = size.minimum, size.maximum, size.unit

    def found(code: str, message: str, bound: Decimal) -> Violation:
        return finding(size.fact, code, pointer, message, bound=shown(bound), unit=unit)

    if low is not None and (amount < low or (amount == low and not size.minimum_inclusive)):
        yield found("size_below_minimum", f"The smallest size here is {shown(low)} {unit}.", low)
    # The ceiling of all micro-credentials has a rule and a source of its own.
    if high is not None and not (high == ECTS_CEILING and unit in _ECTS_LIKE):
        if size.maximum_inclusive and amount > high:
            message = f"The largest size here is {shown(high)} {unit}."
            yield found("size_above_maximum", message, high)
        elif not size.maximum_inclusive and amount >= high:
            message = f"The size here lies below {shown(high)} {unit}."
            yield found("size_not_below_maximum", message, high)
    below = size.below_by_level.get(case.level_code or "")
    if below is not None and amount >= below:
        message = f"At this level the size lies below {shown(below)}; beyond is a qualification."
        yield found("size_not_below_maximum", message, below)
    if size.whole and amount != amount.to_integral_value():
        message = f"On this route the size is a whole number of {unit}."
        yield found("size_not_whole", message, amount.to_integral_value(ROUND_FLOOR))


def ceiling_rule(case: Case) -> Iterator[Violation]:
    """From 60 ECTS on it is no micro-credential."""
    credits_, system = case.number("credits"), case.credit_system
    if system not in _ECTS_LIKE or case.route.size.below_by_level or credits_ is None:
        return
    if credits_ >= ECTS_CEILING:
        message = "60 ECTS and more is no micro-credential but other provision."
        yield Violation("not_a_micro_credential", "/workload/credits", message, source=DEQAR)


def workload_rule(case: Case) -> Iterator[Violation]:
    """The workload is stated, in the unit in which the route sets its bounds."""
    hours, credits_, size = case.number("hours"), case.number("credits"), case.route.size
    workload = case.part("workload")
    if workload.get("hours") is None and workload.get("credits") is None:
        message = "Give the workload in hours, in credits, or both."
        yield Violation("workload_missing", "/workload", message, source=RECOMMENDATION)
        return
    if size.unit in _NO_CREDITS and hours is None and credits_ is not None:
        message = "This route counts hours; give them."
        yield finding(size.fact, "hours_missing", "/workload/hours", message)
    elif size.unit not in _NO_CREDITS and size.minimum is not None:
        if credits_ is None and hours is not None:
            message = f"This route counts {size.unit}; give the credits."
            pointer = "/workload/credits"
            yield finding(size.fact, "credits_missing", pointer, message, unit=size.unit)
        elif case.credit_system in _NO_CREDITS:
            message = f"This route counts {size.unit}; name them as the credit system."
            pointer = "/workload/credit_system"
            yield finding(size.fact, "credit_system_missing", pointer, message, unit=size.unit)


def hours_rule(case: Case) -> Iterator[Violation]:
    """Hours and credits agree, by the hours a credit stands for."""
    hours, credits_ = case.number("hours"), case.number("credits")
    system = case.framework.credit_system(case.credit_system)
    if case.credit_system in _NO_CREDITS or not case.credit_system:
        return
    if system is None:
        known = ", ".join(s.code for s in case.framework.credit_systems)
        message = f"This framework's credit systems are: {known}."
        yield Violation(
            "credit_system_unknown", "/workload/credit_system", message, params={"systems": known}
        )
        return
    if hours is None or not credits_:
        return
    per_credit = hours / credits_
    low, high, academic = system.min_hours, system.max_hours, system.academic_minutes
    if low <= per_credit <= high:
        return
    if academic and low <= per_credit * academic / _CLOCK_MINUTES <= high:
        message = f"These are hours of {academic} minutes: give them as academic hours."
        code, pointer = "academic_hours_as_hours", "/workload/hours"
        yield finding(system.fact, code, pointer, message, minutes=academic)
        return
    span = shown(low) if low == high else f"{shown(low)} to {shown(high)}"
    params = {"range": span.replace(" to ", "–"), "here": shown(per_credit)}
    message = f"A credit stands for {span} hours; here it is {shown(per_credit)}."
    # An unverified range leaves room; half or double of it leaves none: that is a slip.
    if low / 2 < per_credit < high * 2:
        yield finding(system.fact, "hours_do_not_match_credits", "/workload", message, **params)
    else:
        source = system.fact.citation if system.fact.verified else ""
        yield Violation(
            "hours_do_not_match_credits", "/workload", message, source=source, params=params
        )


def academic_hours_rule(case: Case) -> Iterator[Violation]:
    """Academic hours stand beside clock hours, marked as such, and say the same."""
    academic, hours = case.number("academic_hours"), case.number("hours")
    if academic is None:
        return
    system, pointer = case.framework.credit_system(case.credit_system), "/workload/academic_hours"
    if system is None or system.academic_minutes is None:
        message = "In this credit system nothing is counted in academic hours; leave them out."
        yield Violation("academic_hours_not_counted", pointer, message)
        return
    expected = academic * system.academic_minutes / _CLOCK_MINUTES
    # Institutions round to whole hours or whole credits; neither moves it by a fiftieth.
    if hours is not None and abs(expected - hours) > max(Decimal(1), hours / 50):
        message = f"{shown(academic)} academic hours are {shown(expected)} hours of the clock."
        params = {"academic": shown(academic), "expected": shown(expected)}
        yield finding(system.fact, "academic_hours_do_not_match", pointer, message, **params)


def contact_rule(case: Case) -> Iterator[Violation]:
    """Contact hours: no more than the hours, no fewer than the route asks for."""
    contact, hours = case.number("contact_hours"), case.number("hours")
    pointer = "/workload/contact_hours"
    if contact is not None and hours is not None and contact > hours:
        message = "Contact hours are part of the hours and can't be more."
        yield Violation("contact_hours_exceed_hours", pointer, message)
    rule, credits_ = case.route.contact_hours_per_credit, case.number("credits")
    if rule is None or credits_ is None:
        return
    needed = credits_ * Decimal(str(rule.value))
    if contact is None:
        message = f"This route needs the contact hours: at least {shown(needed)}."
        yield finding(rule, "contact_hours_missing", pointer, message, needed=shown(needed))
    elif contact < needed:
        message = f"{shown(credits_)} credits need at least {shown(needed)} contact hours."
        yield finding(rule, "contact_hours_too_few", pointer, message, needed=shown(needed))
