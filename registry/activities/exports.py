"""The activities of an institution as a table, and the empty table to fill in: same columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from registry.activities.models import Activity
from registry.activities.sheets import Table
from schemas import isced, vocabularies
from schemas.forms import Field, Form
from schemas.forms.columns import OTHER, Column, cells, columns, field_at, places_in_order
from schemas.forms.names import column

EMPTY_ROWS = 200
"""So many rows of a template offer their lists."""
_LISTED = 40
_WRITE = {
    "line": "a text",
    "long": "a text",
    "texts": "a text",
    "number": "a number, such as 2.5",
    "integer": "a whole number",
    "date": "a date: year-month-day",
    "choice": "one of",
    "choices": "one or more, parted by commas, of",
    "languages": "language codes, parted by commas, such as en, fr",
    "lines": "texts, each on a line of its own in the cell",
    "eqf": "an EQF level",
}


def template(form: Form, languages: Sequence[str]) -> list[Table]:
    """An empty sheet, a sheet that explains each column, and the lists to choose from."""
    found = columns(form, languages=languages)
    lists, choices = _lists(found)
    header = [one.name for one in found]
    widths = [32 if one.rule.kind in {"texts", "long", "lines"} else 20 for one in found]
    sheet = Table("Activities", header, [], widths, choices)
    return [sheet, _explained(form, found), lists]


def table(form: Form, activities: Iterable[Activity], languages: Sequence[str]) -> Table:
    """A row for each activity, in the columns of the template and those that texts need more."""
    rows = [(activity, cells(form, activity.payload)) for activity in activities]
    used = {place for _activity, row in rows for place in row if place != f"/{OTHER}"}
    used |= {one.place for one in columns(form, languages=languages, rows=1)}
    places = places_in_order(form, used)
    if any(f"/{OTHER}" in row for _activity, row in rows):
        places.append(f"/{OTHER}")
    header = ["id", "state", *(column(place) for place in places)]
    body = [
        [str(activity.pk), str(activity.state), *(row.get(place, "") for place in places)]
        for activity, row in rows
    ]
    return Table("Activities", header, body)


def _lists(found: Sequence[Column]) -> tuple[Table, list[tuple[int, int, int]]]:
    """A sheet with every list, and which column of the first sheet chooses from which."""
    named: dict[tuple[str, ...], int] = {}
    names: list[str] = []
    choices = []
    for position, one in enumerate(found):
        codes = tuple(choice.code for choice in one.rule.choices)
        if not codes:
            continue
        if codes not in named:
            named[codes] = len(named)
            names.append(one.name)
        if one.rule.kind == "choice":
            choices.append((position, named[codes], len(codes)))
    lists = list(named)
    depth = max(map(len, lists), default=0)
    rows = [[codes[n] if n < len(codes) else "" for codes in lists] for n in range(depth)]
    return Table("Lists", names, rows), choices


def _explained(form: Form, found: Sequence[Column]) -> Table:
    header = ["column", "field", "required", "write", "rule", "verified", "source"]
    rows = [_explanation(form, one) for one in found]
    rows.append(
        [
            OTHER,
            "What no column says",
            "no",
            "a JSON object of values by their pointers",
            "",
            "",
            "",
        ]
    )
    return Table("Explanation", header, rows, [34, 46, 10, 60, 60, 10, 50])


def _explanation(form: Form, one: Column) -> list[str]:
    rule = field_at(form, one.place) or one.rule
    verified = {None: "", True: "yes", False: "no"}
    told = [help_ for help_ in rule.help if help_.words]
    sources = {source.title for help_ in told for source in help_.sources}
    marks = [help_.verified for help_ in told if help_.verified is not None]
    return [
        one.name,
        one.label,
        "yes" if one.required else "no",
        _write(rule),
        " ".join(help_.words for help_ in told),
        verified[all(marks) if marks else None],
        "; ".join(sorted(sources)),
    ]


def _write(rule: Field) -> str:
    words = _WRITE.get(rule.kind, "")
    if rule.pointer == "/isced_f":
        return f"a code of four digits, of {len(isced.fields())}: see the sheet Lists"
    if rule.kind in {"choice", "choices"} and len(rule.choices) > _LISTED:
        return f"{words} the codes in the sheet Lists"
    if rule.kind in {"choice", "choices", "eqf"}:
        listed = (f"{choice.code} ({choice.label.get('en', '')})" for choice in rule.choices)
        return f"{words}: {', '.join(listed)}"
    if rule.kind == "languages":
        return f"{words}; {len(vocabularies.terms('language'))} common ones are in the sheet Lists"
    longest = f", at most {rule.max_length} characters" if rule.max_length else ""
    return f"{words}{longest}"
