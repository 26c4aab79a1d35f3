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


def at_once(count, act):
    """Start ``count`` threads, let them go together, count what each came to."""
    from django.db import connection

    gate, outcomes, lock = threading.Barrier(count), Counter(), threading.Lock()

    def run(number):
        gate.wait()
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
    from registry.activities.models import Activity, ActivityVersion, Review, Standing
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
    reviews = list(Review.objects.values_list("decision", flat=True))
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
    scenario = {f.__name__: f for f in (officers, submissions, same_key, throttle)}[sys.argv[1]]
    print(json.dumps(scenario()))
