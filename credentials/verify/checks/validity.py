"""From when until when? VCDM 2.0, section 4.9: both ends belong to the period.

A signature may set an end of its own: ``expires`` of a proof (Data Integrity 1.0, section 2.1),
``exp`` of a token (VC-JOSE-COSE 1.0, section 3.1.3). And a part may have an end of its own, such
as a credential given as evidence: what it says since, nobody knows. An endorsement is somebody
else's credential beside this one (Open Badges 3.0), and its end isn't this one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from credentials.document import Verified
from credentials.encoding import pointer_token
from credentials.profiles.vcdm import parse_moment
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

_ENDS: Final = ("validUntil", "expirationDate")
CODES = (
    "validity.in_force",
    "validity.not_yet",
    "validity.expired",
    "validity.signature_expired",
    "validity.time_not_proven",
    "validity.part_ended",
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
    part = _ended_part(credential.document, at)
    if part is not None:
        detail = f"A part of it has ended (at {part})."
        return Finding("validity", Outcome.UNKNOWN, "validity.part_ended", detail)
    detail = f"Valid until {end.isoformat()}." if end else "No end is set."
    return Finding("validity", Outcome.PASSED, "validity.in_force", detail)


def _ended_part(document: Mapping[str, Any], at: datetime) -> str | None:
    """The pointer of an end inside the document that has passed."""
    stack: list[tuple[str, Any]] = [
        (f"/{pointer_token(name)}", value)
        for name, value in document.items()
        if name not in ("@context", "endorsement")
    ]
    while stack:
        place, value = stack.pop()
        if isinstance(value, list):
            stack += [(f"{place}/{index}", item) for index, item in enumerate(value)]
        elif isinstance(value, dict):
            for name, item in value.items():
                here = f"{place}/{pointer_token(name)}"
                if name in _ENDS and _has_passed(item, at):
                    return here
                if name not in ("@context", "endorsement"):
                    stack.append((here, item))
    return None


def _has_passed(value: Any, at: datetime) -> bool:
    rows = value if isinstance(value, list) else [value]
    texts = (row.get("@value") if isinstance(row, dict) else row for row in rows)
    moments = [parse_moment(f"{t}T23:59:59Z" if _is_day(t) else t) for t in texts]
    return any(moment is not None and at > moment for moment in moments)


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == len("2026-03-02")
