"""Search with facets, and likely duplicates."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import reduce
from itertools import islice
from operator import and_, or_

from registry.catalogue import cards, likeness, postings
from registry.catalogue.bits import Sums, has
from registry.catalogue.cards import Hit
from registry.catalogue.likeness import Likeness
from registry.catalogue.matching import Match, each_alone, match, match_nearly, spellings
from registry.catalogue.models import Entry
from registry.catalogue.snapshot import Snapshot, current
from registry.catalogue.terms import facet_term
from registry.catalogue.wishes import Wish
from registry.catalogue.words import Query, read

__all__ = ["Hit", "Likeness", "Result", "search", "similar", "total"]

_FEW = 5
_MUCH_MORE = 5


@dataclass(frozen=True)
class Result:
    """One page of what was found; ``total`` with the filters, ``unfiltered`` without them.

    ``position`` is the first hit's, from 0. ``facets``: facet → value → how many it would give.
    ``unknown``: asked filters that nothing has. ``read_as``: words for which a near one was taken.
    ``suggestion``: another spelling that finds more. ``each``: where nothing was found, how many
    each word alone finds. ``ignored``: words beyond the limit.
    """

    hits: tuple[Hit, ...]
    total: int
    unfiltered: int
    position: int
    facets: Mapping[str, Counter[str]] = field(default_factory=dict)
    unknown: tuple[tuple[str, str], ...] = ()
    read_as: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""
    each: tuple[tuple[str, int], ...] = ()
    ignored: tuple[str, ...] = ()


def search(
    wish: Wish,
    *,
    at: datetime,
    start: int = 0,
    size: int = 20,
    after: uuid.UUID | None = None,
    facets: Iterable[str] = (),
) -> Result:
    """The documents that have every word and one value of each filtered facet.

    The page begins at ``start``, or after the activity ``after`` as long as it is among the found.
    ``facets`` names those to be counted. What a last day has ended by ``at`` isn't found.
    """
    snapshot, query = current(_day(at)), read(wish.query)
    found = strict = match(snapshot, query)
    if not found.bits and query.words:
        found = match_nearly(snapshot, query)
    chosen, unknown = _chosen(snapshot, wish.filters)
    ranked = _Ranked(
        snapshot,
        bits=reduce(and_, chosen.values(), found.bits),
        scores=found.scores,
        order=wish.order if query.words or wish.sort else "newest",
    )
    start = ranked.position(start, after, size)
    return Result(
        hits=cards.hits(snapshot.generation, list(ranked.window(start, size))),
        total=ranked.total,
        unfiltered=found.bits.bit_count(),
        position=start,
        facets={facet: _counts(snapshot, facet, found.bits, chosen) for facet in facets},
        unknown=unknown,
        read_as=found.read_as,
        suggestion=_suggestion(snapshot, query, strict),
        each=() if found.bits else each_alone(snapshot, query),
        ignored=query.ignored,
    )


def total(at: datetime) -> int:
    """How many activities are shown."""
    return current(_day(at)).alive.bit_count()


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def similar(
    texts: Mapping[str, Iterable[Mapping[str, str]]],
    *,
    at: datetime,
    framework: str = "",
    exclude: uuid.UUID | None = None,
    limit: int = 5,
) -> tuple[Likeness, ...]:
    """Likely duplicates of a text: activities whose titles and outcomes are much alike, best first.

    ``texts``: ``titles`` and ``outcomes``, each a list of language maps.
    """
    snapshot = current(_day(at))
    bits = snapshot.alive
    if framework:
        bits &= snapshot.facets.get("framework", {}).get(framework, 0)
    return likeness.likenesses(snapshot, texts, bits=bits, exclude=exclude, limit=limit)


def _chosen(
    snapshot: Snapshot, filters: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, int], tuple[tuple[str, str], ...]]:
    chosen: dict[str, int] = {}
    unknown = []
    for facet, values in filters.items():
        if not values:
            continue
        held = _value_sets(snapshot, facet, values)
        unknown += [(facet, value) for value in values if not held.get(value, 0) & snapshot.alive]
        chosen[facet] = reduce(or_, held.values(), 0) & snapshot.alive
    return chosen, tuple(unknown)


def _value_sets(snapshot: Snapshot, facet: str, values: Iterable[str]) -> dict[str, int]:
    if facet != "provider":
        return {value: snapshot.facets.get(facet, {}).get(value, 0) for value in values}
    # Institutions are too many to keep a set of each; those asked for are read.
    terms = {facet_term(facet, value): value for value in values}
    found = postings.sets(snapshot.generation, terms)
    return {terms[term]: bits for term, bits in found.items()}


def _counts(snapshot: Snapshot, facet: str, bits: int, chosen: Mapping[str, int]) -> Counter[str]:
    for other, held in chosen.items():
        if other != facet:
            bits &= held
    return snapshot.count(facet, bits)


@dataclass(frozen=True)
class _Ranked:
    """The found, cut into classes of one score, each in its order."""

    snapshot: Snapshot
    bits: int
    scores: Sums
    order: str

    @property
    def total(self) -> int:
        return self.bits.bit_count()

    def classes(self) -> Iterator[tuple[int, Iterator[int]]]:
        if self.order == "relevance":
            for _, members in self.scores.classes(self.bits):
                yield members, self.snapshot.ordered(members, "length")
        elif self.bits:
            yield self.bits, self.snapshot.ordered(self.bits, self.order)

    def window(self, start: int, size: int) -> Iterator[int]:
        for members, ordinals in self.classes():
            count = members.bit_count()
            if start < count and size:
                page = list(islice(ordinals, start, start + size))
                yield from page
                start, size = count, size - len(page)
            if not size:
                return
            start -= count

    def position(self, start: int, after: uuid.UUID | None, size: int) -> int:
        """Where the page begins: never behind the last page."""
        if after is not None:
            start = self._behind(after, start)
            return min(start, self.total)
        return min(start, max(self.total - 1, 0) // size * size)

    def _behind(self, after: uuid.UUID, otherwise: int) -> int:
        rows = Entry.objects.filter(
            generation=self.snapshot.generation, activity_id=after, alive=True
        )
        ordinal = rows.values_list("ordinal", flat=True).first()
        position = 0
        if ordinal is None or not has(self.bits, ordinal):
            return otherwise
        for members, ordinals in self.classes():
            if has(members, ordinal):
                places = (n for n, other in enumerate(ordinals, 1) if other == ordinal)
                return position + next(places)
            position += members.bit_count()
        return otherwise


def _suggestion(snapshot: Snapshot, query: Query, strict: Match) -> str:
    """Another spelling that finds much more, where a few were found as written."""
    few = strict.bits.bit_count()
    if not 0 < few <= _FEW:
        return ""
    best, text = few * _MUCH_MORE, ""
    for bits, words in spellings(snapshot, query):
        if (count := bits.bit_count()) > best:
            best, text = count, " ".join(words)
    return text
