"""An activity under check, and how a rule says what it found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from schemas.frameworks import Fact, Framework, Level, Route, UnknownLevel
from schemas.validation import Violation

RECOMMENDATION = "Council Recommendation 2022/C 243/02, Annex I"
LARGEST = 100_000
# date.fromisoformat also reads the basic form and weeks; the schema's format doesn't.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Body:
    """What the rules need to know of an awarding body."""

    provider_type: str
    can_award: bool
    country: str
    slug: str


@dataclass(frozen=True)
class Case:
    """An activity under check. The readers give ``None`` where the payload isn't of its shape."""

    payload: Mapping[str, Any]
    framework: Framework
    route: Route
    day: date
    body: Body

    def part(self, name: str) -> Mapping[str, Any]:
        """A member that is an object; an empty one otherwise."""
        value = self.payload.get(name)
        return value if isinstance(value, dict) else {}

    def rows(self, name: str) -> list[Any]:
        """A member that is a list; an empty one otherwise."""
        value = self.payload.get(name)
        return value if isinstance(value, list) else []

    def number(self, name: str) -> Decimal | None:
        """A number of the workload; the schema already speaks of one that is out of all bounds."""
        return number(self.part("workload").get(name))

    def day_of(self, part: str, name: str) -> date | None:
        """A date in a member that is an object."""
        return day_from(self.part(part).get(name))

    @property
    def credit_system(self) -> str:
        """The credit system that the workload names."""
        value = self.part("workload").get("credit_system")
        return value if isinstance(value, str) else ""

    @property
    def level_code(self) -> str | None:
        """The national level stated."""
        value = self.part("level").get("national")
        return value if isinstance(value, str) else None

    @property
    def eqf(self) -> list[int] | None:
        """The EQF levels stated."""
        value = self.part("level").get("eqf")
        if not isinstance(value, list):
            return None
        return [item for item in value if type(item) is int]

    @property
    def level(self) -> Level | None:
        """The national level stated, if the framework has it."""
        try:
            return self.framework.level(self.level_code or "")
        except UnknownLevel:
            return None


def number(value: Any) -> Decimal | None:
    """A number that a workload may hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value)) if 0 <= value <= LARGEST else None


def day_from(value: Any) -> date | None:
    """A date written as year-month-day."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def token(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def finding(fact: Fact, code: str, pointer: str, message: str, **params: object) -> Violation:
    """An error if the fact was read in a source, else a warning that says so (``unverified``)."""
    severity = "error" if fact.verified else "warning"
    texts = {name: str(value) for name, value in params.items()}
    if severity == "warning":
        message = f"{message} (This rule isn't verified; the reviewer decides.)"
        texts["unverified"] = "yes"
    return Violation(code, pointer, message, severity, fact.citation, texts)  # type: ignore[arg-type]


def shown(value: Decimal) -> str:
    """A number as people write it, with two decimals at most."""
    return f"{Decimal(f'{value:.2f}').normalize():f}"
