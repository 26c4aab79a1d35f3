"""Is an act entered in the book?"""

from __future__ import annotations

import hashlib

from registry.ledger.models import LedgerSalt


def is_entered(subject_id: object, payload_digest: bytes) -> bool:
    """Whether an entry for the subject was made from these facts."""
    rows = LedgerSalt.objects.select_related("entry").filter(subject_id=str(subject_id))
    return any(
        hashlib.sha256(bytes(row.salt) + payload_digest).digest() == bytes(row.entry.digest)
        for row in rows
    )
