"""Last days of a text take effect by themselves; a job only writes down what they did."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from registry.activities import selectors as activities
from registry.activities import services
from registry.activities.models import Activity, Decision, Standing
from registry.awards.services import AchievementOutsideWindow
from registry.catalogue import selectors as catalogue
from registry.catalogue.wishes import Wish
from registry.common import audit
from registry.common.errors import NotAllowed, StateConflict
from registry.common.models import AuditEvent
from registry.verification.services import verify_upload
from tests.conftest import AT
from tests.registry import acts
from tests.registry.acts import DAY

pytestmark = pytest.mark.django_db
REVIEW = "2026-05-31"
LAST_MOMENT = datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 10, 9, tzinfo=UTC)


@pytest.fixture
def dated(world):
    return acts.registered(world, dates={"review": REVIEW})


def reviewed(world, row, at, review="2027-05-31"):
    acts.revised(world, row, at=at, dates={"review": review})
    acts.decide(world, row, at=at)
    return row


def test_a_review_date_that_passes_suspends_though_no_job_has_run(world, dated, client):
    acts.award(world, dated, at=LAST_MOMENT)
    assert activities.was_registered(dated.pk, LAST_MOMENT)
    assert not activities.was_registered(dated.pk, MIDNIGHT)
    with pytest.raises(services.ActivityNotOpen):
        acts.award(world, dated, at=MIDNIGHT)
    assert Activity.objects.get(pk=dated.pk).state == "REGISTERED"
    assert activities.state_on(dated, LAST_MOMENT) == "REGISTERED"
    assert activities.state_on(dated, MIDNIGHT) == "SUSPENDED"
    assert catalogue.total(LAST_MOMENT) == 1
    assert catalogue.total(MIDNIGHT) == 0
    assert catalogue.search(Wish(), at=LAST_MOMENT, facets=["country"]).facets["country"]["EE"] == 1
    assert not catalogue.search(Wish(), at=MIDNIGHT, facets=["country"]).facets["country"]
    # The clock of the tests' machine is past that day.
    shown = client.get(f"/api/v1/activities/{dated.pk}").json()
    assert shown["state"] == "SUSPENDED"


def test_the_job_writes_it_down_once(world, dated):
    other = acts.registered(world)
    assert services.suspend_overdue(at=LAST_MOMENT) == 0
    events = AuditEvent.objects.count()
    assert services.suspend_overdue(at=JUNE) == 1
    assert services.suspend_overdue(at=JUNE + DAY) == 0
    assert AuditEvent.objects.count() == events + 1
    row = Activity.objects.get(pk=dated.pk)
    made = activities.list_decisions(row)[0]
    assert (row.state, made.kind, made.by, made.reviewer_name) == (
        "SUSPENDED",
        "SUSPEND",
        "DATE",
        "system",
    )
    assert (made.decided_at, made.effective_at) == (JUNE, MIDNIGHT)
    assert REVIEW in made.reasons
    assert Standing.objects.get(activity=row).valid_until == MIDNIGHT
    assert Activity.objects.get(pk=other.pk).state == "REGISTERED"
    assert audit.broken_links() == []
    with pytest.raises(NotAllowed):
        services.suspend_overdue(at=JUNE, actor=world.reviewer)


def test_the_truth_is_the_same_before_and_after_the_job(world, dated):
    credential = acts.award(world, dated, at=LAST_MOMENT)
    moments = (AT, LAST_MOMENT, MIDNIGHT, JUNE, JUNE + DAY)
    before = [activities.was_registered(dated.pk, at) for at in moments]
    verdict = verify_upload(bytes(credential.secured), at=JUNE).verdict
    services.suspend_overdue(at=JUNE)
    assert [activities.was_registered(dated.pk, at) for at in moments] == before
    assert before == [True, True, False, False, False]
    assert verdict == verify_upload(bytes(credential.secured), at=JUNE).verdict == "VALID"


def test_it_is_resumed_by_a_reviewed_version_and_not_without(world, dated):
    services.suspend_overdue(at=JUNE)
    dated.refresh_from_db()
    with pytest.raises(services.ReviewOverdue):
        services.resume_activity(activity=dated, actor=world.reviewer, at=JUNE)
    reviewed(world, dated, JUNE)
    assert dated.state == "REGISTERED"
    kinds = [one.kind for one in activities.list_decisions(dated).order_by("pk")]
    assert kinds == ["REGISTER", "SUSPEND", "REGISTER", "RESUME"]
    assert activities.was_registered(dated.pk, JUNE)
    assert not activities.was_registered(dated.pk, JUNE.replace(day=9))


def test_where_no_job_ran_the_decision_writes_the_suspension_down_first(world, dated):
    reviewed(world, dated, JUNE)
    kinds = [one.kind for one in activities.list_decisions(dated).order_by("pk")]
    assert kinds == ["REGISTER", "SUSPEND", "REGISTER", "RESUME"]
    assert dated.state == "REGISTERED"
    assert not activities.was_registered(dated.pk, MIDNIGHT)
    assert activities.was_registered(dated.pk, JUNE)


def test_a_review_in_time_leaves_no_gap(world, dated):
    reviewed(world, dated, LAST_MOMENT)
    for at in (AT, LAST_MOMENT, MIDNIGHT, JUNE):
        assert activities.was_registered(dated.pk, at), at
    assert services.suspend_overdue(at=JUNE) == 0


def test_what_the_authority_suspended_is_not_resumed_by_a_new_version(world, dated):
    services.suspend_activity(activity=dated, reasons="x", actor=world.reviewer, at=AT + DAY)
    reviewed(world, dated, JUNE)
    assert dated.state == "SUSPENDED"


def test_a_text_whose_review_date_has_passed_is_not_registered(world):
    row = acts.submitted(world, dates={"review": REVIEW})
    with pytest.raises(services.ReviewOverdue):
        acts.decide(world, row, at=JUNE)


def test_a_verified_review_period_of_the_route_counts_where_no_day_is_stated():
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "four-credits-since-2022")
    row = country.draft("nz-nzqcf", payload, route)
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    acts.decide(country, row)
    assert row.current.review_on == date(2029, 3, 2)
    assert activities.was_registered(row.pk, datetime(2029, 3, 2, 23, tzinfo=UTC))
    assert not activities.was_registered(row.pk, datetime(2029, 3, 3, tzinfo=UTC))


LIFE = {"registration_end": "2026-05-31", "last_achievement": "2026-09-30"}


def test_awards_go_on_until_the_last_achievement_after_registration_has_ended(world):
    row = acts.registered(world, dates=LIFE)
    open_days = [AT, LAST_MOMENT, MIDNIGHT, datetime(2026, 9, 30, 23, tzinfo=UTC)]
    closed = datetime(2026, 10, 1, tzinfo=UTC)
    for written_down in (False, True):
        if written_down:
            assert (services.end_expired(at=JUNE), services.end_expired(at=JUNE)) == (1, 0)
            assert Activity.objects.get(pk=row.pk).state == "ENDED"
        assert [activities.was_awardable(row.pk, at) for at in open_days] == [True] * 4
        assert [activities.was_registered(row.pk, at) for at in open_days] == [
            True,
            True,
            False,
            False,
        ]
        assert not activities.was_awardable(row.pk, closed)
        assert activities.state_on(acts.fresh(row), JUNE) == "ENDED"
        credential = acts.award(world, row, at=JUNE)
        assert verify_upload(bytes(credential.secured), at=JUNE).verdict == "VALID"
        with pytest.raises(services.ActivityNotOpen):
            acts.award(world, row, at=closed, day=date(2026, 9, 30))


def test_without_a_later_last_achievement_the_end_is_the_end(world):
    row = acts.registered(world, dates={"registration_end": "2026-05-31"})
    for written_down in (False, True):
        if written_down:
            services.end_expired(at=JUNE)
        with pytest.raises(services.ActivityNotOpen):
            acts.award(world, row, at=JUNE, day=AT.date())
    made = activities.list_decisions(row)[0]
    assert (made.kind, made.by, made.effective_at) == ("END", "DATE", MIDNIGHT)


def test_an_end_by_decision_leaves_the_last_achievement_too(world):
    row = acts.registered(world, dates={"last_achievement": "2026-09-30"})
    services.end_activity(activity=row, actor=world.registrar, at=AT + DAY)
    assert not activities.was_registered(row.pk, AT + DAY)
    acts.award(world, row, at=JUNE)
    other = acts.registered(world, dates={"last_achievement": "2026-09-30"})
    services.suspend_activity(activity=other, reasons="x", actor=world.reviewer, at=AT + DAY)
    services.end_activity(activity=other, reasons="x", actor=world.reviewer, at=AT + 2 * DAY)
    with pytest.raises(services.ActivityNotOpen):
        acts.award(world, other, at=JUNE)


def test_achievements_lie_in_the_window_of_their_version(world):
    row = acts.registered(world, dates={"last_achievement": "2026-05-31"})
    acts.award(world, row, at=JUNE, day=date(2026, 5, 31))
    for day in (date(2026, 6, 1), (AT - DAY).date(), date(2026, 6, 11)):
        with pytest.raises(AchievementOutsideWindow) as caught:
            acts.award(world, row, at=JUNE, day=day)
        assert caught.value.code == "achievement_outside_window"
        assert caught.value.params["field"] == "awarded_on"


def test_a_review_and_an_end_that_both_passed_take_effect_in_their_order(world):
    first = acts.registered(world, dates=LIFE | {"review": "2026-04-30"})
    second = acts.registered(world, dates=LIFE | {"review": "2026-07-31"})
    at = datetime(2026, 8, 15, tzinfo=UTC)
    moments = [datetime(2026, month, 15, tzinfo=UTC) for month in (4, 5, 6, 8)]
    before = [[activities.was_awardable(r.pk, m) for m in moments] for r in (first, second)]
    assert before == [[True, False, False, False], [True, True, True, True]]
    services.suspend_overdue(at=at)
    services.end_expired(at=at)
    after = [[activities.was_awardable(r.pk, m) for m in moments] for r in (first, second)]
    assert after == before
    kinds = [
        [one.kind for one in activities.list_decisions(r).order_by("pk")] for r in (first, second)
    ]
    assert kinds == [["REGISTER", "SUSPEND", "END"], ["REGISTER", "END"]]


def test_the_command_does_both_and_says_how_many(world, dated, capsys):
    acts.registered(world, dates={"registration_end": "2026-05-31"})
    call_command("daily")
    assert capsys.readouterr().out.splitlines() == ["suspended: 1", "ended: 1"]
    call_command("daily")
    assert capsys.readouterr().out.splitlines() == ["suspended: 0", "ended: 0"]
    assert Decision.objects.filter(by="DATE").count() == 2


def test_a_refused_act_leaves_nothing_half_written(world, dated):
    with pytest.raises(StateConflict):
        services.suspend_activity(activity=dated, reasons="x", actor=world.reviewer, at=JUNE)
    assert Activity.objects.get(pk=dated.pk).state == "REGISTERED"
    assert Decision.objects.filter(kind="SUSPEND").count() == 0


def assured(until):
    return {
        "kind": "programme_accreditation",
        "text": "Programme accredited",
        "valid_until": until,
    }


def test_what_ends_within_days_is_listed_for_those_who_answer_for_it(
    world, django_assert_max_num_queries
):
    soon = acts.registered(world, quality_assurance=assured("2026-06-30"))
    acts.registered(world, quality_assurance=assured("2026-12-31"))
    acts.registered(world)
    day = date(2026, 6, 1)
    asked = {"day": day, "days": 29}
    with django_assert_max_num_queries(2):
        rows = list(activities.list_assurance_ending(world.reviewer, **asked))
        assert [(r.pk, r.current.assured_until, r.institution.slug) for r in rows] == [
            (soon.pk, date(2026, 6, 30), "kalda")
        ]
    assert list(activities.list_assurance_ending(world.registrar, **asked)) == [soon]
    assert not activities.list_assurance_ending(world.stranger, **asked).exists()
    assert not activities.list_assurance_ending(world.learner, **asked).exists()
    assert not activities.list_assurance_ending(world.reviewer, day=day, days=28).exists()
    assert activities.list_assurance_ending(world.reviewer, day=day, days=365).count() == 2


def test_reviews_that_come_are_listed(world, dated):
    day = date(2026, 5, 1)
    assert list(activities.list_reviews_due(world.reviewer, day=day, days=30)) == [dated]
    assert not activities.list_reviews_due(world.reviewer, day=day, days=29).exists()
    assert not activities.list_reviews_due(world.stranger, day=day, days=30).exists()
