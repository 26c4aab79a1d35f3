"""What the audit trail keeps of a link: when it was open, not what it was for."""

from __future__ import annotations

from typing import Any

from registry.sharing.models import Share


def recorded(row: Share) -> dict[str, Any]:
    """A link's state as JSON values."""
    return {
        "award": str(row.award_id),
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }
