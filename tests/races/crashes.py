"""Each statement and each commit of an act fails once, not stored and stored; then it is retried.

``python -m tests.races.crashes ACT``, with ``DATABASE_URL`` naming an empty database; it prints how
many points there were and what is wrong, if anything.
"""

import json
import os
import sys
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import django

MAX_POINTS = 400


class Points:
    """Fails at the ``at``-th statement or commit, before it is done or after."""

    def __init__(self, at, *, stored):
        self.left, self.stored, self.hit = at, stored, False

    @contextmanager
    def armed(self):
        from django.db import connection

        commit = connection.commit

        def committing():
            self._step(commit)

        connection.commit = committing
        try:
            with connection.execute_wrapper(self._statement):
                yield self
        finally:
            connection.commit = commit

    def _statement(self, execute, sql, params, many, context):
        return self._step(lambda: execute(sql, params, many, context))

    def _step(self, act):
        from django.db import OperationalError

        self.left -= 1
        if self.left > 0:
            return act()
        if self.left == 0:
            self.hit = True
            if self.stored:
                act()
        # Whatever is tried afterwards on this connection fails, too.
        raise OperationalError("the connection was lost")


def matrix(act, again, wrong):
    """Run ``act`` with each point failing; then ``again``, and ``wrong`` says what doesn't fit."""
    from django.db import Error, connection

    points, runs, faults = 0, 0, []
    for stored in (False, True):
        for at in range(1, MAX_POINTS):
            crash = Points(at, stored=stored)
            number, runs = runs, runs + 1
            try:
                with crash.armed():
                    act(number)
            except Error as error:
                if "the connection was lost" not in str(error):
                    faults.append(f"point {at}: {error}")
            # The process is gone, and what it had open with it.
            connection.close()
            if not crash.hit:
                again(number)
                break
            points += 1
            again(number)
            faults += [f"point {at}, {'stored' if stored else 'lost'}: {w}" for w in wrong(number)]
        else:
            faults.append("the act never came to its end")
    from registry.verification.consistency import check_everything
    from tests.conftest import AT

    faults += map(str, check_everything(at=AT + timedelta(hours=1)))
    return {"points": points, "faults": faults[:20]}


def world():
    from tests.conftest import make_registered, make_world

    made = make_world()
    return made, make_registered(made)


def settle():
    """What the registry's rounds do after a restart."""
    from registry.ledger.services import publish_checkpoint
    from registry.statuses.services import publish_status_lists
    from tests.conftest import AT

    publish_status_lists(at=AT)
    publish_checkpoint(at=AT)


def issue():
    """A credential is issued once, whatever fails."""
    from registry.awards.models import Award
    from registry.ledger.models import LedgerSalt
    from tests.registry import acts

    made, activity = world()

    def act(number):
        acts.award(made, activity, idempotency_key=f"key {number}")

    def again(number):
        act(number)
        settle()

    def wrong(number):
        rows = list(Award.objects.filter(idempotency_key=f"key {number}"))
        if [row.state for row in rows] != ["ISSUED"]:
            yield f"{[row.state for row in rows]}"
        entries = LedgerSalt.objects.filter(subject_id__in=[str(row.pk) for row in rows]).count()
        if entries != 1:
            yield f"{entries} entries in the book"

    return matrix(act, again, wrong)


def revoke():
    """A credential is revoked once, and its list says so."""
    from registry.awards import changes
    from registry.awards.models import Award, StatusChange
    from registry.common.errors import StateConflict
    from registry.statuses.selectors import values_of
    from tests.registry import acts

    made, activity = world()

    def award(number):
        found = Award.objects.filter(idempotency_key=f"key {number}").first()
        return found or acts.award(made, activity, idempotency_key=f"key {number}")

    def act(number):
        changes.revoke_award(
            award=rows[number], reason="misconduct", actor=made.issuer, at=rows[number].issued_at
        )

    def again(number):
        with suppress(StateConflict):  # it was stored already
            act(number)
        settle()
        rows.append(award(number + 1))

    def wrong(number):
        found = list(StatusChange.objects.filter(award=rows[number]))
        if [change.standing for change in found] != ["REVOKED"]:
            yield f"{[change.standing for change in found]}"
        if values_of(rows[number].pk)["revocation"] != 1:
            yield "the list doesn't say it"

    rows = [award(0)]
    return matrix(act, again, wrong)


def lists():
    """Lists that changed are signed, whatever fails."""
    from registry.statuses.selectors import waits
    from registry.statuses.services import publish_status_lists, set_values
    from tests.conftest import AT
    from tests.registry import acts

    made, activity = world()
    award = acts.award(made, activity)
    values = [0]

    def act(number):
        values[0] ^= 1
        set_values(subjects=[award.pk], values={"revocation": values[0], "suspension": values[0]})
        publish_status_lists(at=AT)

    def again(number):
        set_values(subjects=[award.pk], values={"revocation": values[0], "suspension": values[0]})
        settle()

    def wrong(number):
        if waits():
            yield "a list still waits"

    return matrix(act, again, wrong)


def append():
    """What is entered gets its place in the log once."""
    from registry.ledger.models import LedgerEntry, LogLeaf, PendingEntry
    from registry.ledger.services import append_entry, publish_checkpoint
    from tests.conftest import AT

    def act(number):
        append_entry(kind="award", payload_digest=bytes(32), subject_id=f"s {number}", at=AT)
        publish_checkpoint(at=AT)

    def again(number):
        settle()

    def wrong(number):
        waiting, entries = PendingEntry.objects.count(), LedgerEntry.objects.count()
        if waiting or entries != LogLeaf.objects.count():
            yield f"{entries} entries, {LogLeaf.objects.count()} leaves, {waiting} wait"

    return matrix(act, again, wrong)


ACTS = (issue, revoke, lists, append)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        os.environ["LEDGER_URL"] = f"file://{Path(folder)}/ledger"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps({f.__name__: f for f in ACTS}[sys.argv[1]]()))
