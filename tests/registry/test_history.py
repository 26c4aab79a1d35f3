"""State at a time: the fold of the trail equals what stood there, for any acts in any order."""

import copy
import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.accounts.selectors import actor_for
from registry.activities import selectors as activities
from registry.activities import services
from registry.activities.models import Activity, ActivityVersion, Standing
from registry.activities.recorded import recorded
from registry.awards.recorded import recorded as recorded_award
from registry.common import audit, history
from registry.common.actors import SYSTEM
from registry.common.errors import DomainError, NotFound
from registry.common.models import AuditEvent
from registry.history import selectors as histories
from registry.issuers import selectors as issuers
from registry.issuers import services as issuer_services
from registry.issuers.recorded import recorded as recorded_institution
from registry.issuers.recorded import recorded_accreditation
from registry.sharing.recorded import recorded as recorded_share
from registry.sharing.services import close_share, create_share
from tests.conftest import AT, activity_row
from tests.registry import acts
from tests.registry.acts import DAY

pytestmark = pytest.mark.django_db
LATER = AT + DAY
PAYLOAD, ROW = activity_row("mc-ee-001")
CHANGES = (
    {},
    {"title": {"en": "Another title", "et": "Teine"}},
    {"dates": {"review": "2026-06-30"}},
    {"dates": {"registration_end": "2026-09-30", "last_achievement": "2026-12-31"}},
    {"assessment": ["level_of_attendance"]},
    {"extra": {"a/b": True, "c": 1}, "prerequisites": []},
    {"prerequisites": None},
)


def changed(row, number):
    payload = copy.deepcopy(PAYLOAD) | CHANGES[number % len(CHANGES)]
    if number % 3 == 0:
        payload.pop("supervision", None)
    return payload


def write(world, row, at, number):
    services.update_draft(activity=row, payload=changed(row, number), actor=world.registrar, at=at)


def submit(world, row, at, number):
    services.submit_activity(activity=row, actor=world.registrar, at=at)


def decide(world, row, at, number):
    kind = "RETURN" if number % 4 == 0 else "REGISTER"
    acts.decide(world, row, kind, at=at)


def revise(world, row, at, number):
    services.start_revision(activity=row, actor=world.registrar, at=at)


def give_up(world, row, at, number):
    services.withdraw_revision(activity=row, actor=world.registrar, at=at)


def take_back(world, row, at, number):
    services.withdraw_submission(activity=row, actor=world.registrar, at=at)


def suspend(world, row, at, number):
    services.suspend_activity(activity=row, reasons="x", actor=world.reviewer, at=at)


def resume(world, row, at, number):
    services.resume_activity(activity=row, actor=world.reviewer, at=at)


def end(world, row, at, number):
    # Seldom: nothing follows it.
    if number % 5 == 0:
        services.end_activity(activity=row, actor=world.registrar, at=at)


def nightly(world, row, at, number):
    services.suspend_overdue(at=at)
    services.end_expired(at=at)


def stranger(world, row, at, number):
    write(world, row, at, number) if number % 2 else None
    services.start_revision(activity=row, actor=world.stranger, at=at)


ACTS = (
    write, submit, decide, revise, give_up, take_back, suspend, resume, end, nightly, stranger
)  # fmt: skip
STEP = st.tuples(
    st.integers(0, 60),
    st.integers(0, 30),
    st.sampled_from([timedelta(minutes=1), timedelta(days=1), timedelta(days=70)]),
)
BEGINNINGS = ((), (submit, decide), (submit, decide, revise, write, submit))


def chosen(row, choice):
    """Mostly an act that leads on from here, sometimes any."""
    if choice % 6 == 0:
        return ACTS[choice // 6 % len(ACTS)]
    if row.is_waiting:
        likely = (decide, decide, decide, take_back, suspend)
    elif row.is_editable:
        likely = (submit, submit, write, nightly, give_up)
    elif row.state == "SUSPENDED":
        likely = (resume, revise, revise, nightly, end)
    else:
        likely = (revise, revise, suspend, nightly, end)
    return likely[choice % len(likely)]


def snapshot(row):
    return history.nested(recorded(Activity.objects.select_related("current").get(pk=row.pk)))


def replayed(row, at):
    """The trail read anew, by other means than the fold under test."""
    values = {}
    for event in AuditEvent.objects.filter(subject_id=str(row.pk), at__lte=at).order_by("sequence"):
        gone = set(event.before or {}) - set(event.after or {})
        values = {k: v for k, v in values.items() if k not in gone} | (event.after or {})
    found = {}
    for name, value in values.items():
        if name.startswith("payload/"):
            found.setdefault("payload", {})[name.removeprefix("payload/")] = value
        else:
            found[name] = value
    return found


def same(one, other):
    """As JSON: to Python true is 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def walk(world, beginning, steps):
    """Do the acts as far as they may be done; every state on the way, and every version made."""
    at, states, versions = AT, [], {}
    row = services.create_draft(
        institution=world.institution,
        framework=ROW["framework"],
        route=ROW["route"],
        payload=PAYLOAD,
        actor=world.registrar,
        at=at,
    )
    states.append((at, snapshot(row)))
    plan = [*((act, 1, timedelta(minutes=1)) for act in beginning), *steps]
    for choice, number, passed in plan:
        at += passed
        act = choice if callable(choice) else chosen(acts.fresh(row), choice)
        before, events = states[-1][1], AuditEvent.objects.count()
        try:
            with transaction.atomic():
                act(world, acts.fresh(row), at, number)
        except DomainError:
            assert same(snapshot(row), before)
            assert AuditEvent.objects.count() == events
        states.append((at, snapshot(row)))
        for version in ActivityVersion.objects.filter(activity=row):
            kept = (version.payload, bytes(version.digest), version.registered_at)
            assert versions.setdefault(version.pk, kept) == kept
    return row, states, versions


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    beginning=st.sampled_from(BEGINNINGS),
    steps=st.lists(STEP, min_size=3, max_size=12),
)
def test_the_state_at_any_time_is_what_stood_there(world, beginning, steps):
    with transaction.atomic():
        row, states, versions = walk(world, beginning, steps)
        for at, expected in states:
            found = history.state_at("activity", row.pk, at)
            assert same(found.nested(), expected)
            assert same(replayed(row, at), expected)
        assert history.state_at("activity", row.pk, AT - DAY) is None
        for version in ActivityVersion.objects.filter(activity=row):
            kept = (version.payload, bytes(version.digest), version.registered_at)
            assert versions[version.pk] == kept
        stands_together(row, states[-1][0])
        assert audit.broken_links() == []
        transaction.set_rollback(True)


def stands_together(row, at):
    """What must hold of the rows after any acts."""
    row = acts.fresh(row)
    numbers = sorted(activities.list_versions(row).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert (row.current.number if row.current else 0) == len(numbers)
    periods = list(Standing.objects.filter(activity=row).order_by("valid_from", "pk"))
    for one, following in itertools.pairwise(periods):
        assert one.valid_until is not None
        assert one.valid_until <= following.valid_from + timedelta(seconds=1)
    assert activities.was_registered(row.pk, at) == (activities.state_on(row, at) == "REGISTERED")
    if not row.revision and row.current is not None:
        assert row.payload == row.current.payload


def test_each_value_knows_who_gave_it_and_when(world, registered):
    services.suspend_activity(activity=registered, reasons="x", actor=world.reviewer, at=LATER)
    found = history.state_at("activity", registered.pk, LATER)
    assert (found.last.act, found.last.by, found.last.at) == ("activity.suspend", "reviewer", LATER)
    assert (found.since["state"].act, found.since["state"].by) == ("activity.suspend", "reviewer")
    assert (found.since["version"].act, found.since["version"].by) == (
        "activity.register",
        "reviewer",
    )
    assert found.since["payload/title"].by == "registrar"
    before = history.state_at("activity", registered.pk, LATER - timedelta(microseconds=1))
    assert before.values["state"] == "REGISTERED"


def test_no_act_is_seen_without_those_before_it(world):
    row = acts.draft(world, at=AT)
    services.update_draft(
        activity=row, payload={"a": 1}, actor=world.registrar, at=AT + timedelta(seconds=9)
    )
    services.update_draft(
        activity=row, payload={"b": 1}, actor=world.registrar, at=AT + timedelta(seconds=5)
    )
    at = AT + timedelta(seconds=6)
    assert history.state_at("activity", row.pk, at).nested()["payload"] == PAYLOAD
    late = history.state_at("activity", row.pk, AT + timedelta(seconds=9))
    assert late.nested()["payload"] == {"b": 1}


def all_subjects(world, registered, award, share):
    return {
        ("institution", world.institution.pk): lambda: recorded_institution(world.institution),
        ("accreditation", held(world).pk): lambda: recorded_accreditation(held(world)),
        ("award", award.pk): lambda: recorded_award(type(award).objects.get(pk=award.pk)),
        ("share", share.pk): lambda: recorded_share(type(share).objects.get(pk=share.pk)),
    }


def held(world):
    return issuers.list_accreditations(world.institution).order_by("pk").first()


def test_other_things_stand_as_the_trail_says(world, registered, award):
    share, _ = create_share(award=award, expires_at=AT + 30 * DAY, actor=world.learner, at=AT)
    subjects = all_subjects(world, registered, award, share)
    moments = [(AT, {key: look() for key, look in subjects.items()})]
    steps = (
        lambda at: issuer_services.suspend_institution(
            institution=world.institution, reasons="Audit", actor=world.reviewer, at=at
        ),
        lambda at: issuer_services.change_accreditation(
            accreditation=held(world), from_day=date(2026, 5, 1), levels=["6"],
            actor=world.reviewer, at=at,
        ),
        lambda at: close_share(share=share, actor=world.learner, at=at),
        lambda at: issuer_services.resume_institution(
            institution=world.institution, actor=world.reviewer, at=at
        ),
        lambda at: issuer_services.withdraw_accreditation(
            accreditation=held(world), from_day=date(2026, 4, 1), reasons="x",
            actor=world.reviewer, at=at,
        ),
    )  # fmt: skip
    for number, step in enumerate(steps, 1):
        at = AT + number * DAY
        step(at)
        moments.append((at, {key: look() for key, look in subjects.items()}))
    assert len({json.dumps(list(m.values()), sort_keys=True) for _, m in moments}) == len(moments)
    for at, expected in moments:
        for (kind, subject), values in expected.items():
            assert same(history.state_at(kind, subject, at).values, values), (kind, at)


def test_the_trail_knows_nothing_of_the_learner_but_ids(world, registered, award):
    create_share(
        award=award, expires_at=AT + 30 * DAY, actor=world.learner, at=AT, purpose="a job at ACME"
    )
    kinds = ("award", "share")
    text = json.dumps(
        [
            [e.before, e.after]
            for e in AuditEvent.objects.filter(subject_type__in=kinds).order_by("sequence")
        ]
    )
    for secret in ("Łucja", "Kowal", world.learner.email, "ACME", '"A"', "2026-03-02T00"):
        assert secret not in text
    everything = json.dumps(list(AuditEvent.objects.values_list("before", "after")))
    for secret in ("@example.org", "pw-of-tests"):
        assert secret not in everything


def seen(kind, subject, actor, at=LATER):
    return histories.state_for(kind, subject, at, actor).nested()


def test_of_a_registered_activity_the_public_sees_the_registered_part(world, registered):
    acts.revised(world, registered, at=AT + timedelta(hours=1), title={"en": "Secret plan"})
    public = seen("activity", registered.pk, None)
    assert public["state"] == "REGISTERED"
    assert public["version"] == 1
    assert not {"payload", "revision", "submitted_at", "due_on"} & set(public)
    assert seen("activity", registered.pk, world.stranger) == public
    inside = seen("activity", registered.pk, world.registrar)
    assert inside["payload"]["title"] == {"en": "Secret plan"}
    assert inside == seen("activity", registered.pk, world.reviewer)
    state = histories.state_for("activity", registered.pk, LATER, None)
    assert {trace.by for trace in state.since.values()} == {"reviewer"}
    assert state.last.act == "activity.register"
    rows, sight = histories.events_for("activity", registered.pk, None)
    entries = [histories.entry(event, sight) for event in rows]
    assert [one.trace.act for one in entries] == ["activity.register"]
    assert "Secret plan" not in json.dumps([dict(one.after) for one in entries])
    rows, sight = histories.events_for("activity", registered.pk, world.registrar)
    assert rows.count() == 6


def test_before_it_was_registered_it_was_nobodys_business(world):
    row = acts.submitted(world, at=AT)
    for actor in (None, world.stranger, world.learner):
        with pytest.raises(NotFound):
            seen("activity", row.pk, actor)
    acts.decide(world, row, at=LATER)
    with pytest.raises(NotFound):
        seen("activity", row.pk, None, LATER - timedelta(seconds=1))
    assert seen("activity", row.pk, None, LATER)["version"] == 1
    assert seen("activity", row.pk, world.registrar, AT)["state"] == "SUBMITTED"


def test_staff_of_an_institution_is_not_named_to_the_public(world, registered):
    services.end_activity(activity=registered, actor=world.registrar, at=LATER)
    public = histories.state_for("activity", registered.pk, LATER, None)
    assert (public.last.act, public.last.by) == ("activity.end", None)
    inside = histories.state_for("activity", registered.pk, LATER, world.reviewer)
    assert inside.last.by == "registrar"


def test_private_things_are_seen_by_those_who_may_see_them(world, registered, award):
    from registry.accounts.models import Membership, User
    from registry.accounts.services import create_api_token

    share, _ = create_share(award=award, expires_at=AT + 30 * DAY, actor=world.learner, at=AT)
    membership = Membership.objects.get(role="ISSUER", organisation=world.institution.pk)
    user = User.objects.get(pk=world.learner.user_id)
    token, _ = create_api_token(
        user=user, label="t", expires_at=AT + DAY, actor=actor_for(user), at=AT
    )
    table = {
        ("award", award.pk): (world.registrar, world.issuer, world.learner),
        ("share", share.pk): (world.learner,),
        ("membership", membership.pk): (world.registrar, world.issuer),
        ("user", user.pk): (world.learner,),
        ("api_token", token.pk): (world.learner,),
    }
    everybody = (
        None,
        world.registrar,
        world.issuer,
        world.reviewer,
        world.learner,
        world.stranger,
    )
    for (kind, subject), allowed in table.items():
        for actor in everybody:
            if actor in allowed:
                assert seen(kind, subject, actor), kind
                assert histories.events_for(kind, subject, actor)[0].exists()
            else:
                for look in (seen, histories.events_for):
                    with pytest.raises(NotFound):
                        look(kind, subject, actor)
        assert seen(kind, subject, SYSTEM)
    for kind in ("recipient", "ledger", "", "common_auditevent"):
        with pytest.raises(NotFound):
            seen(kind, award.pk, world.learner)


def test_public_things_are_seen_by_all_and_what_is_not_there_by_none(world, registered):
    key = world.institution.keys.get()
    for kind, subject in (
        ("institution", world.institution.pk),
        ("organisation", world.authority.pk),
        ("accreditation", held(world).pk),
        ("key", key.pk),
    ):
        assert seen(kind, subject, None) == seen(kind, subject, world.stranger)
        with pytest.raises(NotFound):
            seen(kind, registered.pk, None)
        with pytest.raises(NotFound):
            histories.events_for(kind, registered.pk, None)
        with pytest.raises(NotFound):
            seen(kind, subject, None, datetime(2020, 1, 1, tzinfo=UTC))
    assert "wrapped" not in json.dumps(seen("key", key.pk, None))


@given(
    before=st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.integers(-2, 2)),
    after=st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.integers(-2, 2)),
)
def test_a_patch_leads_from_one_state_to_the_other(before, after):
    old, new = history.patch(before, after)
    values = {name: value for name, value in before.items() if name not in old} | new
    assert same(values, after)
    assert history.patch(after, after) == ({}, {})
