"""One award on the issuer's desk: what it says, what became of it, and what can be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from registry.awards import changes
from registry.awards import selectors as awards
from registry.awards.facts import RecipientData
from registry.awards.notices import REASONS
from registry.common.errors import BadInput, DomainError
from registry.web.award_words import KINDS, STANDINGS
from registry.web.errors import told
from registry.web.forms import actor_of, day

if TYPE_CHECKING:
    from registry.awards.models import Award, StatusChange
    from registry.common.actors import Actor

_Act = Callable[..., "StatusChange"]
# In the order of the page: what it is called, what it does, whether for good.
ACTS: Mapping[str, tuple[str, Any, Any, _Act]] = {
    "suspend": (
        "SUSPEND",
        _("Suspend"),
        _("For now it doesn’t count. You can let it count again."),
        changes.suspend_award,
    ),
    "resume": (
        "RESUME",
        _("Let it count again"),
        _("The suspension ends."),
        changes.resume_suspended,
    ),
    "revoke": (
        "REVOKE",
        _("Revoke"),
        _("It doesn’t count any more, for good. It can be taken back for ten minutes."),
        changes.revoke_award,
    ),
}
_OPEN = {"ACTIVE": ("suspend", "revoke"), "SUSPENDED": ("resume", "revoke")}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def award_page(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """Show an award of one's institution; do one of the acts."""
    actor, at = actor_of(request), timezone.now()
    row = awards.get_for_desk(award_id, actor)
    if request.method != "POST":
        return render(request, "web/desk/award.html", _context(row, actor, at))
    try:
        done = _act(request, row, actor, at)
    except DomainError as error:
        context = {**_context(row, actor, at), "refused": error, "form": request.POST}
        return render(request, "web/desk/award.html", context, status=400)
    messages.info(request, gettext("Done. Every link tells it within a minute."))
    return redirect("award-page", award_id=(done.replacement_id or row.pk))


def _act(request: HttpRequest, row: Award, actor: Actor, at: datetime) -> StatusChange:
    form = request.POST
    act, reason, note = form.get("act", ""), form.get("reason", ""), form.get("note", "")
    if act == "undo":
        return changes.undo_change(award=row, actor=actor, at=at)
    if act == "supersede":
        return changes.supersede_award(
            award=row,
            reason=reason,
            note=note,
            recipient=RecipientData(
                form.get("full_name", "").strip(),
                form.get("given_name", "").strip(),
                form.get("family_name", "").strip(),
                row.recipient.date_of_birth,
                form.get("email", "").strip(),
            ),
            grade=form.get("grade", "").strip(),
            awarded_on=day(form.get("awarded_on", ""), "awarded_on"),
            actor=actor,
            at=at,
        )
    if act not in ACTS:
        raise BadInput(gettext("Choose what to do."))
    return ACTS[act][3](award=row, reason=reason, note=note, actor=actor, at=at)


def _context(row: Award, actor: Actor, at: datetime) -> dict[str, Any]:
    rows = list(awards.list_changes(row))
    standing = str(rows[0].standing) if rows else "ACTIVE"
    may = actor.has_role("ISSUER", row.institution_id)
    last = rows[0] if rows else None
    undoable = last is not None and changes.can_undo(last, at)
    return {
        "award": row,
        "standing": standing,
        "standing_words": STANDINGS[standing],
        "changes": [(c, KINDS[c.kind], REASONS[c.reason]) for c in rows],
        "acts": [
            (name, ACTS[name][1], ACTS[name][2], _reasons(ACTS[name][0]))
            for name in (_OPEN.get(standing, ()) if may else ())
        ],
        "supersede_reasons": _reasons("SUPERSEDE") if may and standing in _OPEN else [],
        "may_undo": may and undoable,
        "replaced": awards.replaced_by(row),
        "form": {},
    }


def _reasons(kind: str) -> list[tuple[str, Any]]:
    return [(code, REASONS[code]) for code in changes.REASONS[kind]]
