"""Many threads at once on one database; run in a process of its own, it prints what came of it.

``python -m tests.races.scenarios NAME``, with ``DATABASE_URL`` naming an empty database.
"""

import json
import os
import sys
import threading
import time
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


def revision():
    """20 officers decide one revision; meanwhile its registrar gives it up."""
    from registry.activities import services
    from registry.activities.models import Activity, ActivityVersion, Decision, Standing
    from registry.common.audit import broken_links
    from tests.conftest import AT, make_registered, make_world

    world = make_world()
    activity, at = make_registered(world), AT + timedelta(days=1)
    services.start_revision(activity=activity, actor=world.registrar, at=at)
    services.submit_activity(activity=activity, actor=world.registrar, at=at)

    def act(number):
        row = Activity.objects.get(pk=activity.pk)
        if number == 0:
            services.withdraw_revision(activity=row, actor=world.registrar, at=at)
            return "withdrawn"
        decision = "REGISTER" if number % 2 else "RETURN"
        services.decide_review(
            activity=row, decision=decision, reasons="Reasons", actor=world.reviewer, at=at
        )
        return decision

    outcomes = at_once(20, act)
    row = Activity.objects.select_related("current").get(pk=activity.pk)
    return {
        "outcomes": outcomes,
        "decisions": Decision.objects.filter(decided_at=at).count(),
        "versions": ActivityVersion.objects.count(),
        "in_force": row.current.number,
        "open": Standing.objects.filter(valid_until=None).count(),
        "revision": row.revision,
        "broken": broken_links(),
    }


def _issue_and(stop):
    """30 credentials while somebody stops it; what was issued must hold, nothing after."""
    from registry.activities.models import Activity
    from registry.awards.facts import RecipientData
    from registry.awards.models import Award
    from registry.awards.services import award_credential
    from registry.verification.services import verify_upload
    from tests.conftest import AT, make_registered, make_world

    world = make_world()
    activity, at = make_registered(world), AT + timedelta(hours=1)

    def act(number):
        # The clocks of the requests differ by a few seconds, in both directions.
        moment = at + timedelta(seconds=number % 7, microseconds=number)
        if number == 15:
            stop(world, Activity.objects.get(pk=activity.pk), at + timedelta(seconds=3))
            return "stopped"
        award_credential(
            activity=Activity.objects.select_related("institution").get(pk=activity.pk),
            recipient=RecipientData(f"Learner {number}"),
            awarded_on=AT.date(),
            actor=world.issuer,
            at=moment,
        )
        return "issued"

    outcomes = at_once(31, act)
    later = at + timedelta(days=1)
    rows = list(Award.objects.filter(state="ISSUED"))
    verdicts = Counter(verify_upload(bytes(r.secured), at=later).verdict.value for r in rows)
    return {"outcomes": outcomes, "rows": len(rows), "verdicts": dict(verdicts)}


def suspension():
    """An activity is suspended while credentials are issued for it."""
    from registry.activities.services import suspend_activity

    return _issue_and(
        lambda world, row, at: suspend_activity(
            activity=row, reasons="Complaint", actor=world.reviewer, at=at
        )
    )


def standing():
    """An institution is suspended while it issues."""
    from registry.issuers.services import suspend_institution

    return _issue_and(
        lambda world, row, at: suspend_institution(
            institution=world.institution, reasons="Audit", actor=world.reviewer, at=at
        )
    )


def overdue():
    """Ten jobs write down at once what the calendar has done to five activities."""
    from registry.activities import services
    from registry.activities.models import Activity, Decision
    from tests.conftest import AT, make_world
    from tests.registry.acts import registered

    world = make_world()
    for _ in range(5):
        registered(world, dates={"review": "2026-05-31"})
    done = []

    def act(number):
        done.append(services.suspend_overdue(at=AT + timedelta(days=200)))
        return "done"

    return {
        "outcomes": at_once(10, act),
        "written": sum(done),
        "decisions": Decision.objects.filter(kind="SUSPEND").count(),
        "suspended": Activity.objects.filter(state="SUSPENDED").count(),
    }


def accreditations():
    """Ten officers grant the same accreditation; none overlaps another."""
    from registry.issuers.models import Accreditation
    from registry.issuers.services import grant_accreditation
    from tests.conftest import AT, make_world

    world = make_world()

    def act(number):
        grant_accreditation(
            institution=world.institution,
            authority=world.authority,
            framework="ee-estqf",
            levels=["6"],
            reference=f"HAKA-{number}",
            valid_from=AT.date() + timedelta(days=number),
            actor=world.reviewer,
            at=AT,
        )
        return "granted"

    outcomes = at_once(10, act)
    return {"outcomes": outcomes, "rows": Accreditation.objects.filter(levels=["6"]).count()}


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
            # It follows; it doesn't keep the database busy for its writers.
            time.sleep(0.005)
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


def ring():
    """20 activities are registered at once, each leading to the next: all but one may be."""
    from registry.activities import services
    from registry.activities.models import Activity, ActivityLink
    from tests.conftest import AT, make_world
    from tests.registry.pathways import link, register, revise

    world = make_world()
    rows = [register(world) for _ in range(20)]
    for number, row in enumerate(rows):
        revise(world, row, link("component_of", rows[(number + 1) % 20]))
        services.submit_activity(activity=row, actor=world.registrar, at=AT)

    def decide(number):
        row = Activity.objects.get(pk=rows[number].pk)
        services.decide_review(
            activity=row, decision="REGISTER", reasons="", actor=world.reviewer, at=AT
        )
        return "registered"

    return {"outcomes": at_once(20, decide), "links": ActivityLink.objects.count()}


def places():
    """40 credentials of one institution at once, while their lists are signed by others."""
    from registry.activities.models import Activity
    from registry.awards.models import Award
    from registry.statuses.models import SignedList, StatusList, StatusPlace
    from registry.statuses.services import publish_status_lists
    from tests.conftest import AT, make_registered, make_world
    from tests.registry import acts

    world = make_world()
    activity = make_registered(world)

    def issue(number):
        at = AT + timedelta(seconds=number)
        if number % 4 == 0:
            return f"failed {publish_status_lists(at=at).failed}"
        row = Activity.objects.select_related("institution").get(pk=activity.pk)
        acts.award(world, row, at=at)
        return "issued"

    outcomes = at_once(40, issue)
    publish_status_lists(at=AT + timedelta(minutes=2))
    rows = list(StatusPlace.objects.values_list("list_id", "index"))
    return {
        "outcomes": outcomes,
        "awards": Award.objects.filter(state="ISSUED").count(),
        "places": len(rows),
        "different": len(set(rows)),
        "lists": StatusList.objects.count(),
        "taken": sum(StatusList.objects.values_list("taken", flat=True)),
        "versions": SignedList.objects.count() >= 4,
    }


def revocations():
    """20 people revoke, suspend and undo one credential while its lists are signed."""
    from registry.awards import changes
    from registry.awards.models import Award, StatusChange
    from registry.common.audit import broken_links
    from registry.statuses.selectors import values_of, waits
    from registry.statuses.services import publish_status_lists
    from tests.conftest import AT, make_registered, make_world
    from tests.registry import acts

    world = make_world()
    award = acts.award(world, make_registered(world))

    def act(number):
        row = Award.objects.select_related("institution").get(pk=award.pk)
        at = AT + timedelta(minutes=1)
        if number % 4 == 0:
            publish_status_lists(at=at)
            return "published"
        if number % 4 == 1:
            changes.suspend_award(award=row, reason="complaint", actor=world.issuer, at=at)
            return "suspended"
        if number % 4 == 2:
            changes.undo_change(award=row, actor=world.issuer, at=at)
            return "undone"
        changes.revoke_award(award=row, reason="misconduct", actor=world.issuer, at=at)
        return "revoked"

    outcomes = at_once(20, act)
    publish_status_lists(at=AT + timedelta(minutes=2))
    rows = list(StatusChange.objects.filter(award=award).order_by("number"))
    last = rows[-1].standing if rows else "ACTIVE"
    return {
        "outcomes": outcomes,
        "numbers": [row.number for row in rows] == list(range(1, len(rows) + 1)),
        "changes": len(rows),
        "as_written": dict(values_of(award.pk)) == changes.values_of(last),
        "waits": waits(),
        "broken": broken_links(),
    }


SCENARIOS = (
    places,
    revocations,
    officers,
    submissions,
    same_key,
    revision,
    suspension,
    standing,
    overdue,
    accreditations,
    feed,
    ring,
)


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
    scenario = {f.__name__: f for f in (*SCENARIOS, throttle)}[sys.argv[1]]
    print(json.dumps(scenario()))
