"""Data Integrity proofs: create and verify."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credentials.keys import PublicKey
from credentials.signers import Signer

MAX_PROOFS = 8


def create_proof(
    document: Mapping[str, Any],
    *,
    suite: str,
    signer: Signer,
    created: datetime | None,
    purpose: str = "assertionMethod",
    challenge: str | None = None,
    domain: str | None = None,
) -> dict[str, Any]:
    """The proof over ``document`` (any proofs in it are left aside)."""
    raise NotImplementedError


def add_proof(
    document: Mapping[str, Any],
    *,
    suite: str,
    signer: Signer,
    created: datetime | None,
    purpose: str = "assertionMethod",
    challenge: str | None = None,
    domain: str | None = None,
) -> dict[str, Any]:
    """A copy of ``document`` with one proof more."""
    raise NotImplementedError


def verify_proof(
    document: Mapping[str, Any], proof: Mapping[str, Any], public_key: PublicKey
) -> dict[str, Any]:
    """Return what the proof covers if it is right; else raise."""
    raise NotImplementedError


def proofs_of(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The proofs of a document, at least one and at most eight."""
    raise NotImplementedError


def secured_without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without its proofs."""
    raise NotImplementedError
