"""Institutions, what they are accredited for, and the keys they sign with."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from registry.accounts.models import Organisation
from registry.common.models import BaseModel


class Institution(models.Model):
    """A body that offers learning, and may award where it is accredited."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True)
    slug = models.SlugField(max_length=60, unique=True)
    did = models.CharField(max_length=300, unique=True)
    legal_name = models.JSONField()
    country = models.CharField(max_length=10)
    region = models.CharField(max_length=20, blank=True)
    homepage = models.URLField(blank=True)
    registration = models.CharField(max_length=60, blank=True)
    provider_type = models.CharField(max_length=40)
    can_award = models.BooleanField(default=False)
    # The newest credential issued: a suspension can't be made to begin before.
    last_award_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.slug


class Accreditation(BaseModel):
    """A dated permission: framework, levels, fields (empty means all). Half-open period."""

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="accreditations"
    )
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    framework = models.CharField(max_length=40)
    levels = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    reference = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="accreditation_period",
            ),
        ]
        indexes = [models.Index(fields=["institution", "framework"], name="accreditation_scope")]

    def __str__(self) -> str:
        return f"{self.reference} ({self.framework})"


class Suspension(BaseModel):
    """A period in which an institution may neither submit nor award. Half open, dated rows."""

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="suspensions"
    )
    reasons = models.TextField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="suspension_period",
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(valid_until__isnull=True),
                name="one_open_suspension",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} from {self.valid_from}"


class SigningKey(BaseModel):
    """A key of one institution, its private part wrapped. No key is ever shared by two."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="keys")
    method_id = models.CharField(max_length=400, unique=True)
    algorithm = models.CharField(max_length=20)
    public_multibase = models.CharField(max_length=100, unique=True)
    wrapped_private = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="signing_key_period",
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(valid_until__isnull=True),
                name="one_current_key",
            ),
        ]

    def __str__(self) -> str:
        return self.method_id
