"""The door: envelope, structure, key, proof. If it stays shut, nothing inside is believed.

W3C VC Data Integrity 1.0, section 4.4 (verify proof), VCDM 2.0 section 7.1, in this order:

1. envelope   the bytes are one JSON object within bounds, and a credential;
2. structure  the data model is kept, every context is a pinned one, every term defined;
3. key        each proof's method exists, may assert, lived then; one at least is the issuer's;
4. proof      every proof of the set is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credentials.document import Unverified, Verified
from credentials.encoding import parse_json
from credentials.errors import (
    CredentialError,
    InvalidProof,
    Malformed,
    NotFound,
    SourceUnavailable,
    Unsupported,
)
from credentials.identifiers import VerificationMethod, resolve_locally, split_did_url
from credentials.linked_data import Quad, to_quads
from credentials.profiles.vcdm import check_credential, issuer_of, parse_moment, period_of
from credentials.proofs import proofs_of, secured_without_proof, verify_proof
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CHECKS = ("envelope", "structure", "key", "proof")
CODES = {
    "envelope": ("envelope.read", "envelope.unreadable", "envelope.too_large",
                 "envelope.unknown_format", "envelope.not_run"),
    "structure": ("structure.sound", "structure.missing_proof", "structure.not_run"),
    "key": ("key.issuers", "key.not_issuers", "key.not_found", "key.unreachable",
            "key.not_for_assertion", "key.outside_period", "key.unsupported",
            "key.malformed_method", "key.not_run"),
    "proof": ("proof.verified", "proof.invalid_signature", "proof.unsupported_suite",
              "proof.malformed", "proof.wrong_purpose", "proof.not_run"),
}  # fmt: skip


def open_credential(
    raw: bytes, sources: Sources, *, purpose: str = "assertionMethod"
) -> tuple[list[Finding], Verified | None]:
    """The door's four findings, and the credential if it opened."""
    return _Door(sources, purpose).open(raw)


class _Shut(Exception):
    """The door stays shut; what was found so far is in ``_Door.findings``."""


class _Door:
    def __init__(self, sources: Sources, purpose: str) -> None:
        self._sources = sources
        self._purpose = purpose
        self.findings: list[Finding] = []
        self._quads: list[Quad] = []

    def open(self, raw: bytes) -> tuple[list[Finding], Verified | None]:
        try:
            unverified = self._envelope(raw)
            proofs = self._structure(unverified.value)
            methods = self._keys(unverified.value, proofs)
            self._proofs(unverified.value, proofs, methods)
        except _Shut:
            seen = {finding.check for finding in self.findings}
            for check in CHECKS:
                if check not in seen:
                    self._note(check, Outcome.NOT_RUN, f"{check}.not_run")
            return self.findings, None
        document = secured_without_proof(unverified.value)
        ids = tuple(method.id for method in methods)
        return self.findings, Verified(document, issuer_of(document), ids)

    def _note(self, check: str, outcome: Outcome, code: str, detail: str = "") -> None:
        self.findings.append(Finding(check, outcome, code, detail))

    def _shut(self, check: str, code: str, detail: str, outcome: Outcome = Outcome.FAILED) -> _Shut:
        self._note(check, outcome, code, detail)
        return _Shut()

    # 1
    def _envelope(self, raw: bytes) -> Unverified:
        try:
            value = parse_json(raw)
        except Malformed as error:
            code = "too_large" if error.code == "json.too_large" else "unreadable"
            raise self._shut("envelope", f"envelope.{code}", str(error)) from error
        types = value.get("type") if isinstance(value, dict) else None
        known = types == "VerifiableCredential" or (
            isinstance(types, list) and "VerifiableCredential" in types
        )
        if not isinstance(value, dict) or not known:
            message = "This isn't a verifiable credential in a form that is read here."
            raise self._shut("envelope", "envelope.unknown_format", message)
        self._note("envelope", Outcome.PASSED, "envelope.read")
        return Unverified(raw, value)

    # 2
    def _structure(self, value: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        try:
            check_credential(value)
            if "proof" not in value:
                message = "The credential has no proof: anybody could have written it."
                raise Malformed("structure.missing_proof", message, pointer="/proof")
            # Whatever the suite signs over: a term nobody defines is a term nobody understands.
            self._quads = to_quads(secured_without_proof(value))
        except CredentialError as error:
            raise self._shut("structure", _in("structure", error), str(error)) from error
        try:
            proofs = proofs_of(value)
        except CredentialError as error:
            self._note("structure", Outcome.PASSED, "structure.sound")
            raise self._shut("proof", _in("proof", error), str(error)) from error
        self._note("structure", Outcome.PASSED, "structure.sound")
        return proofs

    # 3
    def _keys(
        self, value: Mapping[str, Any], proofs: tuple[Mapping[str, Any], ...]
    ) -> list[VerificationMethod]:
        issuer = issuer_of(value)
        methods = []
        for proof in proofs:
            try:
                method = self._method(proof.get("verificationMethod"))
                self._usable(method, proof, value)
            except SourceUnavailable as error:
                raise self._shut("key", "key.unreachable", str(error), Outcome.UNKNOWN) from error
            except CredentialError as error:
                raise self._shut("key", _in("key", error), str(error)) from error
            methods.append(method)
        if issuer not in {method.controller for method in methods}:
            message = "No proof was made with a key of the issuer that the credential names."
            raise self._shut("key", "key.not_issuers", message)
        self._note("key", Outcome.PASSED, "key.issuers")
        return methods

    def _method(self, method_id: Any) -> VerificationMethod:
        if not isinstance(method_id, str):
            raise Malformed("key.malformed_method", "A proof names its verification method.")
        did, _ = split_did_url(method_id)
        local = resolve_locally(did)
        if local is None:
            method = self._sources.verification_method(method_id)
        else:
            found = [row for row in local if row.id == method_id]
            if not found:
                raise NotFound("key.not_found", "The DID has no such key.")
            method = found[0]
        if method.id != method_id or method.controller != did:
            raise NotFound("key.not_found", "The source gave another key than was asked for.")
        return method

    def _usable(
        self, method: VerificationMethod, proof: Mapping[str, Any], value: Mapping[str, Any]
    ) -> None:
        may = method.assertion if self._purpose == "assertionMethod" else method.authentication
        if not may:
            raise InvalidProof("key.not_for_assertion", "The key isn't published for this use.")
        start, _ = period_of(value)
        for moment in (parse_moment(proof.get("created")), start):
            if moment is not None and not method.live_at(moment):
                message = "The key wasn't in use at the time of the signature."
                raise InvalidProof("key.outside_period", message)

    # 4
    def _proofs(
        self,
        value: Mapping[str, Any],
        proofs: tuple[Mapping[str, Any], ...],
        methods: list[VerificationMethod],
    ) -> None:
        for proof, method in zip(proofs, methods, strict=True):
            try:
                if proof.get("proofPurpose") != self._purpose:
                    message = f"The proof was not made as {self._purpose}."
                    raise InvalidProof("proof.wrong_purpose", message)
                covered = verify_proof(value, proof, method.public_key, quads=self._quads)
                if secured_without_proof(covered) != secured_without_proof(value):
                    # eddsa-jcs-2022 lets a context be appended: what is shown would not be signed.
                    message = "Something was added to the document after it was signed."
                    raise InvalidProof("proof.malformed", message)
            except Unsupported as error:
                raise self._shut("proof", "proof.unsupported_suite", str(error)) from error
            except CredentialError as error:
                raise self._shut("proof", _in("proof", error), str(error)) from error
        self._note("proof", Outcome.PASSED, "proof.verified")


def _in(check: str, error: CredentialError) -> str:
    """The error's own code where it belongs to the check, the check's general one otherwise."""
    if error.code.startswith(f"{check}."):
        return error.code
    return {"structure": "structure.malformed", "key": "key.malformed", "proof": "proof.malformed"}[
        check
    ]


def live_at(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    """Whether ``at`` lies in the half-open period."""
    return (start is None or start <= at) and (end is None or at < end)
