"""Count what is there: one pass over the versions, one over a year's awards; memory is cells."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Count, Exists, Min, OuterRef, Value, When

from registry.activities.models import ActivityVersion
from registry.activities.selectors import registered_at
from registry.awards.models import Award
from registry.statistics.codebook import THRESHOLD
from registry.statistics.completeness import ELEMENTS, GROUPS, Record, group_of
from registry.statistics.protection import without_small_groups
from registry.statistics.subjects import Cell, Profile, Size, level_forbidden, subject_of
from registry.statistics.tallies import HIDDEN, Tally

CHUNK = 1_000
Row = list[Any]


@dataclass
class Counted:
    """What the versions come to.

    ``cells``: by cell and year of first registration; ``first_years``: in which year a cell first
    held any activity, which is public; ``stated``: by group, category and element, how many it
    applies to and how many state it.
    """

    activities: int = 0
    versions: int = 0
    cells: dict[tuple[Cell, int], Tally] = field(default_factory=dict)
    first_years: dict[Cell, int] = field(default_factory=dict)
    stated: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)


class _Version(NamedTuple):
    activity: uuid.UUID
    payload: Mapping[str, Any]
    registered_at: datetime
    framework: str
    route: str
    country: str
    provider_type: str
    legal_name: Mapping[str, str]
    homepage: str
    stands: bool

    def subject(self) -> tuple[Profile, Size]:
        return subject_of(
            self.payload,
            code=self.framework,
            route=self.route,
            country=self.country,
            provider_type=self.provider_type,
        )


_FIELDS = (
    "activity_id",
    "payload",
    "registered_at",
    "activity__framework",
    "activity__route",
    "activity__institution__country",
    "activity__institution__provider_type",
    "activity__institution__legal_name",
    "activity__institution__homepage",
)


def count_activities(at: datetime) -> Counted:
    """All versions registered by ``at``; of each activity that stands then, the newest counts."""
    counted = Counted()
    for versions in _by_activity(_versions(at)):
        first_year = versions[0].registered_at.astimezone(UTC).year
        for version in versions:
            counted.versions += 1
            year = version.registered_at.astimezone(UTC).year
            profile, size = version.subject()
            for cell in profile.cells():
                known = counted.first_years.setdefault(cell, year)
                counted.first_years[cell] = min(known, year)
        if version.stands:
            counted.activities += 1
            for cell in profile.cells():
                tally = counted.cells.setdefault((cell, first_year), Tally())
                tally.add(size, profile.system)
            _count_elements(version, counted)
    return counted


def _versions(at: datetime) -> Iterator[_Version]:
    standing = registered_at(at).filter(activity=OuterRef("activity"))
    rows = ActivityVersion.objects.filter(registered_at__lte=at).order_by("activity_id", "number")
    for row in rows.values_list(*_FIELDS, Exists(standing)).iterator(CHUNK):
        yield _Version(*row)


def _by_activity(rows: Iterable[_Version]) -> Iterator[list[_Version]]:
    group: list[_Version] = []
    for row in rows:
        if group and group[0].activity != row.activity:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _count_elements(version: _Version, counted: Counted) -> None:
    record = Record(
        payload=version.payload,
        country=version.country,
        named=any(version.legal_name.values()),
        homepage=bool(version.homepage),
        level_forbidden=level_forbidden(version.framework, version.route),
    )
    for code, element in ELEMENTS.items():
        stated = element.stated(record) if element.stated else None
        if stated is None:
            continue
        for group in GROUPS:
            key = (group, group_of(group, version.framework, version.provider_type), code)
            numbers = counted.stated.setdefault(key, [0, 0])
            numbers[0] += 1
            numbers[1] += stated


class Atom(NamedTuple):
    """Awards that are alike in everything that is published."""

    profile: Profile
    with_hours: bool
    named: bool
    graded: bool


def first_award_year() -> int | None:
    """The year of the first award, ``None`` if there is none."""
    first = Award.objects.filter(state=Award.State.ISSUED).aggregate(first=Min("issued_at"))
    return first["first"].astimezone(UTC).year if first["first"] else None


def count_year(year: int, first_years: Mapping[Cell, int]) -> dict[str, list[Row]]:
    """The awards of a year, protected: table code → rows of categories, setting and measures.

    ``first_years`` are the cells in which any activity stood by then; those of them that aren't
    shown are hidden, whether they hold no award or a few.
    """
    atoms: dict[Atom, Tally] = {}
    for atom, size, number in _awards(year):
        atoms.setdefault(atom, Tally()).add(size, atom.profile.system, number)
    return tables_of(atoms, {cell for cell, first in first_years.items() if first <= year})


def tables_of(atoms: Mapping[Atom, Tally], stood: Iterable[Cell]) -> dict[str, list[Row]]:
    """The protected tables of one year's awards; ``stood``: cells that held any activity. Pure."""
    numbers = {atom: tally.number for atom, tally in atoms.items()}
    kept = without_small_groups(numbers, _guarded, THRESHOLD)
    shown: dict[Cell, Tally] = {}
    elements: dict[tuple[str, str], list[int]] = {}
    for atom in kept:
        for cell in atom.profile.cells():
            shown.setdefault(cell, Tally()).merge(atoms[atom])
        for group in GROUPS:
            key = group_of(group, atom.profile.framework, atom.profile.provider_type)
            sums = elements.setdefault((group, key), [0, 0, 0])
            for place, holds in enumerate((True, atom.named, atom.graded)):
                sums[place] += numbers[atom] * holds
    tables: dict[str, list[Row]] = {}
    for cell in sorted(set(stood) | set(shown)):
        table, keys, setting = cell
        stored = shown[cell].stored() if cell in shown else HIDDEN
        tables.setdefault(table, []).append([list(keys), setting, stored])
    for (group, key), sums in sorted(elements.items()):
        tables.setdefault(f"credentials_{group}", []).append([[key], sums])
    return tables


def _guarded(atom: Atom) -> Iterator[tuple[object, ...]]:
    """Every cell, and every part of one that a published number rests on."""
    for cell in atom.profile.cells():
        yield cell
        yield (*cell, "system", atom.profile.system)
        yield (*cell, "hours", atom.with_hours)
    for group in GROUPS:
        key = group_of(group, atom.profile.framework, atom.profile.provider_type)
        yield (group, key, "named", atom.named)
        yield (group, key, "graded", atom.graded)


def _awards(year: int) -> Iterator[tuple[Atom, Size, int]]:
    begin, end = (datetime(y, 1, 1, tzinfo=UTC) for y in (year, year + 1))
    rows = Award.objects.filter(
        state=Award.State.ISSUED, issued_at__gte=begin, issued_at__lt=end
    ).values("version_id", named=_is_given("recipient__full_name"), graded=_is_given("grade"))
    groups = rows.annotate(number=Count("pk")).order_by("version_id").iterator(CHUNK)
    while chunk := list(islice(groups, CHUNK)):
        wanted = {row["version_id"] for row in chunk}
        found = ActivityVersion.objects.filter(pk__in=wanted)
        known = {
            key: _Version._make([*values, False]).subject()
            for key, *values in found.values_list("pk", *_FIELDS)
        }
        for row in chunk:
            profile, size = known[row["version_id"]]
            atom = Atom(profile, size.hours is not None, row["named"], row["graded"])
            yield atom, size, row["number"]


def _is_given(field_name: str) -> Case:
    empty = When(**{field_name: ""}, then=Value(False))  # noqa: FBT003 - SQL has no keywords
    return Case(empty, default=Value(True), output_field=BooleanField())  # noqa: FBT003
