"""One place where a credential's status stands, whatever kind of list keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from credentials.errors import Malformed
from credentials.linked_data.nquads import is_iri

MAX_URL: Final = 2048
# Base 10 and one way to write each number: int() would take "1_0", "+7", " 7" and Arabic digits.
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A list's address, a place in it, and what a value there means."""

    type: str
    """The row of ``STATUS_TYPES`` that reads the list."""
    url: str
    purpose: str
    index: int = 0
    size: int = 1
    """Bits of the value."""
    messages: Mapping[int, str] | None = None
    """What the issuer says each value means (Bitstring Status List 1.0, ``statusMessage``)."""
    credential: str | None = None
    """The credential's own id, where a list goes by ids."""


@dataclass(frozen=True, slots=True)
class State:
    """What a list says of one credential: 0 is always "not set"."""

    entry: Entry
    value: int
    message: str | None = None

    @property
    def purpose(self) -> str:
        """What the value is about: ``revocation``, ``suspension``, ``refresh``, ``message``, …"""
        return self.entry.purpose


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list after its signature was checked: what its own words say, and nothing yet of a bit.

    ``ttl`` is in seconds; ``names`` are the addresses the list gives itself.
    """

    content: Mapping[str, Any]
    issuer: str | None
    names: frozenset[str]
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    ttl: float | None = None


def index_of(value: Any, *, number: bool = False) -> int:
    """An index as decimal text; as a JSON integer too where ``number`` says so.

    Bitstring Status List 1.0, section 2.1: "expressed as a string in base 10". Raises
    ``Malformed``.
    """
    if number and type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and _INDEX.fullmatch(value) is not None:
        return int(value)
    raise malformed("An index is a whole number, written as text in base 10.")


def url_of(value: Any) -> str:
    """The address of a list, of whatever scheme: a source says what it can reach.

    Raises ``Malformed``.
    """
    if isinstance(value, str) and len(value) <= MAX_URL and is_iri(value):
        return value
    raise malformed("A status list has an address: one URL.")


def malformed(message: str) -> Malformed:
    """An entry that isn't as its standard asks."""
    return Malformed("status.entry_malformed", message)
