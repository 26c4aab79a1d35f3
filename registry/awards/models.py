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
