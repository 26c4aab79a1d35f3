"""Do the names mean what they seem to? A context of the sender's own must be signed.

The suites over RDF sign what the names stand for and not the names (Data Integrity 1.0, section
2.4.1): under one signature a context written out in the document can be exchanged for another that
calls a family name a given name. What the pinned contexts define can't be exchanged; tokens and the
jcs suites sign the contexts themselves.
"""

from __future__ import annotations

from datetime import datetime

from credentials.document import Verified
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CODES = ("names.pinned", "names.signed", "names.not_signed", "names.not_run")


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Passed, or not known as soon as a context stands in the document that no signature covers."""
    place = credential.extra.get("ownContext")
    if place is None:
        return Finding("names", Outcome.PASSED, "names.pinned")
    if credential.extra.get("contextSigned"):
        return Finding("names", Outcome.PASSED, "names.signed", f"Own names at {place}.")
    detail = f"What some words mean stands at {place}, and the signature doesn't cover it."
    return Finding("names", Outcome.UNKNOWN, "names.not_signed", detail)
