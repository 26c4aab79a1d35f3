"""``manage.py fsck``: hold every stored credential, list, tile and the audit chain together.

Says what doesn't fit, with its place and the first byte that differs; exit code 1 if anything.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.verification.consistency import check_everything


class Command(BaseCommand):
    """Reads only; may run beside the registry."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Check."""
        count = 0
        for fault in check_everything(at=timezone.now()):
            count += 1
            self.stdout.write(str(fault))
        if count:
            self.stdout.write(f"{count} faults")
            sys.exit(1)
        self.stdout.write("Everything fits together.")
