"""One figure out of a table: a measure by category, formal and non-formal apart. Pure.

A sum is the sum of what is shown, and says so where something in it is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.statistics.codebook import MEASURES
from registry.statistics.tallies import HIDDEN

Row = list[Any]
SETTINGS = ("formal", "non_formal")


@dataclass
class Value:
    """A number of a figure. ``hidden``: something that would belong to it isn't shown."""

    amount: float = 0
    rests_on: int = 0
    shown: bool = False
    hidden: bool = False

    def add(self, other: Value) -> None:
        """Sum up."""
        self.amount += other.amount
        self.rests_on += other.rests_on
        self.shown = self.shown or other.shown
        self.hidden = self.hidden or other.hidden


@dataclass
class Line:
    """A category with its values; ``total`` is their sum."""

    category: str
    formal: Value
    non_formal: Value

    @property
    def total(self) -> Value:
        """Formal and non-formal together."""
        total = Value()
        total.add(self.formal)
        total.add(self.non_formal)
        return total


@dataclass(frozen=True)
class Choice:
    """What a figure shows: a measure (of credits with its system), a year or all."""

    measure: str
    system: str = ""
    year: int | None = None

    @property
    def kind(self) -> str:
        """What is counted: ``activities`` or ``awards``."""
        return MEASURES[self.measure].of


def value_of(stored: Any, choice: Choice) -> Value:
    """The value of a stored cell; zero where there is none."""
    if stored is None:
        return Value()
    if stored == HIDDEN:
        return Value(hidden=True)
    part = choice.measure.removeprefix(choice.kind).removeprefix("_")
    if not part:
        return Value(stored["n"], stored["n"], shown=True)
    if part == "hours":
        return Value(stored["hours"], stored["with_hours"], shown=True)
    amount = stored["credits"].get(choice.system, 0)
    return Value(amount, stored["with_credits"].get(choice.system, 0), shown=True)


def by_category(
    rows: Iterable[Row], choice: Choice, *, place: int, within: Sequence[str] = ()
) -> list[Line]:
    """Lines by the category at ``place``, of the rows whose first categories are ``within``."""
    lines: dict[str, Line] = {}
    for keys, setting, year, activities, awards in rows:
        if choice.year not in (None, year) or keys[: len(within)] != list(within):
            continue
        category = keys[place] if keys else ""
        stored = activities if choice.kind == "activities" else awards
        _enter(lines, category, setting, value_of(stored, choice))
    return _worth_showing(lines)


def by_year(rows: Iterable[Row], choice: Choice, *, within: Sequence[str] = ()) -> list[Line]:
    """Lines by year, of the rows whose categories are ``within``."""
    lines: dict[str, Line] = {}
    for keys, setting, year, activities, awards in rows:
        if keys == list(within):
            stored = activities if choice.kind == "activities" else awards
            _enter(lines, str(year), setting, value_of(stored, choice))
    return sorted(_worth_showing(lines), key=lambda line: line.category)


def _enter(lines: dict[str, Line], category: str, setting: str, value: Value) -> None:
    line = lines.setdefault(category, Line(category, Value(), Value()))
    (line.formal if setting == "formal" else line.non_formal).add(value)


def _worth_showing(lines: dict[str, Line]) -> list[Line]:
    found = [line for line in lines.values() if line.total.shown or line.total.hidden]
    return sorted(found, key=lambda line: (-line.total.amount, line.category))


def systems_of(rows: Iterable[Row]) -> dict[str, list[str]]:
    """The credit systems that occur, of activities and of awards."""
    found: dict[str, set[str]] = {"activities": set(), "awards": set()}
    for _keys, _setting, _year, *stored in rows:
        for kind, cell in zip(("activities", "awards"), stored, strict=True):
            if isinstance(cell, dict):
                found[kind] |= set(cell["credits"])
    return {kind: sorted(systems) for kind, systems in found.items()}
