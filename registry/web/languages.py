"""Names of languages in the reader's language."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext

from schemas import vocabularies


def language_name(code: str) -> str:
    """The name of a language (ISO 639, or with a region: ``pt-BR``), else its code."""
    base = code.partition("-")[0].lower()
    known = LANG_INFO.get(base, {}).get("name")
    if known:
        # Django's own catalogues have the names of its languages in each of them.
        return gettext(known)
    term = vocabularies.terms("eu-language").get(base)
    return term.label["en"] if term else code
