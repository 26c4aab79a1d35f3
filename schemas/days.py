"""Days counted by the calendar: months and years after a day, never 30 or 365 days at a time.

Where the month reached is too short its last day counts: 36 months from 29 February 2024 end on
28 February 2027.
"""

from __future__ import annotations

import calendar
from datetime import date


def months_after(start: date, months: int) -> date:
    """The same day ``months`` months on, or the last day of a month that is too short."""
    passed = start.month - 1 + months
    # A year beyond the calendar is as good as its end.
    year, month = start.year + passed // 12, passed % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def years_after(start: date, years: int) -> date:
    """The same day ``years`` years on; 29 February gives way to the 28th."""
    return months_after(start, 12 * years)
