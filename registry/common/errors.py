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
    """Base of everything a service refuses. ``violations`` carry places, where there are any."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    code: ClassVar[str] = "malformed"

    def __init__(
        self,
        message: str,
        *,
        violations: Sequence[Violation] = (),
        params: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.violations = tuple(violations)
        self.params = dict(params or {})


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
