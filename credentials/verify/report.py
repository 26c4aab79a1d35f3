"""What a verifier learns: one verdict, and a coded finding for every question asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from credentials.errors import InvalidProof


class Outcome(StrEnum):
    """The answer to one question. No two kinds of "no" share a word."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """It could not be found out."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_RUN = "NOT_RUN"


class Verdict(StrEnum):
    """The answer to all (cf. ETSI EN 319 102-1: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE)."""

    VALID = "VALID"
    INVALID = "INVALID"
    INDETERMINATE = "INDETERMINATE"


@dataclass(frozen=True)
class Finding:
    """One check's answer. ``code`` is stable (``docs/codes.md``); ``detail`` is plain English."""

    check: str
    outcome: Outcome
    code: str
    detail: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "check": self.check,
            "outcome": self.outcome.value,
            "code": self.code,
            "detail": self.detail,
            "params": dict(self.params),
        }


@dataclass(frozen=True)
class Report:
    """The whole answer. ``credential`` is what was signed, ``None`` if the door stayed shut."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    credential: Mapping[str, Any] | None
    at: datetime
    policy: str
    format: str

    def __bool__(self) -> NoReturn:
        raise TypeError("A report is no yes or no: read its verdict, or call require_valid().")

    def require_valid(self) -> None:
        """Return if the verdict is VALID; else raise ``InvalidProof`` with the first reason."""
        if self.verdict is not Verdict.VALID:
            bad = [f for f in self.findings if f.outcome in (Outcome.FAILED, Outcome.UNKNOWN)]
            first = bad[0] if bad else None
            code = first.code if first else "policy.not_judged"
            raise InvalidProof(code, first.detail if first else "Nothing was judged.")

    def to_json(self) -> dict[str, Any]:
        """The report for machines; the shape is documented in ``docs/codes.md``."""
        return {
            "verdict": self.verdict.value,
            "verified": self.verdict is Verdict.VALID,
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "policy": self.policy,
            "format": self.format,
            "findings": [finding.to_json() for finding in self.findings],
            "credential": self.credential,
        }
