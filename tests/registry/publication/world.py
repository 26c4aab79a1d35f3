"""Registered versions without a database: every activity of the fixtures, and a full one."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, uuid5

from credentials.encoding import canonicalize, sha256
from registry.activities.publication import Party, Published
from registry.activities.publication.model import AccreditationFact, VersionRef, party_named
from schemas import frameworks
from tests.conftest import FIXTURES, OWN, ROOT

BASE = "https://registry.example"
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def _slug(name):
    return name.removeprefix("prov-").removeprefix("plat-")


PARTIES = {
    row["id"]: Party(
        name=row["name"],
        slug=_slug(row["id"]),
        did=f"did:web:registry.example:institutions:{_slug(row['id'])}",
        country=row["country"],
        homepage=row["homepage"],
        provider_type=row["type"],
    )
    for row in FIXTURES["providers"]
}


def published(name, *, number=1, of_version=False, **changes):
    """An activity of the fixtures as it would be registered; ``changes`` go into the payload."""
    row = next(row for row in FIXTURES["activities"] if row["id"] == name)
    payload = {k: copy.deepcopy(v) for k, v in row.items() if k not in OWN} | changes
    it = _registered(name, row["framework"], row["route"], payload, PARTIES[row["awarding_body"]])
    return replace(
        it,
        number=number,
        of_version=of_version,
        providers=tuple(PARTIES[n] for n in payload.get("delivered_by") or [row["awarding_body"]]),
        versions=tuple(VersionRef(n, AT, it.digest) for n in range(number, 0, -1)),
        platform=PARTIES[payload["platform"]] if payload.get("platform") else None,
    )


def of_case(path):
    """A valid case of a framework (``tests/schemas/cases``) as it would be registered."""
    case = json.loads(path.read_text(encoding="utf-8"))
    party = Party(
        name={"en": "A body of the tests"},
        slug="body",
        did="did:web:registry.example:institutions:body",
        country=case["body"]["country"],
        provider_type=case["body"]["provider_type"],
    )
    name = f"{path.parts[-3]}/{path.stem}"
    it = _registered(name, path.parts[-3], case["route"], case["payload"], party)
    return replace(
        it, providers=tuple(map(party_named, case["payload"].get("delivered_by", []))) or (party,)
    )


def _registered(name, framework, route_code, payload, awarding):
    frame = frameworks.framework(framework)
    route = next(r for r in frame.routes if r.code == route_code)
    digest = sha256(canonicalize(payload))
    return Published(
        base=BASE,
        register="Register of the tests",
        activity_id=str(uuid5(NAMESPACE_URL, name)),
        number=1,
        of_version=False,
        state="REGISTERED",
        registered_at=AT,
        changed_at=AT,
        digest=digest,
        framework=frame,
        route_version=route.version,
        payload=payload,
        warnings=(),
        awarding=awarding,
        providers=(awarding,),
        versions=(VersionRef(1, AT, digest),),
    )


ALL = [row["id"] for row in FIXTURES["activities"]]
CASES = sorted((ROOT / "tests/schemas/cases").glob("*/valid/*.json"))


def full():
    """An activity that says everything that can be said."""
    it = published(
        "mc-hr-001",
        number=2,
        workload={"hours": 187.5, "credits": 7.5, "credit_system": "csvet", "contact_hours": 12.25},
        quality_assurance={
            "kind": "register_standard",
            "text": "Skup ishoda učenja",
            "reference": "SIU-1",
            "valid_until": "2029-06-30",
        },
        quality_assurance_evidence=[
            {"type": "institutional", "body": "AZVO", "from": "2024-01-01", "until": None}
        ],
        dates={"last_enrolment": "2027-05-31", "last_achievement": "2028-05-31"},
        links=[{"type": "requires", "activity": "https://elsewhere.example/activities/1"}],
        stackability={"integration": "component", "towards": ["Djelomična kvalifikacija"]},
        roles={"developer": "HUP", "designed_with": ["HUP"], "certifier": None},
    )
    outcomes = copy.deepcopy(it.payload["learning_outcomes"])
    outcomes[0]["assessed_by"] = ["practical_assessment"]
    grant = AccreditationFact(
        authority={"en": "Ministry", "hr": "Ministarstvo"},
        authority_slug="authority-hr",
        authority_country="HR",
        reference="UP/I 602-02",
        fields=("07",),
        valid_from=date(2024, 1, 1),
        valid_until=date(2030, 1, 1),
    )
    payload = {**it.payload, "learning_outcomes": outcomes}
    return replace(
        it,
        payload=payload,
        digest=sha256(canonicalize(payload)),
        awarding=replace(it.awarding, registration="12345678901"),
        providers=(replace(it.awarding, registration="12345678901"), party_named("Pogon d.o.o.")),
        accreditations=(grant,),
        developer=party_named("HUP"),
        designed_with=(party_named("HUP"),),
    )
