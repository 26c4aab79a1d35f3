"""From when until when? VCDM 2.0, section 4.9: both ends belong to the period."""

from __future__ import annotations

from datetime import datetime

from credentials.document import Verified
from credentials.profiles.vcdm import period_of
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CODES = ("validity.in_force", "validity.not_yet", "validity.expired", "validity.not_run")


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """In force at ``at``, not yet, or no longer."""
    start, end = period_of(credential.document)
    if start is not None and at < start:
        detail = f"Valid from {start.isoformat()}."
        return Finding("validity", Outcome.FAILED, "validity.not_yet", detail)
    if end is not None and at > end:
        detail = f"Valid until {end.isoformat()}."
        return Finding("validity", Outcome.FAILED, "validity.expired", detail)
    detail = f"Valid until {end.isoformat()}." if end else "No end is set."
    return Finding("validity", Outcome.PASSED, "validity.in_force", detail)
