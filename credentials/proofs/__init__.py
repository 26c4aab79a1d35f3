"""Proofs: embedded signatures by W3C Verifiable Credential Data Integrity 1.0; JWS in ``jose``."""

from __future__ import annotations

from credentials.proofs.data_integrity import (
    MAX_PROOFS,
    add_proof,
    check_chains,
    create_proof,
    proofs_of,
    secured_without_proof,
    verify_proof,
)
from credentials.proofs.suites import SUITES, Suite

__all__ = [
    "MAX_PROOFS",
    "SUITES",
    "Suite",
    "add_proof",
    "check_chains",
    "create_proof",
    "proofs_of",
    "secured_without_proof",
    "verify_proof",
]
