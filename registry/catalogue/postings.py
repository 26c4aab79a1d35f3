"""The sets in the database: read as integers, written in blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from registry.catalogue.bits import BLOCK, pack, union, with_place
from registry.catalogue.models import Posting
from registry.catalogue.terms import after

_AT_ONCE = 500
"""Rows in one statement: under SQLite's 999 parameters when read, few round trips when written."""


def sets(generation: int, terms: Collection[bytes]) -> dict[bytes, int]:
    """The sets of the terms; a term without one is absent."""
    rows: dict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    wanted = sorted(terms)
    for start in range(0, len(wanted), _AT_ONCE):
        found = Posting.objects.filter(
            generation=generation, term__in=wanted[start : start + _AT_ONCE]
        )
        for term, block, bits in found.values_list("term", "block", "bits"):
            rows[bytes(term)].append((block, bytes(bits)))
    return {term: union(blocks) for term, blocks in rows.items()}


def prefix_sets(generation: int, prefixes: Collection[bytes]) -> dict[bytes, int]:
    """For each prefix the union of the sets of all terms that begin with it."""
    return {prefix: _under(generation, prefix) for prefix in prefixes}


def _under(generation: int, prefix: bytes) -> int:
    # One range of the index for each: a condition with "or" would have the planner choose.
    found = Posting.objects.filter(generation=generation, term__gte=prefix, term__lt=after(prefix))
    return union((block, bytes(bits)) for block, bits in found.values_list("block", "bits"))


def kind_sets(generation: int, kind: bytes) -> Iterable[tuple[bytes, int]]:
    """All terms of a kind with their sets, one after the other."""
    found = Posting.objects.filter(generation=generation, term__gte=kind, term__lt=after(kind))
    term, blocks = b"", list[tuple[int, bytes]]()
    rows = found.order_by("term", "block").values_list("term", "block", "bits")
    for following, block, bits in rows.iterator(2000):
        if bytes(following) != term and blocks:
            yield term, union(blocks)
            blocks = []
        term = bytes(following)
        blocks.append((block, bytes(bits)))
    if blocks:
        yield term, union(blocks)


def add(generation: int, numbers: Mapping[bytes, Sequence[int]]) -> None:
    """Put each term's numbers into its set. Only under the head's lock."""
    places: dict[tuple[bytes, int], list[int]] = defaultdict(list)
    for term, members in numbers.items():
        for number in members:
            places[term, number // BLOCK].append(number % BLOCK)
    blocks = _held(generation, places)
    for key, members in places.items():
        for place in members:
            blocks[key] = with_place(blocks.get(key, b""), place)
    _write(generation, blocks)


def _held(generation: int, wanted: Collection[tuple[bytes, int]]) -> dict[tuple[bytes, int], bytes]:
    terms, indices = sorted({term for term, _ in wanted}), {block for _, block in wanted}
    held: dict[tuple[bytes, int], bytes] = {}
    for start in range(0, len(terms), _AT_ONCE):
        rows = Posting.objects.filter(
            generation=generation, term__in=terms[start : start + _AT_ONCE], block__in=indices
        )
        for term, block, bits in rows.values_list("term", "block", "bits"):
            held[bytes(term), block] = bytes(bits)
    return {key: bits for key, bits in held.items() if key in wanted}


def store_block(generation: int, block: int, places: Mapping[bytes, Sequence[int]]) -> None:
    """Write a whole new block: each term's ascending places in it."""
    terms = sorted(places)
    for start in range(0, len(terms), _AT_ONCE):
        batch = terms[start : start + _AT_ONCE]
        _write(generation, {(term, block): pack(places[term]) for term in batch})


def _write(generation: int, blocks: Mapping[tuple[bytes, int], bytes]) -> None:
    ordered = sorted(blocks)
    for start in range(0, len(ordered), _AT_ONCE):
        batch = ordered[start : start + _AT_ONCE]
        Posting.objects.bulk_create(
            [
                Posting(generation=generation, term=term, block=block, bits=blocks[term, block])
                for term, block in batch
            ],
            update_conflicts=True,
            unique_fields=["generation", "term", "block"],
            update_fields=["bits"],
        )
