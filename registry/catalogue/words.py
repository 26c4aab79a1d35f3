"""Words: how a text is cut, and how a query is read. The same for every script and database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from registry.common.texts import normalise

MAX_QUERY = 200
"""Characters of a query that are read."""
MAX_WORDS = 10
"""Words of a query that are searched; the result names those that were left out."""
MAX_WORD = 40
"""Letters of a word that count."""
MIN_PREFIX = 2
"""From so many letters the last word of a query also stands for longer words."""
STEM = 3
"""Letters of the stems that are kept, so that short prefixes need few rows."""

# Parts joined by hyphens (NFKD has made the non-breaking hyphen U+2010) are one compound.
_COMPOUND = re.compile(r"[^\W_]+(?:[-\u2010][^\W_]+)*")
_HYPHEN = re.compile(r"[-\u2010]")
# Scripts without spaces between words: each character is a word.
_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
# What an apostrophe cut off before or after a word (l’analyse, d’eagraíochtaí, women’s) is no wish.
_ELIDED = re.compile(r"\b[^\W_]{1,2}['’ʼ](?=[^\W_]{3})|(?<=[^\W_]{3})['’ʼ][^\W_]\b")


@dataclass(frozen=True)
class Word:
    """A word of a query: any of ``forms`` will do; a form is there when all its parts are."""

    text: str
    forms: tuple[tuple[str, ...], ...]
    is_last: bool

    @property
    def prefix(self) -> str:
        """What longer words may begin with, empty where none may."""
        last = self.forms[0][-1]
        return last if self.is_last and len(last) >= MIN_PREFIX else ""


@dataclass(frozen=True)
class Query:
    """What was asked, cut into words; ``ignored`` are the words beyond the limit."""

    words: tuple[Word, ...]
    ignored: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, normalised; a compound gives its parts and itself as one word.

    Kept for texts that recur: names of skills, institutions, and of the thing itself.
    """
    found: list[str] = []
    for compound in _COMPOUND.findall(normalise(text)):
        parts = _parts(compound)
        found += parts
        if len(parts) > 1 and _HYPHEN.search(compound):
            found.append("".join(parts)[:MAX_WORD])
    return tuple(found)


def _parts(compound: str) -> list[str]:
    if compound.isascii() and "-" not in compound:
        return [compound[:MAX_WORD]]
    return [
        word[:MAX_WORD] for part in _HYPHEN.split(compound) for word in _CHARACTER.findall(part)
    ]


def collapsed(word: str) -> str:
    """The word without German digraphs, so that Mueller, Müller and Muller meet (DIN 5007-2)."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def read(text: str) -> Query:
    """A query as words. Never fails: what isn't a word is no condition."""
    wanted = normalise(text[:MAX_QUERY])
    compounds = list(dict.fromkeys(_COMPOUND.findall(_ELIDED.sub(" ", wanted))))
    found = []
    for compound in compounds[:MAX_WORDS]:
        parts = _parts(compound)
        whole = "".join(parts)[:MAX_WORD]
        # "micro-credential" and "microcredential" are the same wish.
        joined = len(parts) > 1 and _HYPHEN.search(compound)
        forms = ((whole,), tuple(parts)) if joined else (tuple(parts),)
        found.append(Word(compound, forms, is_last=compound == compounds[-1]))
    return Query(tuple(found), tuple(compounds[MAX_WORDS:]))
