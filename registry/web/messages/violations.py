"""What breaks a framework's rules, in the reader's language.

The rules write English, which the API gives too. Here each code has a sentence to be translated;
``%(name)s`` are the violation's ``params``. A code without one is shown in English, and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schemas.validation import Violation

# By JSON Schema (schemas/validation.py).
_BY_SCHEMA: Mapping[str, object] = {
    "duplicate": _("Each item stands once."),
    "missing": _("This is required."),
    "not_in_list": _("This must be one of: %(expected)s."),
    "schema": _("This isn’t of the form that is asked for."),
    "too_few": _("At least %(expected)s needed."),
    "too_large": _("At most %(expected)s."),
    "too_long": _("At most %(expected)s characters."),
    "too_many": _("At most %(expected)s of these."),
    "too_short": _("This must not be empty."),
    "too_small": _("This is too small: the limit is %(expected)s."),
    "unknown_member": _("A member here isn’t known; remove it."),
    "wrong_format": _("This isn’t written as it must be: %(expected)s."),
    "wrong_type": _("This must be of type %(expected)s."),
}
# By rule (schemas/rules/).
_BY_RULE: Mapping[str, object] = {
    "academic_hours_as_hours": _(
        "These are hours of %(minutes)s minutes: give them as academic hours."
    ),
    "academic_hours_do_not_match": _(
        "%(academic)s academic hours are %(expected)s hours of the clock."
    ),
    "academic_hours_not_counted": _(
        "In this credit system nothing is counted in academic hours; leave them out."
    ),
    "alternate_level_mismatch": _("This isn’t the same level as %(level)s."),
    "assessment_not_listed": _("An assessment of this outcome isn’t among those of the activity."),
    "attendance_is_not_assessment": _(
        "Presence alone is no assessment; name how the outcomes are assessed."
    ),
    "body_may_not_deliver": _(
        "A body of this type may develop but not deliver; name who delivers."
    ),
    "cell_unreadable": _("This cell holds what can’t be read there."),
    "cell_without_column": _("A cell stands under no column: %(cell)s. Is a separator missing?"),
    "code_of_another": _("This begins with %(start)s."),
    "column_twice": _("The column %(column)s stands twice; take one of them out."),
    "column_unknown": _("The column %(column)s isn’t known here."),
    "contact_hours_exceed_hours": _("Contact hours are part of the hours and can’t be more."),
    "contact_hours_missing": _("This route needs the contact hours: at least %(needed)s."),
    "contact_hours_too_few": _("These credits need at least %(needed)s contact hours."),
    "credit_system_missing": _("This route counts %(unit)s; name them as the credit system."),
    "credit_system_unknown": _("This framework’s credit systems are: %(systems)s."),
    "credits_missing": _("This route counts %(unit)s; give the credits."),
    "dates_out_of_order": _("Registration ends first, then enrolment, then achievement."),
    "eqf_level_ambiguous": _("This level stands for several EQF levels (%(levels)s); say which."),
    "eqf_level_mismatch": _("This level stands for another EQF level: %(levels)s."),
    "eqf_not_defined_for_framework": _(
        "This level isn’t referenced to the EQF; leave the EQF level empty."
    ),
    "extra_field_missing": _("The national field %(field)s is required on this route."),
    "field_unknown": _("%(value)s isn’t a code of ISCED-F 2013."),
    "fields_disagree": _("%(scheme)s %(value)s and ISCED-F %(field)s are different broad fields."),
    "hours_do_not_match_credits": _("A credit stands for %(range)s hours; here it is %(here)s."),
    "hours_missing": _("This route counts hours; give them."),
    "level_not_allowed": _("This level isn’t allowed on this route."),
    "level_renumbered": _("%(stated)s is a level of a former scale; today it is level %(levels)s."),
    "level_required": _("This route needs a national level."),
    "level_unknown": _("The framework has no level %(stated)s; its levels are %(levels)s."),
    "link_stated_twice": _("This link stands twice; say it once."),
    "link_supersedes_anothers": _("An institution replaces its own activities only."),
    "link_target_ended": _("What this counts towards has ended; nobody can complete it any more."),
    "link_target_not_open": _("What this leads to isn’t open at the moment."),
    "link_target_not_registered": _(
        "What this leads to isn’t registered yet; it has to be registered first."
    ),
    "link_target_unknown": _("There is no such activity in this register."),
    "link_to_itself": _("An activity can’t lead to itself."),
    "link_whole_indivisible": _(
        "Awards on the route of that activity are earned whole; nothing counts towards it."
    ),
    "links_circle": _("This closes a circle: this activity → %(by)s → this activity."),
    "links_contradict": _("Two links to this activity contradict each other: that is a circle."),
    "national_field_unknown": _("%(scheme)s has no broad field %(value)s."),
    "links_too_many": _(
        "Too many activities hang together here to look for a circle; link to fewer."
    ),
    "not_a_micro_credential": _("60 ECTS and more is no micro-credential but other provision."),
    "outcome_code_twice": _("The code %(twice)s stands twice; each outcome has its own."),
    "outcome_not_assessed": _("Say how this outcome is assessed, as for the others."),
    "outcome_verb_not_assessable": _("“%(verb)s” can’t be observed; say what the learner can do."),
    "period_reversed": _("It ends on %(end)s, before it begins on %(start)s."),
    "platform_is_not_provider": _(
        "The platform is named as provider or awarding body too; say who answers for what."
    ),
    "provider_type_not_allowed": _("A body of this type can’t award on this route."),
    "quality_assurance_expired": _(
        "%(end)s has passed; the accreditation or registration must be current."
    ),
    "quality_assurance_not_current": _("None of these is in force on %(day)s."),
    "registration_ended": _("The registration would have ended on %(end)s already."),
    "residual_field_code": _("%(value)s is a residual code; choose a regular field."),
    "review_overdue": _("The review was due on %(day)s."),
    "review_too_late": _("On this route the next review is due by %(latest)s."),
    "route_not_in_force": _("On %(day)s nothing can be registered on this route."),
    "row_twice": _("Row %(row)s has this title too; take one of them out."),
    "row_unreadable": _("This row holds what can’t be stored."),
    "size_above_maximum": _("The largest size here is %(bound)s %(unit)s."),
    "size_below_minimum": _("The smallest size here is %(bound)s %(unit)s."),
    "size_not_below_maximum": _("The size here lies below %(bound)s %(unit)s."),
    "size_not_whole": _("On this route the size is a whole number of %(unit)s."),
    "source_text_missing": _(
        "The title isn’t given in %(language)s; add it, or name another source language."
    ),
    "stand_alone_leads_on": _("It is said to stand alone, and yet leads on to another activity."),
    "stated_twice": _("The activity says something else elsewhere."),
    "title_on_desk": _("An activity of this title is on your desk already."),
    "title_word_reserved": _(
        "“%(word)s” is reserved: choose another title, or a reviewer must clear it by name."
    ),
    "translation_missing": _("The outcome is in none of the languages of the title."),
    "validity_not_allowed": _("On this route the validity of an award is %(kind)s."),
    "workload_missing": _("Give the workload in hours, in credits, or both."),
}
VIOLATIONS: Mapping[str, object] = {**_BY_SCHEMA, **_BY_RULE}
_UNVERIFIED = _("(This rule isn’t verified; the reviewer decides.)")


class ViolationWords(NamedTuple):
    """A sentence, and the language it is in."""

    text: str
    language: str


def violation_words(violation: Violation) -> ViolationWords:
    """The violation for people. In English the rule's own words, which may say more."""
    language = (get_language() or "en").partition("-")[0]
    sentence = VIOLATIONS.get(violation.code)
    if language == "en" or sentence is None:
        return ViolationWords(violation.message, "en")
    try:
        text = str(sentence) % violation.params
    except KeyError:  # an older violation, kept with fewer values than the sentence has today
        return ViolationWords(violation.message, "en")
    if violation.params.get("unverified"):
        text = f"{text} {_UNVERIFIED}"
    return ViolationWords(text, language)
