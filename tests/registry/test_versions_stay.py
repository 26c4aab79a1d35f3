"""A registered version never changes, whatever is done to its activity later, and by whom."""

import copy

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.encoding import canonicalize, sha256
from registry.activities import services
from registry.activities.models import Activity, ActivityVersion
from registry.common.errors import DomainError
from tests.conftest import AT
from tests.registry import acts as once
from tests.registry import in_turn as acts

pytestmark = pytest.mark.django_db
FIELDS = [field.attname for field in ActivityVersion._meta.concrete_fields]
ACTS = ("revise", "suspend", "resume", "end", "start", "write", "submit", "return", "give_up")


def rows(activity):
    found = ActivityVersion.objects.filter(activity=activity).order_by("number").values(*FIELDS)
    return [{name: plain(value) for name, value in row.items()} for row in found]


def plain(value):
    return bytes(value) if isinstance(value, memoryview | bytes) else copy.deepcopy(value)


def act(world, activity, name, text):
    row, at = Activity.objects.get(pk=activity.pk), acts.later()
    mine, theirs = (
        {"activity": row, "actor": who, "at": at} for who in (world.registrar, world.reviewer)
    )
    steps = {
        "start": lambda: services.start_revision(**mine),
        "write": lambda: services.update_draft(
            payload=row.payload | {"prerequisites": [text]}, **mine
        ),
        "submit": lambda: services.submit_activity(**mine),
        "return": lambda: services.decide_review(decision="RETURN", reasons=text, **theirs),
        "give_up": lambda: services.withdraw_revision(**mine),
        "revise": lambda: acts.revise(world, row, prerequisites=[text]),
    }
    try:
        with transaction.atomic():
            steps.get(name, lambda: getattr(acts, name)(world, row))()
    except DomainError:
        # Not in a state for this act: nothing happened.
        return


@given(steps=st.lists(st.tuples(st.sampled_from(ACTS), st.text("abc", min_size=1)), max_size=12))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_act_changes_a_registered_version(world, steps):
    activity = acts.register(world)
    known = rows(activity)
    for name, text in steps:
        act(world, activity, name, text)
        now = rows(activity)
        assert now[: len(known)] == known
        known = now
    for row in known:
        assert sha256(canonicalize(row["payload"])) == row["digest"]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_not_even_the_database_lets_it_change(world, act):
    version = once.registered(world, at=AT).current
    version = ActivityVersion.objects.filter(pk=version.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        version.update(payload={}) if act == "update" else version._raw_delete("default")
    assert version.get().payload
