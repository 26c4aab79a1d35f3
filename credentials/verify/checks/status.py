"""Revoked or suspended? A status we can't evaluate is not known, never passed.

VCDM 2.0, section 4.10. No status type is evaluated yet: a credential that declares one gets
UNKNOWN, one that declares none can't be revoked by a list.
"""

from __future__ import annotations

from datetime import datetime

from credentials.document import Verified
from credentials.profiles.vcdm import types_of
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CODES = ("status.none_declared", "status.unknown_type", "status.not_run")


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Not applicable without a declared status, unknown with any."""
    declared = credential.document.get("credentialStatus")
    if declared is None:
        return Finding("status", Outcome.NOT_APPLICABLE, "status.none_declared")
    rows = declared if isinstance(declared, list) else [declared]
    kinds = ", ".join(sorted({kind for row in rows for kind in types_of(row, "")}))
    detail = f"The status is kept in a list of a type that isn't evaluated here: {kinds}."
    params = {"types": kinds}
    return Finding("status", Outcome.UNKNOWN, "status.unknown_type", detail, params)
