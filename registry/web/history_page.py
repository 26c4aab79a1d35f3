"""How any thing stood on a day, and every act on it: who, when, from what to what."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.common.errors import NotFound
from registry.common.history import State, Trace
from registry.history import selectors
from registry.web.accreditation_form import day as day_of
from registry.web.errors import told
from registry.web.forms import actor_of
from registry.web.history_words import Line, act_words, end_of, kind_words, lines, state_lines
from registry.web.officer import Problems

PAGE = 25


@dataclass(frozen=True)
class Act:
    """An act as the page tells it."""

    words: str
    trace: Trace
    lines: list[Line]


@require_safe
@told
def history(request: HttpRequest, kind: str, subject_id: uuid.UUID) -> HttpResponse:
    """The state of a thing at the end of a day, and the acts on it, the newest first."""
    actor = actor_of(request) if request.user.is_authenticated else None
    rows, sight = selectors.events_for(kind, subject_id, actor)
    now = timezone.now()
    problems: Problems = {}
    asked = request.GET.get("day", "").strip()
    at = _moment(asked, now, problems)
    state = _state(kind, subject_id, at, actor)
    latest = _state(kind, subject_id, now, actor)
    known = latest.values if latest else {}
    found = Paginator(rows.order_by("-sequence"), PAGE).get_page(request.GET.get("page"))
    acts = [selectors.entry(event, sight) for event in found]
    facts, text = state_lines(state.values) if state else ([], [])
    context = {
        "kind": kind_words(kind),
        "subject_id": subject_id,
        "day": asked or now.astimezone(UTC).date().isoformat(),
        "is_now": at == now,
        "at": at,
        "state": state,
        "facts": facts,
        "text": text,
        "last": act_words(state.last.act) if state else "",
        "acts": [
            Act(act_words(one.trace.act), one.trace, lines(one.before, one.after, known))
            for one in acts
        ],
        "found": found,
        "partly": sight.values is not None,
        "title": _title(known),
        "query": urlencode({"day": asked}) + "&",
        "problems": problems,
    }
    return render(request, "web/history.html", context, status=400 if problems else 200)


def _moment(asked: str, now: datetime, problems: Problems) -> datetime:
    """The end of the day asked about, or now; a fault stands at its field."""
    if not asked:
        return now
    day = day_of(asked)
    if day is None:
        problems["day"] = _("Give the day as year-month-day.")
        return now
    if day > now.astimezone(UTC).date():
        problems["day"] = _("This day lies ahead. Give today or a day before.")
        return now
    return min(end_of(day), now)


def _state(kind: str, subject_id: uuid.UUID, at: datetime, actor: Any) -> State | None:
    try:
        return selectors.state_for(kind, subject_id, at, actor)
    except NotFound:
        return None


def _title(known: Any) -> Any:
    """What the thing is called, where it has a name that this reader may see."""
    title = known.get("payload/title") or known.get("name")
    if isinstance(title, dict) and title:
        return title
    return {"en": str(known.get("reference") or "")}
