"""Sums of a cell, and their form in a release. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from registry.statistics.subjects import NONE, Size
from schemas.numbers import plain

HIDDEN = "hidden"
"""Stands in a release for the measures of a cell that isn't shown."""


@dataclass
class Tally:
    """How many, and what they add up to: hours, credits by system, and how many state each."""

    number: int = 0
    hours: Decimal = Decimal(0)
    with_hours: int = 0
    credits: dict[str, Decimal] = field(default_factory=dict)
    with_credits: dict[str, int] = field(default_factory=dict)

    def add(self, size: Size, system: str, times: int = 1) -> None:
        """Count ``times`` more of that size."""
        self.number += times
        if size.hours is not None:
            self.hours += size.hours * times
            self.with_hours += times
        if system != NONE and size.credits is not None:
            self.credits[system] = self.credits.get(system, Decimal(0)) + size.credits * times
            self.with_credits[system] = self.with_credits.get(system, 0) + times

    def merge(self, other: Tally) -> None:
        """Add another cell's sums."""
        self.number += other.number
        self.hours += other.hours
        self.with_hours += other.with_hours
        for system, amount in other.credits.items():
            self.credits[system] = self.credits.get(system, Decimal(0)) + amount
        for system, number in other.with_credits.items():
            self.with_credits[system] = self.with_credits.get(system, 0) + number

    def stored(self) -> dict[str, Any]:
        """Its form in a release."""
        return {
            "n": self.number,
            "hours": plain(self.hours),
            "with_hours": self.with_hours,
            "credits": {system: plain(value) for system, value in sorted(self.credits.items())},
            "with_credits": dict(sorted(self.with_credits.items())),
        }
