"""Who vouches for the quality of an activity, in words that don't promise more than is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.activities.publication import Standing


@dataclass(frozen=True)
class StandingWords:
    """A headline, a sentence, and a sign that doesn't depend on colour."""

    headline: Promise
    sentence: Promise
    sign: str


WORDS: Mapping[Standing, StandingWords] = {
    Standing.PUBLIC: StandingWords(
        _("Quality assured by a public authority"),
        _("An authority, or a body entitled by law, decided that it may be offered and awarded."),
        "✓",
    ),
    Standing.EXTERNAL: StandingWords(
        _("Quality looked at by another body"),
        _(
            "A body outside the institution looked at it, under rules of its sector or of a "
            "contract. No public authority accredited it."
        ),
        "◐",
    ),
    Standing.INSTITUTION: StandingWords(
        _("Quality assured by the institution"),
        _(
            "The institution’s own quality procedures apply, and those are looked at from outside. "
            "This activity wasn’t accredited by itself."
        ),
        "◐",
    ),
    Standing.OWN_WORD: StandingWords(
        _("Not accredited"),
        _(
            "The provider alone vouches for the quality; no authority has accredited it. That it "
            "is in this register says only that it is described as the rules ask."
        ),
        "○",
    ),
}
