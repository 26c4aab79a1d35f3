"""``manage.py daily``: write down what the calendar has done. Safe to run twice, or not at all.

Nothing depends on it but lists and queues: what has lapsed counts as lapsed whether or not this has
run.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.activities.services import end_expired, suspend_overdue


class Command(BaseCommand):
    """Suspend what is overdue for review, end what has expired."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        at = timezone.now()
        self.stdout.write(f"suspended: {suspend_overdue(at=at)}")
        self.stdout.write(f"ended: {end_expired(at=at)}")
