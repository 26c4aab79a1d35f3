"""Acts and recorded values in words. What isn't in a table is told by its own name, never left out.

The tables are long because they are lists: every act a service records, every value it keeps.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry.common.errors import NotFound
from registry.common.history import nested
from registry.common.texts import pick
from registry.issuers.selectors import get_institution_by_id
from registry.web.activity_form import language_name
from registry.web.form_differences import told
from schemas import frameworks
from schemas.forms import Form, form_for
from schemas.forms.words import FOLLOWS

KINDS: Mapping[str, Promise] = {
    "activity": _("Activity"),
    "institution": _("Institution"),
    "organisation": _("Organisation"),
    "accreditation": _("Accreditation"),
    "key": _("Signing key"),
    "award": _("Award"),
    "share": _("Shared link"),
    "membership": _("Membership"),
    "user": _("User"),
    "api_token": _("Token of a program"),
}
ACTS: Mapping[str, Promise] = {
    "activity.drafted": _("A draft was begun"),
    "activity.changed": _("The text was changed"),
    "activity.submit": _("It was submitted"),
    "activity.withdraw": _("It was taken back before a decision"),
    "activity.register": _("It was registered"),
    "activity.return": _("It was returned to the institution"),
    "activity.extend": _("The time for the decision was extended"),
    "activity.suspend": _("It was suspended"),
    "activity.resume": _("It was resumed"),
    "activity.end": _("Its registration ended"),
    "activity.start_revision": _("A new version was begun"),
    "activity.submit_revision": _("The new version was submitted"),
    "activity.withdraw_submission": _("The new version was taken back before a decision"),
    "activity.withdraw_revision": _("The new version was given up"),
    "activity.register_revision": _("The new version was registered"),
    "activity.return_revision": _("The new version was returned"),
    "institution.entered": _("The institution was entered"),
    "institution.suspended": _("It was suspended"),
    "institution.resumed": _("It was resumed"),
    "organisation.created": _("The organisation was entered"),
    "accreditation.granted": _("It was granted"),
    "accreditation.changed": _("It was changed: another takes its place"),
    "accreditation.withdrawn": _("It was withdrawn"),
    "key.entered": _("The key was entered"),
    "award.prepared": _("The award was written down"),
    "award.issued": _("The credential was issued"),
    "share.created": _("The link was made"),
    "share.closed": _("The link was closed"),
    "membership.added": _("The role was given"),
    "user.created": _("The account was made"),
    "api_token.created": _("The token was made"),
}
NAMES: Mapping[str, Promise] = {
    "institution": _("Institution"),
    "authority": _("Authority"),
    "framework": _("Framework"),
    "route": _("Route"),
    "state": _("State"),
    "revision": _("New version in preparation"),
    "revision_route": _("Route of the new version"),
    "created_at": _("Begun"),
    "submitted_at": _("Submitted"),
    "due_on": _("Last day for the decision"),
    "registered_at": _("First registered"),
    "version": _("Version"),
    "digest": _("Digest (SHA-256)"),
    "route_version": _("Rules"),
    "review_on": _("Next review"),
    "registration_end": _("End of the registration"),
    "last_achievement": _("Last day to achieve it"),
    "slug": _("Short name"),
    "did": _("Identifier"),
    "name": _("Name"),
    "country": _("Country"),
    "region": _("Region"),
    "homepage": _("Website"),
    "registration": _("Registration number"),
    "provider_type": _("Type of institution"),
    "can_award": _("May award"),
    "standing": _("Standing"),
    "suspended_since": _("Suspended since"),
    "suspension_reasons": _("Reasons of the suspension"),
    "levels": _("Levels"),
    "fields": _("Fields (ISCED-F)"),
    "award_types": _("Types of award"),
    "reference": _("Reference"),
    "valid_from": _("First day"),
    "valid_until": _("First day after the end"),
    "replaces": _("Takes the place of"),
    "ended_on": _("First day on which it no longer holds"),
    "end": _("How it ended"),
    "end_reasons": _("Reasons of the end"),
    "activity": _("Activity"),
    "kind": _("Kind"),
}
CODES: Mapping[str, Promise] = {
    "DRAFT": pgettext_lazy("one activity", "Draft"),
    "SUBMITTED": pgettext_lazy("one activity", "Submitted"),
    "RETURNED": pgettext_lazy("one activity", "Returned"),
    "REGISTERED": pgettext_lazy("one activity", "Registered"),
    "SUSPENDED": pgettext_lazy("one activity", "Suspended"),
    "ENDED": pgettext_lazy("one activity", "Ended"),
    "CHANGE": _("Changed"),
    "WITHDRAWAL": _("Withdrawn"),
    "ISSUED": _("Issued"),
    "PREPARED": _("Prepared"),
}
STANDINGS: Mapping[str, Promise] = {
    "ACTIVE": _("In good standing"),
    "SUSPENDED": pgettext_lazy("one institution", "Suspended"),
}
_CODED = {"state": CODES, "revision": CODES, "end": CODES, "standing": STANDINGS}
# An empty list in a scope doesn't mean nothing.
_FIRST = ("state", "standing", "revision", "version", "institution", "framework", "route")
_EVERYTHING = frozenset({"levels", "fields", "award_types"})


@dataclass(frozen=True)
class Line:
    """One value: its name, what it said before and what it says after; ``url`` leads to it."""

    name: str
    before: str
    after: str
    url: str = ""


def kind_words(kind: str) -> str:
    """What a thing is."""
    return str(KINDS.get(kind, kind))


def act_words(act: str) -> str:
    """What was done."""
    return str(ACTS.get(act, act))


def lines(
    before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[str, Any]
) -> list[Line]:
    """What changed, value by value; the parts of an activity's text as its form names them.

    ``known`` is what else is known of the thing: its framework and route give the form.
    """
    old, new = nested(before), nested(after)
    texts = [side.pop("payload", {}) for side in (old, new)]
    found = [_line(name, old, new) for name in dict.fromkeys([*old, *new])]
    found = [one for one in found if one.before or one.after]
    return found + _text_lines(texts[0], texts[1], {**known, **new})


def state_lines(values: Mapping[str, Any]) -> tuple[list[Line], list[Line]]:
    """A state in words: what is known of the thing, and the parts of its text if it has one."""
    facts = nested(values)
    text = facts.pop("payload", {})
    order = sorted(facts, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    # What says nothing has nothing to say of a day either; an empty scope says "all".
    said = [name for name in order if facts[name] not in (None, "") and facts[name] != []]
    said += [name for name in order if name in _EVERYTHING and facts[name] == []]
    return [_line(name, {}, facts) for name in said], _text_lines({}, text, values)


def _text_lines(
    before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[str, Any]
) -> list[Line]:
    texts = [{k: v for k, v in side.items() if k not in FOLLOWS} for side in (before, after)]
    form = _form(known)
    if form is not None:
        return [Line(one.path, one.before, one.after) for one in told(form, *texts)]
    if not any(texts):
        return []
    return [Line(gettext("Text"), *(_plain(text) if text else "" for text in texts))]


def _line(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Line:
    old, new = (side.get(name) for side in (before, after))
    url = _url(name, new)
    return Line(
        str(NAMES.get(name, name)),
        _value(name, old, name in before),
        _value(name, new, name in after),
        url,
    )


def _form(known: Mapping[str, Any]) -> Form | None:
    """The form of the activity's route, in whatever version the framework still has."""
    code = known.get("revision_route") or known.get("route")
    try:
        frame = frameworks.framework(str(known.get("framework")))
    except KeyError:
        return None
    route = next((one for one in reversed(frame.routes) if one.code == code), None)
    return form_for(frame, route) if route is not None else None


def _value(name: str, value: Any, there: bool) -> str:  # noqa: FBT001  (told apart from null)
    if not there:
        return ""
    if name in _EVERYTHING and value == []:
        return gettext("all")
    if value is None or value in ("", []):
        return ""
    if name in _CODED:
        return str(_CODED[name].get(value, value))
    if name == "institution":
        return _institution(value)
    if name == "framework":
        return _framework(value)
    return _plain(value)


def _plain(value: Any) -> str:
    """A value as people read it; a moment to the minute, in UTC."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        if all(isinstance(text, str) for text in value.values()):
            return "\n".join(f"{language_name(code)}: {text}" for code, text in value.items())
        return json.dumps(value, ensure_ascii=False, indent=1)
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    # ``fromisoformat`` reads a day too; a day stays one.
    if len(text) < len("2026-03-02T10:00"):
        return text
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{then.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if then.tzinfo else text


def _framework(code: Any) -> str:
    names = {frame.code: frame.name for frame in frameworks.frameworks()}
    wanted = (get_language() or "en").partition("-")[0]
    return pick(names[code], wanted)[0] if code in names else str(code)


def _institution(value: Any) -> str:
    try:
        row = get_institution_by_id(uuid.UUID(str(value)))
    except (ValueError, NotFound):
        return str(value)
    return pick(row.legal_name, (get_language() or "en").partition("-")[0])[0] or row.slug


def _url(name: str, value: Any) -> str:
    places: Mapping[str, Callable[[Any], str]] = {
        "replaces": lambda one: reverse("history", args=["accreditation", one]),
    }
    return places[name](value) if name in places and value else ""


def end_of(day: date) -> datetime:
    """The last moment of a day, UTC."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, UTC)
