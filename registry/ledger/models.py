"""The book: entries of acts, their salts beside them, and the log that they are published in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class LedgerEntry(models.Model):
    """One act's digest. Append-only; without its salt an entry says nothing about anybody."""

    sequence = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    digest = models.BinaryField(max_length=32, unique=True)
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class LedgerSalt(models.Model):
    """What links an entry to its subject. Deleting it erases the link, and the book stays whole."""

    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="salt"
    )
    salt = models.BinaryField(max_length=32)
    subject_id = models.CharField(max_length=60, db_index=True)

    def __str__(self) -> str:
        return self.subject_id


class PendingEntry(models.Model):
    """An entry that no published tree holds yet. Deleted when it gets its place in the log."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)


class LogLeaf(models.Model):
    """An entry's place in the log, and when it was put there. Append-only."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="leaf")
    integrated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.index} {self.entry_id}"


class LogHead(models.Model):
    """The one row that a writer of the log must win: what tree is decided, and what is published.

    Between the two a crash may leave a difference; the next writer publishes it first.
    """

    name = models.CharField(max_length=20, primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    published_size = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_size__lte=F("size"), published_size__gte=0),
                name="log_published_what_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.size}"


class LogCheckpoint(models.Model):
    """Every checkpoint that was ever signed. Append-only: one root for one size, for ever."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.BinaryField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"
