"""What a learner must hold before an award: the links *requires* of the activity (R10).

Asked of this register only: an award in force, to the same e-mail address, of the required activity
or of one that superseded it. A requirement at an address elsewhere is shown, not enforced: nobody
here can look there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from registry.activities.links import LINK, titles
from registry.activities.models import Activity, ActivityLink
from registry.awards.selectors import activities_held
from registry.common.errors import DomainError, Kind

MAX_SUCCESSORS = 500


class RequirementNotMet(DomainError):
    """The learner doesn't hold what this activity requires; ``params['activities']`` says what."""

    kind = Kind.CONFLICT
    code = "requirement_not_met"


def require_prior_awards(activity: Activity, *, email: str, at: datetime) -> None:
    """Raise ``RequirementNotMet`` unless the learner holds, at that time, all that is required."""
    missing = missing_requirements(activity.pk, email=email, at=at)
    if missing:
        raise _refused(missing, known=bool(email.strip()))


def missing_requirements(activity_id: uuid.UUID, *, email: str, at: datetime) -> list[uuid.UUID]:
    """The required activities of this register that the address doesn't hold at that time."""
    rows = ActivityLink.objects.filter(
        source_id=activity_id, kind=LINK.REQUIRES, target__isnull=False
    )
    required = [target for target in rows.values_list("target_id", flat=True) if target]
    if not required:
        return []
    accepted = _with_successors(required)
    everything = {one for many in accepted.values() for one in many}
    held = activities_held(email, everything, at)
    return [target for target in required if not accepted[target] & held]


def _with_successors(required: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Each required activity with those that took its place; one query a generation."""
    accepted = {target: {target} for target in required}
    frontier = set(accepted)
    for _ in range(MAX_SUCCESSORS):
        rows = ActivityLink.objects.filter(target_id__in=frontier, kind=LINK.SUPERSEDES)
        edges = rows.values_list("source_id", "target_id")[:MAX_SUCCESSORS]
        frontier = set()
        for newer, older in edges:
            for group in accepted.values():
                if older in group and newer not in group:
                    group.add(newer)
                    frontier.add(newer)
        if not frontier:
            break
    return accepted


def _refused(missing: list[uuid.UUID], *, known: bool) -> RequirementNotMet:
    names = titles(missing)
    listed = ", ".join(f"“{names.get(target, target)}”" for target in missing)
    message = "The learner must first hold a credential in force for: %(titles)s."
    if not known:
        message = (
            "The learner must first hold a credential in force for: %(titles)s. "
            "It is looked for by e-mail address: give the learner's."
        )
    params = {"activities": " ".join(map(str, missing)), "titles": listed}
    return RequirementNotMet(message, params=params)
