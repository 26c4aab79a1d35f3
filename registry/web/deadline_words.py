"""How near the last day of the law is, in words: never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext, ngettext

SOON = 14
"""Days: what has fewer left is called urgent."""


@dataclass(frozen=True)
class Due:
    """A last day, and how far it is from today."""

    day: date | None
    tone: Literal["overdue", "soon", "later", "none"]
    words: str


def due(day: date | None, today: date) -> Due:
    """The last day for something, told on ``today``."""
    if day is None:
        return Due(None, "none", gettext("No legal time is known for it."))
    left = (day - today).days
    if left < 0:
        words = ngettext("Overdue by %(n)s day", "Overdue by %(n)s days", -left) % {"n": -left}
        return Due(day, "overdue", words)
    if left == 0:
        return Due(day, "soon", gettext("Today is the last day"))
    words = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return Due(day, "soon" if left <= SOON else "later", words)
