"""What the audit trail keeps of an activity: every act records what it changed of this."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from registry.activities.models import Activity
from registry.common.history import flat


def recorded(row: Activity) -> dict[str, Any]:
    """An activity's state as JSON values, the text's members each by itself."""
    version = row.current
    values = {
        "institution": str(row.institution_id),
        "framework": row.framework,
        "route": row.route,
        "state": str(row.state),
        "revision": str(row.revision),
        "revision_route": row.revision_route,
        "created_at": _text(row.created_at),
        "submitted_at": _text(row.submitted_at),
        "due_on": _text(row.due_on),
        "registered_at": _text(row.registered_at),
        "version": version.number if version else None,
        "digest": bytes(version.digest).hex() if version else None,
        "route_version": version.route_version if version else None,
        "review_on": _text(version.review_on) if version else None,
        "registration_end": _text(version.registration_end) if version else None,
        "last_achievement": _text(version.last_achievement) if version else None,
        "payload": row.payload,
    }
    return flat(values, "payload")


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
