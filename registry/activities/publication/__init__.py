"""A registered version as documents for programs: pure functions of ``Published``.

A new format is one module and one row of ``FORMATS``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.activities.publication import course, elm, own
from registry.activities.publication.model import Party, Published, Standing
from schemas import isced

__all__ = ["FORMATS", "SPACES", "Format", "Party", "Published", "Standing", "render"]

SPACES = tuple(isced.SPACES)


@dataclass(frozen=True, slots=True)
class Format:
    """How a document is asked for: by media type and profile, or by the end of its address."""

    name: str
    media_type: str
    profile: str
    suffix: str
    label: str
    described_by: str
    build: Callable[[Published, str], dict[str, Any]]

    @property
    def content_type(self) -> str:
        """The value of ``Content-Type``."""
        return f'{self.media_type}; profile="{self.profile}"' if self.profile else self.media_type


FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format("json", "application/json", "", ".json", "JSON", own.SCHEMA_PATH, own.build),
        Format(
            "elm",
            "application/ld+json",
            elm.PROFILE,
            ".elm.jsonld",
            "European Learning Model",
            elm.PROFILE,
            elm.build,
        ),
        Format(
            "schema",
            "application/ld+json",
            course.PROFILE,
            ".schema.jsonld",
            "schema.org Course",
            f"{course.PROFILE}/Course",
            course.build,
        ),
    )
}


def render(it: Published, name: str, isced_space: str = "elm") -> bytes:
    """The document's bytes: UTF-8, the same for the same facts. Raises ``KeyError``."""
    document = FORMATS[name].build(it, isced_space)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
