"""Codes → sentences in the reader's language. The core and the services know codes only.

Findings of the verifier stand here and in ``structure``, violations of a framework's rules in
``violations``, refusals of the services in ``refusals``.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from credentials.verify import Finding, Outcome, Verdict
from registry.web.messages.refusals import refusal_text, refusal_words
from registry.web.messages.structure import STRUCTURE
from registry.web.messages.violations import ViolationWords, violation_words

__all__ = [
    "CHECKS",
    "FINDINGS",
    "VERDICTS",
    "ViolationWords",
    "refusal_text",
    "refusal_words",
    "sentence",
    "violation_words",
]

VERDICTS: Mapping[Verdict, tuple[object, object]] = {
    Verdict.VALID: (
        _("Valid"),
        _("This credential is authentic, in force, and was issued by an entitled institution."),
    ),
    Verdict.INVALID: (
        _("Not valid"),
        _("Don’t rely on this credential. The reasons stand below."),
    ),
    Verdict.INDETERMINATE: (
        _("Could not be determined"),
        _("Nothing false was found, but not everything could be checked."),
    ),
}

FINDINGS: Mapping[str, object] = {
    "envelope.read": _("The file can be read."),
    "envelope.unreadable": _("The file can’t be read; it may have been changed or cut off."),
    "envelope.too_large": _("The file is larger than any credential."),
    "envelope.baked": _("The picture holds no credential, or more than one."),
    "envelope.attached": _("The PDF can’t be read, or more than one credential is attached."),
    "envelope.too_costly": _("Taking the file apart takes more than any credential needs."),
    "envelope.unknown_format": _("This isn’t a verifiable credential in a form known here."),
    "envelope.malformed_token": _("The token is cut off or isn’t one; copy all of it."),
    "envelope.malformed_data_url": _("The address in the file holds no token that can be read."),
    "envelope.wrong_type": _("It calls itself another kind of token than it is."),
    "envelope.unknown_header": _("The token’s header holds what Open Badges don’t allow there."),
    **STRUCTURE,
    "key.issuers": _("It was signed with a key of the institution it names."),
    "key.not_issuers": _("It was not signed with a key of the institution it names."),
    "key.not_found": _("The institution never published the key it was signed with."),
    "key.unreachable": _("It isn’t known whether the key belongs to the institution."),
    "key.outside_period": _("The key was not in use at the time of the signature."),
    "key.compromised": _("The key was stolen, and it was signed after that."),
    "key.not_for_assertion": _("The key isn’t published for signing credentials."),
    "key.not_named": _("It doesn’t say which key it was signed with."),
    "key.not_certified": _("The certificate isn’t the institution’s, or isn’t trusted."),
    "key.not_for_use": _("A key of this kind isn’t taken for such a signature."),
    "key.chain_not_checked": _("It isn’t known whether the certificate can be trusted."),
    "key.malformed": _("The key it names isn’t a key."),
    "key.malformed_did": _("The name of the key’s owner isn’t well formed."),
    "key.malformed_document": _("What the institution publishes of its keys can’t be read."),
    "key.malformed_certificate": _("The certificate it was signed with can’t be read."),
    "key.malformed_method": _("It doesn’t say rightly which key it was signed with."),
    "key.no_multikey": _("The key is of a kind that can’t be published in this form."),
    "key.not_canonical": _("The key is written in a form in which two keys look like one."),
    "key.private": _("A secret key was given in place of a public one."),
    "key.small_order": _("The key is one with which anybody can sign."),
    "key.weak": _("The key is one that can be broken."),
    "key.unsupported": _("The key is of a kind that isn’t known here."),
    "key.unsupported_did_method": _("The key’s owner is named in a way that isn’t known here."),
    "proof.verified": _("The signature is right: nothing was changed since it was signed."),
    "proof.invalid_signature": _("The signature is wrong: something was changed after signing."),
    "proof.disclosure_not_signed": _("Something is shown that the institution didn’t sign."),
    "proof.disclosure_malformed": _("Something is shown in a form that can’t be read."),
    "proof.binding_missing": _("Whoever shows it doesn’t prove to be its holder."),
    "proof.binding_invalid": _("The proof that its holder shows it isn’t right."),
    "proof.unsupported_suite": _("It is signed by a method that isn’t known here."),
    "proof.previous_cycle": _("Its signatures are built upon each other in a circle."),
    "proof.algorithm_mismatch": _("It names another method of signing than the institution’s."),
    "proof.critical_header": _("It asks for a way of signing that isn’t known here."),
    "proof.base_proof": _("This is its holder’s own copy; ask for one that was made to be shown."),
    "proof.context_differs": _("The signature was made under other vocabularies."),
    "proof.key_not_of_suite": _("The key isn’t of the kind that this method of signing needs."),
    "proof.malformed": _("The signature isn’t built as the standard asks."),
    "proof.missing": _("There is no signature where one should be."),
    "proof.previous_not_found": _("A signature that this one builds on isn’t there."),
    "proof.too_many": _("It carries more signatures than are checked here."),
    "proof.unsupported_type": _("It carries a kind of signature that isn’t known here."),
    "proof.wrong_purpose": _("The signature was made for another purpose."),
    "validity.in_force": _("It is in force on the day asked about."),
    "validity.expired": _("It has expired."),
    "validity.not_yet": _("It isn’t in force yet."),
    "validity.time_not_proven": _(
        "The certificate of the seal has ended; it isn’t proven that the seal is older."
    ),
    "validity.part_ended": _("A part of it has an end of its own, which has passed."),
    "validity.signature_expired": _("Its signature was made for a period that is over."),
    "accreditation.confirmed": _("The institution was accredited when it was issued."),
    "accreditation.confirmed_suspended_since": _(
        "The institution was accredited when it was issued; it was suspended later."
    ),
    "accreditation.issuer_suspended": _("The institution was suspended when it was issued."),
    "accreditation.none": _("The institution has no accreditation in this framework."),
    "accreditation.ended_before": _("No accreditation was in force when it was issued."),
    "accreditation.not_covered": _("Level or field lay outside the accreditation."),
    "accreditation.not_registered": _("The activity was not registered when it was issued."),
    "accreditation.unreachable": _("It isn’t known whether the institution was accredited."),
    "status.none_declared": _("It names no list in which it could have been revoked."),
    "status.clear": _("It was neither revoked nor suspended."),
    "status.revoked": _("It was revoked: the institution took it back."),
    "status.suspended": _("It is suspended: for now it doesn’t count."),
    "status.superseded": _("It was replaced by a newer one."),
    "status.set": _("The institution marked it as no longer good, for a reason not known here."),
    "status.newer_available": _("It counts, and there is a newer version of it."),
    "status.message": _("It counts, and the institution left a note about it."),
    "status.entry_malformed": _("What it says about its revocation can’t be read."),
    "status.too_many": _("It names more lists for its revocation than are looked at."),
    "status.unknown_value": _("Its status list says something that isn’t understood here."),
    "status.list_unavailable": _("It may have been revoked: its status list couldn’t be had."),
    "status.list_not_found": _("It may have been revoked: there is no such status list."),
    "status.list_unnamed": _("It may have been revoked: the list doesn’t say which list it is."),
    "status.list_stale": _("It may have been revoked: the status list at hand is too old."),
    "status.list_of_another_time": _("The status list is newer than the day asked about."),
    "status.list_not_verified": _("Its status list isn’t rightly signed by the institution."),
    "status.list_of_another": _("The status list is another’s, or another than the one it names."),
    "status.list_malformed": _("Its status list can’t be read as one."),
    "status.list_too_short": _("Its status list is too short to be one."),
    "status.out_of_range": _("Its place in the status list doesn’t exist."),
    "status.purpose_mismatch": _("Its status list is kept for another purpose."),
    "status.unknown_type": _("It may have been revoked: its status list isn’t understood here."),
    "schema.conforms": _("It carries all the elements that a micro-credential must have."),
    "schema.violated": _("It doesn’t carry what its own schema asks for."),
    "schema.unknown": _("The schema it names isn’t kept here."),
    "schema.none_declared": _("It names no schema."),
    "compromise.none": _("None of its keys was ever stolen."),
    "compromise.entered_before": _(
        "Its key was stolen later; the public log shows that it was issued before."
    ),
    "compromise.entered_after": _(
        "Its key was stolen, and the public log shows that it was issued after that."
    ),
    "compromise.not_proven": _("Its key was stolen; it isn’t proven that it was issued before."),
    "inclusion.proven": _("It stands in the public log, which nobody can rewrite unseen."),
    "inclusion.proven_late": _(
        "It stands in the public log, and was entered long after the date that it carries."
    ),
    "inclusion.pending": _("It is entered, and will stand in the public log within minutes."),
    "inclusion.no_proof": _("Whether it stands in the public log isn’t known here."),
    "inclusion.log_unknown": _("The log isn’t one whose key is known here."),
    "inclusion.not_entered": _("The registry never entered it: somebody used the key elsewhere."),
    "inclusion.invalid_proof": _("The proof isn’t one for this credential in this log."),
    "inclusion.unsigned": _("The proof isn’t signed by the log."),
    "inclusion.other_log": _("The proof is of another log."),
    "inclusion.malformed": _("The proof can’t be read."),
    "presentation.verified": _("The holder’s signature is right, and made for this occasion."),
    "presentation.malformed": _("The presentation isn’t built as the standard asks."),
    "presentation.invalid_proof": _("The holder’s signature is wrong, or made for another."),
    "presentation.unsupported": _("The presentation is of a kind that isn’t known here."),
    "presentation.key_unreachable": _("It isn’t known whether the key belongs to the holder."),
    "names.pinned": _("Its words have the meaning that published vocabularies give them."),
    "names.signed": _("It gives words a meaning of its own, and that is signed too."),
    "names.not_signed": _("It gives words a meaning of its own, which nobody signed."),
}
_GENERAL: Mapping[Outcome, object] = {
    Outcome.PASSED: _("This was checked and is right."),
    Outcome.FAILED: _("This was checked and is wrong."),
    Outcome.UNKNOWN: _("This could not be found out."),
    Outcome.NOT_APPLICABLE: _("This doesn’t apply."),
    Outcome.NOT_RUN: _("This was not checked, because something before it failed."),
}
CHECKS: Mapping[str, object] = {
    "envelope": _("File"),
    "structure": _("Structure"),
    "key": _("Key"),
    "proof": _("Signature"),
    "validity": _("Period"),
    "accreditation": _("Accreditation"),
    "status": _("Revocation"),
    "schema": _("Completeness"),
    "compromise": _("Stolen keys"),
    "inclusion": _("Public log"),
    "presentation": _("Presentation"),
    "names": _("Meaning of words"),
}


def sentence(finding: Finding) -> object:
    """The finding in words; a code without its own sentence gets its outcome's."""
    return FINDINGS.get(finding.code) or _GENERAL[finding.outcome]
