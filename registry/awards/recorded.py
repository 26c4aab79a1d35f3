"""What the audit trail keeps of an award: ids and digests, nothing about the learner."""

from __future__ import annotations

from typing import Any

from registry.awards.models import Award


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
    }
