"""What a process keeps of the index: facet sets and sort columns, never words.

A snapshot is never changed: a newer one is made beside it and put in its place, so that threads
don't wait for each other and a request sees one state. One cheap query tells whether it is the
newest; the changes since are read, and only after a rebuild everything is.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import compress
from typing import Any

from django.db import connection

from registry.catalogue import postings
from registry.catalogue.bits import flags, numbers
from registry.catalogue.documents import TITLE_KEY
from registry.catalogue.models import Card, Change, Entry, Head

_MANY_CHANGES = 1000
_COLUMNS = ("ordinal", "alive", "provider", "registered", "size", "title_key", "title_words")
_Row = tuple[int, bool, str, int, float, str, int]


@dataclass(frozen=True)
class Columns:
    """What sorting needs, one item for each ordinal; about 70 bytes a document in all."""

    registered: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[float] = field(default_factory=lambda: array("d"))
    titles: bytearray = field(default_factory=bytearray)
    lengths: array[int] = field(default_factory=lambda: array("H"))
    providers: array[int] = field(default_factory=lambda: array("I"))

    def copy(self) -> Columns:
        """Another one with the same items."""
        return Columns(*(getattr(self, name)[:] for name in self.__dataclass_fields__))

    def append(self, row: _Row, provider: int) -> None:
        """One more document."""
        self.registered.append(row[3])
        self.sizes.append(row[4])
        self.titles.extend(row[5].encode()[:TITLE_KEY].ljust(TITLE_KEY, b"\0"))
        self.lengths.append(row[6])
        self.providers.append(provider)

    def title(self, ordinal: int) -> bytes:
        """What the alphabetical order goes by."""
        return bytes(self.titles[ordinal * TITLE_KEY : (ordinal + 1) * TITLE_KEY])

    def key(self, order: str) -> Callable[[int], tuple[Any, ...]]:
        """The key of an order; of two alike the newer comes first."""
        registered, first = self.registered, self._first(order)
        if first is None:
            return lambda ordinal: (-registered[ordinal], ordinal)
        return lambda ordinal: (first(ordinal), -registered[ordinal], ordinal)

    def sorted(self, order: str) -> array[int]:
        """All ordinals in that order: sorted twice, because sorting is stable."""
        newest = sorted(range(len(self.registered)), key=self.registered.__getitem__, reverse=True)
        first = self._first(order)
        return array("I", newest if first is None else sorted(newest, key=first))

    def _first(self, order: str) -> Callable[[int], Any] | None:
        return {
            "newest": None,
            "title": self.title,
            "size": self.sizes.__getitem__,
            "length": self.lengths.__getitem__,
        }[order]


@dataclass(frozen=True)
class Snapshot:
    """The index at one moment. ``alive`` are the ordinals that are shown."""

    generation: int = 0
    sequence: int = 0
    stamp: str = ""
    words: int = 0
    size: int = 0
    alive: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)
    providers: Sequence[str] = ()
    # Made when first asked for, and brought along when a newer snapshot follows.
    orders: dict[str, array[int]] = field(default_factory=dict)
    overview: dict[str, Counter[str]] = field(default_factory=dict)

    def ordered(self, bits: int, order: str) -> Iterator[int]:
        """The ordinals of the set in that order; cheap for the first few of many."""
        few = self.size // 20
        if bits.bit_count() <= few:
            yield from sorted(numbers(bits), key=self.columns.key(order))
        else:
            in_order = self._order(order)
            yield from compress(in_order, map(flags(bits, self.size).__getitem__, in_order))

    def _order(self, name: str) -> array[int]:
        found = self.orders.get(name)
        if found is None:
            found = self.orders[name] = self.columns.sorted(name)
        return found

    def count(self, facet: str, bits: int) -> Counter[str]:
        """How many of the set have each value of the facet."""
        if bits != self.alive:
            return self._count(facet, bits)
        if facet not in self.overview:
            self.overview[facet] = self._count(facet, bits)
        return self.overview[facet]

    def _count(self, facet: str, bits: int) -> Counter[str]:
        if facet == "provider":
            found = Counter(compress(self.columns.providers, flags(bits, self.size)))
            return Counter({self.providers[number]: count for number, count in found.items()})
        counts = ((value, (bits & held).bit_count()) for value, held in self._values(facet))
        return Counter({value: count for value, count in counts if count})

    def _values(self, facet: str) -> Iterator[tuple[str, int]]:
        return iter(self.facets.get(facet, {}).items())


_shared: dict[str, Snapshot] = {}
_lock = threading.Lock()


def current(day: date) -> Snapshot:
    """The newest snapshot as of that day; what was registered before this call is in it.

    What a last day of its own has ended by then isn't shown, even before an act writes it down.
    """
    made = _newest()
    lapsed = Entry.objects.filter(
        generation=made.generation, alive=True, last_day__isnull=False, last_day__lt=day
    )
    gone = 0
    for ordinal in lapsed.values_list("ordinal", flat=True):
        gone |= 1 << ordinal
    if not gone & made.alive:
        return made
    return replace(made, alive=made.alive & ~gone, overview={})


def _newest() -> Snapshot:
    """Inside a transaction it is made for the caller alone: what isn't committed stays unseen."""
    name, head = str(connection.settings_dict["NAME"]), _head()
    held = _shared.get(name)
    if held is not None and held.stamp == head.stamp:
        return held
    with _lock:
        # Another thread may have been faster, and the head may have moved on meanwhile.
        held, head = _shared.get(name), _head()
        if held is not None and held.stamp == head.stamp:
            return held
        made = _followed(held, head) or _loaded(head)
        if not connection.in_atomic_block:
            _shared[name] = made
        return made


def _head() -> Head:
    return Head.objects.first() or Head(generation=0, stamp="")


def _loaded(head: Head) -> Snapshot:
    columns, alive, providers = Columns(), bytearray(head.next_ordinal), dict[str, int]()
    rows = Entry.objects.filter(generation=head.generation, ordinal__lt=head.next_ordinal)
    named = rows.order_by("ordinal").values_list(*_COLUMNS)
    for row in named.iterator(5000):
        columns.append(row, providers.setdefault(row[2], len(providers)))
        alive[row[0]] = row[1]
    shown = _from_flags(alive)
    return Snapshot(
        generation=head.generation,
        sequence=head.sequence,
        stamp=head.stamp,
        words=head.next_word,
        size=head.next_ordinal,
        alive=shown,
        facets=_facets(head.generation, (1 << head.next_ordinal) - 1),
        columns=columns,
        providers=tuple(providers),
    )


def _from_flags(alive: bytearray) -> int:
    text = bytes(alive).translate(bytes.maketrans(b"\0\1", b"01")).decode()
    return int(text[::-1] or "0", 2)


def _facets(generation: int, known: int) -> Mapping[str, Mapping[str, int]]:
    facets: dict[str, dict[str, int]] = {}
    for term, bits in postings.kind_sets(generation, b"f"):
        facet, _, value = term[1:].decode().partition("=")
        if facet != "provider":
            facets.setdefault(facet, {})[value] = bits & known
    return facets


def _followed(held: Snapshot | None, head: Head) -> Snapshot | None:
    """The snapshot with the changes since, ``None`` where it must be made from the rows."""
    if held is None or held.generation != head.generation or held.sequence >= head.sequence:
        return None
    changes = list(
        Change.objects.filter(generation=head.generation, sequence__gte=held.sequence)
        .filter(sequence__lte=head.sequence)
        .order_by("sequence")[: _MANY_CHANGES + 1]
    )
    # The change we stand on must still be there: it isn't after a rollback or a restore.
    known = changes and changes[0].stamp == held.stamp
    if not known or len(changes) > _MANY_CHANGES or changes[-1].stamp != head.stamp:
        return None
    return _with_changes(held, head, changes[1:])


def _with_changes(held: Snapshot, head: Head, changes: Sequence[Change]) -> Snapshot:
    added = [change.added for change in changes if change.added is not None]
    rows = Entry.objects.filter(generation=head.generation, ordinal__in=added).order_by("ordinal")
    columns, providers = held.columns.copy(), {name: n for n, name in enumerate(held.providers)}
    alive = held.alive
    for row in rows.values_list(*_COLUMNS):
        columns.append(row, providers.setdefault(row[2], len(providers)))
        alive |= 1 << row[0]
    for change in changes:
        if change.removed is not None:
            alive &= ~(1 << change.removed)
    return replace(
        held,
        sequence=head.sequence,
        stamp=head.stamp,
        words=head.next_word,
        size=head.next_ordinal,
        alive=alive,
        facets=_with_facets(held, head.generation, added),
        columns=columns,
        providers=tuple(providers),
        orders={
            name: _inserted(order, columns, name, added) for name, order in held.orders.items()
        },
        overview={},
    )


def _with_facets(
    held: Snapshot, generation: int, added: Sequence[int]
) -> Mapping[str, Mapping[str, int]]:
    facets = {facet: dict(values) for facet, values in held.facets.items()}
    cards = Card.objects.filter(generation=generation, ordinal__in=added)
    for ordinal, pairs in cards.values_list("ordinal", "facets"):
        for facet, value in pairs:
            if facet != "provider":
                values = facets.setdefault(facet, {})
                values[value] = values.get(value, 0) | 1 << ordinal
    return facets


def _inserted(order: array[int], columns: Columns, name: str, added: Sequence[int]) -> array[int]:
    order, key = order[:], columns.key(name)
    for ordinal in added:
        order.insert(bisect_left(order, key(ordinal), key=key), ordinal)
    return order
