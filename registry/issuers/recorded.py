"""What the audit trail keeps of institutions, accreditations and keys; never a private key."""

from __future__ import annotations

from typing import Any

from registry.issuers.models import Institution
from registry.issuers.selectors import open_suspension


def recorded(row: Institution) -> dict[str, Any]:
    """An institution's state as JSON values."""
    suspension = open_suspension(row)
    return {
        "slug": row.slug,
        "did": row.did,
        "name": row.legal_name,
        "country": row.country,
        "region": row.region,
        "homepage": row.homepage,
        "registration": row.registration,
        "provider_type": row.provider_type,
        "can_award": row.can_award,
        "standing": "SUSPENDED" if suspension else "ACTIVE",
        "suspended_since": suspension.valid_from.isoformat() if suspension else None,
        "suspension_reasons": suspension.reasons if suspension else None,
    }
