"""An activity among those it is linked to, and what its parts add up to."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from registry.activities.lifecycle import State
from registry.activities.links import ONWARD, REQUIRES, SUPERSEDES, stacking_facts, stated_links
from registry.activities.models import ActivityVersion
from registry.awards.requirements import missing_requirements
from registry.awards.selectors import list_held
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotFound
from registry.pathways.graph import Edge, closure, of_family, outward, parts_of, successors
from registry.pathways.offers import Offer, offer_of
from registry.pathways.stacking import Held, Stack, Ties, stack
from schemas.frameworks import Fact

MAX_PARTS = 100
MAX_TAKEN = 50


@dataclass(frozen=True)
class Step:
    """One link: to an activity of this register (``offer``) or to an address.

    ``depth`` is 1 for a link of the activity itself; ``source`` is where the link starts.
    """

    kind: str
    depth: int
    source: uuid.UUID
    offer: Offer | None
    address: str = ""


@dataclass(frozen=True)
class Pathway:
    """What an activity is part of, needs first, replaces and is replaced by; and its parts.

    ``all_parts`` is what everything open to choose from adds up to; ``mine`` what the learner
    holds, ``taken`` that together with the parts asked about. ``None``: there is nothing to add up,
    or nobody asked.
    """

    offer: Offer
    part_of: tuple[Step, ...]
    requires: tuple[Step, ...]
    supersedes: tuple[Step, ...]
    superseded_by: tuple[Step, ...]
    parts: tuple[Step, ...]
    more_parts: bool
    facts: Mapping[str, Fact]
    all_parts: Stack | None = None
    mine: Stack | None = None
    taken: Stack | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is linked at all."""
        return not any(
            (self.part_of, self.requires, self.supersedes, self.superseded_by, self.parts)
        )


def get_pathway(
    activity_id: uuid.UUID,
    *,
    at: datetime,
    learner: Actor | None = None,
    take: Collection[uuid.UUID] = (),
) -> Pathway:
    """The pathway of an activity that was ever registered.

    ``learner``: whose awards are added up; ``take``: parts to add to them in thought. Raises
    ``NotFound``, and ``BadInput`` for what isn't a part to be taken.
    """
    out, newer = outward([activity_id]), successors(activity_id)
    inward = parts_of(activity_id, MAX_PARTS + 1)
    ids = {activity_id} | {edge.target for edge in out if edge.target}
    offers = _current(ids | {edge.source for edge in (*newer, *inward[:MAX_PARTS])}, at)
    if activity_id not in offers:
        raise NotFound("There is no such activity.")
    whole = offers[activity_id]
    parts = {edge.source: edge for edge in inward[:MAX_PARTS]}
    pathway = Pathway(
        offer=whole,
        part_of=_steps(of_family(out, ONWARD), offers),
        requires=_steps(of_family(out, REQUIRES), offers),
        supersedes=_steps(of_family(out, SUPERSEDES), offers),
        superseded_by=tuple(
            Step(edge.kind, edge.depth, edge.source, offers.get(edge.source)) for edge in newer
        ),
        parts=tuple(Step(edge.kind, 1, key, offers.get(key)) for key, edge in parts.items()),
        more_parts=len(inward) > MAX_PARTS,
        facts=stacking_facts(whole.framework, whole.route),
    )
    return _added_up(pathway, at, learner, take)


def _current(ids: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID, Offer]:
    """The offers of the versions registered now; one query."""
    rows = ActivityVersion.objects.filter(activity_id__in=set(ids), activity__current=F("pk"))
    rows = rows.select_related("activity__institution", "activity__current")
    rows = rows.defer("warnings", "activity__payload", "activity__current__warnings")
    return {row.activity_id: offer_of(row, at) for row in rows}


def _steps(edges: Iterable[Edge], offers: Mapping[uuid.UUID, Offer]) -> tuple[Step, ...]:
    return tuple(
        Step(
            edge.kind,
            edge.depth,
            edge.source,
            offers.get(edge.target) if edge.target else None,
            edge.address,
        )
        for edge in edges
    )


def _added_up(
    pathway: Pathway, at: datetime, learner: Actor | None, take: Collection[uuid.UUID]
) -> Pathway:
    whole = pathway.offer
    parts = [step.offer for step in pathway.parts if step.offer]
    to_choose = [part for part in parts if part.state == State.REGISTERED]
    chosen = _chosen(to_choose, take)
    earned = _earned(whole, parts, learner, at) if learner else []
    if not parts and not earned:
        return pathway
    divisible = pathway.facts.get("divisible")
    ids = {part.activity for part in parts} | {row.offer.activity for row in earned}
    hanging = outward(ids)
    ties = Ties(closure(hanging, SUPERSEDES, ids), closure(hanging, ONWARD, ids))

    def total(held: Iterable[Held], lacking: Sequence[Offer] = ()) -> Stack:
        return stack(
            whole,
            to_choose,
            held,
            ties=ties,
            at=at,
            divisible=divisible is None or not divisible.verified or divisible.value is not False,
            requirements=lacking,
        )

    lacking = _lacking(pathway, learner, at) if learner else ()
    return replace(
        pathway,
        all_parts=total(Held(part) for part in to_choose),
        mine=total(earned, lacking) if learner else None,
        taken=total([*earned, *chosen], lacking) if chosen else None,
    )


def _chosen(parts: Sequence[Offer], take: Collection[uuid.UUID]) -> list[Held]:
    known = {part.activity: part for part in parts}
    if len(take) > MAX_TAKEN:
        message = "Ask about at most %(limit)s parts at once."
        raise BadInput(message, params={"limit": str(MAX_TAKEN)})
    for key in take:
        if key not in known:
            message = "%(activity)s isn't a part of this that can be taken now."
            raise BadInput(message, params={"activity": str(key)})
    return [Held(known[key]) for key in dict.fromkeys(take)]


def _earned(whole: Offer, parts: Sequence[Offer], learner: Actor, at: datetime) -> list[Held]:
    """The learner's awards that count towards it: by today's links or by those of their version."""
    ids = {part.activity for part in parts}
    found = []
    for award, end in list_held(learner.email, at):
        stated = stated_links(award.version.payload)
        then = any(link.target == whole.activity and link.kind in ONWARD for link in stated)
        if then or award.version.activity_id in ids:
            found.append(Held(offer_of(award.version, at), award.awarded_on, end))
    return found


def _lacking(pathway: Pathway, learner: Actor, at: datetime) -> tuple[Offer, ...]:
    missing = set(missing_requirements(pathway.offer.activity, email=learner.email, at=at))
    direct = [step.offer for step in pathway.requires if step.depth == 1 and step.offer]
    return tuple(offer for offer in direct if offer.activity in missing)
