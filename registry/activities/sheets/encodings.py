"""In which encoding a table is written: its mark, UTF-8, or the code page of its languages.

A free guess takes cp1253 for cp1251 and Estonian for Hungarian. The languages of a framework are
known, and so are their letters: of the code pages of Europe, the one counts in which the file has
those letters. Where no language is known, charset-normalizer chooses among the same pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from charset_normalizer import from_bytes

PAGES = ("cp1252", "cp1250", "cp1253", "cp1257", "cp1254", "cp1251", "iso8859_2")
ENCODINGS = ("utf-8", *PAGES)
"""The encodings a person may name."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяѝёђјљњћџќѓѕєіїґ"
LETTERS: Mapping[str, str] = {
    "bg": _CYRILLIC,
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåé",
    "de": "äöüß",
    "el": _GREEK,
    "es": "áéíñóúü¿¡",
    "et": "äöõüšž",
    "eu": "ñç",
    "fi": "åäöšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "gl": "áéíñóúü",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "is": "áðéíóúýþæö",
    "it": "àèéìòùî",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mk": _CYRILLIC,
    "nl": "áéíóúàèëïöü",
    "no": "æøåéòô",
    "pl": "ąćęłńóśźż",
    "pt": "ãáàâçéêíóôõú",
    "ro": "ăâîșțşţ",
    "ru": _CYRILLIC,
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sr": _CYRILLIC,
    "sv": "åäöé",
    "tr": "çğıiöşü",
    "uk": _CYRILLIC,
}
# Signs that occur in any language: quotes, dashes, the ellipsis, euro, section, degree.
_SIGNS = "„“”‘’‚«»–—…€§°·\xa0"


def marked(raw: bytes) -> str | None:
    """The encoding that the first bytes name."""
    return next((name for mark, name in _MARKS if raw.startswith(mark)), None)


def guess(raw: bytes, languages: Collection[str]) -> str | None:
    """The code page of a text that isn't UTF-8; ``None`` if it is none of those known here."""
    letters = {letter for code in languages for letter in LETTERS.get(code, "")}
    if not letters:
        best = from_bytes(raw, cp_isolation=list(PAGES)).best()
        return best.encoding if best is not None else None
    counts = Counter(byte for byte in raw if byte >= 0x80)
    scores = {page: _score(page, counts, letters) for page in PAGES}
    fitting = {page: score for page, score in scores.items() if score is not None}
    return max(fitting, key=lambda page: fitting[page]) if fitting else None


def _score(page: str, counts: Mapping[int, int], letters: Collection[str]) -> int | None:
    """How well the bytes are the languages' letters in this page; ``None`` if one is nothing."""
    score = 0
    for byte, count in counts.items():
        try:
            sign = bytes([byte]).decode(page)
        except UnicodeDecodeError:
            return None
        if sign.lower() in letters:
            score += count
        elif sign not in _SIGNS:
            score -= count
    return score
