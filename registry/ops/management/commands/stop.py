"""``manage.py stop``: stop issuing (everything, one institution, one key), or let it go on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.common.actors import SYSTEM
from registry.common.errors import DomainError
from registry.issuers import selectors as issuers
from registry.issuers.stops import lift_stop, stop_issuing


class Command(BaseCommand):
    """In force on every worker as soon as this has returned."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and why."""
        parser.add_argument("--institution", metavar="SLUG")
        parser.add_argument("--key", metavar="METHOD", help="the key's DID URL")
        parser.add_argument("--reason", default="")
        parser.add_argument("--lift", action="store_true", help="let it go on")
        parser.add_argument("--list", action="store_true", help="what is stopped now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            self._act(options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _act(self, options: dict[str, Any]) -> None:
        if options["list"]:
            for stop in issuers.list_stops():
                self.stdout.write(f"{stop}: {stop.reason} ({stop.stopped_by})")
            return
        slug, method, at = options["institution"], options["key"], timezone.now()
        institution = issuers.get_institution(slug) if slug else None
        key = issuers.get_key(method) if method else None
        if not options["lift"]:
            stop = stop_issuing(
                institution=institution, key=key, reason=options["reason"], actor=SYSTEM, at=at
            )
            self.stdout.write(f"stopped: {stop}")
            return
        place = institution.pk if institution else None
        rows = issuers.list_stops().filter(institution_id=place, key=key)
        for row in rows:
            lift_stop(stop=row, actor=SYSTEM, at=at)
            self.stdout.write(f"lifted: {row}")
