"""Words spelled nearly like another: all words of the index are compared at once.

A word is a number, the words with a letter at a place are a set, and the automaton that accepts
everything within *k* errors is run over sets instead of over letters: one pass along the asked
word finds every near word, whatever the size of the vocabulary (Wu and Manber, "Fast text
searching allowing errors", 1992, turned by ninety degrees). An error is a letter missing, a letter
too many, another letter, or two neighbours swapped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from registry.catalogue import postings
from registry.catalogue.bits import numbers
from registry.catalogue.models import Word
from registry.catalogue.terms import length_term, letter_term

MAX_NEAR = 60
"""Near words that are tried for one word, the nearest first."""
_State = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Near:
    """A word of the index and the number of its errors; ``prefix``: only its beginning is near."""

    word: str
    errors: int
    prefix: bool = False


def errors_allowed(word: str) -> int:
    """How many letters may be wrong: none in short words, two in long ones."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def near_words(
    generation: int, vocabulary: int, word: str, *, prefix: bool = False
) -> tuple[Near, ...]:
    """The words within the allowed errors, the word itself left out; nearest first.

    ``vocabulary`` is the number of words in the index. With ``prefix`` a long enough word may also
    be the beginning of a longer one.
    """
    errors = errors_allowed(word)
    if not errors or not vocabulary:
        return ()
    sets = _sets_for(generation, word, errors)
    whole, begun = _Automaton(word, errors, sets).run((1 << vocabulary) - 1)
    kinds = [(found, count, False) for count, found in sorted(whole.items())]
    if prefix and len(word) >= 6:
        kinds += [(found, count, True) for count, found in sorted(begun.items())]
    return _named(generation, kinds, word)


def _sets_for(generation: int, word: str, errors: int) -> Mapping[bytes, int]:
    terms = {length_term(n) for n in range(max(len(word) - errors, 1), len(word) + errors + 1)}
    for place, letter in enumerate(word):
        low, high = max(place - errors - 1, 0), place + errors + 1
        terms |= {letter_term(near, letter) for near in range(low, high + 1)}
    return postings.sets(generation, terms)


@dataclass(frozen=True)
class _Automaton:
    """Accepts what is within ``errors`` of ``word``; ``sets`` are the words by letter and place.

    A state (i, e) holds the words whose first j letters stand for the first i of ``word`` with e
    errors; j grows by one each round.
    """

    word: str
    errors: int
    sets: Mapping[bytes, int]

    def run(self, everything: int) -> tuple[dict[int, int], dict[int, int]]:
        """Words by their errors: whole words, and those of which only a beginning is near."""
        now: _State = {(i, i): everything for i in range(self.errors + 1)}
        before: _State = {}
        whole: dict[int, int] = defaultdict(int)
        begun: dict[int, int] = defaultdict(int)
        for place in range(len(self.word) + self.errors):
            before, now = now, self._step(place, now, before)
            ended = self.sets.get(length_term(place + 1), 0)
            for error in range(self.errors + 1):
                accepted = now.get((len(self.word), error), 0)
                whole[error] |= accepted & ended
                begun[error] |= accepted
        return whole, begun

    def _letter(self, place: int, i: int) -> int:
        return self.sets.get(letter_term(place, self.word[i]), 0)

    def _step(self, place: int, now: _State, before: _State) -> _State:
        following: _State = defaultdict(int)
        size = len(self.word)
        for (i, e), held in now.items():
            if i < size:
                following[i + 1, e] |= held & self._letter(place, i)
            if e < self.errors:
                following[i, e + 1] |= held
                if i < size:
                    following[i + 1, e + 1] |= held
        for (i, e), held in before.items():
            if e < self.errors and i + 1 < size:
                swapped = self._letter(place - 1, i + 1) & self._letter(place, i)
                following[i + 2, e + 1] |= held & swapped
        for e in range(self.errors):
            for i in range(size):
                if following[i, e]:
                    following[i + 1, e + 1] |= following[i, e]
        band = range(place + 1 - self.errors, place + 2 + self.errors)
        return {(i, e): held for (i, e), held in following.items() if held and i in band}


def _named(generation: int, kinds: list[tuple[int, int, bool]], asked: str) -> tuple[Near, ...]:
    chosen: dict[int, tuple[int, bool]] = {}
    for found, count, prefix in kinds:
        for number in islice(numbers(found), MAX_NEAR):
            chosen.setdefault(number, (count, prefix))
    first = sorted(chosen, key=lambda n: (chosen[n][1], chosen[n][0], n))[: MAX_NEAR + 1]
    rows = Word.objects.filter(generation=generation, number__in=first)
    words = dict(rows.values_list("number", "word"))
    named = (Near(words[n], *chosen[n]) for n in first if n in words)
    return tuple(near for near in named if near.word != asked)
