"""Entries of the ledger: salted digests in one order, and the salts beside them."""

from __future__ import annotations

from django.db import models


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

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True)
    salt = models.BinaryField(max_length=32)
    subject_id = models.CharField(max_length=60, db_index=True)

    def __str__(self) -> str:
        return self.subject_id
