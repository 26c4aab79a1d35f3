"""Until when an award is in force: date arithmetic, never time stamps."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any


def valid_until(validity: Mapping[str, Any], awarded_on: date) -> datetime | None:
    """The last second of the last day: 36 months from 29 February end on the 28th."""
    if validity["kind"] != "expires":
        return None
    month = awarded_on.month - 1 + validity["months"]
    year, month = awarded_on.year + month // 12, month % 12 + 1
    day = min(awarded_on.day, calendar.monthrange(year, month)[1])
    end = datetime.combine(date(year, month, day), time.min, UTC)
    return end + timedelta(days=1) - timedelta(seconds=1)
