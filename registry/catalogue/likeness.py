"""How much alike two activities are: by the words of their titles and outcomes, rare words more.

Candidates come from the sets of words, in one pass; the best of them are then compared text by
text. The measure is Dice's (1945), each word weighing its inverse document frequency (Spärck
Jones, 1972); of the languages that both have, the most alike counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2
from typing import Any

from registry.catalogue import postings
from registry.catalogue.bits import Sums
from registry.catalogue.documents import Texts
from registry.catalogue.models import Card
from registry.catalogue.snapshot import Snapshot
from registry.catalogue.terms import word_term
from registry.catalogue.words import words

CANDIDATES = 60
MAX_WORDS = 400
TITLE_SHARE = 0.6
LEAST = 0.35
"""Below this nobody would call two activities alike."""
_Bag = frozenset[str]
_Bags = Sequence[_Bag]
_Weights = Mapping[str, float]


@dataclass(frozen=True)
class Likeness:
    """An activity that is much like the text asked about; shares from 0 to 1, 1 is the same."""

    activity_id: uuid.UUID
    titles: Texts
    provider: str
    provider_names: Texts
    framework: str
    score: float
    title_score: float
    outcome_score: float


def likenesses(
    snapshot: Snapshot,
    texts: Mapping[str, Iterable[Texts]],
    *,
    bits: int,
    exclude: uuid.UUID | None,
    limit: int,
) -> tuple[Likeness, ...]:
    """The most alike among the set ``bits``, best first, at most ``limit``."""
    titles = _bags(texts.get("titles", ()))
    outcomes = _bags(texts.get("outcomes", ()))
    asked = list(
        islice(dict.fromkeys(w for bag in (*titles, *outcomes) for w in sorted(bag)), MAX_WORDS)
    )
    sets = postings.sets(snapshot.generation, {word_term("a", word) for word in asked})
    weights = {word: _weight(sets.get(word_term("a", word), 0), snapshot) for word in asked}
    ordinals = _candidates(snapshot, bits, titles, weights, sets)
    rows = Card.objects.filter(generation=snapshot.generation, ordinal__in=ordinals)
    found = [
        _compared(row, titles, outcomes, weights)
        for row in rows.values_list("activity_id", "shown", "outcomes")
        if row[0] != exclude
    ]
    alike = (likeness for likeness in found if likeness.score >= LEAST)
    return tuple(sorted(alike, key=lambda found: (-found.score, found.activity_id.bytes))[:limit])


def _bags(maps: Iterable[Texts]) -> _Bags:
    return [frozenset(words(text)) for texts in maps for text in texts.values()]


def _weight(bits: int, snapshot: Snapshot) -> float:
    shown = max(snapshot.alive.bit_count(), 1)
    return log2(1 + shown / ((bits & snapshot.alive).bit_count() + 1))


def _candidates(
    snapshot: Snapshot, bits: int, titles: _Bags, weights: _Weights, sets: Mapping[bytes, int]
) -> list[int]:
    scores, in_title = Sums(), frozenset().union(*titles)
    for word, weight in weights.items():
        share = 2 if word in in_title else 1
        scores.add(sets.get(word_term("a", word), 0) & bits, round(weight) * share)
    found: list[int] = []
    for total, members in scores.classes(bits):
        if not total or len(found) >= CANDIDATES:
            break
        found += islice(snapshot.ordered(members, "newest"), CANDIDATES - len(found))
    return found


def _compared(
    row: tuple[uuid.UUID, Mapping[str, Any], list[Texts]],
    titles: _Bags,
    outcomes: _Bags,
    weights: _Weights,
) -> Likeness:
    activity_id, shown, texts = row
    title = _best(titles, _bags([shown["titles"]]), weights)
    others = _bags(texts)
    each = [max((_dice(mine, other, weights) for other in others), default=0) for mine in outcomes]
    # Outcomes come in several languages; those the other one hasn't aren't held against it.
    best = sorted(each, reverse=True)[: max(len(texts), 1)]
    outcome = sum(best) / len(best) if best else 0.0
    score = TITLE_SHARE * title + (1 - TITLE_SHARE) * outcome if outcomes else title
    return Likeness(
        activity_id=activity_id,
        titles=shown["titles"],
        provider=shown["provider"],
        provider_names=shown["provider_names"],
        framework=shown["framework"],
        score=round(score, 3),
        title_score=round(title, 3),
        outcome_score=round(outcome, 3),
    )


def _best(ours: _Bags, theirs: _Bags, weights: _Weights) -> float:
    return max((_dice(a, b, weights) for a in ours for b in theirs), default=0.0)


def _dice(ours: _Bag, theirs: _Bag, weights: _Weights) -> float:
    def mass(bag: _Bag) -> float:
        return sum(weights.get(word, _UNKNOWN) for word in bag)

    both = mass(ours) + mass(theirs)
    return 2 * mass(ours & theirs) / both if both else 0.0


_UNKNOWN = 4.0
"""The weight of a word that the text asked about hasn't; it isn't looked up."""
