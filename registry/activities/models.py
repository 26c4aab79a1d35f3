"""Activities, their immutable versions, when those were in force, and the decisions on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from registry.activities.lifecycle import (
    IN_FORCE,
    NEW,
    Revision,
    State,
    is_editable,
    is_waiting,
)
from registry.common.models import BaseModel
from registry.issuers.models import Institution


class Activity(BaseModel):
    """A short learning activity of an institution, under one route of one framework."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    framework = models.CharField(max_length=40)
    # The route of the version in force; of an activity that has none, the route it is written for.
    route = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    # The version in force. What is public is read from it and never from ``payload``.
    current = models.ForeignKey(
        "ActivityVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    revision = models.CharField(max_length=20, choices=Revision, blank=True, default=Revision.NONE)
    revision_route = models.CharField(max_length=60, blank=True)
    # The text in preparation; without a revision, the text of the version in force.
    payload = models.JSONField()
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # The last day of the time that the law gives the authority; empty where none is known.
    due_on = models.DateField(null=True)
    # When it was registered first.
    registered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "registered_at"], name="activity_catalogue"),
            models.Index(fields=["institution", "state"], name="activity_desk"),
            models.Index(
                fields=["framework", "due_on", "submitted_at"],
                condition=Q(state=State.SUBMITTED) | Q(revision=Revision.SUBMITTED),
                name="activity_queue",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(revision="") | Q(state__in=sorted(IN_FORCE)),
                name="revision_of_registered",
            ),
            models.CheckConstraint(
                condition=Q(revision="", revision_route="")
                | (~Q(revision="") & ~Q(revision_route="")),
                name="revision_has_route",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(NEW), current__isnull=True)
                | Q(state__in=sorted({*IN_FORCE, State.ENDED}), current__isnull=False),
                name="registered_has_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework}/{self.route} {self.pk}"

    @property
    def working_route(self) -> str:
        """The route of the text in preparation."""
        return self.revision_route or self.route

    @property
    def is_editable(self) -> bool:
        """Whether the text in preparation may be changed."""
        return is_editable(self.state, self.revision)

    @property
    def is_waiting(self) -> bool:
        """Whether the text in preparation waits for a decision."""
        return is_waiting(self.state, self.revision)


class ActivityVersion(BaseModel):
    """What was registered, as it was registered. Append-only; credentials point here.

    The last days are read from the text when it is registered (``schemas.rules.life``), so that a
    list of what runs out asks an index and not every text.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    payload = models.JSONField()
    route = models.CharField(max_length=60)
    route_version = models.CharField(max_length=80)
    warnings = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32)
    registered_at = models.DateTimeField()
    review_on = models.DateField(null=True)
    registration_end = models.DateField(null=True)
    last_achievement = models.DateField(null=True)
    assured_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_from_one"),
        ]
        indexes = [
            models.Index(fields=["review_on"], name="version_review"),
            models.Index(fields=["registration_end"], name="version_registration_end"),
            models.Index(fields=["assured_until"], name="version_assured"),
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
    """A period in which a version was registered and not suspended. Half open.

    TEACH_OUT follows the end of a registration whose text allows achievements until a later day.
    The version's own last days end a period too, whether or not somebody has written it down.
    """

    class Kind(models.TextChoices):
        REGISTERED = "REGISTERED"
        TEACH_OUT = "TEACH_OUT"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="standings")
    version = models.ForeignKey(ActivityVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.REGISTERED)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    # The newest credential issued in it: the period can't be made to end before.
    last_award_at = models.DateTimeField(null=True)

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


class Decision(BaseModel):
    """A decision on an activity, with its reasons. Append-only.

    ``effective_at`` is when it takes effect: a review date that passed did so at its midnight, even
    if it was written down later.
    """

    class Kind(models.TextChoices):
        REGISTER = "REGISTER"
        RETURN = "RETURN"
        EXTEND = "EXTEND"
        SUSPEND = "SUSPEND"
        RESUME = "RESUME"
        END = "END"

    class By(models.TextChoices):
        AUTHORITY = "AUTHORITY"
        INSTITUTION = "INSTITUTION"
        # A last day that the text names has passed.
        DATE = "DATE"
        # The operator of the registry.
        SYSTEM = "SYSTEM"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="decisions")
    # The version it brought into force, or that it was about; none for what was returned.
    version = models.ForeignKey(
        ActivityVersion, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.CharField(max_length=20, choices=By, default=By.AUTHORITY)
    reasons = models.TextField(blank=True)
    reviewer_id = models.UUIDField(null=True)
    reviewer_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    # Of a decision on a submission: when it came in, when it was due, and SHA-256 of its text.
    submitted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    text_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["EXTEND", "RETURN", "SUSPEND"]) | ~Q(reasons=""),
                name="decision_has_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(kind="END", by="AUTHORITY") | ~Q(reasons=""),
                name="ending_has_reasons",
            ),
        ]
        indexes = [models.Index(fields=["activity", "decided_at"], name="decision_history")]

    def __str__(self) -> str:
        return f"{self.kind} {self.activity_id}"


class Clearance(BaseModel):
    """A reserved word in a title that a reviewer let stand, with the reason. Append-only."""

    version = models.ForeignKey(
        ActivityVersion, on_delete=models.PROTECT, related_name="clearances"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="clearances")
    word = models.CharField(max_length=100)
    # Where it stands: a JSON pointer into the version's text.
    pointer = models.CharField(max_length=100)
    reason = models.TextField()
    reviewer_id = models.UUIDField(null=True)
    reviewer_name = models.CharField(max_length=200)
    cleared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "word", "pointer"], name="word_cleared_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="clearance_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.pointer} {self.version_id}"
