"""``manage.py keys``: the signing keys of an institution: list, rotate, disown a stolen one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.awards.stolen import disown_key
from registry.common.actors import SYSTEM
from registry.common.errors import DomainError
from registry.issuers import selectors as issuers
from registry.issuers.keys import rotate_signing_key


class Command(BaseCommand):
    """List, rotate, disown."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """One act, and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        for name, words in (("list", "all, newest first"), ("rotate", "a new key from now on")):
            act = acts.add_parser(name, help=words)
            act.add_argument("institution", help="its slug")
        act.add_argument(
            "--overlap", type=float, default=24.0, metavar="HOURS", help="of the old key"
        )
        disown = acts.add_parser("disown", help="it was stolen: what it signs counts no more")
        disown.add_argument("method", help="the key's DID URL, as list shows it")
        disown.add_argument("--since", required=True, help="with zone: 2026-03-02T10:00:00Z")
        disown.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            getattr(self, f"_{options['act']}")(options, timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error

    def _list(self, options: dict[str, Any], at: datetime) -> None:
        for key in issuers.list_keys(issuers.get_institution(options["institution"])):
            end = key.valid_until.isoformat() if key.valid_until else "…"
            stolen = key.distrusted_from
            more = f"  disowned from {stolen.isoformat()}" if stolen else ""
            self.stdout.write(f"{key.method_id}  {key.valid_from.isoformat()} – {end}{more}")

    def _rotate(self, options: dict[str, Any], at: datetime) -> None:
        key = rotate_signing_key(
            institution=issuers.get_institution(options["institution"]),
            overlap=timedelta(hours=options["overlap"]),
            actor=SYSTEM,
            at=at,
        )
        self.stdout.write(f"in use: {key.method_id}")

    def _disown(self, options: dict[str, Any], at: datetime) -> None:
        try:
            since = datetime.fromisoformat(options["since"])
        except ValueError as error:
            raise CommandError("--since is a date and time.") from error
        if since.tzinfo is None:
            raise CommandError("--since names its zone, such as 2026-03-02T10:00:00Z.")
        came = disown_key(
            key=issuers.get_key(options["method"]),
            since=since,
            reason=options["reason"],
            actor=SYSTEM,
            at=at,
        )
        if came.replacement is not None:
            self.stdout.write(f"in use: {came.replacement.method_id}")
        self.stdout.write(f"{came.lists.signed} status lists signed, {came.lists.failed} wait")
        self.stdout.write(f"{len(came.affected)} credentials to look at:")
        for award in came.affected:
            self.stdout.write(f"  {award}")
