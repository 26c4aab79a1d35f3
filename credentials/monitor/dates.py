"""Are entries dated where they can be?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from credentials.merkle.leaves import Leaf
from credentials.monitor.alarms import Found

TOLERANCE: Final = timedelta(days=1)
"""From an act to its entry, at most: entering takes minutes, an outage may take hours."""
GRACE: Final = timedelta(hours=1)
"""Between two clocks, and from an entry to its publication."""


class Dates:
    """Are entries dated where they can be?

    The time of entry can't lie before the last look, which saw the log without it, nor before the
    entry in front of it. The act's own time is the registry's word: one long before the entry is
    how a backdated act looks from outside. What stood there before the first look is only noted.
    """

    def __init__(
        self, found: Found, at: datetime, last: datetime | None, tolerance: timedelta
    ) -> None:
        self._found, self._at, self._last, self._tolerance = found, at, last, tolerance
        self._older: list[int] = []
        self.previous: datetime | None = None

    def see(self, index: int, leaf: Leaf | None) -> None:
        """The next entry; ``None`` for what isn't one."""
        if leaf is None:
            return
        place, entered = str(index), leaf.entered
        if self._last is not None and entered < self._last - GRACE:
            detail = f"Entry {index} says {entered.isoformat()}, and wasn't there later than that."
            self._found.cry("monitor.backdated", detail, index=place)
        elif entered - leaf.at > self._tolerance:
            if self._last is None:
                self._older.append(index)
            else:
                detail = f"Entry {index} is about {leaf.at.isoformat()}, and entered "
                self._found.cry("monitor.backdated", detail + entered.isoformat(), index=place)
        if max(entered, leaf.at) > self._at + GRACE:
            detail = f"Entry {index} is dated in the future: {max(entered, leaf.at).isoformat()}."
            self._found.cry("monitor.postdated", detail, index=place)
        if self.previous is not None and entered < self.previous:
            detail = f"Entry {index} says that it was entered before the one in front of it."
            self._found.cry("monitor.out_of_order", detail, index=place)
        self.previous = entered

    def report(self) -> None:
        """Note what stood there before."""
        if self._older:
            self._found.notes.append(
                f"{len(self._older)} entries that stood there before the first look are about "
                f"acts long before their entry; the first is entry {self._older[0]}."
            )
