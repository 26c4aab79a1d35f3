"""A table as others read it: JSON-stat 2.0 (json-stat.org) and long CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from registry.statistics.codebook import (
    BY,
    CLOSING_MONTH,
    DIMENSIONS,
    MEASURES,
    NOT_COLLECTED,
    TABLES,
    THRESHOLD,
    VERSION,
)
from registry.statistics.completeness import ELEMENTS, MANDATORY
from registry.statistics.labels import credit_system, label
from registry.statistics.models import Release
from registry.statistics.tallies import HIDDEN
from schemas.setting import EDUCATION_SYSTEM

Row = list[Any]
CONFIDENTIAL = "c"
"""The status of a hidden value, as Eurostat writes it."""
HEADER = (
    "release",
    "codebook",
    "table",
    *BY,
    "element",
    "setting",
    "year",
    "measure",
    "credit_system",
    "value",
    "status",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def values_of(kind: str, stored: Any) -> Iterator[tuple[str, str, float | int | None]]:
    """The values of a stored cell: measure, credit system, value (``None``: hidden)."""
    if stored is None:
        return
    if stored == HIDDEN:
        yield kind, "", None
        return
    yield kind, "", stored["n"]
    yield f"{kind}_hours", "", stored["hours"]
    yield f"{kind}_with_hours", "", stored["with_hours"]
    for name in ("credits", "with_credits"):
        for system, value in stored[name].items():
            yield f"{kind}_{name}", system, value


def csv_rows(release: Release, code: str, rows: Iterable[Row]) -> Iterator[list[str]]:
    """One line for each value; cells that a spreadsheet would take for a formula are defused."""
    first = {"release": str(release.day), "codebook": release.codebook, "table": code}
    for row in rows:
        for values in _completeness(row, code) if code not in TABLES else _cells(row, code):
            line = {**first, **values}
            yield [_defused(str(line.get(name, ""))) for name in HEADER]


def csv_lines(release: Release, tables: Iterable[tuple[str, Sequence[Row]]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), header first, one table after another."""
    yield _line(HEADER)
    for code, rows in tables:
        for row in csv_rows(release, code, rows):
            yield _line(row)


def _line(values: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()


def _cells(row: Row, code: str) -> Iterator[dict[str, Any]]:
    keys, setting, year, activities, awards = row
    place = {**dict(zip(TABLES[code], keys, strict=True)), "setting": setting, "year": year}
    for kind, stored in (("activities", activities), ("awards", awards)):
        for measure, system, value in values_of(kind, stored):
            yield {
                **place,
                "measure": measure,
                "credit_system": system,
                "value": "" if value is None else value,
                "status": CONFIDENTIAL if value is None else "",
            }


def _completeness(row: Row, code: str) -> Iterator[dict[str, Any]]:
    key, element, applies, stated = row
    group = code.removeprefix("completeness_")
    place = {"element": element, **({group: key} if group in BY else {})}
    yield {**place, "measure": "applies", "value": applies}
    yield {**place, "measure": "stated", "value": stated}


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def json_stat(release: Release, code: str, rows: Sequence[Row]) -> dict[str, Any]:
    """A table as a JSON-stat 2.0 dataset, with status ``c`` where a value is hidden."""
    if code not in TABLES:
        return _json_stat_of_completeness(release, code, rows)
    names = [*TABLES[code], "setting", "year"]
    points = [
        ((*map(str, keys), setting, str(year), f"{measure}:{system}" if system else measure), value)
        for keys, setting, year, *stored in rows
        for kind, cell in zip(("activities", "awards"), stored, strict=True)
        for measure, system, value in values_of(kind, cell)
    ]
    return _dataset(release, code, [*names, "measure"], points)


def _json_stat_of_completeness(release: Release, code: str, rows: Sequence[Row]) -> dict[str, Any]:
    group = code.removeprefix("completeness_")
    points = [
        ((key, element, measure), value)
        for key, element, *numbers in rows
        for measure, value in zip(("applies", "stated"), numbers, strict=True)
    ]
    return _dataset(release, code, [group, "element", "measure"], points)


def _dataset(
    release: Release,
    code: str,
    names: list[str],
    points: Sequence[tuple[tuple[str, ...], float | int | None]],
) -> dict[str, Any]:
    categories = [sorted({key[place] for key, _value in points}) for place in range(len(names))]
    index = [{key: place for place, key in enumerate(keys)} for keys in categories]
    values: dict[str, float | int | None] = {}
    status: dict[str, str] = {}
    for key, value in points:
        position = 0
        for place, part in enumerate(key):
            position = position * len(categories[place]) + index[place][part]
        if value is None:
            status[str(position)] = CONFIDENTIAL
        else:
            values[str(position)] = value
    return {
        "version": "2.0",
        "class": "dataset",
        "label": code,
        "updated": release.made_at.isoformat(),
        "id": names,
        "size": [len(keys) for keys in categories],
        "dimension": {
            name: {
                "label": _dimension(name),
                "category": {"index": keys, "label": {key: _category(name, key) for key in keys}},
            }
            for name, keys in zip(names, categories, strict=True)
        },
        "value": values,
        "status": status,
        "extension": {"release": str(release.day), "codebook": release.codebook},
    }


def _dimension(name: str) -> str:
    return str(DIMENSIONS[name].label) if name in DIMENSIONS else name


def _category(name: str, key: str) -> str:
    if name == "measure":
        code, _sep, system = key.partition(":")
        words = str(MEASURES[code].label) if code in MEASURES else code
        return f"{words}: {credit_system(system)}" if system else words
    if name == "element":
        return str(ELEMENTS[key].label) if key in ELEMENTS else key
    return label(name, key)


def table_codes() -> Mapping[str, tuple[str, ...]]:
    """All tables of a release with their dimensions."""
    return {
        **{code: (*names, "setting", "year") for code, names in TABLES.items()},
        "completeness_total": ("element",),
        "completeness_framework": ("framework", "element"),
        "completeness_provider_type": ("provider_type", "element"),
    }


def codebook_json() -> dict[str, Any]:
    """The code book: everything a reader of a release needs to know, in the reader's language."""
    return {
        "version": VERSION,
        "dimensions": [
            {
                "code": row.code,
                "label": str(row.label),
                "definition": str(row.definition),
                "multiple": row.multiple,
            }
            for row in DIMENSIONS.values()
        ],
        "measures": [
            {
                "code": row.code,
                "label": str(row.label),
                "definition": str(row.definition),
                "counts": row.of,
                "unit": row.unit,
            }
            for row in MEASURES.values()
        ],
        "elements": [
            {
                "code": row.code,
                "label": str(row.label),
                "definition": str(row.definition),
                "mandatory": row in MANDATORY,
                "on": row.on,
            }
            for row in ELEMENTS.values()
        ],
        "tables": {code: list(names) for code, names in table_codes().items()},
        "not_collected": {code: str(text) for code, text in NOT_COLLECTED.items()},
        "protection": _protection_json(),
    }


def _protection_json() -> dict[str, Any]:
    return {
        "threshold": THRESHOLD,
        "of": "awards",
        "status_of_a_hidden_value": CONFIDENTIAL,
        "a_year_closes": f"on the first of month {CLOSING_MONTH} of the next",
        "formal_institutions": sorted(EDUCATION_SYSTEM),
    }
