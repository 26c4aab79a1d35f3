"""The verifier: a door, then rooms, then one judgement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from credentials.verify.checks import CHECKS
from credentials.verify.opening import open_credential
from credentials.verify.policy import OFFLINE, POLICIES, PROOF_ONLY, PUBLIC, STRICT, Policy
from credentials.verify.presentation import open_presentation
from credentials.verify.report import Answer, Finding, Outcome, Report, Statement, Verdict
from credentials.verify.sources import (
    AccreditationAnswer,
    AccreditationQuestion,
    InclusionAnswer,
    InclusionQuestion,
    KeysByName,
    NoProofs,
    NoStatusLists,
    PinnedSources,
    SimulatedSources,
    Sources,
    StatusListAnswer,
    StatusListQuestion,
)
from credentials.verify.statements import statements

__all__ = [
    "CHECKS",
    "OFFLINE",
    "POLICIES",
    "PROOF_ONLY",
    "PUBLIC",
    "STRICT",
    "AccreditationAnswer",
    "AccreditationQuestion",
    "Answer",
    "Finding",
    "InclusionAnswer",
    "InclusionQuestion",
    "KeysByName",
    "NoProofs",
    "NoStatusLists",
    "Outcome",
    "PinnedSources",
    "Policy",
    "Report",
    "SimulatedSources",
    "Sources",
    "Statement",
    "StatusListAnswer",
    "StatusListQuestion",
    "Verdict",
    "verify",
    "verify_presentation",
]


def verify(raw: bytes, *, sources: Sources, at: datetime, policy: Policy = PUBLIC) -> Report:
    """Check a credential and say what was found.

    ``raw`` are the bytes as they came: JSON, a token, or a picture or PDF that carries one of
    these. ``at`` is the moment the question is about (with a time
    zone). Never raises for what is in ``raw``: everything is a finding with a stable code.
    """
    findings, credential = open_credential(raw, sources, files=True)  # the door: envelope to proof
    for name, check in CHECKS.items():  # the rooms: each sees a Verified only
        findings.append(
            check.run(credential, sources, at)
            if credential is not None
            else Finding(name, Outcome.NOT_RUN, f"{name}.not_run")
        )
    document = credential.document if credential is not None else None
    verdict = policy.judge(findings)
    return Report(
        verdict,
        tuple(findings),
        document,
        at,
        policy.name,
        _format(findings),
        statements(findings, document, at),
        findings[0].params.get("file"),
    )


def _format(findings: Sequence[Finding]) -> str:
    """The format found, which the first finding says."""
    return findings[0].params.get("format", "unknown")


def verify_presentation(
    raw: bytes,
    *,
    sources: Sources,
    at: datetime,
    challenge: str | None = None,
    domain: str | None = None,
    policy: Policy = PUBLIC,
) -> tuple[Report, tuple[Report, ...]]:
    """Check a presentation, then each credential in it; a report for it and one for each.

    The presentation's verdict is VALID only if its own proof is right, made for ``challenge`` and
    ``domain`` where they are given, and every credential in it is VALID.
    """
    findings, embedded = open_presentation(raw, sources, at=at, challenge=challenge, domain=domain)
    reports = tuple(verify(one, sources=sources, at=at, policy=policy) for one in embedded)
    verdicts = {report.verdict for report in reports}
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAILED in outcomes or Verdict.INVALID in verdicts:
        verdict = Verdict.INVALID
    elif outcomes - {Outcome.PASSED} or verdicts - {Verdict.VALID}:
        verdict = Verdict.INDETERMINATE
    else:
        verdict = Verdict.VALID
    return Report(verdict, tuple(findings), None, at, policy.name, _format(findings)), reports
