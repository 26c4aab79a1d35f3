"""Was it signed before its key was stolen? Only the log can tell: the thief dates as he likes.

A disowned key (``revoked``, Controlled Identifiers 1.0, section 2.2) signs nothing from that date
on: the door sees to it. What says that it is older counts only if the log shows that it was entered
before.
"""

from __future__ import annotations

from datetime import datetime

from credentials.document import Verified
from credentials.errors import CredentialError
from credentials.verify.entries import ask, proven_entry
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CODES = (
    "compromise.none",
    "compromise.entered_before",
    "compromise.entered_after",
    "compromise.not_proven",
    "compromise.not_run",
)


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Not applicable where no key is disowned; else by the time of the entry."""
    since = credential.distrusted_from
    if since is None:
        return Finding("compromise", Outcome.NOT_APPLICABLE, "compromise.none")
    params = {"since": since.isoformat()}
    entered = _entered(credential, sources)
    if entered is None:
        detail = "Its key was stolen later; no proof of the log shows that it is older."
        return Finding("compromise", Outcome.UNKNOWN, "compromise.not_proven", detail, params)
    params["entered"] = entered.isoformat()
    if entered < since:
        detail = f"Its key was stolen later; it was entered on {entered.isoformat()}."
        return Finding("compromise", Outcome.PASSED, "compromise.entered_before", detail, params)
    detail = f"It was entered on {entered.isoformat()}, when its key was disowned already."
    return Finding("compromise", Outcome.FAILED, "compromise.entered_after", detail, params)


def _entered(credential: Verified, sources: Sources) -> datetime | None:
    """The earliest entry that is proven."""
    try:
        answer = ask(credential, sources)
    except CredentialError:
        return None
    found = []
    for raw in answer.proofs:
        try:
            found.append(proven_entry(raw, credential, answer).entered)
        except CredentialError:
            continue
    return min(found, default=None)
