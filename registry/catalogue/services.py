"""Put a document into the index, take it out, make the whole index again.

Each runs in the transaction of the act that calls it and waits for the head's row. An act locks
the audit chain first and the head after it, never the other way round.
"""

from __future__ import annotations

import uuid
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models import Max

from registry.catalogue import postings
from registry.catalogue.bits import BLOCK
from registry.catalogue.cards import card_of
from registry.catalogue.documents import TITLE_KEY, Document, main_title, moment_of, size_of
from registry.catalogue.models import Card, Change, Entry, Head, Posting, Word
from registry.catalogue.terms import spelling_terms, terms_of, title_length
from registry.common.texts import normalise

# Divides a block, so that batches end where blocks do.
_BATCH = 1024
_AT_ONCE = 500


@transaction.atomic
def put(document: Document) -> None:
    """Show the document in the catalogue, in place of what stood there for its activity."""
    head = _locked()
    removed = _bury(head, document.activity_id)
    ordinal = head.next_ordinal
    head.next_ordinal += 1
    _store(head.generation, [(ordinal, document)])
    terms, vocabulary = terms_of(document)
    _spell(head, vocabulary)
    postings.add(head.generation, {term: [ordinal] for term in terms})
    _advance(head, added=ordinal, removed=removed)


@transaction.atomic
def remove(activity_id: uuid.UUID) -> None:
    """Show the activity no longer; nothing happens where it isn't shown."""
    head = _locked()
    removed = _bury(head, activity_id)
    if removed is not None:
        _advance(head, removed=removed)


@transaction.atomic
def rebuild(documents: Iterable[Document]) -> int:
    """Make the index again from these documents; returns how many. Nobody waits but writers.

    Readers go on with the generation before, which is kept until the next rebuild.
    """
    head = _locked()
    for model in (Posting, Word, Change, Card, Entry):
        model.objects.filter(generation__lt=head.generation).delete()
    head.generation += 1
    head.sequence = head.next_ordinal = 0
    vocabulary: dict[str, int] = {}
    rows = enumerate(documents)
    while head.next_ordinal % BLOCK == 0 and _build_block(head, rows, vocabulary):
        pass
    _build_spellings(head.generation, vocabulary)
    head.next_word = len(vocabulary)
    head.stamp = _stamp()
    head.save()
    Change.objects.create(generation=head.generation, sequence=0, stamp=head.stamp)
    return head.next_ordinal


def _locked() -> Head:
    head, made = Head.objects.select_for_update().get_or_create(
        id=1, defaults={"stamp": _stamp(), "generation": _next_generation()}
    )
    if made:
        Change.objects.create(generation=head.generation, sequence=0, stamp=head.stamp)
    return head


def _next_generation() -> int:
    newest = Change.objects.aggregate(newest=Max("generation"))["newest"]
    return int(newest or 0) + 1


def _stamp() -> str:
    return uuid.uuid4().hex


def _bury(head: Head, activity_id: uuid.UUID) -> int | None:
    rows = Entry.objects.filter(generation=head.generation, activity_id=activity_id, alive=True)
    ordinal = rows.values_list("ordinal", flat=True).first()
    rows.update(alive=False)
    return ordinal


def _advance(head: Head, *, added: int | None = None, removed: int | None = None) -> None:
    head.sequence += 1
    head.stamp = _stamp()
    head.save()
    Change.objects.create(
        generation=head.generation,
        sequence=head.sequence,
        stamp=head.stamp,
        added=added,
        removed=removed,
    )


def _store(generation: int, rows: list[tuple[int, Document]]) -> None:
    entries = [
        Entry(
            generation=generation,
            ordinal=ordinal,
            activity_id=document.activity_id,
            provider=document.provider,
            registered=moment_of(document),
            size=size_of(document),
            title_key=normalise(main_title(document))[:TITLE_KEY],
            title_words=title_length(document),
            last_day=document.last_day,
        )
        for ordinal, document in rows
    ]
    Entry.objects.bulk_create(entries, batch_size=_BATCH)
    cards = [
        Card(generation=generation, ordinal=ordinal, **card_of(document))
        for ordinal, document in rows
    ]
    Card.objects.bulk_create(cards, batch_size=_BATCH)


def _spell(head: Head, vocabulary: set[str]) -> None:
    new = sorted(vocabulary - _known(head.generation, sorted(vocabulary)))
    numbers: dict[bytes, list[int]] = defaultdict(list)
    for number, word in enumerate(new, head.next_word):
        for term in spelling_terms(word):
            numbers[term].append(number)
    _store_words(head.generation, new, head.next_word)
    head.next_word += len(new)
    postings.add(head.generation, numbers)


def _known(generation: int, words: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(words), _AT_ONCE):
        rows = Word.objects.filter(generation=generation, word__in=words[start : start + _AT_ONCE])
        known.update(rows.values_list("word", flat=True))
    return known


def _store_words(generation: int, new: Iterable[str], start: int) -> None:
    rows = [
        Word(generation=generation, number=number, word=word)
        for number, word in enumerate(new, start)
    ]
    Word.objects.bulk_create(rows, batch_size=_BATCH)


def _build_block(
    head: Head, rows: Iterator[tuple[int, Document]], vocabulary: dict[str, int]
) -> bool:
    places: dict[bytes, array[int]] = defaultdict(lambda: array("H"))
    start = head.next_ordinal
    while head.next_ordinal - start < BLOCK and (batch := list(islice(rows, _BATCH))):
        for ordinal, document in batch:
            terms, found = terms_of(document)
            for term in terms:
                places[term].append(ordinal % BLOCK)
            for word in sorted(found):
                vocabulary.setdefault(word, len(vocabulary))
        _store(head.generation, batch)
        head.next_ordinal += len(batch)
    postings.store_block(head.generation, start // BLOCK, places)
    return bool(places)


def _build_spellings(generation: int, vocabulary: dict[str, int]) -> None:
    _store_words(generation, vocabulary, 0)
    words = iter(vocabulary.items())
    while batch := list(islice(words, BLOCK)):
        places: dict[bytes, array[int]] = defaultdict(lambda: array("H"))
        for word, number in batch:
            for term in spelling_terms(word):
                places[term].append(number % BLOCK)
        postings.store_block(generation, batch[0][1] // BLOCK, places)
