"""The door for presentations: whose presentation is it, and was it made for us?

VCDM 2.0, section 4.13; Data Integrity 1.0, section 2.1 (``challenge``, ``domain``). The proof is
made by the holder's key, published for authentication. Presentations without a proof are refused:
nobody knows who shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credentials.encoding import canonicalize, parse_json
from credentials.errors import (
    CredentialError,
    InvalidProof,
    Malformed,
    SourceUnavailable,
    Unsupported,
)
from credentials.identifiers import resolve_locally, split_did_url
from credentials.linked_data import to_quads
from credentials.profiles.vcdm import CONTEXT, types_of
from credentials.proofs import proofs_of, secured_without_proof, verify_proof
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

MAX_CREDENTIALS = 32


def open_presentation(
    raw: bytes, sources: Sources, *, challenge: str | None, domain: str | None
) -> tuple[list[Finding], tuple[bytes, ...]]:
    """The presentation's findings, and the credentials in it as bytes (none if it is refused)."""
    try:
        value = _read(raw)
        credentials = _credentials(value)
        _check_proofs(value, sources, challenge, domain)
    except SourceUnavailable as error:
        return [
            Finding("presentation", Outcome.UNKNOWN, "presentation.key_unreachable", str(error))
        ], ()
    except Unsupported as error:
        return [Finding("presentation", Outcome.FAILED, "presentation.unsupported", str(error))], ()
    except InvalidProof as error:
        return [
            Finding("presentation", Outcome.FAILED, "presentation.invalid_proof", str(error))
        ], ()
    except CredentialError as error:
        return [Finding("presentation", Outcome.FAILED, "presentation.malformed", str(error))], ()
    return [Finding("presentation", Outcome.PASSED, "presentation.verified")], credentials


def _read(raw: bytes) -> Mapping[str, Any]:
    value = parse_json(raw)
    contexts = value.get("@context") if isinstance(value, dict) else None
    if not isinstance(contexts, list) or contexts[:1] != [CONTEXT]:
        message = f"A presentation is an object whose @context begins with {CONTEXT}."
        raise Malformed("presentation.malformed", message, pointer="/@context")
    if "VerifiablePresentation" not in types_of(value, ""):
        message = "A presentation is of type VerifiablePresentation."
        raise Malformed("presentation.malformed", message, pointer="/type")
    if "proof" not in value:
        message = "The presentation has no proof: nobody knows who shows it."
        raise InvalidProof("presentation.invalid_proof", message)
    to_quads(secured_without_proof(value))
    return dict(value)


def _credentials(value: Mapping[str, Any]) -> tuple[bytes, ...]:
    rows = value.get("verifiableCredential", [])
    rows = rows if isinstance(rows, list) else [rows]
    if len(rows) > MAX_CREDENTIALS or not all(isinstance(row, dict) for row in rows):
        message = f"A presentation holds at most {MAX_CREDENTIALS} credentials, each an object."
        raise Malformed("presentation.malformed", message, pointer="/verifiableCredential")
    return tuple(canonicalize(row) for row in rows)


def _check_proofs(
    value: Mapping[str, Any], sources: Sources, challenge: str | None, domain: str | None
) -> None:
    holder = value.get("holder")
    holder_id = holder.get("id") if isinstance(holder, dict) else holder
    for proof in proofs_of(value):
        method_id = proof.get("verificationMethod")
        if not isinstance(method_id, str):
            raise Malformed("key.malformed_method", "A proof names its verification method.")
        did, _ = split_did_url(method_id)
        local = resolve_locally(did)
        rows = local if local is not None else (sources.verification_method(method_id),)
        method = next((row for row in rows if row.id == method_id), None)
        if method is None or not method.authentication:
            message = "The key isn't published for authentication."
            raise InvalidProof("presentation.invalid_proof", message)
        if holder_id is not None and holder_id != did:
            raise InvalidProof("presentation.invalid_proof", "The proof isn't the holder's.")
        if proof.get("proofPurpose") != "authentication":
            message = "A presentation is proven for authentication."
            raise InvalidProof("presentation.invalid_proof", message)
        for name, wanted in (("challenge", challenge), ("domain", domain)):
            if wanted is not None and proof.get(name) != wanted:
                raise InvalidProof("presentation.invalid_proof", f"It was made for another {name}.")
        verify_proof(value, proof, method.public_key)
