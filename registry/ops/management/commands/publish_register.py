"""``manage.py publish_register``: today's download of the whole register. Run it once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.activities.downloads import publish_register


class Command(BaseCommand):
    """Write today's files, unless they are there."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them and say what they hold."""
        made = publish_register(at=timezone.now())
        self.stdout.write(f"{made.day}: {made.activities} activities, {made.versions} versions.")
        for file in made.files:
            self.stdout.write(f"  {file.name}.gz  {file.gzip_size} bytes  {file.gzip_sha256}")
