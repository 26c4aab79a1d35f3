"""Levels: required, optional or forbidden, and their relation to the EQF (R2, traps 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.frameworks import Fact
from schemas.rules.case import Case, finding
from schemas.validation import Violation


def level_rule(case: Case) -> Iterator[Violation]:
    """The level, where the route asks for one, and none where it forbids one."""
    route, code = case.route, case.level_code
    if route.level_rule == "required" and code is None:
        message = "This route needs a national level."
        yield finding(route.quality_assurance, "level_required", "/level/national", message)
    if route.level_rule == "forbidden":
        if code is not None or case.eqf:
            message = "On this route an activity carries no level; leave it empty."
            yield finding(route.level_fact, "level_not_allowed", "/level", message)
        return
    if code is None:
        return
    if case.level is None:
        yield _unknown(case, code)
    elif route.levels_allowed and code not in route.levels_allowed:
        allowed = ", ".join(route.levels_allowed)
        message = f"On this route the level is one of {allowed}."
        fact = route.quality_assurance
        yield finding(fact, "level_not_allowed", "/level/national", message, levels=allowed)


def _unknown(case: Case, code: str) -> Violation:
    # Whatever the standing of the table: a credential can't be drawn up for a level outside it.
    former, frame, pointer = case.framework.former_levels, case.framework, "/level/national"
    if former is not None and code in former.eqf:
        eqf = set(former.eqf[code])
        now = " or ".join(level.code for level in frame.levels if eqf & set(level.eqf))
        message = f"{code} is one of the {former.scheme}; today it is level {now}."
        source, params = _read(former.fact), {"levels": now.replace(" or ", ", "), "stated": code}
        return Violation("level_renumbered", pointer, message, source=source, params=params)
    known = ", ".join(level.code for level in frame.levels)
    message = f"{frame.abbreviation} has no level {code}; its levels are {known}."
    source, params = _read(frame.levels_fact), {"levels": known, "stated": code}
    return Violation("level_unknown", pointer, message, source=source, params=params)


def _read(fact: Fact) -> str:
    return fact.citation if fact.verified else ""


def eqf_rule(case: Case) -> Iterator[Violation]:
    """The EQF level that the national level stands for."""
    level = case.level
    if level is None or case.route.level_rule == "forbidden":
        return
    stated, pointer = case.eqf or [], "/level/eqf"
    if not level.eqf and stated:
        message = f"{level.label} isn't referenced to the EQF; leave the EQF level empty."
        yield finding(level.mapping, "eqf_not_defined_for_framework", pointer, message)
    elif len(level.eqf) > 1 and len(stated) != 1:
        either, eqf = " or ".join(map(str, level.eqf)), ", ".join(map(str, level.eqf))
        message = f"{level.label} stands for EQF {either}; say which."
        yield finding(level.mapping, "eqf_level_ambiguous", pointer, message, levels=eqf)
    elif level.eqf and stated and not set(stated) <= set(level.eqf):
        either, eqf = " or ".join(map(str, level.eqf)), ", ".join(map(str, level.eqf))
        message = f"{level.label} stands for EQF {either}."
        yield finding(level.mapping, "eqf_level_mismatch", pointer, message, levels=eqf)


def alternate_level_rule(case: Case) -> Iterator[Violation]:
    """A second scale, such as the one of higher education, says the same as the national level."""
    other, level = case.framework.alternate_levels, case.level
    if other is None or other.field is None or level is None:
        return
    stated = case.part("extra").get(other.field)
    eqf = other.eqf.get(stated) if isinstance(stated, str) else None
    if eqf is not None and not set(eqf) & set(level.eqf):
        message = f"{stated} isn't the same level as {level.label}."
        pointer = f"/extra/{other.field}"
        yield finding(other.fact, "alternate_level_mismatch", pointer, message, level=level.code)
