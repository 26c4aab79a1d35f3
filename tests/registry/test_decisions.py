"""Decisions are rows with reasons, name and date; the law's time is counted by the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from registry.activities import selectors as activities
from registry.activities import services
from registry.activities.models import Activity, Clearance, Decision
from registry.awards import selectors as awards
from registry.common.actors import SYSTEM
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.ledger.models import LedgerEntry
from tests.conftest import AT, activity_row
from tests.registry import acts
from tests.registry.acts import DAY

pytestmark = pytest.mark.django_db
LATER = AT + DAY


def kinds(row, **which):
    return [one.kind for one in activities.list_decisions(row, **which)]


def test_each_decision_is_a_row_with_reasons_name_and_date(world):
    row = acts.submitted(world)
    acts.decide(world, row, "RETURN", reasons=" Say more. ")
    services.submit_activity(activity=row, actor=world.registrar, at=AT + timedelta(hours=1))
    acts.decide(world, row, at=AT + timedelta(hours=2), reasons="Sound")
    services.suspend_activity(activity=row, reasons="Complaint", actor=world.reviewer, at=LATER)
    services.resume_activity(activity=row, reasons="Settled", actor=world.reviewer, at=LATER + DAY)
    services.end_activity(
        activity=row, reasons="Law changed", actor=world.reviewer, at=LATER + 2 * DAY
    )
    found = list(activities.list_decisions(row))
    assert [(one.kind, one.reasons) for one in found] == [
        ("END", "Law changed"),
        ("RESUME", "Settled"),
        ("SUSPEND", "Complaint"),
        ("REGISTER", "Sound"),
        ("RETURN", "Say more."),
    ]
    assert {(one.reviewer_name, one.reviewer_id, one.by) for one in found} == {
        ("reviewer", world.reviewer.user_id, "AUTHORITY")
    }
    assert next(one.decided_at for one in found) == LATER + 2 * DAY
    assert found[-1].version is None
    assert {one.version.number for one in found[:-1]} == {1}
    assert found[-1].submitted_at == AT
    assert LedgerEntry.objects.filter(kind="decision").count() == 5


def test_what_was_returned_is_not_for_everybody(world, client):
    row = acts.submitted(world)
    acts.decide(world, row, "RETURN", reasons="Between us")
    services.submit_activity(activity=row, actor=world.registrar, at=AT)
    acts.decide(world, row)
    assert kinds(row, public=True) == ["REGISTER"]
    assert kinds(row) == ["REGISTER", "RETURN"]
    shown = client.get(f"/api/v1/activities/{row.pk}/decisions").json()["results"]
    assert [(one["decision"], one["reviewer"]) for one in shown] == [("REGISTER", "reviewer")]


def test_the_authority_gives_reasons_and_the_institution_need_not(world, registered):
    other = acts.registered(world)
    for act in (services.suspend_activity, services.end_activity):
        with pytest.raises(BadInput):
            act(activity=registered, reasons=" ", actor=world.reviewer, at=LATER)
    with pytest.raises(BadInput):
        services.suspend_activity(
            activity=registered, reasons="x" * 5001, actor=world.reviewer, at=LATER
        )
    made = services.end_activity(activity=other, actor=world.registrar, at=LATER)
    assert (made.by, made.reasons, other.state) == ("INSTITUTION", "", "ENDED")


def test_each_act_is_done_once_and_by_those_who_may(world, registered):
    for actor in (world.registrar, world.issuer, world.stranger, world.learner):
        for act in (services.suspend_activity, services.resume_activity):
            with pytest.raises(NotAllowed):
                act(activity=registered, reasons="x", actor=actor, at=LATER)
    for actor in (world.stranger, world.issuer, world.learner):
        with pytest.raises(NotAllowed):
            services.end_activity(activity=registered, reasons="x", actor=actor, at=LATER)
    with pytest.raises(StateConflict):
        services.resume_activity(activity=registered, actor=world.reviewer, at=LATER)
    do = {"activity": registered, "reasons": "x", "actor": world.reviewer}
    for act in (services.suspend_activity, services.resume_activity, services.end_activity):
        act(at=LATER, **do)
        with pytest.raises(StateConflict):
            act(at=LATER, **do)
    assert kinds(registered)[:1] == ["END"]
    assert len(kinds(registered)) == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activities_decision SET reasons = 'x'",
        "DELETE FROM activities_decision",
        "UPDATE activities_clearance SET reason = 'x'",
        "DELETE FROM activities_clearance",
    ],
)
def test_no_decision_is_rewritten(statement):
    country, row = national_diploma()
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    acts.decide(country, row, clearances={"national": "Its name"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("kind", "by"), [("RETURN", "SYSTEM"), ("SUSPEND", "DATE"), ("END", "AUTHORITY")]
)
def test_the_database_asks_for_reasons_too(registered, kind, by):
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            activity=registered,
            kind=kind,
            by=by,
            reviewer_name="x",
            decided_at=AT,
            effective_at=AT,
        )


def polish(at=AT):
    country = acts.make_country("PL", "awarding_body", "pl-pqf")
    payload, row = activity_row("mc-pl-001")
    return country, country.draft("pl-pqf", payload, row["route"], at=at)


def test_poland_decides_within_four_months_and_may_take_four_more():
    country, row = polish()
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    assert row.due_on == date(2026, 7, 2)
    deadline = activities.deadline_of(row)
    assert (deadline.months, deadline.extension_months, deadline.verified) == (4, 4, True)
    with pytest.raises(BadInput):
        services.extend_review(activity=row, reasons="", actor=country.reviewer, at=AT)
    with pytest.raises(NotAllowed):
        services.extend_review(activity=row, reasons="x", actor=country.registrar, at=AT)
    in_time = datetime(2026, 7, 2, 23, tzinfo=UTC)
    services.extend_review(activity=row, reasons="Expert away", actor=country.reviewer, at=in_time)
    assert row.due_on == date(2026, 11, 2)
    with pytest.raises(StateConflict):
        services.extend_review(activity=row, reasons="x", actor=country.reviewer, at=in_time)
    made = acts.decide(country, row, at=in_time)
    assert (made.due_on, made.submitted_at, row.due_on) == (date(2026, 11, 2), AT, None)
    assert kinds(row) == ["REGISTER", "EXTEND"]
    assert kinds(row, public=True) == ["REGISTER"]


def test_the_time_ends_on_the_last_day_of_a_short_month_and_is_not_stretched_afterwards():
    at = datetime(2025, 10, 31, 12, tzinfo=UTC)
    country, row = polish(at)
    services.submit_activity(activity=row, actor=country.registrar, at=at)
    assert row.due_on == date(2026, 2, 28)
    with pytest.raises(StateConflict):
        services.extend_review(activity=row, reasons="x", actor=country.reviewer, at=AT)


def test_a_second_submission_has_its_own_time():
    country, row = polish()
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    services.extend_review(activity=row, reasons="x", actor=country.reviewer, at=AT)
    acts.decide(country, row, "RETURN")
    again = AT + 30 * DAY
    services.submit_activity(activity=row, actor=country.registrar, at=again)
    assert row.due_on == date(2026, 8, 1)
    services.extend_review(activity=row, reasons="x", actor=country.reviewer, at=again)
    assert row.due_on == date(2026, 12, 1)


def test_where_no_time_is_known_none_is_made_up(world):
    row = acts.submitted(world)
    assert (row.due_on, activities.deadline_of(row)) == (None, None)
    with pytest.raises(StateConflict):
        services.extend_review(activity=row, reasons="x", actor=world.reviewer, at=AT)


def test_the_queue_begins_with_what_is_due_first_and_then_with_the_oldest(world):
    country, late = polish()
    services.submit_activity(activity=late, actor=country.registrar, at=AT + DAY)
    payload, source = activity_row("mc-pl-001")
    early = country.draft("pl-pqf", payload, source["route"])
    services.submit_activity(activity=early, actor=country.registrar, at=AT)
    new, old = acts.submitted(world, at=AT + DAY), acts.submitted(world, at=AT)
    both = acts.with_role(country.reviewer, "REVIEWER", world.authority.pk)
    assert list(activities.list_for_review(both)) == [early, late, old, new]


def national_diploma(**titles):
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "four-credits-since-2022")
    payload["title"] = titles or {"en": "Bees of the national park"}
    return country, country.draft("nz-nzqcf", payload, route)


def test_a_reserved_word_is_cleared_by_name_and_with_a_reason():
    country, row = national_diploma(en="National diploma of bees", mi="Ngā pī (national)")
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    for given in (None, {}, {"national": " "}, {"national": "x"}):
        with pytest.raises(services.ReservedWordNotCleared) as caught:
            acts.decide(country, row, clearances=given)
    assert [(v.params["word"], v.pointer) for v in caught.value.violations] == [
        ("diploma", "/title/en")
    ]
    assert '"diploma" (/title/en)' in str(caught.value)
    assert (acts.fresh(row).state, Clearance.objects.count()) == ("SUBMITTED", 0)
    made = acts.decide(
        country, row, clearances={"National": "Name of the park", "diploma": "As of old"}
    )
    found = [
        (one.word, one.pointer, one.reason, one.reviewer_name, one.decision_id)
        for one in row.current.clearances.order_by("word", "pointer")
    ]
    assert found == [
        ("diploma", "/title/en", "As of old", "reviewer", made.pk),
        ("national", "/title/en", "Name of the park", "reviewer", made.pk),
        ("national", "/title/mi", "Name of the park", "reviewer", made.pk),
    ]


def test_what_is_not_reserved_is_not_cleared(world):
    row = acts.submitted(world)
    with pytest.raises(BadInput):
        acts.decide(world, row, clearances={"national": "x"})
    acts.decide(world, row)
    assert Clearance.objects.count() == 0


def test_a_word_is_cleared_for_one_version_and_not_for_the_next():
    country, row = national_diploma()
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    acts.decide(country, row, clearances={"national": "Name of the park"})
    acts.revised(country, row, at=LATER, purpose={"en": "More about bees"})
    with pytest.raises(services.ReservedWordNotCleared):
        acts.decide(country, row, at=LATER)
    acts.decide(country, row, at=LATER, clearances={"national": "Still its name"})
    assert [v.clearances.get().reason for v in activities.list_versions(row)] == [
        "Still its name",
        "Name of the park",
    ]


def test_returning_clears_nothing_and_needs_nothing_cleared():
    country, row = national_diploma()
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    acts.decide(country, row, "RETURN", clearances={"national": "x"})
    assert Clearance.objects.count() == 0


def test_what_breaks_a_rule_by_the_day_of_the_decision_is_not_registered(world):
    row = acts.submitted(world, dates={"registration_end": "2026-06-30"})
    with pytest.raises(services.ActivityNotAcceptable):
        acts.decide(world, row, at=datetime(2026, 7, 1, tzinfo=UTC))
    acts.decide(world, row, "RETURN", at=datetime(2026, 7, 1, tzinfo=UTC))


def test_suspending_says_how_many_credentials_it_touches(world, registered, award):
    other = acts.registered(world)
    acts.award(world, registered, at=AT)
    touched = awards.touched_by_activity(registered)
    assert (touched.credentials, touched.learners) == (2, 1)
    assert awards.touched_by_activity(other).credentials == 0
    assert awards.touched_by_institution(world.institution).credentials == 2
    assert awards.touched_by_institution(world.other).credentials == 0


def test_the_system_decides_in_its_own_name(world):
    row = acts.submitted(world)
    made = services.decide_review(
        activity=row, decision="REGISTER", reasons="", actor=SYSTEM, at=AT
    )
    assert (made.by, made.reviewer_name, made.reviewer_id) == ("SYSTEM", "system", None)
    assert Activity.objects.get(pk=row.pk).state == "REGISTERED"
    with pytest.raises(BadInput):
        services.decide_review(activity=row, decision="END", reasons="x", actor=SYSTEM, at=AT)
