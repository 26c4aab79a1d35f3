"""Releases: stored once, never changed; a page reads them and computes nothing."""

from __future__ import annotations

from django.db import models

from registry.common.models import BaseModel


class ClosedYear(models.Model):
    """The awards of one calendar year, counted and protected once, for every release to come.

    Append-only: no later release says anything else of that year, so the difference of two releases
    tells nothing.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    codebook = models.CharField(max_length=20)
    closed_at = models.DateTimeField()
    # Table code → rows of category codes and measures; a row without measures is hidden.
    tables = models.JSONField()

    def __str__(self) -> str:
        return str(self.year)


class Release(BaseModel):
    """What was published of one day. Append-only."""

    day = models.DateField(unique=True)
    codebook = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    # Years of awards it holds, and what it was counted from.
    years = models.JSONField()
    totals = models.JSONField()

    def __str__(self) -> str:
        return str(self.day)


class ReleaseTable(BaseModel):
    """One table of a release. Append-only."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="tables")
    code = models.CharField(max_length=40)
    rows = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="release_table_once"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.code}"
