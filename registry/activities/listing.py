"""What the public catalogue is told: an activity is shown while it is registered.

Called by the services, inside the transaction of the act that registers, suspends, resumes or ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import F

from registry.activities.lifecycle import State
from registry.activities.models import Activity, ActivityVersion
from registry.catalogue import services as catalogue
from registry.catalogue.documents import Document, Texts
from schemas import frameworks, vocabularies

LEADS_ON = frozenset({"stackable", "component"})
"""The kinds of integration by which an activity counts towards something larger."""


def show(activity: Activity) -> None:
    """Show the activity as its version in force says."""
    versions = ActivityVersion.objects.select_related("activity__institution")
    catalogue.put(document_of(versions.get(activity__current=F("pk"), activity=activity.pk)))


def withdraw(activity: Activity) -> None:
    """Show the activity no longer."""
    catalogue.remove(activity.pk)


def show_all() -> int:
    """Make the whole catalogue again from the registered versions; returns how many."""
    return catalogue.rebuild(_registered())


def _registered() -> Iterator[Document]:
    rows = ActivityVersion.objects.filter(
        activity__state=State.REGISTERED, activity__current=F("pk")
    )
    ordered = rows.select_related("activity__institution").order_by("registered_at", "pk")
    for version in ordered.iterator(500):
        yield document_of(version)


def document_of(version: ActivityVersion) -> Document:
    """A registered version as the catalogue sees it."""
    payload, activity = version.payload, version.activity
    last_days = (version.review_on, version.registration_end)
    workload, level = payload["workload"], payload["level"]
    return Document(
        activity_id=activity.pk,
        number=version.number,
        registered_at=version.registered_at,
        titles=payload["title"],
        outcomes=tuple(outcome["text"] for outcome in payload["learning_outcomes"]),
        skills=tuple(_skills(payload)),
        provider=activity.institution.slug,
        provider_names=activity.institution.legal_name,
        provider_type=activity.institution.provider_type,
        country=activity.institution.country,
        framework=activity.framework,
        route=version.route,
        synonyms=synonyms(activity.framework, version.route),
        national_level=level["national"],
        eqf=tuple(level["eqf"] or ()),
        field=payload["isced_f"],
        credits=_decimal(workload["credits"]),
        hours=_decimal(workload["hours"]),
        credit_system=workload["credit_system"],
        mode=payload["participation"],
        languages=tuple(payload["languages_of_instruction"]),
        transitions=tuple(payload.get("transitions", ())),
        last_day=min((day for day in last_days if day is not None), default=None),
        stackable=payload["stackability"]["integration"] in LEADS_ON,
    )


def _skills(payload: Mapping[str, Any]) -> Iterator[Texts]:
    """The labels of ESCO skills that are known here, and of the sectors."""
    known = vocabularies.terms("esco-skill")
    for outcome in payload["learning_outcomes"]:
        for uri in outcome.get("esco", ()):
            if (skill := known.get(uri.rpartition("/")[2])) is not None:
                yield skill.label
    for code in payload.get("sectors", ()):
        yield vocabularies.term("sector", code).label


@cache
def synonyms(framework: str, route: str) -> tuple[str, ...]:
    """What such an activity is called: by its route, in its languages, and by the Union."""
    routes = frameworks.framework(framework).routes
    names = [name for r in routes if r.code == route for name in r.name.values()]
    return tuple(dict.fromkeys((*names, *vocabularies.micro_credential_words())))


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
