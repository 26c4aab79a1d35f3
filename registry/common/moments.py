"""Moments: the order of acts that waited for one another, and where a day ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

IN_FLIGHT = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def after_last(at: datetime, last: datetime | None) -> datetime:
    """When an act that ends a permission takes effect, ``last`` being its newest use.

    An act and a use that meet at a lock have both read the clock before. The use came through: the
    act takes effect in the second after it, so that nothing was issued without a permission. An
    act that is dated further back is meant that way.
    """
    # A credential's time has whole seconds.
    if last is None or at.replace(microsecond=0) > last or last - at > IN_FLIGHT:
        return at
    return last.replace(microsecond=0) + _SECOND


def first_moment_after(day: date) -> datetime:
    """The midnight that ends a last day."""
    return datetime.combine(day + timedelta(days=1), time.min, UTC)
