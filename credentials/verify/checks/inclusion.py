"""Is it entered in the public log? RFC 9162 2.1.3 (inclusion), C2SP tlog-proof and signed-note.

1. a proof is at hand, and the log is one whose key is known   inclusion.no_proof, .log_unknown
2. its checkpoint is signed by that log                        inclusion.unsigned, .other_log
3. the entry is put together from the credential's own bytes   inclusion.malformed
4. the path leads from the entry to the checkpoint's root      inclusion.invalid_proof, .proven
5. it was entered when it says that it was issued              inclusion.proven_late

The log's time is its own word until a witness cosigned the checkpoint: ``params`` say which did.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from credentials.document import Verified
from credentials.errors import CredentialError, NotFound, SourceUnavailable
from credentials.verify.entries import ask, proven_entry
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import InclusionAnswer, Sources

LATE: Final = timedelta(days=1)
"""From issuing to entry: more than any publication takes."""
_OUTCOMES: Final = {
    "inclusion.proven": Outcome.PASSED,
    "inclusion.proven_late": Outcome.PASSED,
    "inclusion.invalid_proof": Outcome.FAILED,
    "inclusion.unsigned": Outcome.FAILED,
    "inclusion.other_log": Outcome.FAILED,
    "inclusion.malformed": Outcome.FAILED,
    "inclusion.not_entered": Outcome.FAILED,
    "inclusion.pending": Outcome.UNKNOWN,
    "inclusion.log_unknown": Outcome.UNKNOWN,
    "inclusion.no_proof": Outcome.UNKNOWN,
}
# What a source or a proof refuses with, as the code of this check.
_UNKNOWN: Final = {"inclusion.pending": "inclusion.pending"}
_FAULTS: Final = {
    "inclusion.invalid_proof": "inclusion.invalid_proof",
    "inclusion.unsigned": "inclusion.unsigned",
    "inclusion.other_log": "inclusion.other_log",
}
CODES = (*_OUTCOMES, "inclusion.not_run")


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Proven with the place and time of the entry, contradicted, or not known."""
    try:
        answer = ask(credential, sources)  # 1
    except NotFound as error:
        return _finding("inclusion.not_entered", str(error))
    except SourceUnavailable as error:
        return _finding(_UNKNOWN.get(error.code, "inclusion.no_proof"), str(error))
    if not answer.logs:
        detail = "The log's key isn't among what is trusted; the registry's trust file names it."
        return _finding("inclusion.log_unknown", detail)
    # Several proofs may be at hand, each of another credential: one that holds is enough.
    findings = [_proof(raw, credential, answer) for raw in answer.proofs]
    passed = [finding for finding in findings if finding.outcome is Outcome.PASSED]
    return (passed or findings)[0]


def _finding(code: str, detail: str = "", params: dict[str, str] | None = None) -> Finding:
    return Finding("inclusion", _OUTCOMES[code], code, detail, params or {})


def _proof(raw: bytes, credential: Verified, answer: InclusionAnswer) -> Finding:
    try:
        entry = proven_entry(raw, credential, answer)  # 2, 3, 4
    except CredentialError as error:
        return _finding(_FAULTS.get(error.code, "inclusion.malformed"), str(error))
    params = {
        "log": entry.checkpoint.origin,
        "index": str(entry.index),
        "size": str(entry.checkpoint.size),
        "entered": entry.entered.isoformat(),
    }
    if entry.witnesses:
        params["witnesses"] = ", ".join(witness.name for witness in entry.witnesses)
    start = credential.valid_from
    if start is not None and entry.entered - start > LATE:  # 5
        detail = f"It says {_written(start)} and was entered on {_written(entry.entered)}."
        return _finding("inclusion.proven_late", detail, params)
    return _finding("inclusion.proven", f"Entered on {_written(entry.entered)}.", params)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
