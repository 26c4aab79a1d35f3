"""What a document is found by: the terms whose sets it is in.

======  ==================================================================
``a``   a word of title, outcomes, skills or provider
``t``   a word of a title
``A``   the first three letters of an ``a`` word; ``T`` of a ``t`` word
``v``   an ``a`` word without German digraphs, where it has one
``s``   a word of what the thing is called in its country or in the Union
``f``   a facet value
``l``   (sets of words) the letter at a place; ``n`` the number of letters
======  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from registry.catalogue.documents import Document, Texts, facet_values, main_title
from registry.catalogue.words import STEM, collapsed, words

MAX_WORDS = 4000
"""Different words of a document that are indexed, titles first: an index row is bounded too."""


def word_term(kind: str, word: str) -> bytes:
    """The term of a word."""
    return f"{kind}{word}".encode()


def facet_term(facet: str, value: str) -> bytes:
    """The term of a facet value."""
    return f"f{facet}={value}".encode()[:200]


def letter_term(place: int, letter: str) -> bytes:
    """The term of all words with that letter at that place."""
    return f"l{place:02d}{letter}".encode()


def length_term(length: int) -> bytes:
    """The term of all words with so many letters."""
    return f"n{length:02d}".encode()


def after(term: bytes) -> bytes:
    """The end of the range of terms that begin with ``term``."""
    return term + b"\xff"


def terms_of(document: Document) -> tuple[set[bytes], set[str]]:
    """All terms of a document, and the words that belong in the index of spellings."""
    titles = dict.fromkeys(_words_of([document.titles]))
    others = _words_of([document.provider_names, *document.skills, *document.outcomes])
    anywhere = titles | dict.fromkeys(others)
    titles, anywhere = _first(titles), _first(anywhere)
    synonyms = _first(dict.fromkeys(word for text in document.synonyms for word in words(text)))
    terms = {word_term("t", word) for word in titles}
    terms |= {word_term("T", word[:STEM]) for word in titles}
    terms |= {word_term("a", word) for word in anywhere}
    terms |= {word_term("A", word[:STEM]) for word in anywhere}
    terms |= {word_term("s", word) for word in synonyms}
    for word in anywhere:
        if (other := collapsed(word)) != word:
            terms.add(word_term("v", other))
    terms |= {facet_term(facet, value) for facet, value in facet_values(document)}
    return terms, anywhere.keys() | synonyms.keys()


def _words_of(maps: Iterable[Texts]) -> Iterator[str]:
    for texts in maps:
        for text in texts.values():
            yield from words(text)


def _first(found: dict[str, None]) -> dict[str, None]:
    return dict.fromkeys(islice(found, MAX_WORDS))


def spelling_terms(word: str) -> Iterator[bytes]:
    """The terms whose sets the word is in."""
    for place, letter in enumerate(word):
        yield letter_term(place, letter)
    yield length_term(len(word))


def title_length(document: Document) -> int:
    """The words of the title: of two matches the one that says little else comes first."""
    return len(words(main_title(document)))
