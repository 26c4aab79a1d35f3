"""JSON pointers select parts of a JSON-LD document (Data Integrity ECDSA 1.0, section 3.4.13)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from credentials.errors import Malformed

Document = Mapping[str, Any]
_HOLE: Any = object()


def select(document: Document, pointers: Iterable[str]) -> dict[str, Any] | None:
    """The part that the pointers name: with its nodes' ids and types, ``None`` for no pointers.

    Raises ``Malformed`` for a pointer that leads nowhere.
    """
    wanted = list(pointers)
    if not wanted:
        return None
    selected = _outline(document) | {"@context": copy.deepcopy(document["@context"])}
    for pointer in wanted:
        _pick(document, _steps(pointer), selected, pointer)
    return dict(_closed(selected))


def _steps(pointer: str) -> list[str]:
    if pointer == "":
        return []
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise _nowhere(str(pointer))
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]


def _outline(node: Document) -> dict[str, Any]:
    """Section 3.4.11, createInitialSelection."""
    found: dict[str, Any] = {}
    name = node.get("id")
    if isinstance(name, str) and not name.startswith("_:"):
        found["id"] = name
    if "type" in node:
        found["type"] = copy.deepcopy(node["type"])
    return found


def _pick(document: Document, steps: list[str], selected: Any, pointer: str) -> None:
    """Section 3.4.12, selectPaths, for one pointer."""
    value: Any = document
    parent: Any = None
    key: Any = None
    chosen: Any = selected
    for step in steps:
        parent, key = chosen, step
        if isinstance(value, list):
            key = _index(step, value, pointer)
            value = value[key]
            while len(parent) <= key:
                parent.append(_HOLE)
            there = parent[key]
        elif isinstance(value, dict) and step in value:
            value = value[step]
            there = parent.get(step, _HOLE)
        else:
            raise _nowhere(pointer)
        if there is _HOLE:
            there = [] if isinstance(value, list) else value
            if isinstance(value, dict):
                there = _outline(value)
            parent[key] = there
        chosen = there
    whole = copy.deepcopy(value)
    if parent is None:
        selected.update(whole)
    elif isinstance(whole, dict):
        parent[key] = {**chosen, **whole}
    else:
        parent[key] = whole


def _index(step: str, value: list[Any], pointer: str) -> int:
    if not step.isascii() or not step.isdigit() or int(step) >= len(value):
        raise _nowhere(pointer)
    return int(step)


def _closed(value: Any) -> Any:
    """Arrays without the places that nobody selected."""
    if isinstance(value, dict):
        return {name: _closed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_closed(item) for item in value if item is not _HOLE]
    return value


def _nowhere(pointer: str) -> Malformed:
    return Malformed("request.pointer", f"The pointer {pointer[:200]} leads nowhere.")
