"""National frameworks, one folder each: levels, dated routes, facts with their sources.

A new framework is a folder with ``framework.json`` and one schema for each dated route; nothing
here or elsewhere lists them. Facts say whether they were read in a source (``verified``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

LangMap = Mapping[str, str]
_ROOT = Path(__file__).resolve().parent


class UnknownFramework(KeyError):
    """There is no framework of this code."""


class UnknownRoute(KeyError):
    """The framework has no such route on that day."""


class UnknownLevel(KeyError):
    """The framework has no such level."""


@dataclass(frozen=True)
class Source:
    """Where a fact was read."""

    code: str
    title: str
    url: str

    def __str__(self) -> str:
        return f"{self.title} ({self.url})"


@dataclass(frozen=True)
class Fact:
    """A value with its standing: unverified facts are shown as such and never enforced."""

    value: Any
    verified: bool
    sources: tuple[Source, ...] = ()
    note: str = ""

    @property
    def citation(self) -> str:
        """The sources in words."""
        return "; ".join(map(str, self.sources)) or "not verified in a source"


@dataclass(frozen=True)
class Level:
    """A national level; ``eqf`` is empty where no EQF level exists, and may hold two."""

    code: str
    label: str
    order: int
    eqf: tuple[int, ...]
    uri: str | None


@dataclass(frozen=True)
class CreditSystem:
    """Credits and the hours one of them stands for."""

    code: str
    name: str
    min_hours: Decimal
    max_hours: Decimal
    fact: Fact


@dataclass(frozen=True)
class Size:
    """Bounds of an activity's size, in ``unit``; per level where ``below_by_level`` says so."""

    unit: str
    minimum: Decimal | None
    minimum_inclusive: bool
    maximum: Decimal | None
    maximum_inclusive: bool
    below_by_level: Mapping[str, Decimal]
    fact: Fact


@dataclass(frozen=True)
class ExtraField:
    """A national field: data, not a column."""

    code: str
    label: str
    kind: str
    required: bool
    fact: Fact


@dataclass(frozen=True)
class Route:
    """A dated way into a framework. ``valid_until`` is the first day it no longer holds."""

    code: str
    name: LangMap
    valid_from: date | None
    valid_until: date | None
    provider_types: frozenset[str]
    level_rule: Literal["required", "optional", "forbidden"]
    level_fact: Fact
    levels_allowed: tuple[str, ...]
    size: Size
    contact_hours_per_credit: Fact | None
    title_words: Mapping[str, tuple[str, ...]]
    title_words_below_credits: Decimal | None
    title_fact: Fact | None
    quality_assurance: Fact
    assessment: Fact
    extra_fields: tuple[ExtraField, ...]
    schema_id: str

    @property
    def version(self) -> str:
        """Code and first day: what an activity keeps of the rules it was registered under."""
        return f"{self.code}-{self.valid_from or 'undated'}"

    def holds_on(self, day: date) -> bool:
        """Whether the route's rules are in force on ``day``."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True)
class Framework:
    """A national framework as it stands in its folder."""

    code: str
    country: str
    name: LangMap
    abbreviation: str
    depth: Literal["full", "partial", "levels-only"]
    authority: Fact
    status: Fact
    register: Fact
    note: str
    levels: tuple[Level, ...]
    credit_systems: tuple[CreditSystem, ...]
    routes: tuple[Route, ...]
    gaps: tuple[str, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)

    def level(self, code: str) -> Level:
        """A level by its national code. Raises ``UnknownLevel``."""
        for level in self.levels:
            if level.code == code:
                return level
        raise UnknownLevel(code)

    def route(self, code: str, day: date) -> Route:
        """The route of that code in force on ``day``. Raises ``UnknownRoute``."""
        for route in self.routes:
            if route.code == code and route.holds_on(day):
                return route
        raise UnknownRoute(f"{self.code}/{code} on {day}")

    def routes_on(self, day: date) -> tuple[Route, ...]:
        """The routes in force on ``day``."""
        return tuple(route for route in self.routes if route.holds_on(day))

    def credit_system(self, code: str) -> CreditSystem | None:
        """A credit system by its code, ``None`` if the framework doesn't name it."""
        return next((system for system in self.credit_systems if system.code == code), None)


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


def _framework(row: dict[str, Any]) -> Framework:
    sources = {
        code: Source(code, source["title"], source["url"])
        for code, source in row["sources_used"].items()
    }

    def fact(value: Any) -> Fact:
        return _fact(value, sources)

    levels = [
        Level(level["code"], level["label"], level["order"], tuple(level["eqf"]), level["elm_uri"])
        for level in row["levels"]
    ]
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
        levels=tuple(sorted(levels, key=lambda level: level.order)),
        credit_systems=tuple(_credits(system, fact(system)) for system in row["credit_systems"]),
        routes=tuple(_route(route, sources) for route in row["routes"]),
        gaps=tuple(row["gaps"]),
        sources=sources,
    )


def _fact(value: Any, sources: Mapping[str, Source]) -> Fact:
    if not isinstance(value, dict) or "verified" not in value:
        return Fact(value, verified=False)
    cited = tuple(sources[code] for code in value["sources"] if code in sources)
    return Fact(value.get("value"), value["verified"], cited, value.get("note", ""))


def _credits(row: dict[str, Any], fact: Fact) -> CreditSystem:
    hours = row["hours_per_credit"]
    low, high = Decimal(str(hours["min"])), Decimal(str(hours["max"]))
    return CreditSystem(row["code"], row["name"], low, high, fact)


def _route(row: dict[str, Any], sources: Mapping[str, Source]) -> Route:
    titles = row.get("title_rules") or {}
    words = {level: tuple(w) for level, w in titles.get("forbidden_words_by_level", {}).items()}
    if "forbidden_words" in titles:
        words[""] = tuple(titles["forbidden_words"])
    limit = str(titles.get("applies_when", "")).removeprefix("credits < ")
    forbidden = row.get("level_forbidden") or {}
    rule: Literal["required", "optional", "forbidden"] = (
        "required" if row["level_required"] else "optional"
    )
    contact = row.get("contact_hours_min_per_credit")
    until = row.get("valid_to")
    return Route(
        code=row["code"],
        name=row["name"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        # The data names the last day; a period here is half open.
        valid_until=date.fromisoformat(until) + timedelta(days=1) if until else None,
        provider_types=frozenset(row["provider_types"]),
        level_rule="forbidden" if forbidden.get("value") else rule,
        level_fact=_fact(forbidden or row["quality_assurance"], sources),
        levels_allowed=tuple(row.get("levels_allowed", ())),
        size=_size(row, sources),
        contact_hours_per_credit=_fact(contact, sources) if contact else None,
        title_words=words,
        title_words_below_credits=Decimal(limit) if limit.isdigit() else None,
        title_fact=_fact(titles, sources) if titles else None,
        quality_assurance=_fact(row["quality_assurance"], sources),
        assessment=_fact(row["assessment_required"], sources),
        extra_fields=tuple(
            ExtraField(e["code"], e["label"], e["type"], e["required"], _fact(e, sources))
            for e in row["extra_fields"]
        ),
        schema_id=row["schema"],
    )


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
    )
