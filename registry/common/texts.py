"""Language maps (``{"en": …, "el": …}``) and search forms."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text in ``language`` or the best there is, and the language it is in."""
    for candidate in (language, language.partition("-")[0], "en"):
        if texts.get(candidate):
            return texts[candidate], candidate
    return next(((text, code) for code, text in texts.items() if text), ("", language))


# Letters of European alphabets that Unicode doesn't take apart (UAX #15 has no mapping for them),
# and marks that stand inside words: the Catalan middle dot, soft hyphen, zero-width signs.
_WHOLE = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n",
    "æ": "ae", "œ": "oe", "þ": "th", "ґ": "г", "·": "", "\u00ad": "",
    "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "",
}  # fmt: skip


class _Letters(dict[int, str]):
    """What is left of each character; filled as they are met, so translating runs in C."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        left = "" if unicodedata.combining(letter) else _WHOLE.get(letter, letter)
        self[code] = left
        return left


_LETTERS = _Letters()


def normalise(text: str) -> str:
    """The form texts are searched in: no case, no accents, in any script.

    Made here and not in the database: SQLite folds ASCII only, and no full-text index strips
    Greek accents.
    """
    return unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
