"""The rules of a route, each told at the field where it is met.

The same facts that ``schemas.rules`` holds an activity against, in words that say what to do before
anything is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemas.forms.model import Help
from schemas.forms.words import UNITS
from schemas.frameworks import Framework, Level, Route, Size, Source
from schemas.rules.case import RECOMMENDATION, shown
from schemas.rules.size import DEQAR

_COUNCIL = (Source("recommendation", RECOMMENDATION, ""),)
_DEQAR = (Source("deqar", DEQAR, ""),)
_HOURS = frozenset({"none", "hours"})


def _everywhere(text: str, sources: tuple[Source, ...] = ()) -> Help:
    return Help(text, sources=sources)


COMMON: dict[str, tuple[Help, ...]] = {
    "/source_language": (
        _everywhere("The language the texts were written in; the others are translations."),
    ),
    "/learning_outcomes": (
        _everywhere(
            "Begin with a verb that can be observed: “plan”, “calculate”; not “understand”.",
            _COUNCIL,
        ),
    ),
    "/learning_outcomes/*/code": (
        _everywhere("Short, such as LO1; left empty, it gets the next number."),
    ),
    "/learning_outcomes/*/assessed_by": (
        _everywhere("If one outcome says how it is assessed, all do.", _COUNCIL),
    ),
    "/learning_outcomes/*/esco": (
        _everywhere(
            "An address looks like http://data.europa.eu/esco/skill/… with its identifier."
        ),
    ),
    "/workload": (
        _everywhere("Give hours, credits or both. One is never reckoned from the other.", _COUNCIL),
    ),
    "/workload/contact_hours": (_everywhere("Part of the hours in all."),),
    "/isced_f": (
        _everywhere("Choose the field that fits best; “not elsewhere classified” says little."),
    ),
    "/platform": (
        _everywhere(
            "Only where a platform carries the learning: provider and awarding body are others.",
            _DEQAR,
        ),
    ),
    "/assessment": (_everywhere("Presence alone is no assessment.", _COUNCIL),),
    "/links": (
        _everywhere("Links lead one way: nothing is required, replaced and part of it at once."),
    ),
    "/dates": (_everywhere("Registration ends first, then enrolment, then achievement."),),
    "/validity/months": (_everywhere("Only for an award that expires."),),
}


def helps(frame: Framework, route: Route) -> dict[str, tuple[Help, ...]]:
    """All that can be said beforehand, by the pointer of the field it is said at."""
    found: dict[str, list[Help]] = {place: list(rows) for place, rows in COMMON.items()}
    for tell in (_titles, _levels, _size, _credits, _assurance, _times, _who):
        for place, help_ in tell(frame, route):
            found.setdefault(place, []).append(help_)
    return {place: tuple(rows) for place, rows in found.items()}


def _titles(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    fact, below = route.title_fact, route.title_words_below_credits
    if fact is None:
        return
    for level, words in route.title_words.items():
        if not words:
            continue
        listed = ", ".join(words)
        if not level:
            text = "A reviewer must clear these words in a title: %(words)s."
            yield "/title", Help.of(fact, text, words=listed)
        elif below is None:
            text = "At level %(level)s a title can't use: %(words)s."
            yield "/title", Help.of(fact, text, level=level, words=listed)
        else:
            text = "At level %(level)s, below %(credits)s credits, a title can't use: %(words)s."
            credits_ = shown(below)
            yield "/title", Help.of(fact, text, level=level, words=listed, credits=credits_)


def levels_of(frame: Framework, route: Route) -> list[Level]:
    """The levels that an activity may have on a route."""
    allowed = route.levels_allowed
    return [level for level in frame.levels if not allowed or level.code in allowed]


def _levels(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    if route.level_rule == "forbidden":
        text = "On this route an activity carries no level, so there is nothing to fill in."
        yield "/level", Help.of(route.level_fact, text)
        if route.level_fact.note:
            fact = route.level_fact
            yield "/level", Help(fact.note, {}, fact.verified, (), own_words=True)
        return
    if route.level_rule == "required":
        yield (
            "/level/national",
            Help.of(route.quality_assurance, "This route needs a national level."),
        )
    if route.levels_allowed:
        text, codes = (
            "On this route the level is one of %(levels)s.",
            ", ".join(route.levels_allowed),
        )
        yield "/level/national", Help.of(route.quality_assurance, text, levels=codes)
    levels = levels_of(frame, route)
    asked = [level for level in levels if len(level.eqf) > 1]
    if not any(level.eqf for level in levels):
        text = "No level of this framework is referenced to the EQF."
        yield "/level", Help.of(frame.levels_fact, text)
    elif asked:
        text = "It follows from the national level, but at these it must be said: %(levels)s."
        yield "/level/eqf", Help.of(asked[0].mapping, text, levels=_codes(asked))
    else:
        text = "It follows from the national level; leave it empty if you like."
        yield "/level/eqf", Help.of(frame.levels_fact, text)


def _codes(levels: list[Level]) -> str:
    return ", ".join(level.code for level in levels)


def unit(code: str) -> str:
    """A unit of size as people write it."""
    return UNITS.get(code, code.replace("_", " "))


def size_words(size: Size) -> Help:
    """The bounds of a size in words: "From 5 to 30 eap.", "Below 15 ects.", "No limit is set."""
    low, high, values = size.minimum, size.maximum, {"unit": unit(size.unit)}
    if low is not None:
        values["low"] = shown(low)
    if high is not None:
        values["high"] = shown(high)
    if low is not None and high is not None:
        text = "From %(low)s to %(high)s %(unit)s."
        if not size.maximum_inclusive:
            text = "At least %(low)s and below %(high)s %(unit)s."
    elif high is not None:
        text = "Below %(high)s %(unit)s."
        if size.maximum_inclusive:
            text = "At most %(high)s %(unit)s."
    elif low is not None:
        text = "At least %(low)s %(unit)s."
    else:
        text = "No limit is set; the size is counted in %(unit)s."
    return Help.of(size.fact, text, **values)


def _size(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    size = route.size
    place = "/workload/hours" if size.unit in _HOURS else "/workload/credits"
    yield place, size_words(size)
    if size.below_by_level:
        rows = ", ".join(f"{level}: {shown(b)}" for level, b in size.below_by_level.items())
        text = "By level the size lies below these bounds: %(bounds)s."
        yield place, Help.of(size.fact, text, bounds=rows)
    if size.whole:
        yield place, Help.of(size.fact, "A whole number of %(unit)s.", unit=unit(size.unit))
    contact = route.contact_hours_per_credit
    if contact is not None:
        text = "At least %(hours)s for each credit."
        hours = shown(Decimal(str(contact.value)))
        yield "/workload/contact_hours", Help.of(contact, text, hours=hours)


def _credits(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    place = "/workload/credit_system"
    for system in frame.credit_systems:
        if system.code in _HOURS:
            continue
        low, high = shown(system.min_hours), shown(system.max_hours)
        if low == high:
            text = "One credit (%(system)s) stands for %(low)s hours."
        else:
            text = "One credit (%(system)s) stands for %(low)s to %(high)s hours."
        yield place, Help.of(system.fact, text, system=unit(system.code), low=low, high=high)
        if system.academic_minutes:
            text = (
                "Hours of %(minutes)s minutes, where you count in them; the others are clock hours."
            )
            minutes = system.academic_minutes
            yield "/workload/academic_hours", Help.of(system.fact, text, minutes=minutes)


def _assurance(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    for place, fact in (
        ("/quality_assurance", route.quality_assurance),
        ("/assessment", route.assessment),
    ):
        if isinstance(fact.value, str):
            yield place, Help(fact.value, {}, fact.verified, fact.sources, own_words=True)
    if route.assessment.value is True:
        yield "/assessment", Help.of(route.assessment, "This route needs an assessment.")
    years = route.evidence_years
    if years is not None:
        text = "Without an end, evidence counts for %(years)s years."
        yield "/quality_assurance_evidence", Help.of(years, text, years=years.value)


def _times(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    if route.review_years is not None:
        years = route.review_years.value["max_years"]
        text = "The next review is due within %(years)s years."
        yield "/dates/review", Help.of(route.review_years, text, years=years)
    if route.validity is not None:
        text = "On this route the validity of an award is “%(kind)s”."
        yield "/validity/kind", Help.of(route.validity, text, kind=route.validity.value)


def _who(frame: Framework, route: Route) -> Iterator[tuple[str, Help]]:
    fact = route.may_not_deliver
    if fact is not None:
        text = "These may develop but not deliver: %(types)s."
        yield "/delivered_by", Help.of(fact, text, types=", ".join(fact.value))
    for scheme in route.classifications:
        text = "The broad field of %(scheme)s and that of ISCED-F must be the same."
        yield f"/extra/{scheme.field}", Help.of(scheme.fact, text, scheme=scheme.scheme)
