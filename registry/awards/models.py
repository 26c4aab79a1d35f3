"""Awards: the act, its row, and the signed bytes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from registry.activities.models import ActivityVersion
from registry.common.models import BaseModel
from registry.issuers.models import Institution


class Recipient(BaseModel):
    """Who earned it, as the institution knows them. Personal data stands here and in the bytes."""

    full_name = models.CharField(max_length=200)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField(null=True)
    email = models.EmailField(blank=True, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Award(BaseModel):
    """One award. PREPARED is the intention, recorded before the key is used."""

    class State(models.TextChoices):
        PREPARED = "PREPARED"
        ISSUED = "ISSUED"

    version = models.ForeignKey(ActivityVersion, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT)
    state = models.CharField(max_length=20, choices=State, default=State.PREPARED)
    suite = models.CharField(max_length=40)
    awarded_on = models.DateField()
    grade = models.CharField(max_length=60, blank=True)
    prepared = models.BinaryField()
    issued_at = models.DateTimeField()
    secured = models.BinaryField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    # The DID URL of the key that signed it.
    signed_with = models.CharField(max_length=400, blank=True, db_index=True)
    idempotency_key = models.CharField(max_length=100, null=True)
    request_digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "idempotency_key"], name="one_award_a_key"
            ),
            models.CheckConstraint(
                condition=Q(state="PREPARED", secured__isnull=True)
                | Q(state="ISSUED", secured__isnull=False, digest__isnull=False),
                name="issued_has_bytes",
            ),
        ]
        indexes = [models.Index(fields=["institution", "issued_at"], name="award_desk")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"


class StatusChange(BaseModel):
    """What happened to a credential after issuing: who, when, why. Append-only, in order."""

    class Kind(models.TextChoices):
        REVOKE = "REVOKE"
        SUSPEND = "SUSPEND"
        RESUME = "RESUME"
        SUPERSEDE = "SUPERSEDE"
        UNDO = "UNDO"

    class Standing(models.TextChoices):
        ACTIVE = "ACTIVE"
        SUSPENDED = "SUSPENDED"
        REVOKED = "REVOKED"
        SUPERSEDED = "SUPERSEDED"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    # What the credential is after it.
    standing = models.CharField(max_length=20, choices=Standing)
    reason = models.CharField(max_length=40)
    note = models.CharField(max_length=500, blank=True)
    replacement = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, related_name="replaces"
    )
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="one_change_at_a_time"),
            models.CheckConstraint(
                condition=Q(kind="SUPERSEDE", replacement__isnull=False)
                | (~Q(kind="SUPERSEDE") & Q(replacement__isnull=True)),
                name="superseded_by_one",
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(note=""), name="other_reason_is_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.award_id}"
