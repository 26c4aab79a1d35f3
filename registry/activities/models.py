"""Activities, their immutable versions, and the decisions on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from registry.activities.lifecycle import State
from registry.common.models import BaseModel
from registry.issuers.models import Institution


class Activity(BaseModel):
    """A short learning activity of an institution, under one route of one framework."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    framework = models.CharField(max_length=40)
    route = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    # What is being written or reviewed; the registered text is in the versions.
    payload = models.JSONField()
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "registered_at"], name="activity_catalogue"),
            models.Index(fields=["institution", "state"], name="activity_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.framework}/{self.route} {self.pk}"


class ActivityVersion(BaseModel):
    """What was registered, as it was registered. Append-only; credentials point here."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    payload = models.JSONField()
    route_version = models.CharField(max_length=80)
    warnings = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.number}"


class ActivityLink(BaseModel):
    """A typed link of the version that is registered now; the next version's take its place.

    It leads to an activity of this register (``target``) or to an absolute address.
    """

    class Kind(models.TextChoices):
        COMPONENT_OF = "COMPONENT_OF"
        STACKABLE_TOWARDS = "STACKABLE_TOWARDS"
        REQUIRES = "REQUIRES"
        SUPERSEDES = "SUPERSEDES"

    source = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="links")
    version = models.ForeignKey(ActivityVersion, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=Kind)
    target = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, related_name="links_here"
    )
    address = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False, address="")
                | (Q(target__isnull=True) & ~Q(address="")),
                name="link_leads_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target=F("source")), name="link_not_to_itself"
            ),
            models.UniqueConstraint(
                fields=["source", "kind", "target"],
                condition=Q(target__isnull=False),
                name="link_once",
            ),
            models.UniqueConstraint(
                fields=["source", "kind", "address"],
                condition=Q(target__isnull=True),
                name="outward_link_once",
            ),
        ]
        indexes = [models.Index(fields=["target", "kind"], name="link_backwards")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id or self.address}"


class LinkGate(models.Model):
    """The one row that writers of links wait for: two at once can't close a circle together."""

    name = models.CharField(max_length=20, primary_key=True)

    def __str__(self) -> str:
        return self.name


class Standing(BaseModel):
    """A period in which an activity was registered and not suspended. Half open."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="standings")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="standing_period",
            ),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(valid_until__isnull=True), name="one_open_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} from {self.valid_from}"


class Review(BaseModel):
    """A decision of an authority, with its reasons."""

    class Decision(models.TextChoices):
        REGISTER = "REGISTER"
        RETURN = "RETURN"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=20, choices=Decision)
    reasons = models.TextField(blank=True)
    reviewer_id = models.UUIDField(null=True)
    reviewer_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="RETURN") | ~Q(reasons=""), name="return_has_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.activity_id}"
