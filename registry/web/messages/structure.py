"""Faults of a credential's structure, in words for people who didn't write it.

The place and the exact words stand beside them on the page: these say what it means.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

STRUCTURE: Mapping[str, object] = {
    "structure.blank_predicate": _("It uses a nameless thing as the name of a statement."),
    "structure.claims_disagree": _("The token says one thing and the credential another."),
    "structure.colliding_keywords": _("It says the same thing under two names."),
    "structure.context": _("It doesn’t name the vocabularies that its words come from."),
    "structure.date": _("A date or time in it isn’t written as the standard asks."),
    "structure.described_twice": _("It describes the same thing at two places."),
    "structure.empty": _("It says nothing."),
    "structure.empty_value": _("It holds an empty list, which no signature covers."),
    "structure.enveloped": _("Something stands beside the signed part: nobody signed it."),
    "structure.forbidden_claim": _("The token holds a second credential that must not be there."),
    "structure.forbidden_keyword": _(
        "It uses a word by which a signed document can be rearranged unnoticed."
    ),
    "structure.hidden_claim": _("It hides what decides whether it counts."),
    "structure.inexact_number": _("It holds a number that changes when it is written anew."),
    "structure.invalid_context": _("It defines its own vocabulary wrongly."),
    "structure.invalid_iri": _("An address in it isn’t well formed."),
    "structure.invalid_language": _("A language in it is named wrongly."),
    "structure.invalid_type": _("A type in it isn’t text."),
    "structure.invalid_value": _("A value in it isn’t of the form that its name asks for."),
    "structure.malformed": _("It isn’t built as the standard asks."),
    "structure.malformed_claim": _("The token holds a value that can’t be read."),
    "structure.missing_claim": _("The token leaves out what its form asks for."),
    "structure.missing_field": _("Something that every credential must have is missing."),
    "structure.missing_proof": _("It carries no signature: anybody could have written it."),
    "structure.nested_array": _("It holds a list inside a list, which no signature covers."),
    "structure.null_value": _("It holds an empty value, which no signature covers."),
    "structure.other_form": _("It writes a value in a form in which a reader could miss it."),
    "structure.other_name": _("It calls something by another name than its vocabulary does."),
    "structure.period": _("It would end before it begins."),
    "structure.protected_term": _("It gives a protected word another meaning."),
    "structure.related_resource": _("A file it refers to isn’t the one that it describes."),
    "structure.relative_iri": _("An address in it is incomplete."),
    "structure.sound": _("It is built as the standard asks, and every term is defined."),
    "structure.text": _("A name or description in it isn’t text."),
    "structure.too_deep": _("It is nested too deep."),
    "structure.too_many_contexts": _("It names too many vocabularies."),
    "structure.type": _("It doesn’t say of what type it is, or a part of it is."),
    "structure.undefined_term": _("It uses a word that none of its vocabularies defines."),
    "structure.undefined_type": _("It is of a type that none of its vocabularies defines."),
    "structure.unknown_context": _("It names a vocabulary that isn’t kept here."),
    "structure.unsupported_container": _("It uses a kind of list that isn’t read here."),
    "structure.url": _("A place in it where an address belongs holds something else."),
}
