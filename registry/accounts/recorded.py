"""What the audit trail keeps of people and organisations: no names, no addresses, no tokens."""

from __future__ import annotations

from typing import Any

from registry.accounts.models import ApiToken, Membership, Organisation, User


def recorded_user(row: User) -> dict[str, Any]:
    """A user's state as JSON values."""
    return {"active": row.is_active, "staff": row.is_staff, "language": row.language}


def recorded_organisation(row: Organisation) -> dict[str, Any]:
    """An organisation's state as JSON values."""
    return {
        "kind": str(row.kind),
        "slug": row.slug,
        "name": row.name,
        "country": row.country,
    }


def recorded_membership(row: Membership) -> dict[str, Any]:
    """A membership's state as JSON values."""
    return {
        "user": str(row.user_id),
        "organisation": str(row.organisation_id),
        "role": str(row.role),
    }


def recorded_token(row: ApiToken) -> dict[str, Any]:
    """An API token's state as JSON values; nothing of the token itself."""
    return {
        "user": str(row.user_id),
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
    }
