"""A new version from the last: the one in force stays in force until the new one is registered."""

import copy
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from registry.activities import selectors as activities
from registry.activities import services
from registry.activities.models import Activity, ActivityVersion, Decision, Standing
from registry.catalogue import selectors as catalogue
from registry.catalogue.wishes import wish_of
from registry.common import audit
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.common.models import AuditEvent
from registry.common.texts import normalise
from registry.issuers.services import suspend_institution
from registry.verification.services import verify_upload
from tests.conftest import AT
from tests.registry import acts
from tests.registry.acts import DAY

pytestmark = pytest.mark.django_db
NEW_TITLE = {"et": "Andmeanalüüs II", "en": "Data analysis II"}
LATER = AT + DAY


def found(words):
    hits = catalogue.search(wish_of({"q": [words]}), at=LATER).hits
    return [hit.activity_id for hit in hits if normalise(words) in normalise(str(hit.titles))]


def revise(world, row, at=LATER, **changes):
    return acts.revised(world, row, at=at, **{"title": NEW_TITLE} | changes)


def test_while_it_is_prepared_the_public_reads_the_version_in_force(world, registered, client):
    old = registered.current.payload["title"]["en"]
    for step in ("written", "submitted"):
        if step == "written":
            acts.revised(world, registered, at=LATER, submit=False, title=NEW_TITLE)
        else:
            services.submit_activity(activity=registered, actor=world.registrar, at=LATER)
        row = activities.get_public(registered.pk)
        assert activities.current_version(row).payload["title"]["en"] == old
        assert found(old) == [row.pk]
        assert found(NEW_TITLE["en"]) == []
        shown = client.get(f"/api/v1/activities/{row.pk}").json()
        assert (shown["payload"]["title"]["en"], shown["prepared"]) == (old, None)
        listed = client.get("/api/v1/activities").json()["results"]
        assert [one["title"]["en"] for one in listed] == [old]
        for path in ("/", "/activities/", f"/activities/{row.pk}/", "/institutions/kalda/"):
            page = client.get(path).content.decode()
            assert old in page, path
            assert NEW_TITLE["en"] not in page, path


def test_registering_it_makes_the_next_version(world, registered):
    first = registered.current
    revise(world, registered)
    made = acts.decide(world, registered, at=LATER)
    assert (made.kind, made.version.number) == ("REGISTER", 2)
    assert (registered.state, registered.revision, registered.revision_route) == (
        "REGISTERED",
        "",
        "",
    )
    assert registered.current.payload["title"] == NEW_TITLE
    assert registered.registered_at == AT
    numbers = list(activities.list_versions(registered).values_list("number", flat=True))
    assert numbers == [2, 1]
    again = ActivityVersion.objects.get(pk=first.pk)
    assert (again.payload, bytes(again.digest)) == (first.payload, bytes(first.digest))
    assert found("andmeanaluus ii") == [registered.pk]
    periods = Standing.objects.order_by("valid_from").values_list(
        "version__number", "valid_from", "valid_until"
    )
    assert list(periods) == [(1, AT, LATER), (2, LATER, None)]
    assert activities.was_registered(registered.pk, LATER)


def test_an_award_carries_the_version_of_the_day_of_the_achievement(world, registered):
    revise(world, registered)
    before = acts.award(world, registered, at=LATER)
    acts.decide(world, registered, at=LATER)
    late = acts.award(world, registered, at=LATER + DAY, day=AT.date())
    new = acts.award(world, registered, at=LATER + DAY, day=LATER.date())
    assert [row.version.number for row in (before, late, new)] == [1, 1, 2]
    for row in (before, late, new):
        assert verify_upload(bytes(row.secured), at=LATER + DAY).verdict == "VALID"


def test_returning_it_leads_back_to_the_desk_and_changes_nothing_in_force(world, registered):
    revise(world, registered)
    with pytest.raises(BadInput):
        acts.decide(world, registered, "RETURN", reasons=" ")
    acts.decide(world, registered, "RETURN", at=LATER, reasons="Say how it is assessed.")
    assert (registered.state, registered.revision) == ("REGISTERED", "RETURNED")
    assert activities.last_review(registered).reasons == "Say how it is assessed."
    services.submit_activity(activity=registered, actor=world.registrar, at=LATER)
    assert registered.revision == "SUBMITTED"
    acts.decide(world, registered, at=LATER)
    assert registered.current.number == 2


def test_it_is_given_up_without_a_trace_in_the_version(world, registered):
    revise(world, registered)
    services.withdraw_revision(activity=registered, actor=world.registrar, at=LATER)
    assert (registered.revision, registered.submitted_at, registered.due_on) == ("", None, None)
    assert registered.payload == registered.current.payload
    with pytest.raises(StateConflict):
        services.withdraw_revision(activity=registered, actor=world.registrar, at=LATER)
    with pytest.raises(StateConflict):
        acts.decide(world, registered, at=LATER)


def test_a_submission_is_taken_back_to_the_desk(world, registered):
    new = acts.submitted(world)
    services.withdraw_submission(activity=new, actor=world.registrar, at=LATER)
    assert (new.state, new.submitted_at) == ("DRAFT", None)
    revise(world, registered)
    services.withdraw_submission(activity=registered, actor=world.registrar, at=LATER)
    assert (registered.state, registered.revision) == ("REGISTERED", "DRAFT")
    assert registered.payload["title"] == NEW_TITLE
    with pytest.raises(StateConflict):
        services.withdraw_submission(activity=registered, actor=world.registrar, at=LATER)


def test_only_the_registrar_writes_and_only_the_authority_decides(world, registered):
    for actor in (world.stranger, world.reviewer, world.issuer, world.learner):
        with pytest.raises(NotAllowed):
            services.start_revision(activity=registered, actor=actor, at=LATER)
    revise(world, registered)
    for actor in (world.stranger, world.reviewer, world.issuer, world.learner):
        for act in (services.withdraw_revision, services.withdraw_submission):
            with pytest.raises(NotAllowed):
                act(activity=registered, actor=actor, at=LATER)
    for actor in (world.registrar, world.stranger, world.learner):
        with pytest.raises(NotAllowed):
            services.decide_review(
                activity=registered, decision="REGISTER", reasons="", actor=actor, at=LATER
            )


def test_there_is_one_revision_at_a_time_and_only_of_what_is_registered(world, registered):
    acts.revised(world, registered, at=LATER, submit=False)
    with pytest.raises(StateConflict):
        services.start_revision(activity=registered, actor=world.registrar, at=LATER)
    new = acts.draft(world)
    with pytest.raises(StateConflict):
        services.start_revision(activity=new, actor=world.registrar, at=LATER)
    services.end_activity(activity=registered, actor=world.registrar, at=LATER)
    assert (registered.state, registered.revision) == ("ENDED", "")
    with pytest.raises(StateConflict):
        services.start_revision(activity=registered, actor=world.registrar, at=LATER)


def test_without_a_revision_there_is_nothing_to_change_or_submit(world, registered):
    for act in (
        lambda: services.update_draft(
            activity=registered, payload={}, actor=world.registrar, at=LATER
        ),
        lambda: services.submit_activity(activity=registered, actor=world.registrar, at=LATER),
        lambda: acts.decide(world, registered, at=LATER),
    ):
        with pytest.raises(StateConflict):
            act()


def test_a_suspended_activity_is_revised_and_stays_suspended(world, registered):
    services.suspend_activity(activity=registered, reasons="x", actor=world.reviewer, at=LATER)
    revise(world, registered, at=LATER)
    acts.decide(world, registered, at=LATER)
    assert (registered.state, registered.current.number) == ("SUSPENDED", 2)
    assert not activities.was_registered(registered.pk, LATER)
    services.resume_activity(activity=registered, actor=world.reviewer, at=LATER + DAY)
    assert activities.was_registered(registered.pk, LATER + DAY)
    assert Standing.objects.get(valid_until=None).version.number == 2


def test_what_is_wrong_or_of_a_suspended_institution_is_not_submitted(world, registered):
    acts.revised(world, registered, at=LATER, submit=False, assessment=["level_of_attendance"])
    with pytest.raises(services.ActivityNotAcceptable):
        services.submit_activity(activity=registered, actor=world.registrar, at=LATER)
    payload = registered.current.payload
    services.update_draft(activity=registered, payload=payload, actor=world.registrar, at=LATER)
    suspend_institution(institution=world.institution, reasons="x", actor=world.reviewer, at=LATER)
    with pytest.raises(StateConflict):
        services.submit_activity(activity=registered, actor=world.registrar, at=LATER)


def test_nobody_decides_on_a_text_that_was_changed_since_it_was_read(world, registered):
    revise(world, registered)
    seen = services.text_digest(registered)
    services.withdraw_submission(activity=registered, actor=world.registrar, at=LATER)
    other = copy.deepcopy(registered.payload) | {"title": {"en": "Quite another thing"}}
    with pytest.raises(services.TextChanged):
        services.update_draft(
            activity=registered, payload=other, actor=world.registrar, at=LATER, seen="0" * 64
        )
    services.update_draft(
        activity=registered, payload=other, actor=world.registrar, at=LATER, seen=seen
    )
    services.submit_activity(activity=registered, actor=world.registrar, at=LATER)
    with pytest.raises(services.TextChanged):
        acts.decide(world, registered, at=LATER, seen=seen)
    acts.decide(world, registered, at=LATER, seen=services.text_digest(registered))


def test_a_revision_is_written_for_the_route_that_took_the_place_of_its_own():
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "rules-of-2018-last-day")
    then = AT.replace(year=2022, month=8, day=31)
    row = country.draft("nz-nzqcf", payload, route, at=then)
    services.submit_activity(activity=row, actor=country.registrar, at=then)
    acts.decide(country, row, at=then)
    assert (row.route, row.current.route_version) == ("nz-mc-2018", "nz-mc-2018-2018-08-22")
    services.start_revision(activity=row, actor=country.registrar, at=AT)
    assert (row.route, row.working_route) == ("nz-mc-2018", "nz-mc-2022")
    codes = {v.code for v in services.check_text(row, AT) if v.severity == "error"}
    assert codes == {"extra_field_missing"}
    new, _ = acts.case("nz-nzqcf", "four-credits-since-2022")
    services.update_draft(activity=row, payload=new, actor=country.registrar, at=AT)
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    acts.decide(country, row, at=AT)
    assert (row.route, row.current.route) == ("nz-mc-2022", "nz-mc-2022")
    assert activities.get_version(row.pk, 1).route == "nz-mc-2018"


def test_a_draft_whose_route_ended_is_moved_to_the_next():
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "rules-of-2018-last-day")
    row = country.draft("nz-nzqcf", payload, route, at=AT.replace(year=2022, month=8, day=1))
    (only,) = services.check_text(row, AT)
    assert (only.code, "nz-mc-2022" in only.message) == ("route_not_in_force", True)
    with pytest.raises(services.ActivityNotAcceptable):
        services.submit_activity(activity=row, actor=country.registrar, at=AT)
    new, _ = acts.case("nz-nzqcf", "four-credits-since-2022")
    change = {"activity": row, "payload": new, "actor": country.registrar, "at": AT}
    with pytest.raises(BadInput):
        services.update_draft(route="nowhere", **change)
    services.update_draft(route="nz-mc-2022", **change)
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    assert row.route == "nz-mc-2022"


def test_a_revision_can_not_move_to_a_route_of_another_kind(world, registered):
    acts.revised(world, registered, at=LATER, submit=False)
    with pytest.raises(BadInput):
        services.update_draft(
            activity=registered,
            payload={},
            route="mikrokraad",
            actor=world.registrar,
            at=LATER,
        )


@pytest.mark.parametrize(
    "payload",
    [
        {"a": "\x00"},
        {"a": "\ud800"},
        {"a": 2**60},
        {"a": 1e300},
        {"a": ["x" * 300_000]},
    ],
)
def test_what_a_database_would_change_or_not_hold_is_refused(world, payload):
    row = acts.draft(world)
    with pytest.raises(BadInput):
        services.update_draft(activity=row, payload=payload, actor=world.registrar, at=AT)


def test_the_queue_and_the_desk_list_new_activities_and_revisions(
    world, registered, django_assert_max_num_queries
):
    new = acts.submitted(world, at=AT + timedelta(hours=1))
    revise(world, registered)
    with django_assert_max_num_queries(3):
        rows = list(activities.list_for_review(world.reviewer))
        assert [row.institution.slug for row in rows] == ["kalda", "kalda"]
        assert [row.current is None for row in rows] == [True, False]
    assert rows == [new, registered]
    assert not activities.list_for_review(world.registrar).exists()
    assert set(activities.list_for_desk(world.registrar)) == {new, registered}
    own = acts.with_role(world.reviewer, "REGISTRAR", world.institution.pk)
    assert not activities.list_for_review(own).exists()


def test_every_act_is_in_the_trail_and_the_trail_holds(world, registered):
    revise(world, registered)
    acts.decide(world, registered, at=LATER)
    names = list(
        AuditEvent.objects.filter(subject_type="activity")
        .order_by("sequence")
        .values_list("act", flat=True)
    )
    assert names == [
        "activity.drafted",
        "activity.submit",
        "activity.register",
        "activity.start_revision",
        "activity.changed",
        "activity.submit_revision",
        "activity.register_revision",
    ]
    assert audit.broken_links() == []


@pytest.mark.parametrize(
    "change",
    [
        {"state": "DRAFT"},
        {"current": None},
        {"revision": "DRAFT"},
        {"revision_route": "mikrokraad"},
        {"state": "ENDED", "revision": "DRAFT", "revision_route": "mikrokraad"},
    ],
)
def test_the_database_holds_the_states_together(registered, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=registered.pk).update(**change)


def test_of_two_decisions_on_one_revision_the_second_is_told(world, registered):
    revise(world, registered)
    stale = Activity.objects.get(pk=registered.pk)
    acts.decide(world, registered, at=LATER)
    for decision in ("REGISTER", "RETURN"):
        with pytest.raises(StateConflict):
            acts.decide(world, stale, decision, at=LATER)
    assert Decision.objects.filter(activity=registered).count() == 2
