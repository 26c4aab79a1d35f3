"""What a framework, a route and a fact are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

LangMap = Mapping[str, str]
# The national field that divides the awards of a route into classes.
AWARD_CLASS = "award_class"


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
    # Whether somebody read what it stands for in the EQF.
    mapping: Fact


@dataclass(frozen=True)
class CreditSystem:
    """Credits and the hours one of them stands for."""

    code: str
    name: str
    min_hours: Decimal
    max_hours: Decimal
    fact: Fact
    # Minutes of the hour in which institutions count, where it isn't the clock's.
    academic_minutes: int | None = None


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
    whole: bool = False


@dataclass(frozen=True)
class ExtraField:
    """A national field: data, not a column."""

    code: str
    label: str
    kind: str
    required: bool
    fact: Fact
    # Another field whose value this one begins with.
    starts_with: str | None = None


@dataclass(frozen=True)
class Classification:
    """A national classification of fields of study, in a slot of ``extra``, beside ISCED-F.

    ``broad`` leads from its broad fields (two digits) to those of ISCED-F.
    """

    scheme: str
    field: str
    broad: Mapping[str, tuple[str, ...]]
    fact: Fact


@dataclass(frozen=True)
class Stacking:
    """What a route says about small awards that add up; ``None`` where it says nothing.

    ``divisible``: whether it can be earned in parts; ``accumulates_to``: the routes its awards lead
    to; ``age_cap``: who may refuse an award for its age.
    """

    divisible: Fact | None
    accumulates_to: Fact | None
    age_cap: Fact | None

    @property
    def facts(self) -> dict[str, Fact]:
        """What is said, by name."""
        return {name: fact for name, fact in vars(self).items() if fact is not None}


@dataclass(frozen=True)
class OtherLevels:
    """A second scale beside the national levels: one in force, or the one before."""

    scheme: str
    # The slot of ``extra`` that holds it; none for a scale that nobody may use any more.
    field: str | None
    eqf: Mapping[str, tuple[int, ...]]
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
    succeeds: str | None
    classifications: tuple[Classification, ...]
    # Absent where the profile says nothing of it.
    validity: Fact | None
    review_years: Fact | None
    evidence_years: Fact | None
    may_not_deliver: Fact | None
    # {"months": …, "extension_months": …}: how long the authority has to decide.
    decision_period: Fact | None
    stacking: Stacking
    # ``formal`` or ``non_formal``, where the framework itself says which.
    setting: Fact | None

    @property
    def award_types(self) -> tuple[str, ...]:
        """The route's code, and ``code/class`` for each national class of award it divides into."""
        field = self.extra_field(AWARD_CLASS)
        classes = field.kind.removeprefix("enum:").split("|") if field else ()
        return (self.code, *(f"{self.code}/{name}" for name in classes))

    def award_types_of(self, payload: Mapping[str, Any]) -> frozenset[str]:
        """The types of award that an activity of this route is: its route, and its class."""
        extra = payload.get("extra")
        stated = extra.get(AWARD_CLASS) if isinstance(extra, Mapping) else None
        return frozenset({self.code, f"{self.code}/{stated}"} & set(self.award_types))

    @property
    def version(self) -> str:
        """Code and first day: what an activity keeps of the rules it was registered under."""
        return f"{self.code}-{self.valid_from or 'undated'}"

    def holds_on(self, day: date) -> bool:
        """Whether the route's rules are in force on ``day``."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day < self.valid_until)

    def extra_field(self, code: str) -> ExtraField | None:
        """A national field by its code, ``None`` if the route doesn't name it."""
        return next((field for field in self.extra_fields if field.code == code), None)


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
    levels_fact: Fact = Fact(None, verified=False)
    alternate_levels: OtherLevels | None = None
    former_levels: OtherLevels | None = None

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

    def route_in_force(self, code: str, day: date) -> Route | None:
        """The route of that code on ``day`` or the one that took its place; ``None`` if neither.

        Raises ``UnknownRoute`` for a code the framework never had.
        """
        codes = [code]
        if not any(route.code == code for route in self.routes):
            raise UnknownRoute(f"{self.code}/{code}")
        for known in codes:
            for route in self.routes:
                if route.code == known and route.holds_on(day):
                    return route
                if route.succeeds == known and route.code not in codes:
                    codes.append(route.code)
        return None

    def routes_on(self, day: date) -> tuple[Route, ...]:
        """The routes in force on ``day``."""
        return tuple(route for route in self.routes if route.holds_on(day))

    def award_types(self) -> frozenset[str]:
        """All types of award of all routes, the past ones too."""
        return frozenset(one for route in self.routes for one in route.award_types)

    def credit_system(self, code: str) -> CreditSystem | None:
        """A credit system by its code, ``None`` if the framework doesn't name it."""
        return next((system for system in self.credit_systems if system.code == code), None)
