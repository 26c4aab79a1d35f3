"""What all pages of the authority's desk share: who may come in, its tabs, and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.accounts.selectors import list_authorities
from registry.activities import selectors as activities
from registry.activities.services import MAX_REASONS
from registry.common.actors import Actor
from registry.common.errors import DomainError, NotAllowed
from registry.web.errors import STATUS, View, told
from registry.web.forms import actor_of

TABS: tuple[tuple[str, str, Promise], ...] = (
    ("queue", "queue", _("Queue")),
    ("registered", "overseen", _("Registered activities")),
    ("institutions", "overseen-institutions", _("Oversee institutions")),
    ("accreditations", "accreditations", _("Accreditations")),
    ("ahead", "ahead", _("What is coming")),
)
REFUSALS: Mapping[str, Promise] = {
    "state_conflict": _("It isn’t in a state for this any more. Nothing was changed."),
    "text_changed": _("The text was changed since you read it. Nothing was decided."),
    "review_overdue": _("The day of its review has passed. Nothing was changed."),
    "activity_not_acceptable": _(
        "The text breaks a rule of its framework and can’t be registered."
    ),
    "reserved_word_not_cleared": _("A reserved word in the title isn’t cleared yet."),
    "accreditation_overlaps": _("Another accreditation covers the same in that period."),
    "not_allowed": _("Your account doesn’t have this right."),
    "bad_input": _("Something in the form can’t be used."),
}


def officer(view: View) -> View:
    """Only for those who decide for an authority; everybody else is told so, or signs in."""

    @login_required
    @told
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not list_authorities(actor_of(request)).exists():
            raise NotAllowed(str(_("This desk is for the reviewers of an authority.")))
        return view(request, *args, **kwargs)

    return wrapped


def desk_context(actor: Actor, tab: str) -> dict[str, Any]:
    """What every page of the desk shows at its head: the tabs, and how much waits."""
    return {"tab": tab, "tabs": TABS, "waiting": activities.list_for_review(actor).count()}


@dataclass(frozen=True)
class Refusal:
    """A refused act: what that means for the officer, and why; ``status`` is HTTP's."""

    sentence: Promise | str
    error: DomainError
    status: int


def refusal_of(error: DomainError) -> Refusal:
    """How a page tells a refusal."""
    sentence = REFUSALS.get(error.code, _("This can’t be done"))
    return Refusal(sentence, error, STATUS[error.kind])


Problems = dict[str, Promise | str]


def answer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    problems: Problems | None,
    refusal: Refusal | None,
) -> HttpResponse:
    """A page with what is to be mended in its form, or why an act was refused, and their status."""
    status = refusal.status if refusal else 400 if problems else 200
    told_too = {"problems": problems or {}, "refusal": refusal}
    return render(request, f"web/officer/{template}", {**context, **told_too}, status=status)


def fault_of(text: str, *, missing: str = "", most: int = MAX_REASONS) -> str:
    """What is wrong with a text of a form: ``missing`` if it is empty; empty if it can be kept."""
    text = text.strip()
    if not text:
        return missing
    # PostgreSQL keeps no U+0000, and no keyboard writes one.
    if "\x00" in text:
        return gettext("A character in it isn’t text; type it again.")
    return gettext("Write at most %(n)s characters.") % {"n": most} if len(text) > most else ""
