"""What a monitor cries out for. Codes are stable; each has an exit code of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

HISTORY, FILES, DATES, OTHER = 10, 11, 12, 1
EXIT: Final[Mapping[str, int]] = {
    "monitor.split_view": HISTORY,
    "monitor.went_back": HISTORY,
    "monitor.dropped": HISTORY,
    "monitor.inserted": HISTORY,
    "monitor.reordered": HISTORY,
    "monitor.forked": HISTORY,
    "monitor.tile_rewritten": FILES,
    "monitor.tile_missing": FILES,
    "monitor.backdated": DATES,
    "monitor.postdated": DATES,
    "monitor.out_of_order": DATES,
    "monitor.not_signed": OTHER,
    "monitor.not_an_entry": OTHER,
}
CODES: Final = tuple(EXIT)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something an honest log never shows. ``params`` are for machines."""

    code: str
    detail: str
    params: Mapping[str, str] = field(default_factory=dict)


def exit_code(alarms: Iterable[Alarm]) -> int:
    """0 without an alarm; else that of the gravest: history, files, dates, anything else."""
    codes = {EXIT[alarm.code] for alarm in alarms}
    return next((code for code in (HISTORY, FILES, DATES, OTHER) if code in codes), 0)


@dataclass
class Found:
    """What a look has come to so far."""

    alarms: list[Alarm] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    entries: int = 0

    def cry(self, code: str, detail: str, **params: str) -> None:
        """One more alarm."""
        self.alarms.append(Alarm(code, detail, params))
