"""Times, durations and numbers in the forms that the documents ask for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal


def moment(at: datetime) -> str:
    """A point in time: XSD dateTimeStamp, whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_second(day: date | str) -> str:
    """A date where a format asks for a time: the first ten characters give it back."""
    return f"{day}T00:00:00Z"


def last_second(day: date | str) -> str:
    """A last day where a format asks for a time: all of that day still counts."""
    return f"{day}T23:59:59Z"


def hours_duration(hours: float | Decimal) -> str:
    """Hours as an ISO 8601 duration: 156 → PT156H, 7.5 → PT7H30M. Never days: a day has 24."""
    seconds = Decimal(str(hours)) * 3600
    whole, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = (f"{number(value)}{unit}" for value, unit in
             ((whole, "H"), (minutes, "M"), (seconds, "S")) if value)  # fmt: skip
    return "PT" + ("".join(parts) or "0H")


def number(value: float | Decimal) -> str:
    """A number as people and programs write it: no exponent, no zeros at its end."""
    return f"{Decimal(str(value)).normalize():f}"
