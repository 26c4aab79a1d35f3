"""National frameworks, one folder each: levels, dated routes, facts with their sources.

A new framework is a folder with ``framework.json`` and one schema for each dated route; nothing
here or elsewhere lists them. Facts say whether they were read in a source (``verified``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from schemas.frameworks.model import (
    Classification,
    CreditSystem,
    ExtraField,
    Fact,
    Framework,
    Level,
    OtherLevels,
    Route,
    Size,
    Source,
    Stacking,
    UnknownFramework,
    UnknownLevel,
    UnknownRoute,
)

__all__ = [
    "Classification",
    "CreditSystem",
    "ExtraField",
    "Fact",
    "Framework",
    "Level",
    "OtherLevels",
    "Route",
    "Size",
    "Source",
    "Stacking",
    "UnknownFramework",
    "UnknownLevel",
    "UnknownRoute",
    "announced",
    "framework",
    "frameworks",
]

_ROOT = Path(__file__).resolve().parent


def framework(code: str) -> Framework:
    """A framework by its code. Raises ``UnknownFramework``."""
    for one in frameworks():
        if one.code == code:
            return one
    raise UnknownFramework(code)


@cache
def frameworks(root: Path = _ROOT) -> tuple[Framework, ...]:
    """All frameworks with at least one route, by code."""
    paths = sorted(root.glob("*/framework.json"))
    return tuple(_framework(json.loads(path.read_text(encoding="utf-8"))) for path in paths)


def announced(day: date, root: Path = _ROOT) -> tuple[tuple[Framework, Route], ...]:
    """The routes whose first day lies after ``day``, the nearest first: rules to come."""
    coming = [
        (route.valid_from, frame.code, frame, route)
        for frame in frameworks(root)
        for route in frame.routes
        if route.valid_from is not None and route.valid_from > day
    ]
    coming.sort(key=lambda row: (row[0], row[1], row[3].code))
    return tuple((frame, route) for _, _, frame, route in coming)


def _framework(row: dict[str, Any]) -> Framework:
    sources = {
        code: Source(code, source["title"], source["url"])
        for code, source in row["sources_used"].items()
    }

    def fact(value: Any) -> Fact:
        return _fact(value, sources)

    # A law on procedure speaks of all routes, unless one says otherwise.
    shared = {name: row[name] for name in ("decision_time",) if name in row}

    return Framework(
        code=row["code"],
        country=row["country"],
        name=row["name"],
        abbreviation=row["abbreviation"],
        depth=row["depth"],
        authority=fact(row["registering_authority"]),
        status=fact(row["micro_credential_status"]),
        register=fact(row["official_register"]),
        note=row.get("note", row.get("purpose", "")),
        levels=_levels(row, sources),
        credit_systems=tuple(_credits(system, fact(system)) for system in row["credit_systems"]),
        routes=tuple(_route(shared | route, sources) for route in row["routes"]),
        gaps=tuple(row["gaps"]),
        sources=sources,
        levels_fact=fact({"verified": bool(row["sources"]), "sources": row["sources"]}),
        alternate_levels=_other_levels(row.get("alternate_level_scheme"), sources),
        former_levels=_other_levels(row.get("former_level_scheme"), sources),
    )


def _levels(row: dict[str, Any], sources: Mapping[str, Source]) -> tuple[Level, ...]:
    table = {"verified": row["mapping_verified"], "sources": row["sources"]}
    levels = [
        Level(
            code=level["code"],
            label=level["label"],
            order=level["order"],
            eqf=tuple(level["eqf"]),
            uri=level["elm_uri"],
            mapping=_fact(level if "verified" in level else table, sources),
        )
        for level in row["levels"]
    ]
    return tuple(sorted(levels, key=lambda level: level.order))


def _other_levels(row: dict[str, Any] | None, sources: Mapping[str, Source]) -> OtherLevels | None:
    if row is None:
        return None
    eqf = {level["code"]: tuple(level["eqf"]) for level in row["levels"]}
    return OtherLevels(row["abbreviation"], row.get("field"), eqf, _fact(row, sources))


def _fact(value: Any, sources: Mapping[str, Source]) -> Fact:
    if not isinstance(value, dict) or "verified" not in value:
        return Fact(value, verified=False)
    cited = tuple(sources[code] for code in value.get("sources", ()) if code in sources)
    return Fact(value.get("value"), value["verified"], cited, value.get("note", ""))


def _credits(row: dict[str, Any], fact: Fact) -> CreditSystem:
    hours = row["hours_per_credit"]
    low, high = Decimal(str(hours["min"])), Decimal(str(hours["max"]))
    return CreditSystem(row["code"], row["name"], low, high, fact, row.get("academic_hour_minutes"))


def _route(row: dict[str, Any], sources: Mapping[str, Source]) -> Route:
    titles = row.get("title_rules") or {}
    limit = str(titles.get("applies_when", "")).removeprefix("credits < ")
    forbidden = row.get("level_forbidden") or {}
    until = row.get("valid_to")

    def stated(name: str) -> Fact | None:
        return _fact(row[name], sources) if name in row else None

    return Route(
        code=row["code"],
        name=row["name"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        # The data names the last day; a period here is half open.
        valid_until=date.fromisoformat(until) + timedelta(days=1) if until else None,
        provider_types=frozenset(row["provider_types"]),
        level_rule=_level_rule(row),
        level_fact=_fact(forbidden or row["quality_assurance"], sources),
        levels_allowed=tuple(row.get("levels_allowed", ())),
        size=_size(row, sources),
        contact_hours_per_credit=stated("contact_hours_min_per_credit"),
        title_words=_title_words(titles),
        title_words_below_credits=Decimal(limit) if limit.isdigit() else None,
        title_fact=_fact(titles, sources) if titles else None,
        quality_assurance=_fact(row["quality_assurance"], sources),
        assessment=_fact(row["assessment_required"], sources),
        extra_fields=tuple(_extra_field(e, _fact(e, sources)) for e in row["extra_fields"]),
        schema_id=row["schema"],
        succeeds=row.get("succeeds"),
        classifications=tuple(
            _classification(c, _fact(c, sources)) for c in row.get("field_classifications", ())
        ),
        validity=stated("validity"),
        review_years=stated("review_period"),
        evidence_years=stated("evidence_default_years"),
        may_not_deliver=stated("may_not_deliver"),
        decision_period=stated("decision_time"),
        stacking=Stacking(*map(stated, ("divisible", "accumulates_to", "age_cap"))),
        setting=stated("setting"),
    )


def _level_rule(row: dict[str, Any]) -> Literal["required", "optional", "forbidden"]:
    if (row.get("level_forbidden") or {}).get("value"):
        return "forbidden"
    return "required" if row["level_required"] else "optional"


def _title_words(titles: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    words = {level: tuple(w) for level, w in titles.get("forbidden_words_by_level", {}).items()}
    # Words reserved at every level stand under no level's code.
    return words | {"": tuple(titles.get("forbidden_words", ()))}


def _extra_field(row: dict[str, Any], fact: Fact) -> ExtraField:
    return ExtraField(
        code=row["code"],
        label=row["label"],
        kind=row["type"],
        required=row["required"],
        fact=fact,
        starts_with=row.get("starts_with"),
    )


def _classification(row: dict[str, Any], fact: Fact) -> Classification:
    broad = {code: tuple(fields) for code, fields in row.get("broad", {}).items()}
    return Classification(row["scheme"], row["field"], broad, fact)


def _size(row: dict[str, Any], sources: Mapping[str, Source]) -> Size:
    size = row["size"]
    by_level = row.get("size_by_level", {})
    return Size(
        unit=size["unit"],
        minimum=None if size["min"] is None else Decimal(str(size["min"])),
        minimum_inclusive=size["min_inclusive"],
        maximum=None if size["max"] is None else Decimal(str(size["max"])),
        maximum_inclusive=size["max_inclusive"],
        below_by_level={k: Decimal(str(v["max_exclusive"])) for k, v in by_level.items()},
        fact=_fact(size, sources),
        whole=size.get("whole", False),
    )
