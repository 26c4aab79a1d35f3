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


class Answer(StrEnum):
    """What one of the four statements comes to."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"
    """It could not be found out."""
    STATED = "STATED"
    """The issuer says so; nobody confirmed it."""
    NOT_STATED = "NOT_STATED"


@dataclass(frozen=True)
class Statement:
    """One of the four: ``authentic``, ``in_force``, ``quality_assured``, ``recognised``.

    ``code`` is the finding's that decided; ``params`` say who (``issuer``, ``by``, ``reference``),
    when (``on``) and what (``as``), each where it is known.
    """

    about: str
    answer: Answer
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The statement for machines."""
        return {"answer": self.answer.value, "code": self.code, **self.params}


@dataclass(frozen=True)
class Report:
    """The whole answer. ``credential`` is what was signed, ``None`` if the door stayed shut."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    credential: Mapping[str, Any] | None
    at: datetime
    policy: str
    format: str
    statements: tuple[Statement, ...] = ()
    """Four for a credential, none for a presentation."""
    file: str | None = None
    """The kind of file that carried it: ``png``, ``svg``, ``pdf``."""

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
            "file": self.file,
            "statements": {row.about: row.to_json() for row in self.statements},
            "findings": [finding.to_json() for finding in self.findings],
            "credential": self.credential,
        }
