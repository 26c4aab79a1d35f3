"""``manage.py publish``: publish the log, and sign the status lists that wait or end soon.

Once, or every so many seconds (``--every 5``) until it is told to stop or, with ``--beside``, until
the process that started it is gone. Two at once do no harm: of two writers one waits.
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections
from django.utils import timezone

from registry.common.errors import DomainError
from registry.ledger.services import publish_checkpoint
from registry.statuses.services import publish_status_lists


class Command(BaseCommand):
    """One round, or one after the other; what fails is made good by the next."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """How often."""
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on, so often")
        parser.add_argument("--beside", action="store_true", help="end with the parent process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish."""
        if options["every"] is None:
            self.stdout.write(self._round())
            return
        stop, parent = threading.Event(), os.getppid()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        said = ""
        while not stop.is_set() and not (options["beside"] and os.getppid() != parent):
            try:
                came = self._round()
            except (DomainError, Error) as error:
                came = f"waits: {error}"
            close_old_connections()
            if came != said:
                self.stdout.write(came)
                said = came
            stop.wait(options["every"])

    def _round(self) -> str:
        at = timezone.now()
        lists = publish_status_lists(at=at)
        checkpoint = publish_checkpoint(at=at)
        return (
            f"{checkpoint.origin}: {checkpoint.size} entries, {checkpoint.root.hex()}; "
            f"{lists.signed} status lists signed, {lists.failed} wait"
        )
