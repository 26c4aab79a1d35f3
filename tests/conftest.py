"""What all tests share: one institution with its authority, made through the services."""

from __future__ import annotations

import copy
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

# How long a case takes on a busy machine says nothing about whether it holds.
hypothesis_settings.register_profile("registry", deadline=None)
hypothesis_settings.load_profile("registry")

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
FIXTURES = json.loads((ROOT / "fixtures/demo/fixtures.json").read_text(encoding="utf-8"))
OWN = {"id", "provider", "awarding_body", "framework", "route", "expected"}


def required(what: str) -> bool:
    """Whether this run may leave nothing out."""
    return bool(os.environ.get("REGISTRY_REQUIRE_ALL")) or bool(
        os.environ.get(f"REGISTRY_REQUIRE_{what.upper()}")
    )


def pytest_collection_modifyitems(config, items):
    """On a fresh machine, say what is left out; where nothing may be, leave nothing out."""
    missing = {}
    if shutil.which("chromium") is None:
        missing["browser"] = "Chromium isn't installed"
    peers = ROOT / "benchmarks/peer/node_modules"
    if not all((peers / name).exists() for name in ("@digitalbazaar", "@digitalcredentials")):
        missing["npm"] = "the npm peer isn't installed (make peer)"
    kept, left = [], []
    for item in items:
        reason = next((missing[m.name] for m in item.iter_markers() if m.name in missing), None)
        (left if reason and not required(reason.split()[0]) else kept).append(item)
    if left:
        items[:] = kept
        config.hook.pytest_deselected(items=left)
        config.left_out = sorted(set(missing.values()))


def pytest_terminal_summary(terminalreporter, config):
    for reason in getattr(config, "left_out", []):
        terminalreporter.write_line(f"LEFT OUT: {reason}")
    if not os.environ.get("OB3_SCHEMAS"):
        terminalreporter.write_line(
            "LEFT OUT: the 1EdTech schemas (set OB3_SCHEMAS to their folder)"
        )


def activity_row(name):
    """An activity of the fixtures: its payload, and the rest."""
    row = next(row for row in FIXTURES["activities"] if row["id"] == name)
    return copy.deepcopy({k: v for k, v in row.items() if k not in OWN}), row


@dataclass
class World:
    institution: object
    other: object
    authority: object
    registrar: object
    issuer: object
    reviewer: object
    learner: object
    stranger: object


def make_world():
    """One institution with its authority and people, through the services."""
    from registry.accounts import services as accounts
    from registry.accounts.selectors import actor_for
    from registry.common.actors import SYSTEM
    from registry.issuers import services as issuers

    def person(name, organisation=None, role=None):
        user = accounts.create_user(
            email=f"{name}@example.org", name=name, password="pw-of-tests", actor=SYSTEM, at=AT
        )
        if organisation is not None:
            accounts.add_membership(
                user=user, organisation=organisation, role=role, actor=SYSTEM, at=AT
            )
        return actor_for(user)

    def body(slug):
        row = issuers.register_institution(
            slug=slug,
            legal_name={"en": f"{slug.title()} College", "et": f"{slug.title()} kolledž"},
            country="EE",
            provider_type="vet_college",
            can_award=True,
            actor=SYSTEM,
            at=AT,
        )
        issuers.create_signing_key(
            institution=row, actor=SYSTEM, at=AT, valid_from=datetime(2026, 1, 1, tzinfo=UTC)
        )
        return row

    authority = accounts.create_organisation(
        kind="AUTHORITY", slug="haka", name={"en": "HAKA"}, country="EE", actor=SYSTEM, at=AT
    )
    kalda, other = body("kalda"), body("other")
    issuers.grant_accreditation(
        institution=kalda,
        authority=authority,
        framework="ee-estqf",
        levels=["5"],
        fields=["06"],
        reference="HAKA-1",
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        actor=SYSTEM,
        at=AT,
    )
    return World(
        kalda,
        other,
        authority,
        registrar=person("registrar", kalda.organisation, "REGISTRAR"),
        issuer=person("issuer", kalda.organisation, "ISSUER"),
        reviewer=person("reviewer", authority, "REVIEWER"),
        learner=person("learner"),
        stranger=person("stranger", other.organisation, "REGISTRAR"),
    )


def make_registered(world):
    """An activity of the world's institution, registered by its authority."""
    from registry.activities import services

    payload, row = activity_row("mc-ee-001")
    activity = services.create_draft(
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload,
        actor=world.registrar,
        at=AT,
    )
    services.submit_activity(activity=activity, actor=world.registrar, at=AT)
    services.decide_review(
        activity=activity, decision="REGISTER", reasons="", actor=world.reviewer, at=AT
    )
    return activity


@pytest.fixture(autouse=True)
def ledger_folder(settings, tmp_path):
    """The log's files of one test."""
    settings.LEDGER_URL = f"file://{tmp_path}/ledger"
    return tmp_path / "ledger"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The running registry with its demo, as people start it; one for all tests that ask."""
    from tests.demo_site import running

    with running(tmp_path_factory.mktemp("var")) as shown:
        yield shown


@pytest.fixture
def client():
    """Every answer of the API is held against its OpenAPI document on the way."""
    from tests.openapi import CheckedClient

    return CheckedClient()


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def registered(world):
    return make_registered(world)


@pytest.fixture
def lists_of_today(award):
    """The status lists as the registry's rounds keep them, for what is verified today."""
    from registry.statuses.services import publish_status_lists

    publish_status_lists(at=datetime.now(UTC))


@pytest.fixture
def award(world, registered):
    """A credential for the learner."""
    from registry.awards.facts import RecipientData
    from registry.awards.services import award_credential

    return award_credential(
        activity=registered,
        recipient=RecipientData("Łucja Wiśniewska-Kowal", email=world.learner.email),
        awarded_on=AT.date(),
        grade="A",
        actor=world.issuer,
        at=AT,
    )
