"""Levels: required, optional or forbidden, and their relation to the EQF (R2, traps 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.rules.case import Case
from schemas.validation import Violation


def level_rule(case: Case) -> Iterator[Violation]:
    """The level, where the route asks for one, and none where it forbids one."""
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


def eqf_rule(case: Case) -> Iterator[Violation]:
    """The EQF level that the national level stands for."""
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
