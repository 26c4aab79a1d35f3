"""Why a credential could not be read, trusted or made.

The tree; every error carries a stable ``code`` (``area.what``), a sentence for people, and where
it applies a JSON pointer (RFC 6901)::

    CredentialError
    ├── Malformed           the input isn't what its format says it must be
    ├── Unsupported         well formed, but of a kind this software doesn't know
    ├── InvalidProof        a signature or a proof's binding is wrong
    ├── KeyNotUsable        the key exists, and may not be used for this
    ├── NotFound            the source answers: there is no such thing
    ├── SourceUnavailable   the source doesn't answer: nothing is known
    └── SigningFailed       a signer gave no signature, or not the right one

``NotFound`` and ``SourceUnavailable`` are two kinds of "no" and never stand for each other.
"""

from __future__ import annotations


class CredentialError(Exception):
    """Base of everything the core raises on purpose.

    ``code`` is stable and listed in ``docs/codes.md``; ``message`` says what to do; ``pointer``
    is the place in the document, or ``None`` where the fault has no place.
    """

    def __init__(self, code: str, message: str, *, pointer: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pointer = pointer

    def __str__(self) -> str:
        place = f" (at {self.pointer or '/'})" if self.pointer is not None else ""
        return f"{self.message}{place}"


class Malformed(CredentialError):
    """The input isn't what its format says it must be."""


class Unsupported(CredentialError):
    """Well formed, but of a kind this software doesn't know."""


class InvalidProof(CredentialError):
    """A signature or a proof's binding is wrong."""


class KeyNotUsable(CredentialError):
    """The key exists, and may not be used for this."""


class NotFound(CredentialError):
    """The source answered: there is no such thing."""


class SourceUnavailable(CredentialError):
    """The source did not answer: nothing is known."""


class SigningFailed(CredentialError):
    """A signer gave no signature, or not the right one."""
