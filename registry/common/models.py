"""The base of all rows, and the audit trail."""

from __future__ import annotations

from django.db import models

from registry.common.ids import uuid7


class BaseModel(models.Model):
    """A row with a public id in the order of time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """One act: who, when, from what to what. Append-only, with its predecessor's digest."""

    sequence = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    act = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_digest = models.BinaryField(max_length=32)
    # Unique: of two acts that saw the same predecessor, the second is refused and tried again.
    digest = models.BinaryField(max_length=32, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["previous_digest"], name="audit_one_successor"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            # The feed of public acts asks for one kind of subject from a number on.
            models.Index(fields=["subject_type", "sequence"], name="audit_by_type"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.act} {self.subject_type} {self.subject_id}"


class ChainHead(models.Model):
    """The one row that writers of a chain wait for: its lock keeps the chain without forks."""

    name = models.CharField(max_length=20, primary_key=True)
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return self.name
