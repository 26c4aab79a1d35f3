"""Read releases as they are stored: a table is one row, and nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from registry.common.errors import NotFound
from registry.statistics.models import Release, ReleaseTable

Row = list[Any]


def list_releases() -> QuerySet[Release]:
    """All releases, newest first."""
    return Release.objects.order_by("-day")


def latest_release() -> Release | None:
    """The newest release, ``None`` before the first."""
    return list_releases().first()


def get_release(day: str) -> Release:
    """A release by its day, the newest for an empty text. Raises ``NotFound``."""
    try:
        found = list_releases().filter(day=date.fromisoformat(day)).first() if day else None
    except ValueError as error:
        raise NotFound("A release is named by its day: year-month-day.") from error
    found = found or (None if day else latest_release())
    if found is None:
        raise NotFound("There is no such release.")
    return found


def table_rows(release: Release, code: str) -> list[Row]:
    """The rows of a table: categories, setting, year, activities, awards.

    Of a table ``completeness_…``: category, element, to how many it applies, how many state it.
    An empty list where nothing is registered. Raises ``NotFound`` for no table of the release.
    """
    table = ReleaseTable.objects.filter(release=release, code=code).first()
    if table is None:
        raise NotFound("There is no such table.")
    rows: list[Row] = table.rows
    return rows


def iterate_tables(release: Release) -> Iterator[tuple[str, list[Row]]]:
    """All tables of a release, one at a time."""
    rows = ReleaseTable.objects.filter(release=release).order_by("code")
    yield from rows.values_list("code", "rows").iterator(1)
