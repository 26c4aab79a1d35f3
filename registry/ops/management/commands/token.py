"""``manage.py token EMAIL``: an API token for a user's programs, printed once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.accounts.selectors import find_user
from registry.accounts.services import create_api_token
from registry.common.actors import SYSTEM


class Command(BaseCommand):
    """Make an API token."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """The user, and how long the token lives."""
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=90, help="1 to 366 (default 90)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make and print it."""
        user, at = find_user(options["email"]), timezone.now()
        if user is None:
            raise CommandError(f"There is no user {options['email']}.")
        if not 1 <= options["days"] <= 366:
            raise CommandError("--days is 1 to 366.")
        end = at + timedelta(days=options["days"])
        _row, text = create_api_token(
            user=user, label="command line", expires_at=end, actor=SYSTEM, at=at
        )
        self.stdout.write(text)
