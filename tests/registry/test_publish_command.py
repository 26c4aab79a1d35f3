"""``manage.py publish``: one round, or one after the other, whatever fails in between."""

import io
import os
import signal
import threading

import pytest
from django.core.management import call_command

from registry.ledger.storage import FolderStorage, LedgerStorageUnavailable
from registry.ops.management.commands import publish
from registry.statuses import selectors, services

pytestmark = pytest.mark.django_db


def run(**options):
    out = io.StringIO()
    call_command("publish", stdout=out, **options)
    return out.getvalue()


def test_one_round_publishes_log_and_lists(award, ledger_folder):
    services.set_values(subjects=[award.pk], values={"revocation": 1})
    said = run()
    assert "status lists signed, 0 wait" in said
    assert not selectors.waits()
    assert (ledger_folder / "checkpoint").exists()


@pytest.fixture
def rounds(monkeypatch):
    """Let a loop go on for so many rounds, then send it the signal to end."""

    def limit(count):
        left = [count]

        def wait(event, seconds):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGTERM)
            return event.is_set()

        monkeypatch.setattr(threading.Event, "wait", wait)
        # The test's transaction lives in this connection; Django's test client keeps it likewise.
        monkeypatch.setattr(publish, "close_old_connections", lambda: None)

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield limit
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_it_goes_on_and_says_only_what_is_new(award, rounds):
    rounds(4)
    said = run(every=0.01).splitlines()
    # Lists of that day have ended: the first round renews them, the others have nothing to do.
    assert len(said) == 2


def test_a_failed_round_is_made_good_by_the_next(award, rounds, monkeypatch):
    put, failures = FolderStorage.put, [True]

    def broken(self, path, data):
        if failures.pop() if failures else False:
            raise LedgerStorageUnavailable("the disk is full")
        put(self, path, data)

    monkeypatch.setattr(FolderStorage, "put", broken)
    rounds(3)
    said = run(every=0.01)
    assert "waits: the disk is full" in said
    assert "entries, " in said.splitlines()[-1]


def test_it_ends_with_its_parent(award, rounds, monkeypatch):
    rounds(99)
    parents = iter([7, 7, 7, 1])
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    run(every=0.01, beside=True)
    assert next(parents, None) is None
