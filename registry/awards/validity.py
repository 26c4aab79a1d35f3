"""Until when an award is in force: date arithmetic, never time stamps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from schemas.days import months_after


def valid_until(validity: Mapping[str, Any], awarded_on: date) -> datetime | None:
    """The last second of the last day: 36 months from 29 February end on the 28th."""
    if validity["kind"] != "expires":
        return None
    end = datetime.combine(months_after(awarded_on, validity["months"]), time.min, UTC)
    return end + timedelta(days=1) - timedelta(seconds=1)
