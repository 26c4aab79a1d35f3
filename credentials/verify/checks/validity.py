"""From when until when? VCDM 2.0, section 4.9: both ends belong to the period.

A signature may set an end of its own: ``expires`` of a proof (Data Integrity 1.0, section 2.1),
``exp`` of a token (VC-JOSE-COSE 1.0, section 3.1.3).
"""

from __future__ import annotations

from datetime import datetime

from credentials.document import Verified
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CODES = (
    "validity.in_force",
    "validity.not_yet",
    "validity.expired",
    "validity.signature_expired",
    "validity.time_not_proven",
    "validity.not_run",
)


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """In force at ``at``, not yet, or no longer."""
    start, end, signed = credential.valid_from, credential.valid_until, credential.signed_until
    if start is not None and at < start:
        detail = f"Valid from {start.isoformat()}."
        return Finding("validity", Outcome.FAILED, "validity.not_yet", detail)
    if end is not None and at > end:
        detail = f"Valid until {end.isoformat()}."
        return Finding("validity", Outcome.FAILED, "validity.expired", detail)
    if signed is not None and at > signed:
        detail = f"Its signature was good until {signed.isoformat()}."
        return Finding("validity", Outcome.FAILED, "validity.signature_expired", detail)
    proven = credential.provable_until
    if proven is not None and at > proven:
        # ETSI EN 319 102-1: no proof of existence from before the certificate ended.
        detail = f"Its certificate ended on {proven.isoformat()}; nobody trusted says it is older."
        return Finding("validity", Outcome.UNKNOWN, "validity.time_not_proven", detail)
    detail = f"Valid until {end.isoformat()}." if end else "No end is set."
    return Finding("validity", Outcome.PASSED, "validity.in_force", detail)
