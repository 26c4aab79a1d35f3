"""Activities that hang together, made through the services."""

from registry.activities import services
from tests.conftest import AT, activity_row


def link(kind, target):
    """A link as a payload states it; ``target`` is an activity or an address."""
    return {"type": kind, "activity": str(getattr(target, "pk", target))}


def draft(world, *links, title="A course", institution=None, actor=None, **changes):
    payload, row = activity_row("mc-ee-001")
    payload["title"] = {"en": title}
    payload["links"] = list(links)
    return services.create_draft(
        institution=institution or world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload | changes,
        actor=actor or world.registrar,
        at=AT,
    )


def put_through(world, activity, at=AT):
    services.submit_activity(activity=activity, actor=world.registrar, at=at)
    services.decide_review(
        activity=activity, decision="REGISTER", reasons="", actor=world.reviewer, at=at
    )
    return activity


def register(world, *links, **changes):
    return put_through(world, draft(world, *links, **changes))


def revise(world, activity, *links, at=AT):
    """A further version with these links, not yet decided on."""
    if not activity.revision:
        services.start_revision(activity=activity, actor=world.registrar, at=at)
    activity.refresh_from_db()
    services.update_draft(
        activity=activity,
        payload=activity.payload | {"links": list(links)},
        actor=world.registrar,
        at=at,
    )
    activity.refresh_from_db()
    return activity
