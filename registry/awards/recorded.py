"""What the audit trail keeps of an award: ids and digests, nothing about the learner."""

from __future__ import annotations

from typing import Any

from registry.awards.models import Award, StatusChange
from registry.awards.selectors import standing_of


def recorded(row: Award) -> dict[str, Any]:
    """An award's state as JSON values."""
    return {
        "institution": str(row.institution_id),
        "activity": str(row.version.activity_id),
        "version": row.version.number,
        "recipient": str(row.recipient_id),
        "state": str(row.state),
        "suite": row.suite,
        "issued_at": row.issued_at.isoformat(),
        "digest": bytes(row.digest).hex() if row.digest else None,
        "standing": standing_of(row),
    }


def recorded_change(row: StatusChange) -> dict[str, Any]:
    """A change of status as JSON values."""
    return {
        "award": str(row.award_id),
        "number": row.number,
        "kind": str(row.kind),
        "standing": str(row.standing),
        "reason": row.reason,
        "replacement": str(row.replacement_id) if row.replacement_id else None,
        "at": row.at.isoformat(),
    }
