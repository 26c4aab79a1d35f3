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


def normalise(text: str) -> str:
    """The form texts are searched in: no case, no accents, in any script.

    Made here and not in the database: SQLite folds ASCII only, and no full-text index strips
    Greek accents.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
