"""Two names of one place: the pointer of errors and pages, and the dotted name of a column.

``/learning_outcomes/0/text/en`` and ``learning_outcomes.1.text.en``: people count from one. A
pointer that dots can't say (a member with a dot in its name, or one that is a number) names its
column by itself.
"""

from __future__ import annotations

import re

_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def steps(pointer: str) -> list[str]:
    """The names and indexes a pointer goes through."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def column(pointer: str) -> str:
    """The column of a place."""
    parts = []
    for step in steps(pointer):
        if _INDEX.fullmatch(step):
            parts.append(str(int(step) + 1))
        elif _PLAIN.fullmatch(step):
            parts.append(step)
        else:
            return pointer
    return ".".join(parts)


def pointer(column_name: str) -> str | None:
    """The place of a column; ``None`` for a name that is none."""
    if column_name.startswith("/"):
        return column_name
    parts = []
    for part in column_name.split("."):
        if part.isdecimal() and part.isascii() and _INDEX.fullmatch(part) and part != "0":
            parts.append(str(int(part) - 1))
        elif _PLAIN.fullmatch(part):
            parts.append(part)
        else:
            return None
    return "".join(f"/{part}" for part in parts)


def pattern(place: str) -> str:
    """A pointer with ``*`` for each index, as fields carry it."""
    return "/".join("*" if _INDEX.fullmatch(step) else step for step in place.split("/"))
