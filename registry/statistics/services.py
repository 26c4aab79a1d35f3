"""Make a release: count, protect, store. Nothing else writes statistics.

The counting runs outside a transaction, so that a long release holds up nobody; what it found is
entered in one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from credentials.encoding import canonicalize, sha256
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import NotAllowed, StateConflict
from registry.ledger.services import append_entry
from registry.statistics.codebook import CLOSING_MONTH, TABLES, VERSION
from registry.statistics.completeness import GROUPS
from registry.statistics.counting import Counted, count_activities, count_year, first_award_year
from registry.statistics.models import ClosedYear, Release, ReleaseTable

Row = list[Any]


def make_release(*, actor: Actor, at: datetime) -> Release:
    """The release of the day of ``at``; its years of awards are closed and never counted again.

    Raises ``StateConflict`` if that day has one.
    """
    if actor.user_id is not None:
        raise NotAllowed("Only the operator of the registry makes releases.")
    day = at.astimezone(UTC).date()
    if Release.objects.filter(day=day).exists():
        raise StateConflict("There is a release of %(day)s already.", params={"day": str(day)})
    counted = count_activities(at)
    fresh = {year: count_year(year, counted.first_years) for year in _years_to_close(day)}
    try:
        return _store(day, counted, fresh, actor, at)
    except IntegrityError as error:
        message = "Another release of %(day)s was faster."
        raise StateConflict(message, params={"day": str(day)}) from error


def last_closed(day: date) -> int:
    """The last year of awards that is closed on a day."""
    return day.year - 1 if day >= date(day.year, CLOSING_MONTH, 1) else day.year - 2


def _years_to_close(day: date) -> list[int]:
    first = first_award_year()
    if first is None:
        return []
    closed = set(ClosedYear.objects.values_list("year", flat=True))
    return [year for year in range(first, last_closed(day) + 1) if year not in closed]


@transaction.atomic
def _store(
    day: date, counted: Counted, fresh: dict[int, dict[str, list[Row]]], actor: Actor, at: datetime
) -> Release:
    for year, tables in fresh.items():
        # Of two releases at once, the first to close a year has the word on it.
        ClosedYear.objects.get_or_create(
            year=year, defaults={"codebook": VERSION, "closed_at": at, "tables": tables}
        )
    closed = list(ClosedYear.objects.filter(year__lte=last_closed(day)).order_by("year"))
    tables = {**_cells(counted, closed), **_completeness(counted, closed)}
    release = Release.objects.create(
        day=day,
        codebook=VERSION,
        made_at=at,
        years=[row.year for row in closed],
        totals={
            "activities": counted.activities,
            "versions": counted.versions,
            "awards_shown": _shown(closed),
        },
    )
    ReleaseTable.objects.bulk_create(
        ReleaseTable(release=release, code=code, rows=rows) for code, rows in tables.items()
    )
    digest = sha256(canonicalize(tables))
    append_entry(kind="statistics", payload_digest=digest, subject_id=release.pk, at=at)
    after = {"day": str(day), "codebook": VERSION, "digest": digest.hex()}
    subject = ("statistics_release", release.pk)
    audit.record(actor=actor, act="statistics.released", subject=subject, at=at, after=after)
    return release


def _cells(counted: Counted, closed: list[ClosedYear]) -> dict[str, list[Row]]:
    """Rows by table: categories, setting, year, activities and awards (either may be nothing)."""
    rows: dict[tuple[str, tuple[str, ...], str, int], list[Any]] = {}
    for (cell, year), tally in counted.cells.items():
        rows[(*cell, year)] = [tally.stored(), None]
    for one in closed:
        for table, cells in one.tables.items():
            if table not in TABLES:
                continue
            for keys, setting, stored in cells:
                place = (table, tuple(keys), setting, one.year)
                rows.setdefault(place, [None, None])[1] = stored
    tables: dict[str, list[Row]] = {table: [] for table in TABLES}
    for (table, keys, setting, year), values in sorted(rows.items()):
        tables[table].append([list(keys), setting, year, *values])
    return tables


def _completeness(counted: Counted, closed: list[ClosedYear]) -> dict[str, list[Row]]:
    """By group: category, element, to how many records it applies, how many state it."""
    numbers = {key: list(value) for key, value in counted.stated.items()}
    for one in closed:
        for group in GROUPS:
            for (key,), (awards, named, graded) in one.tables.get(f"credentials_{group}", []):
                # The day of the award is a column that can't be empty.
                for element, stated in (("learner", named), ("date", awards), ("grade", graded)):
                    sums = numbers.setdefault((group, key, element), [0, 0])
                    sums[0] += awards
                    sums[1] += stated
    tables: dict[str, list[Row]] = {f"completeness_{group}": [] for group in GROUPS}
    for (group, key, element), (applies, stated) in sorted(numbers.items()):
        tables[f"completeness_{group}"].append([key, element, applies, stated])
    return tables


def _shown(closed: list[ClosedYear]) -> int:
    rows = [stored for one in closed for _keys, _setting, stored in one.tables.get("total", [])]
    return sum(stored["n"] for stored in rows if isinstance(stored, dict))
