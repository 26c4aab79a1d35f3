"""Until when an award is in force: date arithmetic, never time stamps."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any


def months_after(start: date, months: int) -> date:
    """The same day some months on; a day the month doesn't have gives way to its last."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def valid_until(validity: Mapping[str, Any], awarded_on: date) -> datetime | None:
    """The last second of the last day: 36 months from 29 February end on the 28th."""
    if validity["kind"] != "expires":
        return None
    end = datetime.combine(months_after(awarded_on, validity["months"]), time.min, UTC)
    return end + timedelta(days=1) - timedelta(seconds=1)
