"""``manage.py reindex``: make the catalogue's index again from the registered versions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registry.activities.listing import show_all


class Command(BaseCommand):
    """Needed after a restore, after an upgrade that changes the index, and to drop what is old.

    Readers are served meanwhile from the index before; acts that register wait.
    """

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        self.stdout.write(f"{show_all()} activities are in the catalogue.")
