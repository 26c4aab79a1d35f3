"""Every JSON Schema and JSON-LD context by its id. The network is never asked.

A context decides what a signature covers: a file whose bytes aren't the pinned ones is refused when
it is first read. Schemas are found by their ``$id`` in this folder and nowhere else.
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


@cache
def _schema_files() -> Mapping[str, Path]:
    """Each schema by its ``$id``: a new framework is a folder of data, and no list to keep."""
    files = {}
    for path in sorted(_ROOT.rglob("*.schema.json")):
        files[json.loads(path.read_text(encoding="utf-8"))["$id"]] = path
    return files


def schema_ids() -> tuple[str, ...]:
    """The ids of all schemas, the routes of the frameworks among them."""
    return tuple(_schema_files())


def schema_bytes(schema_id: str) -> bytes:
    """The bytes of a schema. Raises ``UnknownSchema``."""
    try:
        return _schema_files()[schema_id].read_bytes()
    except KeyError as error:
        raise UnknownSchema(schema_id) from error


@cache
def schema(schema_id: str) -> Mapping[str, Any]:
    """A schema by its id. Raises ``UnknownSchema``."""
    value: Mapping[str, Any] = json.loads(schema_bytes(schema_id))
    return value
