"""What the generators share: issuers with fresh keys, and the shape of a case.

A case is a file as a stranger might bring it. ``where`` names the checks of which one at least must
not have passed: a hostile file that is refused for another reason than its own proves nothing. A
control is made by the same hands as the hostile files beside it, and must be valid.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from credentials.encoding import canonicalize, multibase_encode, sha256
from credentials.identifiers import VerificationMethod
from credentials.issue import prepare, prepare_document, sign
from credentials.keys import Algorithm, PrivateKey
from credentials.linked_data import rdfc
from credentials.signers import MemorySigner
from credentials.verify import (
    OFFLINE,
    AccreditationAnswer,
    Finding,
    Policy,
    Report,
    SimulatedSources,
    Verdict,
    verify,
    verify_presentation,
)
from tests.credentials.world import AT, FACTS

DOOR = frozenset({"envelope", "structure", "key", "proof"})
V2 = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True)
class Case:
    """One file. ``where`` is empty for a control."""

    family: str
    name: str
    raw: bytes
    sources: Any
    where: frozenset[str] = frozenset()
    at: datetime = AT
    policy: Policy = OFFLINE
    challenge: str | None = None
    """For presentations: what the verifier asked for."""
    domain: str | None = None

    @property
    def hostile(self) -> bool:
        return bool(self.where)


class Book:
    """Collects the cases of one family."""

    def __init__(self, family: str, sources: Any = None) -> None:
        self.family, self.sources = family, sources
        self.cases: list[Case] = []

    def control(self, name: str, raw: Any, **more: Any) -> None:
        self._add(name, raw, frozenset(), more)

    def hostile(self, name: str, raw: Any, *where: str, **more: Any) -> None:
        self._add(name, raw, frozenset(where) or DOOR, more)

    def _add(self, name: str, raw: Any, where: frozenset[str], more: dict[str, Any]) -> None:
        if isinstance(raw, str):
            raw = raw.encode("utf-8", "surrogatepass")
        elif not isinstance(raw, bytes):
            raw = json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")
        row: dict[str, Any] = {"sources": self.sources, **more}
        self.cases.append(Case(self.family, name, raw, where=where, **row))


class World:
    """Institutions that are all known and accredited, each with one key; keys are fresh."""

    def __init__(self) -> None:
        self.sources = SimulatedSources()
        self.ed = self.institution("kalda")
        self.p256 = self.institution("tamm", Algorithm.P256)
        self.p384 = self.institution("saar", Algorithm.P384)
        self.rsa = self.institution("mets", Algorithm.RSA)
        self.other = self.institution("other")

    def institution(self, name: str, algorithm: Algorithm = Algorithm.ED25519) -> Institution:
        did = f"did:web:registry.example:institutions:{name}"
        made = Institution(did, PrivateKey.generate(algorithm))
        self.sources.methods[made.method] = VerificationMethod(made.method, did, made.key.public)
        self.sources.answers[did] = AccreditationAnswer("confirmed", authority="HAKA")
        return made


class Institution:
    """A DID with its key; signs whatever it is given, without the product's own care."""

    def __init__(self, did: str, key: PrivateKey) -> None:
        self.did, self.key = did, key
        self.method = f"{did}#{key.public.thumbprint()}"
        self.signer = MemorySigner(key, self.method)

    def facts(self, **changes: Any) -> Any:
        return replace(FACTS, awarding_body=replace(FACTS.awarding_body, did=self.did), **changes)

    def issue(self, suite: str = "eddsa-rdfc-2022", **changes: Any) -> bytes:
        prepared = prepare(self.facts(**changes), at=AT)
        return sign(prepared, signer=self.signer, at=AT, suite=suite).raw

    def document(self, **changes: Any) -> dict[str, Any]:
        """A badge without proof and schema, to be changed."""
        from credentials.profiles import PROFILES

        document = json.loads(json.dumps(PROFILES["open-badges-3.0"](self.facts())))
        document.pop("credentialSchema", None)
        return document | changes

    def small(self, **changes: Any) -> dict[str, Any]:
        """The smallest document there is."""
        return {
            "@context": [V2],
            "type": ["VerifiableCredential"],
            "issuer": self.did,
            "credentialSubject": {"id": "did:example:alice"},
        } | changes

    def lawful(self, document: dict[str, Any], suite: str = "eddsa-rdfc-2022") -> bytes:
        """Signed with the product's own care."""
        prepared = prepare_document(document, at=AT)
        return sign(prepared, signer=self.signer, at=AT, suite=suite).raw

    def jcs(self, document: dict[str, Any], **members: Any) -> dict[str, Any]:
        """Signed by eddsa-jcs-2022 or ecdsa-jcs-2019 without looking at it: any JSON."""
        edwards = self.key.public.algorithm is Algorithm.ED25519
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022" if edwards else "ecdsa-jcs-2019",
            "created": "2026-03-02T10:00:00Z",
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
        } | members
        if "@context" in document:
            proof.setdefault("@context", document["@context"])
        proof = {name: value for name, value in proof.items() if value is not None}
        return self._proven(document, proof, canonicalize(proof), canonicalize(document))

    def rdf(
        self,
        document: dict[str, Any],
        covered: dict[str, Any] | None = None,
        canonical: Callable[[Any], bytes] | None = None,
        **members: Any,
    ) -> dict[str, Any]:
        """Signed by eddsa-rdfc-2022 over ``covered`` (else the document), and shown as is."""
        edwards = self.key.public.algorithm is Algorithm.ED25519
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022" if edwards else "ecdsa-rdfc-2019",
            "created": "2026-03-02T10:00:00Z",
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
        } | members
        proof = {name: value for name, value in proof.items() if value is not None}
        signed = document if covered is None else covered
        configured = rdfc({**proof, "@context": signed["@context"]})
        return self._proven(document, proof, configured, (canonical or rdfc)(signed))

    def _proven(
        self, document: dict[str, Any], proof: dict[str, Any], configured: bytes, signed: bytes
    ) -> dict[str, Any]:
        value = self.key.sign(sha256(configured) + sha256(signed))
        return {
            **copy.deepcopy(document),
            "proof": {**proof, "proofValue": multibase_encode(value)},
        }


def judged(case: Case) -> tuple[Verdict, list[Finding], list[Report]]:
    """The verdict, the findings of all reports, and the reports."""
    options = {"sources": case.sources, "at": case.at, "policy": case.policy}
    if case.challenge is None:
        reports = [verify(case.raw, **options)]
        verdict = reports[0].verdict
    else:
        ask = {"challenge": case.challenge, "domain": case.domain}
        report, inner = verify_presentation(case.raw, **ask, **options)
        reports, verdict = [report, *inner], report.verdict
    findings = [finding for report in reports for finding in report.findings]
    return verdict, findings, reports


def changed(raw: bytes | dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """JSON with a change made to it, its proof left as it was."""
    value = json.loads(raw) if isinstance(raw, bytes) else copy.deepcopy(raw)
    change(value)
    return value


def iso(year: int, month: int = 3, day: int = 2) -> datetime:
    return datetime(year, month, day, 10, tzinfo=UTC)
