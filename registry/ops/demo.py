"""The demo: every activity of the fixtures whose framework is built, through the real services.

Runs once: an existing demo (``var/demo.json``) is left alone. Passwords and the learner's link are
made on the spot and stand in that file only.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from registry.accounts.selectors import actor_for
from registry.accounts.services import add_membership, create_organisation, create_user
from registry.activities.selectors import current_version
from registry.activities.services import (
    create_draft,
    decide_review,
    start_revision,
    submit_activity,
    update_draft,
)
from registry.awards.changes import (
    resume_suspended,
    revoke_award,
    supersede_award,
    suspend_award,
)
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential
from registry.common.actors import SYSTEM
from registry.issuers.services import (
    create_signing_key,
    grant_accreditation,
    register_institution,
)
from registry.sharing.services import create_share
from schemas import frameworks

if TYPE_CHECKING:
    from registry.accounts.models import Organisation, User
    from registry.activities.models import Activity
    from registry.awards.models import Award
    from registry.issuers.models import Institution


FIXTURES = settings.BASE_DIR / "fixtures" / "demo" / "fixtures.json"
BEGIN = datetime(2021, 9, 1, 8, tzinfo=UTC)
SHOWN_ACTIVITY, SHOWN_LEARNER, REVISED_ACTIVITY = "mc-ee-001", "l-01", "mc-ee-002"
ROLES = {
    "registrar": ("registrar@kalda.example", "Kadri Registrar", "REGISTRAR"),
    "issuer": ("issuer@kalda.example", "Ilmar Issuer", "ISSUER"),
    "reviewer": ("reviewer@authority.example", "Reet Reviewer", "REVIEWER"),
    "learner": ("eleni@learner.example", "Eleni Karagianni", None),
}
_OWN = {"id", "provider", "awarding_body", "framework", "route", "expected"}
# Key rotation and suspended issuers aren't staged here; c-05 is what c-04 is replaced by.
CASES = ("c-01", "c-02", "c-03", "c-04", "c-12", "c-14")
MAIDEN_NAME = "Kowal"


@dataclass
class Demo:
    """What was made, by the fixtures' names."""

    data: Mapping[str, Any]
    institutions: dict[str, Institution] = field(default_factory=dict)
    authorities: dict[str, Organisation] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    awards: dict[str, Award] = field(default_factory=dict)


def marker() -> Path:
    """Where the demo's addresses and passwords stand."""
    return Path(settings.VAR_DIR) / "demo.json"


def read() -> dict[str, Any] | None:
    """What an earlier run wrote down, ``None`` before the first."""
    path = marker()
    if not path.exists():
        return None
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def load(at: datetime) -> dict[str, Any]:
    """Make the whole demo; returns what a person needs to look at it."""
    demo = Demo(json.loads(FIXTURES.read_text(encoding="utf-8")))
    _bodies(demo)
    _activities(demo)
    _reviews(demo, at)
    _waiting(demo, at)
    passwords = {name: secrets.token_urlsafe(9) for name in ROLES}
    users = {name: _user(name, passwords[name], at) for name in ROLES}
    _roles(demo, users, at)
    _awards(demo)
    token = _share(demo, users["learner"], at)
    activity = demo.activities[SHOWN_ACTIVITY]
    shown = {
        "home": f"{settings.PUBLIC_URL}/",
        "activity": f"{settings.PUBLIC_URL}/activities/{activity.pk}/",
        "share": f"{settings.PUBLIC_URL}/s/{token}",
        "sign_in": {name: [ROLES[name][0], passwords[name]] for name in ROLES},
        "activities": len(demo.activities),
    }
    descriptor = os.open(marker(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(shown, file, indent=2)
    return shown


def _bodies(demo: Demo) -> None:
    for frame in frameworks.frameworks():
        slug = f"authority-{frame.country.lower()}"
        name = frame.authority.value or f"Authority for {frame.abbreviation}"
        demo.authorities[frame.code] = create_organisation(
            kind="AUTHORITY",
            slug=slug,
            name={"en": str(name)},
            country=frame.country,
            actor=SYSTEM,
            at=BEGIN,
        )
    for row in demo.data["providers"]:
        institution = register_institution(
            slug=_slug(row["id"]),
            legal_name=row["name"],
            country=row["country"],
            provider_type=row["type"],
            can_award=row["can_award"],
            homepage=row.get("homepage") or "",
            actor=SYSTEM,
            at=BEGIN,
        )
        demo.institutions[row["id"]] = institution
        if row["can_award"]:
            create_signing_key(institution=institution, actor=SYSTEM, at=BEGIN)


def _activities(demo: Demo) -> None:
    built = {frame.code for frame in frameworks.frameworks()}
    accredited: set[tuple[str, str]] = set()
    for row in demo.data["activities"]:
        if row["framework"] not in built:
            continue
        institution, code = demo.institutions[row["provider"]], row["framework"]
        if (row["provider"], code) not in accredited:
            accredited.add((row["provider"], code))
            grant_accreditation(
                institution=institution,
                authority=demo.authorities[code],
                framework=code,
                reference=f"DEMO-{code}-{institution.slug}",
                valid_from=BEGIN.date(),
                actor=SYSTEM,
                at=BEGIN,
            )
        demo.activities[row["id"]] = _register(row, institution)


def _register(row: Mapping[str, Any], institution: Institution) -> Activity:
    routes = frameworks.framework(row["framework"]).routes
    start = next(r.valid_from for r in routes if r.code == row["route"])
    day = max(BEGIN.date(), start + timedelta(days=1)) if start else BEGIN.date()
    at = datetime.combine(day, time(9), UTC)
    activity = create_draft(
        institution=institution,
        framework=row["framework"],
        route=row["route"],
        payload=_payload(row),
        actor=SYSTEM,
        at=at,
    )
    submit_activity(activity=activity, actor=SYSTEM, at=at)
    decide_review(activity=activity, decision="REGISTER", reasons="", actor=SYSTEM, at=at)
    return activity


def _reviews(demo: Demo, at: datetime) -> None:
    """A provider whose route asks for reviews has each text reviewed on its last day, until now."""
    for activity in demo.activities.values():
        while (last := current_version(activity).review_on) is not None and last < at.date():
            then = datetime.combine(last, time(9), UTC)
            start_revision(activity=activity, actor=SYSTEM, at=then)
            submit_activity(activity=activity, actor=SYSTEM, at=then)
            decide_review(activity=activity, decision="REGISTER", reasons="", actor=SYSTEM, at=then)


def _payload(row: Mapping[str, Any]) -> dict[str, Any]:
    """The activity's text; it names bodies as the register does, by their slugs."""
    payload = {name: value for name, value in row.items() if name not in _OWN}
    payload["delivered_by"] = [_slug(name) for name in row.get("delivered_by", [])]
    if row.get("platform"):
        payload["platform"] = _slug(row["platform"])
    return payload


def _slug(name: str) -> str:
    return name.removeprefix("prov-").removeprefix("plat-")


def _waiting(demo: Demo, at: datetime) -> None:
    """What the demo's officer finds: a new version, and one that is much like another."""
    revised, then = demo.activities[REVISED_ACTIVITY], at - timedelta(days=4)
    start_revision(activity=revised, actor=SYSTEM, at=then)
    purpose = {"en": "For designers, product managers and buyers of furniture and textiles."}
    hours = revised.payload["workload"] | {"contact_hours": 72}
    payload = revised.payload | {"purpose": purpose, "workload": hours}
    update_draft(activity=revised, payload=payload, actor=SYSTEM, at=then)
    submit_activity(activity=revised, actor=SYSTEM, at=then)
    alike = demo.activities[SHOWN_ACTIVITY]
    title = {"en": "Production data analysis with Python, evening course"}
    double = create_draft(
        institution=alike.institution,
        framework=alike.framework,
        route=alike.route,
        payload=alike.payload | {"title": title},
        actor=SYSTEM,
        at=then,
    )
    submit_activity(activity=double, actor=SYSTEM, at=at - timedelta(days=1))


def _user(name: str, password: str, at: datetime) -> User:
    email, person, _role = ROLES[name]
    return create_user(email=email, name=person, password=password, actor=SYSTEM, at=at)


def _roles(demo: Demo, users: Mapping[str, User], at: datetime) -> None:
    kalda = demo.institutions["prov-kalda"].organisation
    places = {"registrar": kalda, "issuer": kalda, "reviewer": demo.authorities["ee-estqf"]}
    for name, organisation in places.items():
        role = str(ROLES[name][2])
        user = users[name]
        add_membership(user=user, organisation=organisation, role=role, actor=SYSTEM, at=at)


def recipient(row: Mapping[str, Any], email: str = "") -> RecipientData:
    """A learner of the fixtures."""
    given, family = row.get("given") or "", row.get("family") or ""
    born = date.fromisoformat(row["dob"]) if row.get("dob") else None
    full = row.get("full") or f"{given} {family}".strip()
    return RecipientData(full, given, family, born, email)


def _awards(demo: Demo) -> None:
    learners = {row["id"]: row for row in demo.data["learners"]}
    for case in demo.data["credential_cases"]:
        if case["id"] not in CASES:
            continue
        day, learner = date.fromisoformat(case["issued"]), recipient(learners[case["learner"]])
        first = learner
        if "superseded_by" in case["events"]:
            name = f"{learner.given_name} {MAIDEN_NAME}"
            first = replace(learner, full_name=name, family_name=MAIDEN_NAME)
        award = demo.awards[case["id"]] = award_credential(
            activity=demo.activities[case["activity"]],
            recipient=first,
            awarded_on=day,
            idempotency_key=f"demo-{case['id']}",
            actor=SYSTEM,
            at=datetime.combine(day, time(12), UTC),
        )

        _events(case["events"], award, learner)


def _events(events: Mapping[str, str], award: Award, learner: RecipientData) -> None:
    """What happened to a credential after issuing."""

    def at(name: str) -> datetime:
        return datetime.combine(date.fromisoformat(events[name]), time(12), UTC)

    if "revoked" in events:
        reason = events["reason"]
        revoke_award(award=award, reason=reason, actor=SYSTEM, at=at("revoked"))
    if "superseded_by" in events:
        then = award.issued_at + timedelta(days=244)
        supersede_award(award=award, reason="name_change", recipient=learner, actor=SYSTEM, at=then)
    if "suspended" in events:
        suspend_award(award=award, reason="investigation", actor=SYSTEM, at=at("suspended"))
        resume_suspended(award=award, reason="cleared", actor=SYSTEM, at=at("until"))


def _share(demo: Demo, learner: User, at: datetime) -> str:
    row = next(r for r in demo.data["learners"] if r["id"] == SHOWN_LEARNER)
    award = award_credential(
        activity=demo.activities[SHOWN_ACTIVITY],
        recipient=recipient(row, learner.email),
        awarded_on=at.date(),
        grade="5",
        idempotency_key="demo-shown",
        actor=SYSTEM,
        at=at,
    )
    _share_row, token = create_share(
        award=award,
        expires_at=at + timedelta(days=365),
        actor=actor_for(learner),
        at=at,
        purpose="Application as data analyst",
    )
    return token
