"""Is an act entered in the book, and where does it stand in the log?"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from credentials.errors import CredentialError
from credentials.merkle import NoteVerifier, ProofFile, inclusion_proof, verify_inclusion
from credentials.merkle.leaves import Leaf, salted
from registry.common.errors import NotFound
from registry.ledger import log_key
from registry.ledger.models import LedgerSalt, LogCheckpoint, LogLeaf, PendingEntry
from registry.ledger.storage import LedgerStorageUnavailable, hashes_of, storage


def is_entered(subject_id: object, payload_digest: bytes) -> bool:
    """Whether an entry for the subject was made from these facts."""
    return _salt_of(subject_id, payload_digest) is not None


def _salt_of(subject_id: object, payload_digest: bytes) -> LedgerSalt | None:
    rows = LedgerSalt.objects.select_related("entry").filter(subject_id=str(subject_id))
    for row in rows:
        if salted(bytes(row.salt), payload_digest) == bytes(row.entry.digest):
            return row
    return None


def leaves_between(start: int, end: int) -> Iterator[Leaf]:
    """The leaves from ``start`` to before ``end``, in order; read in pieces."""
    rows = LogLeaf.objects.filter(index__gte=start, index__lt=end).select_related("entry")
    for row in rows.order_by("index").iterator(chunk_size=2_000):
        entry = row.entry
        yield Leaf(entry.kind, entry.entered_at, bytes(entry.digest), row.integrated_at)


def verifier() -> NoteVerifier:
    """The key that this log's checkpoints are checked with. Raises ``LedgerKeyUnavailable``."""
    return log_key.signer().verifier


def newest_checkpoint() -> LogCheckpoint | None:
    """The newest signed checkpoint; ``None`` before the first."""
    return LogCheckpoint.objects.order_by("-size").first()


def published(path: str) -> bytes | None:
    """A published file's bytes, ``None`` if there is none. Raises ``LedgerStorageUnavailable``."""
    return storage().get(path)


def integrated_at(subjects: Sequence[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When the log took in each subject's entry; none for what waits."""
    found: dict[uuid.UUID, datetime] = {}
    for start in range(0, len(subjects), 500):
        names = [str(subject) for subject in subjects[start : start + 500]]
        rows = LogLeaf.objects.filter(entry__salt__subject_id__in=names)
        for name, moment in rows.values_list("entry__salt__subject_id", "integrated_at"):
            found[uuid.UUID(name)] = moment
    return found


def count_waiting() -> int:
    """How many entries no published tree holds yet."""
    return PendingEntry.objects.count()


def proof_file(subject_id: object, payload_digest: bytes) -> ProofFile:
    """An act's proof under the newest checkpoint; ``extra`` says how its leaf is put together.

    Raises ``NotFound`` where the act isn't entered, or isn't published yet, and
    ``LedgerStorageUnavailable`` where the files are damaged: no wrong proof is given out.
    """
    salt = _salt_of(subject_id, payload_digest)
    leaf = LogLeaf.objects.filter(entry_id=salt.entry_id).first() if salt is not None else None
    checkpoint = newest_checkpoint()
    if salt is None or leaf is None or checkpoint is None or leaf.index >= checkpoint.size:
        raise NotFound("The log doesn't show this yet.")
    (shown,) = leaves_between(leaf.index, leaf.index + 1)
    path = _path(leaf.index, shown, checkpoint)
    extra = shown.proof_extra(bytes(salt.salt))
    return ProofFile(leaf.index, tuple(path), bytes(checkpoint.note), extra)


def _path(index: int, leaf: Leaf, checkpoint: LogCheckpoint) -> list[bytes]:
    try:
        path = inclusion_proof(index, checkpoint.size, hashes_of(checkpoint.size, storage()).read)
        verify_inclusion(
            index=index,
            size=checkpoint.size,
            leaf=leaf.hash,
            proof=path,
            root=bytes(checkpoint.root),
        )
    except CredentialError as error:
        message = "The log's files don't lead to its root: they were damaged."
        raise LedgerStorageUnavailable(message) from error
    return path
