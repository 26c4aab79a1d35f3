"""Numbers between decimals, which are counted with, and JSON, which is written."""

from __future__ import annotations

from decimal import Decimal


def plain(value: Decimal) -> int | float:
    """A number as JSON has it: whole ones without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


def plain_or_none(value: Decimal | None) -> int | float | None:
    """The same, of a number that may not be stated."""
    return None if value is None else plain(value)
