"""Which findings decide. A policy that requires nothing can't be built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from credentials.verify.report import Finding, Outcome, Verdict

DOOR = ("envelope", "structure", "key", "proof")


@dataclass(frozen=True)
class Policy:
    """The checks that must have passed, or not apply, for a VALID.

    A check that is ``heeded`` and not required may leave its question open; it can't be failed.
    """

    name: str
    required: frozenset[str]
    heeded: frozenset[str] = frozenset({"inclusion"})

    def __post_init__(self) -> None:
        if not set(DOOR) <= self.required:
            raise ValueError("A policy requires at least the checks of the door.")

    def judge(self, findings: Sequence[Finding]) -> Verdict:
        """Any required FAILED → INVALID; else any UNKNOWN, NOT_RUN or missing → INDETERMINATE.

        NOT_APPLICABLE passes in the rooms only: the door's questions always apply.
        """
        by_check: dict[str, list[Finding]] = {}
        for finding in findings:
            by_check.setdefault(finding.check, []).append(finding)
        required = [f for name in self.required for f in by_check.get(name, [])]
        heeded = [f for name in self.heeded for f in by_check.get(name, [])]
        if any(finding.outcome is Outcome.FAILED for finding in (*required, *heeded)):
            return Verdict.INVALID
        complete = self.required <= by_check.keys()
        if complete and all(map(self._good, required)):
            return Verdict.VALID
        return Verdict.INDETERMINATE

    def requiring(self, check: str) -> Policy:
        """This policy, and ``check`` must have passed as well."""
        return replace(self, name=f"{self.name}+{check}", required=self.required | {check})

    @staticmethod
    def _good(finding: Finding) -> bool:
        if finding.outcome is Outcome.NOT_APPLICABLE:
            return finding.check not in DOOR
        return finding.outcome is Outcome.PASSED


_PUBLIC = {*DOOR, "validity", "accreditation", "status", "schema", "names", "compromise"}
PUBLIC = Policy("public", frozenset(_PUBLIC))
"""What the registry's page and API ask."""
STRICT = Policy("strict", PUBLIC.required | {"inclusion"})
"""PUBLIC, and the log must show that it was entered."""
OFFLINE = Policy("offline", frozenset(_PUBLIC - {"accreditation"}))
"""Without asking anybody whether the issuer was accredited; that is reported as not known."""
PROOF_ONLY = Policy("proof-only", frozenset({*DOOR, "validity", "status", "compromise"}))
"""Authentic and in force, whoever issued it, in whatever words: what the W3C VC API asks."""

POLICIES = {policy.name: policy for policy in (PUBLIC, STRICT, OFFLINE, PROOF_ONLY)}
