"""The credential: how it is made, signed and checked. Pure core, usable alone.

Nothing but the names below is public.
"""

from __future__ import annotations

from credentials.document import Prepared, Secured
from credentials.envelopes.securing import present, presentation
from credentials.issue import prepare, prepare_document, sign
from credentials.profiles.facts import AwardFacts
from credentials.verify import (
    Finding,
    Outcome,
    Policy,
    Report,
    Verdict,
    verify,
    verify_presentation,
)

__all__ = [
    "AwardFacts",
    "Finding",
    "Outcome",
    "Policy",
    "Prepared",
    "Report",
    "Secured",
    "Verdict",
    "prepare",
    "prepare_document",
    "present",
    "presentation",
    "sign",
    "verify",
    "verify_presentation",
]
