"""What the learner is told by mail: that something happened to a credential, and why."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from registry.accounts.selectors import language_of
from registry.awards.models import StatusChange
from registry.common.texts import pick

_log = logging.getLogger(__name__)
SUBJECTS = {
    "REVOKE": gettext_lazy("Your credential was revoked"),
    "SUSPEND": gettext_lazy("Your credential was suspended"),
    "RESUME": gettext_lazy("Your credential counts again"),
    "SUPERSEDE": gettext_lazy("Your credential was replaced by a corrected one"),
    "UNDO": gettext_lazy("A change to your credential was taken back"),
}
REASONS = {
    "assessment_error": gettext_lazy("an error in the assessment"),
    "misconduct": gettext_lazy("misconduct"),
    "issued_in_error": gettext_lazy("it was issued by mistake"),
    "key_compromised": gettext_lazy("the signing key was stolen"),
    "investigation": gettext_lazy("it is being looked into"),
    "complaint": gettext_lazy("a complaint"),
    "cleared": gettext_lazy("the matter is settled"),
    "typo": gettext_lazy("a mistake was corrected"),
    "name_change": gettext_lazy("a change of name"),
    "mistake": gettext_lazy("it was done by mistake"),
    "other": gettext_lazy("another reason"),
}


def tell_learner(change: StatusChange) -> None:
    """Send it, in the learner's language. A mail that can't be sent changes nothing that was done.

    The mail names the activity and links to the learner's own page; it holds no personal data.
    """
    award = change.award
    address = award.recipient.email
    if not address:
        return
    language = language_of(address) or settings.LANGUAGE_CODE
    with override(language):
        title = pick(award.version.payload["title"], language)[0]
        lines = [
            f"{SUBJECTS[change.kind]}: {title}.",
            _("Reason: %(reason)s.") % {"reason": REASONS[change.reason]},
            *([change.note] if change.note else []),
            _("Institution: %(name)s.") % {"name": pick(award.institution.legal_name, language)[0]},
            _("All your credentials: %(url)s") % {"url": f"{settings.PUBLIC_URL}/me/"},
        ]
        subject = str(SUBJECTS[change.kind])
    try:
        EmailMessage(subject, "\n\n".join(lines), to=[address]).send()
    except (OSError, SMTPException):
        _log.exception("the learner of award %s wasn't told", award.pk)
