"""Walk the links between activities: a step is one query, and every walk is bounded."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from registry.activities.links import FAMILIES, LINK, ONWARD
from registry.activities.models import ActivityLink

MAX_DEPTH = 8
MAX_EDGES = 400


@dataclass(frozen=True)
class Edge:
    """A link as a walk met it; ``target`` is ``None`` where it leads to an address."""

    kind: str
    source: uuid.UUID
    target: uuid.UUID | None
    address: str
    depth: int


def outward(starts: Iterable[uuid.UUID]) -> list[Edge]:
    """The links from ``starts`` on, each family followed by itself; nearest first."""
    frontiers = {family: set(starts) for family in FAMILIES}
    seen = {family: set(start) for family, start in frontiers.items()}
    found: list[Edge] = []
    for depth in range(1, MAX_DEPTH + 1):
        wanted = set().union(*frontiers.values())
        if not wanted or len(found) >= MAX_EDGES:
            break
        rows = ActivityLink.objects.filter(source_id__in=wanted).order_by("source_id", "pk")
        reached: dict[frozenset[ActivityLink.Kind], set[uuid.UUID]] = {f: set() for f in FAMILIES}
        for row in rows[:MAX_EDGES]:
            family = next(f for f in FAMILIES if row.kind in f)
            if row.source_id in frontiers[family]:
                edge = Edge(row.kind, row.source_id, row.target_id, row.address, depth)
                found.append(edge)
                if row.target_id and row.target_id not in seen[family]:
                    seen[family].add(row.target_id)
                    reached[family].add(row.target_id)
        frontiers = reached
    return found[:MAX_EDGES]


def successors(activity_id: uuid.UUID) -> list[Edge]:
    """What superseded the activity, and what superseded that; nearest first."""
    frontier, seen, found = {activity_id}, {activity_id}, []
    for depth in range(1, MAX_DEPTH + 1):
        rows = ActivityLink.objects.filter(target_id__in=frontier, kind=LINK.SUPERSEDES)
        edges = [
            Edge(row.kind, row.source_id, row.target_id, "", depth)
            for row in rows.order_by("source_id")[:MAX_EDGES]
            if row.source_id not in seen
        ]
        frontier = {edge.source for edge in edges}
        seen |= frontier
        found += edges
        if not frontier:
            break
    return found


def parts_of(activity_id: uuid.UUID, limit: int) -> list[Edge]:
    """The activities that say they are part of it or count towards it, at most ``limit``."""
    rows = ActivityLink.objects.filter(target_id=activity_id, kind__in=ONWARD)
    # Newest last, so that a page that is cut off keeps what was there.
    rows = rows.order_by("source_id", "kind")[:limit]
    return [Edge(row.kind, row.source_id, row.target_id, "", 1) for row in rows]


def closure(
    edges: Iterable[Edge], family: Collection[str], starts: Iterable[uuid.UUID]
) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """All that each of ``starts`` leads to by the edges of a family."""
    graph: dict[uuid.UUID, set[uuid.UUID]] = {}
    for edge in edges:
        if edge.kind in family and edge.target:
            graph.setdefault(edge.source, set()).add(edge.target)
    reached = {}
    for start in starts:
        seen: set[uuid.UUID] = set()
        stack = [start]
        while stack:
            new = graph.get(stack.pop(), set()) - seen
            seen |= new
            stack += new
        reached[start] = frozenset(seen)
    return reached


def of_family(edges: Iterable[Edge], family: Collection[str]) -> list[Edge]:
    """The edges of one family, one for each target."""
    found: dict[object, Edge] = {}
    for edge in edges:
        if edge.kind in family:
            found.setdefault(edge.target or edge.address, edge)
    return list(found.values())
