"""Why an act was refused, in the reader's language.

A service says it in English, as a template with the values beside it (``DomainError.template``,
``.params``); the French of each template stands in the catalogue like any other text. A template
that isn't there gets the sentence of its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from registry.common.errors import DomainError, filled

REFUSALS: Mapping[str, object] = {
    "accreditation_overlaps": _("There is an accreditation for the same already."),
    "achievement_outside_window": _("On that day it could not be achieved."),
    "activity_not_acceptable": _("The activity breaks rules of its framework."),
    "activity_not_open": _("Nothing is awarded for this activity now."),
    "bad_input": _("Something that was given can’t be used."),
    "cursor_ahead": _("The place in the feed isn’t one of this register; begin again."),
    "idempotency_key_reused": _("This form was sent before, with other content."),
    "issuer_not_accredited": _("The institution isn’t accredited for this."),
    "import_not_acceptable": _("Nothing was taken in: a row breaks a rule."),
    "issuing_stopped": _("Issuing is stopped at the moment."),
    "key_unavailable": _("The institution’s key can’t be used now. Please try again later."),
    "ledger_clock_went_back": _("The public log can’t be published now."),
    "ledger_key_unavailable": _("The public log can’t be published now."),
    "ledger_storage_unavailable": _("The public log can’t be read or published now."),
    "links_not_acceptable": _("The links to other activities can’t be registered as they are now."),
    "malformed": _("Something that was given can’t be used."),
    "no_signing_key": _("The institution has no key to sign with."),
    "not_allowed": _("Your roles don’t include this."),
    "not_found": _("There is no such thing, or not for you."),
    "not_shared": _("Nothing is shared under this link."),
    "reserved_word_not_cleared": _(
        "A word of the title is reserved; a reviewer gives the reason why it may stand."
    ),
    "requirement_not_met": _("The learner doesn’t hold what this activity requires."),
    "review_overdue": _("The date of the review has passed; a reviewed text comes first."),
    "secret_unavailable": _("Your second proof can’t be checked now. Please try again later."),
    "sheet_unreadable": _("The file can’t be read as a table."),
    "signing_unavailable": _("It can’t be signed now. Nothing is lost; please try again."),
    "state_conflict": _("This can’t be done now: somebody was faster, or it isn’t its turn."),
    "text_changed": _("Somebody changed the text since you read it; read it again."),
    "url_not_fetched": _("Nothing could be fetched from this address."),
    "url_not_a_share": _("Only links of this registry are followed."),
}
# Values that are words of ours, and not names or numbers.
_VALUES: Mapping[str, object] = {
    "draft": _("draft"),
    "submitted": _("submitted"),
    "returned": _("returned"),
    "registered": _("registered"),
    "suspended": _("suspended"),
    "ended": _("at its end"),
    "active": _("in force"),
    "revoked": _("revoked"),
    "superseded": _("replaced"),
    "registered, its revision draft": _("registered, its revision a draft"),
    "registered, its revision submitted": _("registered, its revision submitted"),
    "registered, its revision returned": _("registered, its revision returned"),
    "suspended, its revision draft": _("suspended, its revision a draft"),
    "suspended, its revision submitted": _("suspended, its revision submitted"),
    "suspended, its revision returned": _("suspended, its revision returned"),
    "registrar": _("registrar"),
    "issuer": _("issuer"),
    "reviewer": _("reviewer"),
    "viewer": _("viewer"),
}
_OURS = frozenset({"state", "role"})


class RefusalWords(NamedTuple):
    """A sentence in the reader's language; ``detail`` is the service's, where it has no other."""

    text: str
    detail: str


def refusal_words(error: DomainError) -> RefusalWords:
    """The refusal for people. In English the service's own words."""
    if (get_language() or "en").partition("-")[0] == "en":
        return RefusalWords(error.message, "")
    known = gettext(error.template) if error.template else ""
    if known == error.template:
        # Not in the catalogue, or translated where it was made.
        general = str(REFUSALS.get(error.code, ""))
        return RefusalWords(general or error.message, error.message if general else "")
    values = {
        name: str(_VALUES.get(value, value)) if name in _OURS else value
        for name, value in error.params.items()
    }
    return RefusalWords(filled(known, values), "")


def refusal_text(error: DomainError) -> str:
    """The refusal in one line, with the service's own words where there are no others."""
    return " ".join(filter(None, refusal_words(error)))
