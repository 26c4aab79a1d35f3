"""The pathway section of an activity's page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.common.errors import BadInput
from registry.pathways.selectors import Pathway, get_pathway
from registry.pathways.stacking import Stack, unit_of
from registry.pathways.words import sentence
from registry.web.forms import actor_of
from schemas import frameworks
from schemas.rules.case import shown

if TYPE_CHECKING:
    from registry.pathways.stacking import Statement


def is_personal(request: HttpRequest) -> bool:
    """Whether the section will speak of what the reader holds: no cache may keep such a page."""
    return request.user.is_authenticated and request.GET.get("mine") == "1"


def pathway_context(request: HttpRequest, activity_id: uuid.UUID) -> dict[str, Any]:
    """What ``web/_pathway.html`` shows: the links, and what the parts add up to.

    ``?mine=1`` counts what the signed-in learner holds, ``?take=…`` adds parts in thought. Raises
    ``BadInput`` for a part that can't be taken.
    """
    take = _ids(request.GET.getlist("take"))
    found = get_pathway(
        activity_id,
        at=timezone.now(),
        learner=actor_of(request) if is_personal(request) else None,
        take=take,
    )
    unit = unit_of(found.offer)
    asked = found.taken or found.mine
    return {
        "pathway": found,
        "pathway_routes": _routes(found),
        "pathway_unit": unit,
        "pathway_size": _size(
            found.offer.size.hours if unit == "hours" else found.offer.size.credits
        ),
        "pathway_all": _told(found.all_parts, unit),
        "pathway_asked": _told(asked, unit),
        "pathway_mine": is_personal(request),
        "pathway_taken": set(take),
        "pathway_open": {
            step.offer.activity
            for step in found.parts
            if step.offer and step.offer.state == "REGISTERED"
        },
    }


def _routes(found: Pathway) -> list[Mapping[str, str]]:
    """The names of the routes that awards like this add up to."""
    fact = found.facts.get("accumulates_to")
    codes = fact.value if fact is not None else []
    routes = frameworks.framework(found.offer.framework).routes
    return [route.name for route in routes if route.code in codes]


def _ids(values: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in values]
    except ValueError as error:
        raise BadInput(_("A part is named by its identifier.")) from error


def _size(amount: Any) -> str:
    return "" if amount is None else shown(amount)


def _told(stack: Stack | None, unit: str | None) -> dict[str, Any] | None:
    """A stack in words; the amount is in the unit of the whole."""
    if stack is None:
        return None

    def told(rows: tuple[Statement, ...]) -> list[str]:
        return [sentence(row) for row in rows]

    amount = stack.hours if unit == "hours" else stack.credits.get(unit or "")
    return {
        "stack": stack,
        "amount": _size(amount or 0),
        "at_level": shown(stack.at_level),
        "hours": shown(stack.hours),
        "missing": told(stack.missing),
        "notes": told(stack.notes),
        "overlaps": told(stack.overlaps),
        "left_out": [sentence(why) for _row, why in stack.left_out],
    }
