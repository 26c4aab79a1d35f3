"""Acts in the order that a test says them, each at a moment of its own."""

from datetime import timedelta
from itertools import count

from registry.activities import services
from registry.activities.models import Activity
from tests.conftest import AT
from tests.registry.acts import decide, draft, revised

_MINUTES = count(1)


def later():
    """A moment after every one given before: acts of a test happen in the order it says."""
    return AT + timedelta(minutes=next(_MINUTES))


def register(world, name="mc-ee-001", **changes):
    """A registered activity of the world's institution."""
    row = draft(world, name, at=later(), **changes)
    services.submit_activity(activity=row, actor=world.registrar, at=later())
    row.refresh_from_db()
    decide(world, row, at=later(), reasons="")
    return Activity.objects.get(pk=row.pk)


def revise(world, activity, **changes):
    """A new version of a registered activity."""
    revised(world, activity, at=later(), **changes)
    decide(world, activity, at=later())
    return Activity.objects.get(pk=activity.pk)


def suspend(world, activity):
    services.suspend_activity(
        activity=activity, reasons="For a check.", actor=world.reviewer, at=later()
    )


def resume(world, activity):
    services.resume_activity(activity=activity, actor=world.reviewer, at=later())


def end(world, activity):
    services.end_activity(activity=activity, actor=world.registrar, at=later())
