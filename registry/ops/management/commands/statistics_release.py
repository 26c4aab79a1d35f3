"""``manage.py statistics_release``: the statistics of today, once a day at most."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.common.actors import SYSTEM
from registry.common.errors import DomainError
from registry.statistics.services import make_release


class Command(BaseCommand):
    """Make a release of the statistics."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say what it holds."""
        try:
            release = make_release(actor=SYSTEM, at=timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        totals = release.totals
        self.stdout.write(
            f"Release of {release.day}: {totals['activities']} activities, "
            f"{totals['awards_shown']} awards shown."
        )
