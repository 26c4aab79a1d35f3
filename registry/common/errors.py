"""What an act can be refused for: ``kind`` becomes a status or a page, ``code`` is stable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar

from schemas.validation import Violation


class Kind(StrEnum):
    """The few ways in which an act can fail."""

    MALFORMED = "MALFORMED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    UNAVAILABLE = "UNAVAILABLE"


class DomainError(Exception):
    """Base of everything a service refuses. ``violations`` carry places, where there are any.

    A message may name values: ``DomainError("No route %(route)s.", params={"route": "x"})``. So
    ``message`` says it in English, and ``template`` is what a page looks up in its own language.
    """

    kind: ClassVar[Kind] = Kind.MALFORMED
    code: ClassVar[str] = "malformed"

    def __init__(
        self,
        message: str,
        *,
        violations: Sequence[Violation] = (),
        params: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(filled(message, params or {}))
        self.template = message
        self.violations = tuple(violations)
        self.params = dict(params or {})
        self.message = filled(message, self.params)


def filled(template: str, params: Mapping[str, str]) -> str:
    """The template with its values; itself where it names none, or others than are there."""
    if "%(" not in template:
        return template
    try:
        return template % params
    except (KeyError, TypeError, ValueError):
        return template


class NotAllowed(DomainError):
    """The actor's roles don't include this act."""

    kind = Kind.FORBIDDEN
    code = "not_allowed"


class NotFound(DomainError):
    """There is no such thing, or not for this actor."""

    kind = Kind.NOT_FOUND
    code = "not_found"


class BadInput(DomainError):
    """A value can't be used; the message says which and what to do."""

    kind = Kind.MALFORMED
    code = "bad_input"


class StateConflict(DomainError):
    """Somebody was faster, or the thing isn't in a state for this act."""

    kind = Kind.CONFLICT
    code = "state_conflict"
