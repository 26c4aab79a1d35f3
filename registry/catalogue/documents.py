"""What the catalogue is given about an activity, and the facet values that follow from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from registry.common.texts import pick

Texts = Mapping[str, str]
"""A text in several languages: language code → text."""

FACETS = (
    "country", "framework", "level", "eqf", "field", "credits", "hours", "mode", "language",
    "transition", "stackable", "provider", "provider_type",
)  # fmt: skip
"""All facets, in the order they are shown."""

CREDIT_STEPS = (2, 5, 10, 20, 30)
HOUR_STEPS = (10, 25, 50, 100, 200, 400)
TITLE_KEY = 48
"""Letters of a title that sorting goes by."""
NO_EQF = "none"
"""The value of the facet ``eqf`` for an activity that states no EQF level (DOMAIN R28)."""


@dataclass(frozen=True)
class Document:
    """A registered activity as the catalogue sees it."""

    activity_id: uuid.UUID
    number: int
    registered_at: datetime
    titles: Texts
    outcomes: tuple[Texts, ...]
    skills: tuple[Texts, ...]
    provider: str
    provider_names: Texts
    provider_type: str
    country: str
    framework: str
    route: str
    # What the thing is called in its country and in the Union, in any language.
    synonyms: tuple[str, ...]
    national_level: str | None
    eqf: tuple[int, ...]
    # Four digits of ISCED-F 2013.
    field: str
    credits: Decimal | None
    hours: Decimal | None
    credit_system: str
    mode: str
    languages: tuple[str, ...]
    transitions: tuple[str, ...]
    # The day after which it isn't shown, with or without an act that says so.
    last_day: date | None
    # Whether it counts towards something larger.
    stackable: bool


def facet_values(document: Document) -> Iterator[tuple[str, str]]:
    """The document's facet values: pairs of facet and value."""
    yield "country", document.country
    yield "framework", document.framework
    if document.national_level:
        yield "level", f"{document.framework}.{document.national_level}"
    for level in document.eqf or (NO_EQF,):
        yield "eqf", str(level)
    for digits in (2, 3, 4):
        yield "field", document.field[:digits]
    if document.credits is not None:
        step = bucket(document.credits, CREDIT_STEPS)
        yield "credits", f"{document.credit_system}.{step}"
    if document.hours is not None:
        yield "hours", bucket(document.hours, HOUR_STEPS)
    yield "mode", document.mode
    for language in document.languages:
        yield "language", language
    for transition in document.transitions:
        yield "transition", transition
    yield "stackable", "yes" if document.stackable else "no"
    yield "provider", document.provider
    yield "provider_type", document.provider_type


def bucket(amount: Decimal, steps: tuple[int, ...]) -> str:
    """The half-open range the amount lies in: ``0-2`` is from 0 to under 2, ``30-`` has no end."""
    low = 0
    for step in steps:
        if amount < step:
            return f"{low}-{step}"
        low = step
    return f"{low}-"


def size_of(document: Document) -> float:
    """What sorting by size goes by: hours; without hours, credits, after all that state hours."""
    if document.hours is not None:
        return float(document.hours)
    after_all_hours = 1_000_000.0
    return after_all_hours + float(document.credits or 0)


def moment_of(document: Document) -> int:
    """When it was registered, in microseconds since 1970."""
    since = document.registered_at - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


def main_title(document: Document) -> str:
    """The title that sorting by title goes by: the English one, or the first there is."""
    return pick(document.titles, "en")[0]
