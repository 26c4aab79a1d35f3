"""The verifier: a door, then rooms, then one judgement."""

from __future__ import annotations

from datetime import datetime

from credentials.verify.checks import CHECKS
from credentials.verify.opening import open_credential
from credentials.verify.policy import OFFLINE, POLICIES, PROOF_ONLY, PUBLIC, STRICT, Policy
from credentials.verify.report import Finding, Outcome, Report, Verdict
from credentials.verify.sources import (
    AccreditationAnswer,
    AccreditationQuestion,
    PinnedSources,
    SimulatedSources,
    Sources,
)

__all__ = [
    "CHECKS",
    "OFFLINE",
    "POLICIES",
    "PROOF_ONLY",
    "PUBLIC",
    "STRICT",
    "AccreditationAnswer",
    "AccreditationQuestion",
    "Finding",
    "Outcome",
    "PinnedSources",
    "Policy",
    "Report",
    "SimulatedSources",
    "Sources",
    "Verdict",
    "verify",
]

FORMAT = "vc+ld+json"


def verify(raw: bytes, *, sources: Sources, at: datetime, policy: Policy = PUBLIC) -> Report:
    """Check a credential and say what was found.

    ``raw`` are the bytes as they came, ``at`` the moment the question is about (with a time
    zone). Never raises for what is in ``raw``: everything is a finding with a stable code.
    """
    findings, credential = open_credential(raw, sources)  # the door: envelope to proof
    for name, check in CHECKS.items():  # the rooms: each sees a Verified only
        findings.append(
            check.run(credential, sources, at)
            if credential is not None
            else Finding(name, Outcome.NOT_RUN, f"{name}.not_run")
        )
    document = credential.document if credential is not None else None
    verdict = policy.judge(findings)
    return Report(verdict, tuple(findings), document, at, policy.name, FORMAT)
