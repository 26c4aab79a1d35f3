"""What a verifier knows of transparency logs: whose checkpoints it believes, and proofs in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.errors import CredentialError, Malformed, SourceUnavailable
from credentials.merkle import NoteVerifier


@dataclass(frozen=True)
class InclusionQuestion:
    """Is this credential entered in its registry's log?

    ``digests`` are SHA-256 of the bytes that may have been entered: as they came, and for JSON in
    RFC 8785 form, so that a file that was only written anew keeps its proof.
    """

    issuer: str
    credential: str | None
    digests: tuple[bytes, ...]


@dataclass(frozen=True)
class InclusionAnswer:
    """Proof files as they came, and the keys they are held against. Nothing is believed yet."""

    proofs: tuple[bytes, ...]
    logs: tuple[NoteVerifier, ...]
    witnesses: tuple[NoteVerifier, ...] = ()


class NoProofs:
    """A base for sources that have no proof of any log."""

    def inclusion(self, question: InclusionQuestion) -> InclusionAnswer:
        """Not known."""
        raise SourceUnavailable("inclusion.no_proof", "No proof of the log is at hand.")


class ProofsInHand:
    """Proof files that somebody gave, and the logs that trust files name.

    A trust file names its registry's log in ``ledger``: ``{"verifier": "name+hash+key",
    "witnesses": ["name+hash+key"]}``.
    """

    def __init__(self, proofs: Iterable[bytes]) -> None:
        self._proofs = tuple(proofs)
        self._logs: list[NoteVerifier] = []
        self._witnesses: list[NoteVerifier] = []

    def trust(self, value: Any) -> None:
        """Believe a trust file's log. Raises ``Malformed`` (``trust_file.malformed``)."""
        witnesses = value.get("witnesses", []) if isinstance(value, Mapping) else None
        if not isinstance(witnesses, list):
            message = "ledger has a verifier and a list of witnesses."
            raise Malformed("trust_file.malformed", message, pointer="/ledger")
        try:
            self._logs.append(NoteVerifier.parse(str(value.get("verifier"))))
            self._witnesses += [NoteVerifier.parse(str(row)) for row in witnesses]
        except CredentialError as error:
            message = f"The key of a log or a witness can't be read: {error}"
            raise Malformed("trust_file.malformed", message, pointer="/ledger") from error

    def inclusion(self, question: InclusionQuestion) -> InclusionAnswer:
        """What was given. Raises ``SourceUnavailable`` where that is nothing."""
        if not self._proofs:
            raise SourceUnavailable("inclusion.no_proof", "No proof of the log is at hand.")
        return InclusionAnswer(self._proofs, tuple(self._logs), tuple(self._witnesses))
