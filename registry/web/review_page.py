"""What an officer needs to decide on one application, gathered in one look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.activities.publication.differences import differences
from registry.catalogue import selectors as catalogue
from registry.catalogue.selectors import Likeness
from registry.history.selectors import state_for
from registry.issuers import selectors as issuers
from registry.web.deadline_words import Due, due
from registry.web.difference_words import Told, tell
from registry.web.form_differences import Told as Field
from registry.web.form_differences import told
from registry.web.place_words import place_words
from schemas import frameworks, isced
from schemas.forms import form_for
from schemas.frameworks import Framework, Route
from schemas.validation import Violation

if TYPE_CHECKING:
    from registry.activities.models import Activity, Decision
    from registry.activities.selectors import Deadline
    from registry.common.actors import Actor
    from registry.issuers.models import Accreditation

CLEARANCE = "clearance-"
RESERVED = "title_word_reserved"
CLAUSES: Mapping[str, Promise] = {
    "framework": _later("The institution has no accreditation for this framework."),
    "period": _later("No accreditation for this framework holds today."),
    "level": _later("The level lies outside what the institution is accredited for."),
    "field": _later("The field lies outside what the institution is accredited for."),
    "award_type": _later("This type of award lies outside what it is accredited for."),
}


def clearance_id(word: str) -> str:
    """The id of the field in which a word is cleared: ids have no spaces in them."""
    return CLEARANCE + re.sub(r"\W+", "-", word)


@dataclass(frozen=True)
class Reserved:
    """A word of the title that needs a reviewer's clearance: where it stands, and by what rule."""

    word: str
    places: tuple[str, ...]
    source: str

    @property
    def name(self) -> str:
        """The name of its field in the form."""
        return CLEARANCE + self.word

    @property
    def field(self) -> str:
        """The id of its field in the page."""
        return clearance_id(self.word)


@dataclass(frozen=True)
class Cover:
    """Whether the institution could award it today: the accreditation, or what is missing."""

    accreditation: Accreditation | None
    missing: Promise | str


@dataclass(frozen=True)
class Deciding:
    """The time that the law gives for the decision on the text that waits."""

    due: Due
    period: Deadline | None
    extended: bool
    may_extend: bool


@dataclass(frozen=True)
class Application:
    """An application as the officer sees it.

    ``changes`` is what it says otherwise than the version in force, ``since_returned`` what it says
    otherwise than the text that was returned last; ``None`` where there is no such text.
    ``fields`` is all of the text as the institution's form has it, in every language.
    ``refused_because`` says why this officer can't decide on it; empty for one who can. ``seen`` is
    the digest of the text shown: a decision on another text isn't entered.
    """

    framework: Framework
    route: Route | None
    payload: Mapping[str, Any]
    field: Any
    time: Deciding
    findings: tuple[Violation, ...]
    placed: tuple[tuple[Violation, str], ...]
    reserved: tuple[Reserved, ...]
    changes: Sequence[Told] | None
    since_returned: Sequence[Told] | None
    fields: Sequence[Field]
    alike: tuple[Likeness, ...]
    cover: Cover
    suspended: bool
    decisions: Sequence[Decision]
    last: Decision | None
    seen: str
    refused_because: str

    @property
    def errors(self) -> tuple[Violation, ...]:
        """What keeps it from being registered."""
        return tuple(found for found in self.findings if found.severity == "error")


def look_at(row: Activity, actor: Actor, at: datetime) -> Application:
    """Everything about one application at a time."""
    today = at.astimezone(UTC).date()
    frame = frameworks.framework(row.framework)
    found, route = activity_services.check_text(row, at), _route(frame, row.working_route, today)
    form = form_for(frame, route) if route is not None else None
    return Application(
        framework=frame,
        route=route,
        payload=row.payload,
        field=isced.fields().get(str(row.payload.get("isced_f"))),
        time=_time(row, today),
        findings=found,
        placed=tuple((one, place_words(one.pointer, form)) for one in found),
        reserved=_reserved(found),
        changes=_changes(row, frame),
        since_returned=_since_returned(row, frame, actor),
        fields=told(form, {}, row.payload) if form is not None else [],
        alike=_alike(row, at),
        cover=_cover(row, frame, today),
        suspended=issuers.suspension_at(row.institution, at) is not None,
        decisions=list(activities.list_decisions(row)[:20]),
        last=activities.last_review(row),
        seen=activity_services.text_digest(row),
        refused_because=_refused(row, actor),
    )


def _route(frame: Framework, code: str, today: date) -> Route | None:
    rows = [route for route in frame.routes if route.code == code]
    return next((r for r in rows if r.holds_on(today)), rows[-1] if rows else None)


def _time(row: Activity, today: date) -> Deciding:
    period, extended = activities.deadline_of(row), activities.was_extended(row)
    open_yet = row.is_waiting and row.due_on is not None and row.due_on >= today
    longer = period is not None and bool(period.extension_months)
    return Deciding(
        due=due(row.due_on, today),
        period=period,
        extended=extended,
        may_extend=open_yet and longer and not extended,
    )


def _reserved(found: Sequence[Violation]) -> tuple[Reserved, ...]:
    """The words to be cleared, each once, however many titles it stands in."""
    places: dict[str, list[Violation]] = {}
    for one in found:
        if one.code == RESERVED and one.severity == "warning":
            places.setdefault(one.params["word"].casefold(), []).append(one)
    return tuple(
        Reserved(rows[0].params["word"], tuple(r.pointer for r in rows), rows[0].source)
        for rows in places.values()
    )


def _changes(row: Activity, frame: Framework) -> list[Told] | None:
    # Only what waits has the shape of an activity for sure: a draft may hold anything.
    if row.current is None or not row.is_waiting:
        return None
    return tell(differences(row.current.payload, row.payload), frame)


def _since_returned(row: Activity, frame: Framework, actor: Actor) -> list[Told] | None:
    """What the institution changed after the return: the text of then is in the audit trail."""
    last = activities.last_review(row)
    if last is None or last.kind != last.Kind.RETURN or not row.is_waiting:
        return None
    then = state_for("activity", row.pk, last.decided_at, actor).nested()
    return tell(differences(then["payload"], row.payload), frame)


def _alike(row: Activity, at: datetime) -> tuple[Likeness, ...]:
    """Registered activities that say much the same, in whatever framework; never itself."""
    outcomes = [one.get("text") or {} for one in row.payload.get("learning_outcomes") or ()]
    texts = {"titles": [row.payload.get("title") or {}], "outcomes": outcomes}
    return catalogue.similar(texts, at=at, exclude=row.pk)


def _cover(row: Activity, frame: Framework, today: date) -> Cover:
    route, level = _route(frame, row.working_route, today), row.payload.get("level") or {}
    try:
        held = issuers.covering_accreditation(
            row.institution,
            framework=row.framework,
            level=level.get("national"),
            field=str(row.payload.get("isced_f") or ""),
            day=today,
            award_types=route.award_types_of(row.payload) if route else None,
        )
    except issuers.IssuerNotAccredited as error:
        return Cover(None, CLAUSES[error.params["clause"]])
    return Cover(held, "")


def _refused(row: Activity, actor: Actor) -> str:
    if any(organisation == row.institution_id for _role, organisation in actor.roles):
        return _("Nobody decides on an activity of their own institution.")
    if not row.is_waiting:
        return _("Nothing waits for a decision here.")
    return ""
