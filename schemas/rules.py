"""The rules a schema can't hold, one function each, and the one validation everybody calls.

Form, API, import and seed go through ``check_activity``: the route's JSON Schema first, then every
rule of ``RULES``; errors and warnings come together. A fact that nobody has read in a source is
shown and may warn; it refuses nothing (docs/decisions/0002-unverified-facts.md).
A long file, because the rules are read side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from schemas import isced, vocabularies
from schemas.frameworks import Fact, Framework, Level, Route, UnknownLevel, framework
from schemas.validation import Violation, validate

RECOMMENDATION = "Council Recommendation 2022/C 243/02, Annex I"
DEQAR = "European quality register (DEQAR): micro-credentials lie below 60 ECTS"
ECTS_CEILING = Decimal(60)
_ECTS_LIKE = frozenset({"ects", "eap", "ekap", "ec", "mqf_credit", "csvet", "studiepoeng"})
_NO_CREDITS = frozenset({"none", "hours"})


@dataclass(frozen=True)
class Body:
    """What the rules need to know of an awarding body."""

    provider_type: str
    can_award: bool
    country: str
    slug: str


@dataclass(frozen=True)
class _Case:
    """An activity under check. The readers give ``None`` where the payload isn't of its shape."""

    payload: Mapping[str, Any]
    framework: Framework
    route: Route
    day: date
    body: Body

    def part(self, name: str) -> Mapping[str, Any]:
        value = self.payload.get(name)
        return value if isinstance(value, dict) else {}

    def rows(self, name: str) -> list[Any]:
        value = self.payload.get(name)
        return value if isinstance(value, list) else []

    def number(self, name: str) -> Decimal | None:
        value = self.part("workload").get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return Decimal(str(value))

    @property
    def credit_system(self) -> str:
        value = self.part("workload").get("credit_system")
        return value if isinstance(value, str) else ""

    @property
    def level_code(self) -> str | None:
        value = self.part("level").get("national")
        return value if isinstance(value, str) else None

    @property
    def eqf(self) -> list[int] | None:
        value = self.part("level").get("eqf")
        if not isinstance(value, list):
            return None
        return [item for item in value if isinstance(item, int)]

    @property
    def level(self) -> Level | None:
        try:
            return self.framework.level(self.level_code or "")
        except UnknownLevel:
            return None


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
    case = _Case(payload, frame, at_route, day, awarding_body)
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


def _finding(fact: Fact, code: str, pointer: str, message: str, **params: object) -> Violation:
    """An error if the fact was read in a source, else a warning."""
    severity = "error" if fact.verified else "warning"
    texts = {name: str(value) for name, value in params.items()}
    if severity == "warning":
        message = f"{message} (This rule isn't verified; the reviewer decides.)"
    return Violation(code, pointer, message, severity, fact.citation, texts)  # type: ignore[arg-type]


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}"


# --- Level (R2, traps 1 and 2) -------------------------------------------------------------------


def _level_rule(case: _Case) -> Iterator[Violation]:
    stated = case.level_code is not None or bool(case.eqf)
    route = case.route
    if route.level_rule == "required" and case.level_code is None:
        message = "This route needs a national level."
        citation = route.quality_assurance.citation
        yield Violation("level_required", "/level/national", message, source=citation)
    if route.level_rule == "forbidden" and stated:
        message = "On this route an activity carries no level; leave it empty."
        yield Violation("level_not_allowed", "/level", message, source=route.level_fact.citation)
        return
    code = case.level_code
    if code is None:
        return
    if case.level is None:
        known = ", ".join(level.code for level in case.framework.levels)
        message = f"{case.framework.abbreviation} has no level {code}; its levels are {known}."
        yield Violation("level_unknown", "/level/national", message, params={"levels": known})
    elif route.levels_allowed and code not in route.levels_allowed:
        allowed = ", ".join(route.levels_allowed)
        message = f"On this route the level is one of {allowed}."
        yield Violation("level_not_allowed", "/level/national", message, params={"levels": allowed})


def _eqf_rule(case: _Case) -> Iterator[Violation]:
    level = case.level
    if level is None or case.route.level_rule == "forbidden":
        return
    stated = case.eqf or []
    source = f"{case.framework.name.get('en', case.framework.code)}: table of levels"
    if not level.eqf and stated:
        message = f"{level.label} isn't referenced to the EQF; leave the EQF level empty."
        yield Violation("eqf_not_defined_for_framework", "/level/eqf", message, source=source)
    elif len(level.eqf) > 1 and len(stated) != 1:
        either = " or ".join(map(str, level.eqf))
        message = f"{level.label} stands for EQF {either}; say which."
        yield Violation(
            "eqf_level_ambiguous", "/level/eqf", message, source=source, params={"levels": either}
        )
    elif level.eqf and stated and not set(stated) <= set(level.eqf):
        either = " or ".join(map(str, level.eqf))
        message = f"{level.label} stands for EQF {either}."
        yield Violation(
            "eqf_level_mismatch", "/level/eqf", message, source=source, params={"levels": either}
        )


# --- Size (R4, R5, traps 3 and 4) ----------------------------------------------------------------


def _amount(case: _Case) -> Decimal | None:
    return case.number("hours" if case.route.size.unit in _NO_CREDITS else "credits")


def _size_rule(case: _Case) -> Iterator[Violation]:
    size, amount = case.route.size, _amount(case)
    if amount is None:
        return
    low, high = size.minimum, size.maximum
    pointer = "/workload/hours" if size.unit in _NO_CREDITS else "/workload/credits"
    if low is not None and (amount < low or (amount == low and not size.minimum_inclusive)):
        message = f"The smallest size on this route is {_shown(low)} {size.unit}."
        yield _finding(size.fact, "size_below_minimum", pointer, message, bound=_shown(low))
    if high is not None and high != ECTS_CEILING:
        if size.maximum_inclusive and amount > high:
            message = f"The largest size on this route is {_shown(high)} {size.unit}."
            yield _finding(size.fact, "size_above_maximum", pointer, message, bound=_shown(high))
        elif not size.maximum_inclusive and amount >= high:
            message = f"The size on this route lies below {_shown(high)} {size.unit}."
            bound = _shown(high)
            yield _finding(size.fact, "size_not_below_maximum", pointer, message, bound=bound)
    below = size.below_by_level.get(case.level_code or "")
    if below is not None and amount >= below:
        message = f"At this level the size lies below {_shown(below)}; beyond is a qualification."
        yield _finding(size.fact, "size_not_below_maximum", pointer, message, bound=_shown(below))


def _ceiling_rule(case: _Case) -> Iterator[Violation]:
    credits_, system = case.number("credits"), case.credit_system
    if system not in _ECTS_LIKE or case.route.size.below_by_level or credits_ is None:
        return
    if credits_ >= ECTS_CEILING:
        message = "60 ECTS and more is no micro-credential but other provision."
        yield Violation("not_a_micro_credential", "/workload/credits", message, source=DEQAR)


def _hours_rule(case: _Case) -> Iterator[Violation]:
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
    low, high = _shown(system.min_hours), _shown(system.max_hours)
    span = low if low == high else f"{low} to {high}"
    message = f"A credit stands for {span} hours; here it is {_shown(round(per_credit, 2))}."
    # An unverified range leaves room; half or double of it leaves none: that is a slip.
    slip = not system.min_hours / 2 <= per_credit <= system.max_hours * 2
    fact = Fact(None, verified=True, sources=system.fact.sources) if slip else system.fact
    yield _finding(fact, "hours_do_not_match_credits", "/workload", message, range=span)


def _contact_rule(case: _Case) -> Iterator[Violation]:
    contact, hours = case.number("contact_hours"), case.number("hours")
    if contact is not None and hours is not None and contact > hours:
        message = "Contact hours are part of the hours and can't be more."
        yield Violation("contact_hours_exceed_hours", "/workload/contact_hours", message)
    rule, credits_ = case.route.contact_hours_per_credit, case.number("credits")
    if rule is not None and credits_ is not None and contact is not None:
        needed = credits_ * Decimal(str(rule.value))
        if contact < needed:
            message = f"{_shown(credits_)} credits need at least {_shown(needed)} contact hours."
            pointer = "/workload/contact_hours"
            yield _finding(rule, "contact_hours_too_few", pointer, message, needed=_shown(needed))


# --- Words (R8, R11) -----------------------------------------------------------------------------


def _title_rule(case: _Case) -> Iterator[Violation]:
    route, fact = case.route, case.route.title_fact
    below, credits_ = route.title_words_below_credits, case.number("credits")
    if fact is None or (below is not None and credits_ is not None and credits_ >= below):
        return
    # Words reserved at a level are refused; words reserved everywhere leave room for judgement.
    for level, hard in ((case.level_code or "", True), ("", False)):
        for word in route.title_words.get(level, ()) if level or not hard else ():
            for language, title in case.part("title").items():
                pattern = rf"(?<!\w){re.escape(word.casefold())}(?!\w)"
                if isinstance(title, str) and re.search(pattern, title.casefold()):
                    message = f'"{word}" is reserved; choose another title.'
                    if not hard:
                        message = f'"{word}" is reserved; a reviewer must clear it by name.'
                    severity = "error" if hard and fact.verified else "warning"
                    yield Violation(
                        "title_word_reserved",
                        f"/title/{language}",
                        message,
                        severity,  # type: ignore[arg-type]
                        fact.citation,
                        {"word": word},
                    )


def _outcome_rule(case: _Case) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, outcome in enumerate(case.rows("learning_outcomes")):
        if not isinstance(outcome, dict):
            continue
        code = outcome.get("code")
        if isinstance(code, str):
            if code in seen:
                message = f"The code {code} stands twice; each outcome has its own."
                yield Violation("outcome_code_twice", f"/learning_outcomes/{index}/code", message)
            seen.add(code)
        texts = outcome.get("text")
        for language, text in texts.items() if isinstance(texts, dict) else ():
            verb = _unobservable(language, text)
            if verb:
                message = f'"{verb}" can\'t be observed; say what the learner can do.'
                pointer = f"/learning_outcomes/{index}/text/{language}"
                yield Violation(
                    "outcome_verb_not_assessable",
                    pointer,
                    message,
                    "warning",
                    RECOMMENDATION,
                    {"verb": verb},
                )


def _unobservable(language: str, text: Any) -> str | None:
    if not isinstance(text, str):
        return None
    folded = text.casefold().strip()
    for verb in vocabularies.unobservable_verbs().get(language, ()):
        # In German the verb stands last, elsewhere first.
        pattern = rf"(^|\s){re.escape(verb)}$" if language == "de" else rf"^{re.escape(verb)}\b"
        if re.search(pattern, folded.rstrip(".")):
            return verb
    return None


def _languages_rule(case: _Case) -> Iterator[Violation]:
    titles = case.part("title")
    for index, outcome in enumerate(case.rows("learning_outcomes")):
        texts = outcome.get("text") if isinstance(outcome, dict) else None
        if isinstance(texts, dict) and titles and not set(texts) & set(titles):
            message = "The outcome is in none of the languages of the title."
            pointer = f"/learning_outcomes/{index}/text"
            yield Violation("translation_missing", pointer, message, "warning", RECOMMENDATION)


# --- Assessment, field, bodies (R7, R8, R9, R15) -------------------------------------------------


def _assessment_rule(case: _Case) -> Iterator[Violation]:
    if case.rows("assessment") == ["level_of_attendance"]:
        message = "Presence alone is no assessment; name how the outcomes are assessed."
        source = case.route.assessment.citation
        yield Violation("attendance_is_not_assessment", "/assessment", message, source=source)


def _field_rule(case: _Case) -> Iterator[Violation]:
    code = case.payload.get("isced_f")
    if not isinstance(code, str):
        return
    field = isced.fields().get(code)
    if field is None:
        message = f"{code} isn't a code of ISCED-F 2013."
        yield Violation("field_unknown", "/isced_f", message, source="ISCED-F 2013")
    elif field.residual:
        message = f"{code} is a residual code ({field.label['en']}); choose a regular field."
        yield Violation("residual_field_code", "/isced_f", message, "warning", "ISCED-F 2013")


def _body_rule(case: _Case) -> Iterator[Violation]:
    types, body = case.route.provider_types, case.body
    if not body.can_award or not ({body.provider_type, "any"} & types):
        message = "A body of this type can't award on this route."
        source = case.route.quality_assurance.citation
        params = {"type": body.provider_type}
        yield Violation(
            "provider_type_not_allowed", "/awarding_body", message, source=source, params=params
        )


def _expiry_rule(case: _Case) -> Iterator[Violation]:
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


RULES: tuple[Callable[[_Case], Iterator[Violation]], ...] = (
    _level_rule,
    _eqf_rule,
    _size_rule,
    _ceiling_rule,
    _hours_rule,
    _contact_rule,
    _title_rule,
    _outcome_rule,
    _languages_rule,
    _assessment_rule,
    _field_rule,
    _body_rule,
    _expiry_rule,
)
