"""The sentence of each statement about a stack, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.common.texts import pick
from registry.pathways.stacking import Statement

SENTENCES: Mapping[str, object] = {
    "credits_missing": _("%(amount)s of %(of)s %(unit)s are still missing."),
    "hours_missing": _("%(amount)s of %(of)s hours are still missing."),
    "level_share_missing": _(
        "At least %(percent)s percent must lie at its own level or above: "
        "%(amount)s %(unit)s at that level are still missing."
    ),
    "parts_all": _("Still to be earned, all of: %(titles)s."),
    "parts_choose": _("Choose from: %(titles)s."),
    "no_part_left": _("No further part is registered here; ask the institution what counts."),
    "requirement_missing": _("Needed first: %(titles)s."),
    "ended": _("%(titles)s ended on %(day)s and doesn’t count."),
    "too_old": _("%(titles)s is older than %(months)s months (until %(day)s) and doesn’t count."),
    "counted_once": _("%(titles)s was earned more than once and counts once."),
    "superseded": _("%(first)s was replaced by %(second)s; the two count once."),
    "contained": _("%(first)s is a part of %(second)s, which counts already."),
    "whole_indivisible": _("%(titles)s doesn’t count: the award is earned whole."),
    "not_a_part": _("%(titles)s isn’t registered as a part of this and doesn’t count."),
    "overlap": _("%(first)s and %(second)s share %(count)s skill(s); ask whether both count."),
    "credits_apart": _(
        "%(amount)s %(unit)s stand apart: this counts %(whole)s, and credits are never converted."
    ),
    "size_unknown": _("It states neither credits nor hours, so nobody can say what is missing."),
    "indivisible": _("Awards on this route are earned whole: nothing is counted towards them."),
}


def sentence(statement: Statement) -> str:
    """The statement in the language of the moment."""
    language = get_language() or "en"
    titles = [f"“{pick(title, language)[0]}”" for title in statement.titles]
    values = {
        **statement.params,
        "titles": ", ".join(titles),
        "first": titles[0] if titles else "",
        "second": titles[1] if len(titles) > 1 else "",
    }
    return str(SENTENCES[statement.code]) % values
