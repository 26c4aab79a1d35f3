"""Many activities from one table: every fault of every row at once, then all of them or none.

``plan_import`` reads and judges and writes nothing; ``import_activities`` does the same and then
makes a draft of each row, and submits it if asked to, in one transaction. Pages and API show the
same plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from registry.accounts.models import Membership
from registry.activities.models import Activity
from registry.activities.selectors import titles_on_desk
from registry.activities.services import check, create_activities
from registry.activities.services.texts import require_storable
from registry.activities.sheets import Sheet, SheetUnreadable, read_sheet
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind
from registry.issuers.models import Institution
from schemas import frameworks
from schemas.forms import Form, form_for
from schemas.forms.columns import OTHER, read_header, read_row
from schemas.forms.names import column
from schemas.validation import Violation

HEADER_ROW = 1
MAX_PROBLEMS = 5_000
"""So many faults are told; the others are counted."""


class ImportNotAcceptable(DomainError):
    """A row breaks a rule, so none was taken in; ``plan`` says everything that is wrong."""

    kind = Kind.MALFORMED
    code = "import_not_acceptable"

    def __init__(self, plan: ImportPlan) -> None:
        count = sum(problem.violation.severity == "error" for problem in plan.problems)
        message = "Nothing was taken in: %(count)s thing(s) must be changed first."
        super().__init__(message, params={"count": str(count)})
        self.plan = plan


@dataclass(frozen=True)
class CellProblem:
    """A fault or warning at a cell: its row in the file (from 1) and the name of its column."""

    row: int
    column: str
    violation: Violation


@dataclass(frozen=True)
class PlannedRow:
    """An activity that would be made: its row in the file, its title, its text."""

    number: int
    title: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class ImportPlan:
    """What a file says, and everything that is wrong or doubtful about it, by row."""

    sheet: Sheet
    digest: str
    framework: str
    route: str
    rows: tuple[PlannedRow, ...]
    problems: tuple[CellProblem, ...]
    untold: int

    @property
    def acceptable(self) -> bool:
        """Whether all rows can be taken in."""
        return not any(problem.violation.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class Imported:
    """What was made of a plan, in the order of its rows."""

    plan: ImportPlan
    activities: tuple[Activity, ...]


def plan_import(
    *,
    raw: bytes,
    institution: Institution,
    framework: str,
    route: str,
    actor: Actor,
    at: datetime,
    encoding: str = "",
) -> ImportPlan:
    """Read a file and judge every row as a submission would; nothing is written.

    Raises ``NotAllowed``, ``BadInput`` for an unknown route, ``SheetUnreadable``.
    """
    actor.require_role(Membership.Role.REGISTRAR, institution.pk)
    form = import_form(framework, route, at)
    languages = {*institution.legal_name, *form.framework.name, *form.route.name}
    sheet = read_sheet(raw, encoding=encoding, languages=languages)
    judge = _Judge(form, institution, sheet, at)
    rows, problems = judge.all()
    ordered = sorted(problems, key=lambda problem: problem.row)
    # What refuses the file is never among what isn't told.
    ordered.sort(key=lambda problem: problem.violation.severity == "warning")
    told = sorted(ordered[:MAX_PROBLEMS], key=lambda problem: problem.row)
    return ImportPlan(
        sheet=sheet,
        digest=hashlib.sha256(raw).hexdigest(),
        framework=framework,
        route=route,
        rows=rows,
        problems=tuple(told),
        untold=len(ordered) - len(told),
    )


def import_form(framework: str, route: str, at: datetime) -> Form:
    """The form of a route in force. Raises ``BadInput``."""
    try:
        frame = frameworks.framework(framework)
        return form_for(frame, frame.route(route, at.astimezone(UTC).date()))
    except KeyError as error:
        message = "There is no route %(route)s in %(framework)s today."
        params = {"route": route, "framework": framework}
        raise BadInput(message, params=params) from error


def import_activities(
    *,
    raw: bytes,
    institution: Institution,
    framework: str,
    route: str,
    submit: bool,
    actor: Actor,
    at: datetime,
    encoding: str = "",
) -> Imported:
    """Make a draft of each row, and submit it with ``submit``: all of them, or none.

    Raises what ``plan_import`` raises, and ``ImportNotAcceptable`` if a row has an error.
    """
    plan = plan_import(
        raw=raw,
        institution=institution,
        framework=framework,
        route=route,
        actor=actor,
        at=at,
        encoding=encoding,
    )
    if not plan.acceptable:
        raise ImportNotAcceptable(plan)
    made = create_activities(
        institution=institution,
        framework=framework,
        route=route,
        payloads=[row.payload for row in plan.rows],
        submit=submit,
        actor=actor,
        at=at,
    )
    return Imported(plan, tuple(made))


@dataclass(frozen=True)
class _Judge:
    form: Form
    institution: Institution
    sheet: Sheet
    at: datetime

    def all(self) -> tuple[tuple[PlannedRow, ...], list[CellProblem]]:
        """Every row, and every fault of the header and of each."""
        places, wrong = read_header(self.form, self.sheet.header)
        problems = [self._in_header(violation) for violation in wrong]
        known = {place: self.sheet.header[position].strip() for position, place in places.items()}
        if not places:
            raise SheetUnreadable("The first row names no column of this route; see the template.")
        if not self.sheet.rows:
            raise SheetUnreadable("The file has a header, and no row below it.")
        rows = []
        for number, cells in self.sheet.rows:
            reading = read_row(self.form, places, cells)
            found = [*reading.wrong, *self._surplus(cells), *self._found(reading.payload)]
            for violation in found:
                place = reading.place(violation.pointer)
                problems.append(CellProblem(number, _column(place, known), violation))
            rows.append(PlannedRow(number, _title(reading.payload), reading.payload))
        problems += self._twice(rows, known)
        return tuple(rows), problems

    def _in_header(self, violation: Violation) -> CellProblem:
        name = self.sheet.header[int(violation.pointer)].strip()
        told = replace(violation, pointer="")
        return CellProblem(HEADER_ROW, name, told)

    def _surplus(self, cells: Sequence[str]) -> Iterator[Violation]:
        width = len(self.sheet.header)
        over = [cell for cell in cells[width:] if cell.strip()]
        over += [
            cell
            for cell, name in zip(cells, self.sheet.header, strict=False)
            if cell.strip() and not name.strip()
        ]
        if over:
            message = f"A cell stands under no column: {over[0][:60]}. Is a separator missing?"
            yield Violation("cell_without_column", "", message, params={"cell": over[0][:60]})

    def _found(self, payload: Mapping[str, Any]) -> tuple[Violation, ...]:
        try:
            require_storable(payload)
        except BadInput as error:
            return (Violation("row_unreadable", "", error.message),)
        frame, route = self.form.framework.code, self.form.route.code
        return check(self.institution, frame, route, payload, self.at)

    def _twice(self, rows: Sequence[PlannedRow], known: Mapping[str, str]) -> Iterator[CellProblem]:
        """Two rows of one title, and a title that stands on the desk already."""
        taken = titles_on_desk(self.institution.pk, self.form.framework.code)
        first: dict[str, int] = {}
        for row in rows:
            titles = row.payload.get("title")
            texts = [t for t in titles.values() if t] if isinstance(titles, dict) else []
            for text in texts:
                if text in first:
                    message = f"Row {first[text]} has this title too; take one of them out."
                    params = {"row": str(first[text])}
                    violation = Violation("row_twice", "/title", message, params=params)
                    yield CellProblem(row.number, _column("/title", known), violation)
                    break
                if text in taken:
                    message = "An activity of this title is on your desk already."
                    violation = Violation("title_on_desk", "/title", message, "warning")
                    yield CellProblem(row.number, _column("/title", known), violation)
                    break
            first |= {text: row.number for text in texts if text not in first}


def _title(payload: Mapping[str, Any]) -> str:
    titles = payload.get("title")
    texts = titles.values() if isinstance(titles, dict) else ()
    return next((text for text in texts if isinstance(text, str) and text), "")


def _column(place: str, known: Mapping[str, str]) -> str:
    """The column in which a fault is mended: the one of its place, or one that must be added."""
    if place in known:
        return known[place]
    if place == f"/{OTHER}":
        return OTHER
    above = place
    while above.count("/") > 1:
        above = above.rpartition("/")[0]
        if above in known:
            return known[above]
    inside = [name for known_place, name in known.items() if known_place.startswith(f"{place}/")]
    return inside[0] if inside and place else column(place) if place else ""
