"""Where the other forms and versions of a document are (RFC 8288, RFC 5829, RFC 6596)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.activities.publication import FORMATS, Format
from registry.activities.publication.model import Published


@dataclass(frozen=True, slots=True)
class Relation:
    """One link: an absolute address and what is there. ``type`` is a media type or empty."""

    target: str
    rel: str
    type: str = ""
    title: str = ""


def address(it: Published, form: Format) -> str:
    """The address of a form that doesn't depend on what a client says it accepts."""
    return f"{it.id}{form.suffix}"


def relations(it: Published, shown: Format | None) -> tuple[Relation, ...]:
    """All links of a document; ``shown`` is its form, ``None`` for the page."""
    return tuple(_relations(it, shown))


def _relations(it: Published, shown: Format | None) -> Iterator[Relation]:
    yield Relation(it.page, "canonical")
    if shown is not None:
        yield Relation(it.page, "alternate", "text/html")
        described = shown.described_by
        yield Relation(
            it.base + described if described.startswith("/") else described, "describedby"
        )
    for form in FORMATS.values():
        if form is not shown:
            yield Relation(address(it, form), "alternate", form.content_type, form.label)
    yield Relation(f"{it.url}/versions/{it.latest}/", "latest-version")
    before, after = it.neighbour(-1), it.neighbour(1)
    if before is not None:
        yield Relation(f"{it.url}/versions/{before.number}/", "predecessor-version")
    if after is not None:
        yield Relation(f"{it.url}/versions/{after.number}/", "successor-version")
