"""Lists, the places in them, and every version that was signed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from registry.common.models import BaseModel
from registry.issuers.models import Institution


class StatusList(BaseModel):
    """One list of an institution for one purpose. Full lists stay: their places are never reused.

    ``change`` counts what was written to it, ``signed_change`` how far the newest signed version
    reaches: where they differ, it waits to be signed.
    """

    class Purpose(models.TextChoices):
        REVOCATION = "revocation"
        SUSPENSION = "suspension"
        REFRESH = "refresh"
        MESSAGE = "message"

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=Purpose)
    number = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    change = models.PositiveBigIntegerField(default=1)
    signed_change = models.PositiveBigIntegerField(default=0)
    renew_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "purpose", "number"], name="one_list_a_number"
            ),
            models.CheckConstraint(
                condition=Q(signed_change__lte=F("change")), name="signed_what_was_written"
            ),
            # Bitstring Status List 1.0, section 3.2: herd privacy.
            models.CheckConstraint(condition=Q(length__gte=131_072), name="list_long_enough"),
            models.CheckConstraint(condition=Q(taken__lte=F("length")), name="list_not_overfull"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.purpose} {self.number}"


class StatusPlace(BaseModel):
    """One credential's place in one list. The place is for ever, only its value changes."""

    list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="places")
    index = models.PositiveIntegerField()
    subject_id = models.UUIDField(db_index=True)
    value = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "index"], name="one_credential_a_place"),
            models.UniqueConstraint(fields=["list", "subject_id"], name="one_place_a_credential"),
        ]
        indexes = [
            models.Index(fields=["list"], condition=Q(value__gt=0), name="status_places_set"),
        ]

    def __str__(self) -> str:
        return f"{self.list_id} {self.index}"


class SignedList(models.Model):
    """A version of a list as it was signed and served. Append-only: what was said, stays said."""

    list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="versions")
    change = models.PositiveBigIntegerField()
    signed_at = models.DateTimeField()
    raw = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "change"], name="one_version_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.list_id} version {self.change}"
