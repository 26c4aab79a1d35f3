"""What is shown of a document in a list: kept as JSON, given out as a frozen value."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from registry.catalogue.documents import Document, Texts, facet_values
from registry.catalogue.models import Card

_TEXT = (
    "titles", "provider", "provider_names", "provider_type", "country", "framework", "route",
    "national_level", "field", "credit_system", "mode", "stackable",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """A found activity, as a list shows it."""

    activity_id: uuid.UUID
    number: int
    registered_at: datetime
    titles: Texts
    provider: str
    provider_names: Texts
    provider_type: str
    country: str
    framework: str
    route: str
    national_level: str | None
    eqf: tuple[int, ...]
    field: str
    credits: Decimal | None
    hours: Decimal | None
    credit_system: str
    mode: str
    languages: tuple[str, ...]
    transitions: tuple[str, ...]
    stackable: bool


def card_of(document: Document) -> dict[str, Any]:
    """The columns of the document's card."""
    shown: dict[str, Any] = {name: getattr(document, name) for name in _TEXT}
    shown["titles"] = dict(document.titles)
    shown["provider_names"] = dict(document.provider_names)
    shown |= {
        "number": document.number,
        "registered_at": document.registered_at.isoformat(),
        "eqf": list(document.eqf),
        "credits": None if document.credits is None else str(document.credits),
        "hours": None if document.hours is None else str(document.hours),
        "languages": list(document.languages),
        "transitions": list(document.transitions),
    }
    return {
        "activity_id": document.activity_id,
        "facets": [list(pair) for pair in facet_values(document)],
        "shown": shown,
        "outcomes": [dict(texts) for texts in document.outcomes],
    }


def hits(generation: int, ordinals: Sequence[int]) -> tuple[Hit, ...]:
    """The hits of these ordinals, in their order; one query."""
    rows = Card.objects.filter(generation=generation, ordinal__in=ordinals)
    named = rows.values_list("ordinal", "activity_id", "shown")
    found = {ordinal: _hit(activity_id, shown) for ordinal, activity_id, shown in named}
    return tuple(found[ordinal] for ordinal in ordinals if ordinal in found)


def _hit(activity_id: uuid.UUID, shown: Mapping[str, Any]) -> Hit:
    return Hit(
        activity_id=activity_id,
        registered_at=datetime.fromisoformat(shown["registered_at"]),
        number=shown["number"],
        eqf=tuple(shown["eqf"]),
        credits=_decimal(shown["credits"]),
        hours=_decimal(shown["hours"]),
        languages=tuple(shown["languages"]),
        transitions=tuple(shown["transitions"]),
        **{name: shown[name] for name in _TEXT},
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
