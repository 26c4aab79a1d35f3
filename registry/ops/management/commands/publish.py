"""``manage.py publish``: give waiting entries their place in the log, and publish it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.ledger.services import publish_checkpoint


class Command(BaseCommand):
    """One round; run it as often as the log is to be fresh. Two at once do no harm."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish."""
        checkpoint = publish_checkpoint(at=timezone.now())
        self.stdout.write(
            f"{checkpoint.origin}: {checkpoint.size} entries, {checkpoint.root.hex()}"
        )
