"""Links a learner gives out. The token is known by its hash only."""

from __future__ import annotations

from django.db import models

from registry.awards.models import Award
from registry.common.models import BaseModel


class Share(BaseModel):
    """One link to one award, with an end."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="shares")
    token_digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="share_period"
            ),
        ]

    def __str__(self) -> str:
        return f"share of {self.award_id} until {self.expires_at}"
