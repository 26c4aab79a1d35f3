<<<<<<< HEAD
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
=======
"""Acts that many tests begin with, and worlds of other countries; all through the services."""

import copy
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.conftest import AT, ROOT, activity_row

DAY = timedelta(days=1)
CASES = ROOT / "tests/schemas/cases"


def case(framework, name):
    """A valid case of a framework: its payload and its route."""
    row = json.loads((CASES / framework / "valid" / f"{name}.json").read_text(encoding="utf-8"))
    return row["payload"], row["route"]


def draft(world, name="mc-ee-001", *, at=AT, **changes):
    from registry.activities import services

    payload, row = activity_row(name)
    return services.create_draft(
>>>>>>> wt-a
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload | changes,
        actor=world.registrar,
        at=at,
    )
<<<<<<< HEAD
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
=======


def submitted(world, *, at=AT, **changes):
    from registry.activities import services

    row = draft(world, at=at, **changes)
    services.submit_activity(activity=row, actor=world.registrar, at=at)
    row.refresh_from_db()
    return row


def decide(world, row, decision="REGISTER", *, at=AT, reasons="Reasons", **more):
    from registry.activities import services

    return services.decide_review(
        activity=row, decision=decision, reasons=reasons, actor=world.reviewer, at=at, **more
    )


def registered(world, *, at=AT, **changes):
    row = submitted(world, at=at, **changes)
    decide(world, row, at=at)
    return row


def revised(world, row, *, at, submit=True, **changes):
    """A revision of a registered activity, written and submitted."""
    from registry.activities import services

    services.start_revision(activity=row, actor=world.registrar, at=at)
    payload = copy.deepcopy(row.payload) | changes
    services.update_draft(activity=row, payload=payload, actor=world.registrar, at=at)
    if submit:
        services.submit_activity(activity=row, actor=world.registrar, at=at)
        row.refresh_from_db()
    return row


def award(world, row, *, at=AT, day=None, **more):
    from registry.awards.facts import RecipientData
    from registry.awards.services import award_credential

    return award_credential(
        activity=row,
        recipient=RecipientData("Sukmawati", email="learner@example.org"),
        awarded_on=day or at.astimezone(UTC).date(),
        actor=world.issuer,
        at=at,
        **more,
    )


@dataclass
class Country:
    """An institution of another country with its authority and people; quacks like a world."""

    institution: object
    authority: object
    registrar: object
    issuer: object
    reviewer: object

    def draft(self, framework, payload, route, at=AT):
        from registry.activities import services

        return services.create_draft(
            institution=self.institution,
            framework=framework,
            route=route,
            payload=payload,
            actor=self.registrar,
            at=at,
        )


def make_country(code, provider_type, framework):
    """A country of its own, accredited for everything in its framework."""
    from registry.accounts import services as accounts
    from registry.accounts.selectors import actor_for
    from registry.common.actors import SYSTEM
    from registry.issuers import services as issuers

    low = code.lower()
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    authority = accounts.create_organisation(
        kind="AUTHORITY", slug=f"authority-{low}", name={"en": code}, country=code, actor=SYSTEM,
        at=begin,
    )  # fmt: skip
    institution = issuers.register_institution(
        slug=f"body-{low}", legal_name={"en": f"Body of {code}"}, country=code,
        provider_type=provider_type, can_award=True, actor=SYSTEM, at=begin,
    )  # fmt: skip
    issuers.create_signing_key(institution=institution, actor=SYSTEM, at=begin)
    issuers.grant_accreditation(
        institution=institution, authority=authority, framework=framework, reference=f"{code}-1",
        valid_from=begin.date(), actor=SYSTEM, at=begin,
    )  # fmt: skip

    def person(name, organisation, role):
        user = accounts.create_user(
            email=f"{name}@{low}.example", name=name, password="pw-of-tests", actor=SYSTEM, at=begin
        )
        accounts.add_membership(
            user=user, organisation=organisation, role=role, actor=SYSTEM, at=begin
        )
        return actor_for(user)

    return Country(
        institution,
        authority,
        registrar=person("registrar", institution.organisation, "REGISTRAR"),
        issuer=person("issuer", institution.organisation, "ISSUER"),
        reviewer=person("reviewer", authority, "REVIEWER"),
    )


def fresh(row):
    """The row as another request reads it."""
    return type(row).objects.get(pk=row.pk)


def with_role(actor, role, organisation):
    """The actor with one more role."""
    return replace(actor, roles=actor.roles | {(role, organisation)})
>>>>>>> wt-a
