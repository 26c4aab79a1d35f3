"""What the audit trail keeps of institutions, accreditations and keys; never a private key."""

from __future__ import annotations

from typing import Any

from registry.issuers.models import Accreditation, Institution, SigningKey
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


def recorded_accreditation(row: Accreditation) -> dict[str, Any]:
    """An accreditation's state as JSON values; ``row`` comes from the selectors."""
    end = row.ends.order_by("ends_on").first()
    return {
        "institution": str(row.institution_id),
        "authority": str(row.authority_id),
        "framework": row.framework,
        "levels": row.levels,
        "fields": row.fields,
        "award_types": row.award_types,
        "reference": row.reference,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "replaces": str(row.replaces_id) if row.replaces_id else None,
        "ended_on": end.ends_on.isoformat() if end else None,
        "end": str(end.kind) if end else None,
        "end_reasons": end.reasons if end else None,
    }


def recorded_key(row: SigningKey) -> dict[str, Any]:
    """A key's state as JSON values: what its institution's DID document says of it."""
    return {
        "institution": str(row.institution_id),
        "method": row.method_id,
        "algorithm": row.algorithm,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "distrusted_from": row.distrusted_from.isoformat() if row.distrusted_from else None,
    }
