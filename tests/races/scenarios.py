"""Many threads at once on one database; run in a process of its own, it prints what came of it.

``python -m tests.races.scenarios NAME``, with ``DATABASE_URL`` naming an empty database.
"""

import json
import os
import sys
import threading
from collections import Counter
from datetime import timedelta

import django

# As many as a server's pool gives out: PostgreSQL has 100 for everybody together.
CONNECTIONS = 40


def at_once(count, act):
    """Start ``count`` threads, let them go together, count what each came to."""
    from django.db import connection

    gate, outcomes, lock = threading.Barrier(count), Counter(), threading.Lock()
    pool = threading.BoundedSemaphore(CONNECTIONS)

    def run(number):
        gate.wait()
        with pool:
            try:
                outcome = act(number)
            except Exception as error:  # noqa: BLE001 - whatever came is counted
                outcome = getattr(error, "code", None) or repr(error)
            finally:
                connection.close()
        with lock:
            outcomes[outcome] += 1

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(outcomes)


def draft(world, name="mc-ee-001"):
    from registry.activities import services
    from tests.conftest import AT, activity_row

    payload, row = activity_row(name)
    return services.create_draft(
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload,
        actor=world.registrar,
        at=AT,
    )


def officers():
    """50 officers decide one application."""
    from registry.activities import services
    from registry.activities.models import Activity, ActivityVersion, Decision, Standing
    from tests.conftest import AT, make_world

    world = make_world()
    activity = draft(world)
    services.submit_activity(activity=activity, actor=world.registrar, at=AT)

    def decide(number):
        row = Activity.objects.get(pk=activity.pk)
        decision = "REGISTER" if number % 2 else "RETURN"
        services.decide_review(
            activity=row, decision=decision, reasons="Reasons", actor=world.reviewer, at=AT
        )
        return "decided"

    outcomes = at_once(50, decide)
    reviews = list(Decision.objects.values_list("kind", flat=True))
    return {
        "outcomes": outcomes,
        "reviews": len(reviews),
        "versions": ActivityVersion.objects.count() == reviews.count("REGISTER"),
        "standings": Standing.objects.count() == reviews.count("REGISTER"),
    }


def submissions():
    """200 drafts are submitted at once; none is lost."""
    from registry.activities import services
    from registry.activities.models import Activity
    from registry.common.audit import broken_links
    from registry.common.models import AuditEvent
    from tests.conftest import AT, make_world

    world = make_world()
    rows = [draft(world).pk for _ in range(200)]

    def submit(number):
        row = Activity.objects.select_related("institution").get(pk=rows[number])
        services.submit_activity(activity=row, actor=world.registrar, at=AT)
        return "submitted"

    return {
        "outcomes": at_once(200, submit),
        "waiting": Activity.objects.filter(state="SUBMITTED").count(),
        "audited": AuditEvent.objects.filter(act="activity.submit").count(),
        "broken": broken_links(),
    }


def same_key():
    """20 requests with one Idempotency-Key give one credential."""
    from registry.activities.models import Activity
    from registry.awards.facts import RecipientData
    from registry.awards.models import Award
    from registry.awards.services import award_credential
    from tests.conftest import AT, make_registered, make_world

    world = make_world()
    activity = make_registered(world)
    seen = set()

    def issue(number):
        row = Activity.objects.select_related("institution").get(pk=activity.pk)
        award = award_credential(
            activity=row,
            recipient=RecipientData("Ada Lovelace", email="ada@example.org"),
            awarded_on=AT.date(),
            idempotency_key="one",
            actor=world.issuer,
            at=AT + timedelta(seconds=number),
        )
        seen.add(bytes(award.secured))
        return "answered"

    return {
        "outcomes": at_once(20, issue),
        "awards": Award.objects.count(),
        "different": len(seen),
    }


def feed():
    """40 activities are registered by 8 threads while a reader follows the feed."""
    from django.db import connection

    from registry.activities import services
    from registry.activities.changes import changes_after
    from tests.conftest import AT, make_world

    world = make_world()
    waiting = [draft(world) for _ in range(40)]
    for row in waiting:
        services.submit_activity(activity=row, actor=world.registrar, at=AT)
    done, seen, pages = threading.Event(), [], []

    def follow():
        cursor = 0
        while True:
            last = done.is_set()
            page = changes_after(cursor, limit=3)
            seen.extend(row.cursor for row in page.rows)
            pages.append(len(page.rows))
            cursor = page.next
            if last and not page.more:
                break
        connection.close()

    def register(number):
        for row in waiting[number::8]:
            services.decide_review(
                activity=row, decision="REGISTER", reasons="", actor=world.reviewer, at=AT
            )
            services.suspend_activity(activity=row, reasons="R", actor=world.reviewer, at=AT)
        return "done"

    reader = threading.Thread(target=follow)
    reader.start()
    outcomes = at_once(8, register)
    done.set()
    reader.join()
    everything = changes_after(0, limit=1000).rows
    return {
        "outcomes": outcomes,
        "changes": len(everything),
        "seen": seen == [row.cursor for row in everything],
        # It read while they wrote, and not only afterwards.
        "while_they_wrote": sum(map(bool, pages)) > 27,
        "versions": {row.version for row in everything} == {1},
    }


def throttle():
    """Of 60 requests at once in one minute, 25 pass when 25 may."""
    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from registry.api import throttling

    settings.API_REQUESTS_PER_MINUTE = 25
    throttling.time.time = lambda: 1_800_000_030.0

    def ask(number):
        request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
        request.user = AnonymousUser()
        return "passed" if throttling.PerMinute().allow_request(request, None) else "stopped"

    return {"outcomes": at_once(60, ask)}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    scenario = {f.__name__: f for f in (officers, submissions, same_key, feed, throttle)}[
        sys.argv[1]
    ]
    print(json.dumps(scenario()))
