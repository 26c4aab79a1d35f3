"""Does it keep the schema it declares? Pinned copies only (VCDM 2.0, section 4.11).

A credential of our own profile also describes each node once: its graph could otherwise be
written as another tree under the same signature.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from credentials.document import Verified
from credentials.errors import Malformed
from credentials.profiles.vcdm import check_described_once
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources
from schemas import catalogue
from schemas.validation import validate

CODES = (
    "schema.conforms",
    "schema.violated",
    "schema.unknown",
    "schema.none_declared",
    "schema.not_run",
)


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Conforms to every declared schema; unknown as soon as one isn't pinned here."""
    declared: Any = credential.document.get("credentialSchema")
    if declared is None:
        return Finding("schema", Outcome.NOT_APPLICABLE, "schema.none_declared")
    for row in declared if isinstance(declared, list) else [declared]:
        kinds = row["type"] if isinstance(row["type"], list) else [row["type"]]
        if "JsonSchema" not in kinds or row["id"] not in catalogue.schema_ids():
            detail = f"The schema {row['id']} isn't among those kept here."
            return Finding("schema", Outcome.UNKNOWN, "schema.unknown", detail)
        violations = validate(credential.document, row["id"])
        if violations:
            detail = f"{violations[0].message} (at {violations[0].pointer or '/'})"
            return Finding("schema", Outcome.FAILED, "schema.violated", detail)
    try:
        check_described_once(credential.document)
    except Malformed as error:
        return Finding("schema", Outcome.FAILED, "schema.violated", str(error))
    return Finding("schema", Outcome.PASSED, "schema.conforms")
