"""Institutions, what they are accredited for, and the keys they sign with."""

from __future__ import annotations

from datetime import date

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
    """A dated permission: framework, levels, fields, types of award (empty means all).

    Append-only. It ends at ``valid_until`` or by an ``AccreditationEnd`` before; a change ends one
    and opens another. So what held on a day can always be told, and what was known of it when.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="accreditations"
    )
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    framework = models.CharField(max_length=40)
    levels = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    award_types = models.JSONField(default=list)
    # SHA-256 of framework, levels, fields and types of award: two of one scope never overlap.
    scope = models.CharField(max_length=64)
    reference = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    # The one that it took the place of; each is followed by one at most.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="accreditation_period",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "framework"], name="accreditation_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.framework})"

    @property
    def until(self) -> date | None:
        """The first day on which it no longer holds; ``None`` while no end is known.

        Of rows that come from the selectors: they know the day of an ``AccreditationEnd``.
        """
        ended_on: date | None = vars(self)["ended_on"]
        return min((day for day in (self.valid_until, ended_on) if day), default=None)

    def holds_on(self, day: date) -> bool:
        """Whether it holds on ``day``."""
        return self.valid_from <= day and (self.until is None or day < self.until)


class AccreditationEnd(BaseModel):
    """The decision that an accreditation ends from a day on. Append-only."""

    class Kind(models.TextChoices):
        CHANGE = "CHANGE"
        WITHDRAWAL = "WITHDRAWAL"

    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="ends")
    kind = models.CharField(max_length=20, choices=Kind)
    # The first day on which it no longer holds.
    ends_on = models.DateField()
    reasons = models.TextField(blank=True)
    reviewer_id = models.UUIDField(null=True)
    reviewer_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["accreditation", "ends_on"], name="one_end_a_day"),
            models.CheckConstraint(
                condition=~Q(kind="WITHDRAWAL") | ~Q(reasons=""), name="withdrawal_has_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.accreditation_id} from {self.ends_on}"


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
    # It was stolen: nothing it signs counts from then on.
    distrusted_from = models.DateTimeField(null=True)
    distrust_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="signing_key_period",
            ),
            models.CheckConstraint(
                condition=Q(distrusted_from__isnull=True)
                | (Q(valid_until__isnull=False) & ~Q(distrust_reason="")),
                name="disowned_key_has_ended",
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(valid_until__isnull=True),
                name="one_current_key",
            ),
        ]

    def __str__(self) -> str:
        return self.method_id


class IssuingStop(BaseModel):
    """Issuing is stopped from a moment until it is lifted: one key, one institution, or all."""

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="stops"
    )
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, null=True, related_name="stops")
    reason = models.CharField(max_length=500)
    stopped_at = models.DateTimeField()
    stopped_by = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=True) | Q(key__isnull=True), name="stop_one_scope"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="stop_has_reason"),
        ]

    def __str__(self) -> str:
        return f"stop {self.institution_id or self.key_id or 'everything'}"

    @property
    def scope(self) -> Institution | None:
        """The institution it is about; ``None`` for everything."""
        return self.key.institution if self.key is not None else self.institution
