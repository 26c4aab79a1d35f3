"""What a registered version is counted under: its categories, its size. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from registry.statistics.codebook import TABLES
from schemas.frameworks import Route, UnknownLevel, framework
from schemas.rules.case import number
from schemas.setting import learning_setting

NONE = "none"
"""The category of what isn't stated, or doesn't exist: no level, no sector."""
_WITHOUT_CREDITS = frozenset({"", "none", "hours"})
Cell = tuple[str, tuple[str, ...], str]
"""A cell of a table: its code, its categories, the setting."""


class Profile(NamedTuple):
    """The categories of an activity, and the credit system its credits are in (or nothing)."""

    country: str
    framework: str
    level: str
    eqf: str
    field: str
    provider_type: str
    sector: tuple[str, ...]
    transition: tuple[str, ...]
    setting: str
    system: str

    def cells(self) -> Iterator[Cell]:
        """The cells it counts in, one or more in each table."""
        for table, dimensions in TABLES.items():
            choices = [self.categories(dimension) for dimension in dimensions]
            for keys in product(*choices):
                yield table, keys, self.setting

    def categories(self, dimension: str) -> tuple[str, ...]:
        """The categories of one dimension: several only of sectors and transitions."""
        value = getattr(self, dimension)
        return value if isinstance(value, tuple) else (value,)


class Size(NamedTuple):
    """Notional hours, and credits in the profile's system; ``None`` where not stated."""

    hours: Decimal | None
    credits: Decimal | None


def subject_of(
    payload: Mapping[str, Any], *, code: str, route: str, country: str, provider_type: str
) -> tuple[Profile, Size]:
    """The profile and the size of a registered payload under the framework ``code``."""
    workload = payload["workload"]
    system = workload["credit_system"]
    credits_ = None if system in _WITHOUT_CREDITS else number(workload["credits"])
    national = payload["level"].get("national")
    profile = Profile(
        country=country,
        framework=code,
        level=f"{code}:{national or NONE}",
        eqf=_eqf(code, national, payload["level"].get("eqf") or []),
        field=payload["isced_f"][:2],
        provider_type=provider_type,
        sector=tuple(sorted(payload.get("sectors") or [NONE])),
        transition=tuple(sorted(payload.get("transitions") or [NONE])),
        setting=learning_setting(_route(code, route), provider_type=provider_type, level=national),
        system=NONE if credits_ is None else system,
    )
    return profile, Size(number(workload["hours"]), credits_)


def _eqf(code: str, national: str | None, stated: list[int]) -> str:
    levels = stated or (_mapped(code, national) if national else [])
    return str(levels[0]) if len(levels) == 1 else NONE


@cache
def _mapped(code: str, national: str) -> list[int]:
    try:
        return list(framework(code).level(national).eqf)
    except UnknownLevel:
        return []


def level_forbidden(code: str, route: str) -> bool:
    """Whether activities on the route may not state a level."""
    known = _route(code, route)
    return known is not None and known.level_rule == "forbidden"


@cache
def _route(code: str, route: str) -> Route | None:
    known = [row for row in framework(code).routes if row.code == route]
    return known[-1] if known else None
