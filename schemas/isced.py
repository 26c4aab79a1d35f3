"""ISCED-F 2013: fields of education and training, 11 broad, 29 narrow, 80 detailed and residual."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ELM_BASE = "http://data.europa.eu/snb/isced-f/"
"""The address space of the European Learning Model (ESCO uses another for the same codes)."""
SPACES: Mapping[str, str] = {"elm": ELM_BASE, "esco": "http://data.europa.eu/esco/isced-f/"}
"""Both address spaces of the one code: chosen when a document is written."""


@dataclass(frozen=True)
class Field:
    """One field. ``kind`` is ``regular``, or says why it is no field a person should choose."""

    code: str
    kind: str
    label: Mapping[str, str]

    @property
    def residual(self) -> bool:
        """Whether it is "not elsewhere classified" or the like: weak in statistics."""
        return self.kind != "regular"

    @property
    def uri(self) -> str:
        """The European Learning Model's address of the field."""
        return f"{ELM_BASE}{self.code}"

    def uri_in(self, space: str) -> str:
        """The field's address in a space of ``SPACES``. Raises ``KeyError``."""
        return f"{SPACES[space]}{self.code}"


@cache
def fields() -> Mapping[str, Field]:
    """All fields by code."""
    path = Path(__file__).parent / "vocabularies" / "isced-f-2013.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["fields"]
    return {row["code"]: Field(row["code"], row["kind"], row["label"]) for row in rows}


def field(code: str) -> Field:
    """The field of a code. Raises ``KeyError``."""
    return fields()[code]
