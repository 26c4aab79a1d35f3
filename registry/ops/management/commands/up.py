"""``manage.py up``: migrate, load the demo on first run, say what to open."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from registry.activities.downloads import publish_register
from registry.common.actors import SYSTEM
from registry.ledger.services import publish_checkpoint
from registry.ops import demo
from registry.ops.checks import TAG
from registry.statistics.services import make_release
from registry.statuses.services import publish_status_lists


class Command(BaseCommand):
    """Bring up what ``make run`` serves. A second run changes nothing."""

    help = __doc__
    # Ours alone: those of Django load every address and every form, half a second of a second run.
    # `manage.py check --deploy` and the tests run them all.
    requires_system_checks = [TAG]

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0)
            call_command("reindex", stdout=StringIO())
        shown = demo.read()
        if shown is None:
            self.stdout.write("Loading the demo through the registry's own services …")
            with transaction.atomic():
                shown = demo.load(timezone.now())
            publish_register(at=timezone.now())
            make_release(actor=SYSTEM, at=timezone.now())
        # After a long sleep the lists have ended: they are good again before anybody asks.
        publish_status_lists(at=timezone.now())
        publish_checkpoint(at=timezone.now())
        self.stdout.write(f"{shown['activities']} activities are registered. Open:")
        for name in ("home", "activity", "share"):
            label = {"home": "home", "activity": "an activity", "share": "a learner's link"}[name]
            self.stdout.write(f"  {label:<18} {shown[name]}")
        self.stdout.write("Sign in (demo accounts of this machine only):")
        for role, (email, password) in shown["sign_in"].items():
            self.stdout.write(f"  {role:<18} {email}  {password}")
