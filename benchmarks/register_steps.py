"""The steps of ``benchmarks.register``, each run in a process of its own after Django is set up."""

from __future__ import annotations

import copy
import json
import os
import resource
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client

from credentials.encoding import canonicalize, sha256
from registry.activities.changes import changes_after
from registry.activities.downloads import publish_register
from registry.activities.models import Activity, ActivityVersion
from registry.common.actors import SYSTEM
from registry.common.models import AuditEvent
from registry.issuers.models import Institution
from registry.issuers.services import register_institution
from schemas import frameworks

ROOT = Path(__file__).resolve().parents[1]
BEGIN = datetime(2023, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 2, tzinfo=UTC)
BATCH = 500
DATA = json.loads((ROOT / "fixtures/demo/fixtures.json").read_text(encoding="utf-8"))


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def fill(count: int) -> dict[str, object]:
    """Rows as the services would have made them; the services themselves aren't measured here."""
    call_command("migrate", verbosity=0)
    texts, institutions = _texts(), _institutions()
    previous = os.urandom(32)
    for start in range(0, count, BATCH):
        rows, versions, events = [], [], []
        for number in range(start, min(start + BATCH, count)):
            text = texts[number % len(texts)]
            at = BEGIN + timedelta(minutes=number)
            payload = copy.deepcopy(text["payload"])
            payload["title"]["en"] = f"{payload['title'].get('en', 'Title')} {number}"
            activity = Activity(
                id=uuid.UUID(int=(number + 1) << 40 | 0x7 << 76 | 0b10 << 62),
                institution=institutions[text["institution"]],
                framework=text["framework"],
                route=text["route"],
                state="REGISTERED",
                payload=payload,
                created_at=at,
                registered_at=at,
            )
            rows.append(activity)
            for which in range(1, 3 if number % 10 == 0 else 2):
                versions.append(_version(activity, which, payload, text, at))
                act = "activity.register" if which == 1 else "activity.register_revision"
                digest = os.urandom(32)
                event = {"at": at, "actor_name": "benchmark", "act": act}
                subject = {"subject_type": "activity", "subject_id": str(activity.pk)}
                events.append(
                    AuditEvent(**event, **subject, previous_digest=previous, digest=digest)
                )
                previous = digest
        Activity.objects.bulk_create(rows)
        ActivityVersion.objects.bulk_create(versions)
        AuditEvent.objects.bulk_create(events)
    return {"activities": count}


def _version(
    activity: Activity, number: int, payload: Any, text: Mapping[str, Any], at: datetime
) -> ActivityVersion:

    return ActivityVersion(
        activity=activity,
        number=number,
        payload=payload,
        route_version=text["route_version"],
        warnings=[],
        digest=sha256(canonicalize(payload)),
        registered_at=at,
    )


def _texts() -> list[dict[str, Any]]:

    own = {"id", "provider", "awarding_body", "framework", "route", "expected"}
    rows = []
    for row in DATA["activities"]:
        routes = frameworks.framework(row["framework"]).routes
        route = next(r for r in routes if r.code == row["route"])
        payload = {k: v for k, v in row.items() if k not in own}
        payload["delivered_by"] = [name.partition("-")[2] for name in payload["delivered_by"]]
        rows.append(
            {
                "payload": payload,
                "framework": row["framework"],
                "route": route.code,
                "route_version": route.version,
                "institution": row["provider"].partition("-")[2],
            }
        )
    return rows


def _institutions() -> dict[str, Institution]:

    return {
        row["id"].partition("-")[2]: register_institution(
            slug=row["id"].partition("-")[2],
            legal_name=row["name"],
            country=row["country"],
            provider_type=row["type"],
            can_award=row["can_award"],
            homepage=row["homepage"],
            actor=SYSTEM,
            at=BEGIN,
        )
        for row in DATA["providers"]
    }


def publish() -> dict[str, object]:
    """Write the day's files."""
    before, begin = _peak(), time.perf_counter()
    made = publish_register(at=AT)
    seconds = time.perf_counter() - begin
    return {
        "lines": sum(file.lines for file in made.files),
        "seconds": round(seconds, 1),
        "lines_per_second": round(sum(file.lines for file in made.files) / seconds),
        "plain_mb": round(sum(file.size for file in made.files) / 1e6, 1),
        "gzip_mb": round(sum(file.gzip_size for file in made.files) / 1e6, 1),
        "memory_before_mb": before,
        "memory_peak_mb": _peak(),
    }


def serve() -> dict[str, object]:
    """Read the unpacked JSON file through the view, as a client without gzip would."""
    before, begin, size = _peak(), time.perf_counter(), 0
    for piece in Client().get(f"/register/register-{AT.date()}.ndjson").streaming_content:
        size += len(piece)
    seconds = time.perf_counter() - begin
    return {
        "mb": round(size / 1e6, 1),
        "seconds": round(seconds, 2),
        "memory_before_mb": before,
        "memory_peak_mb": _peak(),
    }


def follow() -> dict[str, object]:
    """Read the whole feed, and ask once more with nothing new."""
    cursor, pages, begin = 0, [], time.perf_counter()
    more = True
    while more:
        start = time.perf_counter()
        page = changes_after(cursor, limit=1000)
        pages.append(time.perf_counter() - start)
        cursor, more = page.next, page.more
    start = time.perf_counter()
    changes_after(cursor, limit=1000)
    return {
        "seconds": round(time.perf_counter() - begin, 2),
        "slowest_page_of_1000_ms": round(max(pages) * 1000),
        "page_without_news_ms": round((time.perf_counter() - start) * 1000, 1),
    }


def document() -> dict[str, object]:
    """One activity in each form, over and over."""
    client, found = Client(), {}
    one = Activity.objects.order_by("-pk").first()
    for name, end in (("page", "/"), ("json", ".json"), ("elm", ".elm.jsonld")):
        url = f"/activities/{one.pk}{end}"
        client.get(url)
        begin = time.perf_counter()
        for _ in range(50):
            client.get(url)
        found[f"{name}_ms"] = round((time.perf_counter() - begin) / 50 * 1000, 1)
    return found


STEPS: Mapping[str, Callable[[], dict[str, object]]] = {
    f.__name__: f for f in (publish, serve, follow, document)
}
