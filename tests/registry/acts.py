"""Acts on activities for tests: register, revise, suspend, resume, end."""

from datetime import timedelta
from itertools import count

from registry.activities import services
from registry.activities.models import Activity
from tests.conftest import AT, activity_row

_MINUTES = count(1)


def later():
    """A moment after every one given before: acts of a test happen in the order it says."""
    return AT + timedelta(minutes=next(_MINUTES))


def register(world, name="mc-ee-001", **changes):
    """A registered activity of the world's institution."""
    payload, row = activity_row(name)
    at = later()
    activity = services.create_draft(
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload | changes,
        actor=world.registrar,
        at=at,
    )
    services.submit_activity(activity=activity, actor=world.registrar, at=at)
    services.decide_review(
        activity=activity, decision="REGISTER", reasons="", actor=world.reviewer, at=at
    )
    return Activity.objects.get(pk=activity.pk)


def revise(world, activity, **changes):
    """A new version of a registered activity."""
    from credentials.encoding import canonicalize, sha256
    from registry.activities.models import ActivityVersion
    from registry.common import audit

    last = ActivityVersion.objects.filter(activity=activity).order_by("-number").first()
    payload, at = last.payload | changes, later()
    digest = sha256(canonicalize(payload))
    ActivityVersion.objects.create(
        activity=activity,
        number=last.number + 1,
        payload=payload,
        route_version=last.route_version,
        warnings=[],
        digest=digest,
        registered_at=at,
    )
    audit.record(
        actor=world.reviewer,
        act="activity.register_revision",
        subject=("activity", activity.pk),
        at=at,
    )
    return Activity.objects.get(pk=activity.pk)


def suspend(world, activity):
    services.suspend_activity(
        activity=activity, reasons="For a check.", actor=world.reviewer, at=later()
    )


def resume(world, activity):
    services.resume_activity(activity=activity, actor=world.reviewer, at=later())


def end(world, activity):
    services.end_activity(activity=activity, actor=world.registrar, at=later())
