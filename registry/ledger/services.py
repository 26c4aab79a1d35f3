"""Enter an act in the book."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from registry.ledger.models import LedgerEntry, LedgerSalt


@transaction.atomic
def append_entry(*, kind: str, payload_digest: bytes, subject_id: object, at: datetime) -> int:
    """Append H(salt ‖ digest of the act's facts); returns the entry's sequence number.

    ``payload_digest`` is SHA-256, 32 bytes. The 32 random bytes of salt stand in a row of their
    own that can be erased (GDPR; EDPB 02/2025), the entry can't.
    """
    salt = secrets.token_bytes(32)
    digest = hashlib.sha256(salt + payload_digest).digest()
    entry = LedgerEntry.objects.create(kind=kind, digest=digest, entered_at=at)
    LedgerSalt.objects.create(entry=entry, salt=salt, subject_id=str(subject_id))
    return entry.sequence
