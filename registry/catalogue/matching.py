"""From a query to a set of documents and a score for each: every word must match.

What counts, for one word, before rarity: in a title and as written most; then the beginning of a
longer word; then elsewhere; then the same without German digraphs, or what the thing is called;
last a word spelled nearly alike. A word that few documents have counts up to three times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

from registry.catalogue import postings
from registry.catalogue.bits import Sums
from registry.catalogue.snapshot import Snapshot
from registry.catalogue.spelling import Near, near_words
from registry.catalogue.terms import after, word_term
from registry.catalogue.words import STEM, Query, Word, collapsed

TITLE, TITLE_PREFIX, ANYWHERE, TITLE_NEAR = 6, 3, 2, 2
_Sets = dict[bytes, int]


@dataclass(frozen=True)
class Match:
    """The documents found, their scores, and the words that were read as others."""

    bits: int
    scores: Sums = field(default_factory=Sums)
    read_as: tuple[tuple[str, str], ...] = ()


def match(snapshot: Snapshot, query: Query) -> Match:
    """The documents that have every word, as it is written."""
    sets = _sets(snapshot, query.words)
    bits, scores = snapshot.alive, Sums()
    for word in query.words:
        found = _word(word, sets)
        bits &= found.bits
        found.add_to(scores, snapshot)
    return Match(bits, scores)


def each_alone(snapshot: Snapshot, query: Query) -> tuple[tuple[str, int], ...]:
    """How many documents have each of several words."""
    if len(query.words) < 2:
        return ()
    sets = _sets(snapshot, query.words)
    bits = ((word.text, _word(word, sets).bits & snapshot.alive) for word in query.words)
    return tuple((text, held.bit_count()) for text, held in bits)


def spellings(snapshot: Snapshot, query: Query) -> Iterator[tuple[int, list[str]]]:
    """The query with one word in another spelling: what it finds, and its words."""
    near = {word: tuple(_near(snapshot, word)) for word in query.words}
    sets = _sets(snapshot, query.words) | _near_sets(snapshot, near)
    held = [_word(word, sets).bits for word in query.words]
    texts = [word.text for word in query.words]
    for place, word in enumerate(query.words):
        others = held[:place] + held[place + 1 :]
        rest = reduce(and_, others, snapshot.alive)
        for other in near[word]:
            bits = sets.get(word_term("a", other.word), 0) & rest
            yield bits, [*texts[:place], other.word, *texts[place + 1 :]]


def match_nearly(snapshot: Snapshot, query: Query) -> Match:
    """The documents that have every word, or one spelled nearly alike in its place."""
    near = {word: tuple(_near(snapshot, word)) for word in query.words}
    sets = _sets(snapshot, query.words) | _near_sets(snapshot, near)
    bits, scores = snapshot.alive, Sums()
    for word in query.words:
        found = _word(word, sets)
        for other in near[word]:
            found.take_near(other, sets)
        bits &= found.bits
        found.add_to(scores, snapshot)
    return Match(bits, scores, tuple(_read_as(query, near, sets, bits)))


@dataclass
class _Found:
    """One word's documents, and what they get for it."""

    bits: int = 0
    points: list[tuple[int, int]] = field(default_factory=list)

    def take(self, bits: int, points: int) -> None:
        self.bits |= bits
        self.points.append((bits, points))

    def take_near(self, near: Near, sets: _Sets) -> None:
        anywhere = sets.get(word_term("a", near.word), 0)
        if not near.prefix:
            anywhere |= sets.get(word_term("s", near.word), 0)
        self.take(anywhere & ~self.bits, 1 if near.errors < 2 and not near.prefix else 0)
        self.take(sets.get(word_term("t", near.word), 0), TITLE_NEAR // max(near.errors, 1))

    def add_to(self, scores: Sums, snapshot: Snapshot) -> None:
        share = (self.bits & snapshot.alive).bit_count() / max(snapshot.alive.bit_count(), 1)
        rarity = 1 if share > 0.05 else 2 if share > 0.005 else 3
        for bits, points in self.points:
            scores.add(bits, points * rarity)


def _word(word: Word, sets: _Sets) -> _Found:
    found = _Found()
    for form in word.forms:
        found.take(_all(sets, "t", form), TITLE)
        found.take(_all(sets, "a", form), ANYWHERE)
    if word.prefix:
        found.take(_begun(sets, "t", word.prefix), TITLE_PREFIX)
        found.take(_begun(sets, "a", word.prefix), 1)
        for term in _other_prefixes(word.prefix):
            found.take(sets.get(after(term), 0), 1)
    for form in word.forms:
        found.take(_all(sets, "s", form), 1)
        found.take(_all(sets, "v", tuple(map(collapsed, form))), 1)
        found.take(_all(sets, "a", tuple(map(collapsed, form))), 1)
    return found


def _all(sets: _Sets, kind: str, parts: Iterable[str]) -> int:
    found = -1
    for part in parts:
        found &= sets.get(word_term(kind, part), 0)
    return max(found, 0)


def _begun(sets: _Sets, kind: str, prefix: str) -> int:
    term = _prefix_term(kind, prefix)
    return sets.get(term if len(prefix) == STEM else after(term), 0)


def _sets(snapshot: Snapshot, words: Iterable[Word]) -> _Sets:
    """All sets that the words need: at most three statements, however many words."""
    words = tuple(words)
    parts = {part for word in words for form in word.forms for part in form}
    terms = {word_term(kind, part) for kind in "tas" for part in parts}
    terms |= {word_term(kind, collapsed(part)) for kind in "av" for part in parts}
    prefixes = {word.prefix for word in words if word.prefix}
    stems = [prefix for prefix in prefixes if len(prefix) == STEM]
    terms |= {_prefix_term(kind, stem) for kind in "ta" for stem in stems}
    ranges = {_prefix_term(k, p) for k in "ta" for p in prefixes if len(p) != STEM}
    ranges |= {term for prefix in prefixes for term in _other_prefixes(prefix)}
    begun = postings.prefix_sets(snapshot.generation, ranges)
    # A word and all words that begin with it are two sets: the latter stands at the range's end.
    return postings.sets(snapshot.generation, terms) | {after(t): b for t, b in begun.items()}


def _other_prefixes(prefix: str) -> list[bytes]:
    """Beginnings of the same words without German digraphs."""
    other = collapsed(prefix)
    if len(other) < STEM:
        return []
    return [word_term("v", other), *([word_term("a", other)] if other != prefix else [])]


def _prefix_term(kind: str, prefix: str) -> bytes:
    """Up to three letters stand in the stems; longer beginnings are ranges of whole words."""
    return word_term(kind.upper() if len(prefix) <= STEM else kind, prefix)


def _near(snapshot: Snapshot, word: Word) -> Iterator[Near]:
    asked = word.forms[0][-1] if len(word.forms[0]) == 1 else ""
    yield from near_words(snapshot.generation, snapshot.words, asked, prefix=bool(word.prefix))


def _near_sets(snapshot: Snapshot, near: Mapping[Word, tuple[Near, ...]]) -> _Sets:
    others = {other.word for found in near.values() for other in found}
    terms = {word_term(kind, other) for kind in "tas" for other in others}
    return postings.sets(snapshot.generation, terms)


def _read_as(
    query: Query, near: Mapping[Word, tuple[Near, ...]], sets: _Sets, bits: int
) -> Iterator[tuple[str, str]]:
    """For each word that isn't there as written, the near one that most results have."""
    for word in query.words:
        if not _word(word, sets).bits & bits:
            counts = [
                (-other.errors, (sets.get(word_term("a", other.word), 0) & bits).bit_count(), other)
                for other in near[word]
            ]
            best = max(counts, key=lambda c: (c[1] > 0, c[0], c[1], c[2].word), default=None)
            if best is not None and best[1]:
                yield word.text, best[2].word
