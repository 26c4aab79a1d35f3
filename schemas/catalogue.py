"""Every JSON Schema and JSON-LD context by its id, pinned by SHA-256. The network is never asked.

A file whose bytes aren't the pinned ones is refused when it is first read: a context decides what
a signature covers, and a schema what a credential must hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent


class UnknownContext(KeyError):
    """No context is pinned under this URL."""


class UnknownSchema(KeyError):
    """No schema is pinned under this id."""


class PinBroken(Exception):
    """A pinned file's bytes have changed."""


@cache
def _index(folder: str, member: str) -> Mapping[str, Mapping[str, str]]:
    rows = json.loads((_ROOT / folder / "map.json").read_text(encoding="utf-8"))[member]
    return {row["url"]: row for row in rows}


@cache
def _bytes(folder: str, file: str, digest: str) -> bytes:
    raw = (_ROOT / folder / file).read_bytes()
    if hashlib.sha256(raw).hexdigest() != digest:
        raise PinBroken(f"schemas/{folder}/{file} isn't the file that was pinned.")
    return raw


def context_urls() -> tuple[str, ...]:
    """The URLs of all pinned contexts."""
    return tuple(_index("contexts", "contexts"))


def context_bytes(url: str) -> bytes:
    """The published bytes of a pinned context. Raises ``UnknownContext``, ``PinBroken``."""
    try:
        row = _index("contexts", "contexts")[url]
    except KeyError as error:
        raise UnknownContext(url) from error
    return _bytes("contexts", row["file"], row["sha256"])


@cache
def context(url: str) -> Mapping[str, Any]:
    """The parsed document of a pinned context. Raises ``UnknownContext``, ``PinBroken``."""
    value: Mapping[str, Any] = json.loads(context_bytes(url))
    return value


def schema_ids() -> tuple[str, ...]:
    """The ids of all pinned schemas, the routes of the frameworks among them."""
    return tuple(_index("", "schemas"))


def schema_bytes(schema_id: str) -> bytes:
    """The bytes of a pinned schema. Raises ``UnknownSchema``, ``PinBroken``."""
    try:
        row = _index("", "schemas")[schema_id]
    except KeyError as error:
        raise UnknownSchema(schema_id) from error
    return _bytes("", row["file"], row["sha256"])


@cache
def schema(schema_id: str) -> Mapping[str, Any]:
    """A pinned schema by its id. Raises ``UnknownSchema``, ``PinBroken``."""
    value: Mapping[str, Any] = json.loads(schema_bytes(schema_id))
    return value
