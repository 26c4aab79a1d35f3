"""Where each member of an activity stands in the form, what it is called, and what it chooses from.

The tables are long because they are lists: a member that isn't here still gets a field, in the last
section, under the title that its schema gives it.
"""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("naming", "Name and purpose", ("source_language", "title", "purpose")),
    ("outcomes", "Learning outcomes", ("learning_outcomes",)),
    ("level", "Level", ("level",)),
    ("size", "Size", ("workload",)),
    ("subject", "Field of study", ("isced_f", "sectors", "transitions")),
    (
        "teaching",
        "Teaching",
        ("languages_of_instruction", "participation", "prerequisites", "delivered_by", "platform"),
    ),
    ("assessment", "Assessment", ("assessment", "supervision")),
    ("quality", "Quality assurance", ("quality_assurance", "quality_assurance_evidence")),
    ("national", "National fields", ("extra",)),
    ("pathways", "Pathways and validity", ("stackability", "links", "validity")),
    ("bodies", "Bodies and dates", ("roles", "dates")),
    ("other", "Further fields", ()),
)

# Said by another field already: the label of the field of study follows its code.
FOLLOWS = frozenset({"isced_f_label"})

LABELS: Mapping[str, str] = {
    "/source_language": "Source language",
    "/title": "Title",
    "/purpose": "Purpose: who it is for and what for",
    "/learning_outcomes": "Learning outcomes",
    "/learning_outcomes/*": "Outcome",
    "/learning_outcomes/*/code": "Code",
    "/learning_outcomes/*/dimension": "Dimension",
    "/learning_outcomes/*/text": "What the learner can do",
    "/learning_outcomes/*/esco": "ESCO skills, one address a line",
    "/learning_outcomes/*/assessed_by": "Assessed by",
    "/level": "Level",
    "/level/national": "National level",
    "/level/eqf": "EQF level",
    "/workload": "Workload",
    "/workload/hours": "Hours in all",
    "/workload/credits": "Credits",
    "/workload/credit_system": "Credit system",
    "/workload/contact_hours": "Contact hours",
    "/workload/academic_hours": "Academic hours",
    "/isced_f": "Field of study (ISCED-F 2013)",
    "/sectors": "Sectors",
    "/transitions": "Transitions",
    "/languages_of_instruction": "Languages of instruction",
    "/participation": "Form of participation",
    "/prerequisites": "Prerequisites, one a line",
    "/delivered_by": "Delivered by, one short name a line",
    "/platform": "Platform",
    "/assessment": "Types of assessment",
    "/supervision": "Supervision and identity check",
    "/quality_assurance": "Quality assurance",
    "/quality_assurance/kind": "Kind of quality assurance",
    "/quality_assurance/text": "Quality assurance in words",
    "/quality_assurance/reference": "Reference number",
    "/quality_assurance/valid_until": "Valid until",
    "/quality_assurance_evidence": "Evidence of quality assurance",
    "/quality_assurance_evidence/*": "Evidence",
    "/quality_assurance_evidence/*/type": "Kind of evidence",
    "/quality_assurance_evidence/*/body": "Body",
    "/quality_assurance_evidence/*/reference": "Reference number",
    "/quality_assurance_evidence/*/from": "From",
    "/quality_assurance_evidence/*/until": "Until",
    "/stackability": "Stackability",
    "/stackability/integration": "How it combines with other learning",
    "/stackability/towards": "Counts towards, one a line",
    "/stackability/requires": "Required before, one a line",
    "/links": "Links to other activities",
    "/links/*": "Link",
    "/links/*/type": "How they are linked",
    "/links/*/activity": "The other activity: its identifier or address",
    "/validity": "Validity of the award",
    "/validity/kind": "How long the award is valid",
    "/validity/months": "Months until it expires",
    "/roles": "Other bodies",
    "/roles/developer": "Developed by",
    "/roles/certifier": "Certified by",
    "/roles/rating_body": "Credit rated by",
    "/roles/designed_with": "Designed with, one a line",
    "/dates": "Dates",
    "/dates/registration_end": "Registration ends on",
    "/dates/last_enrolment": "Last day of enrolment",
    "/dates/last_achievement": "Last day of achievement",
    "/dates/review": "Next review on",
    "/extra": "National fields",
}

VOCABULARIES: Mapping[str, str] = {
    "/source_language": "language",
    "/learning_outcomes/*/dimension": "dimension",
    "/learning_outcomes/*/assessed_by": "assessment-type",
    "/sectors": "sector",
    "/transitions": "transition",
    "/languages_of_instruction": "language",
    "/participation": "participation",
    "/assessment": "assessment-type",
    "/supervision": "supervision",
    "/quality_assurance/kind": "quality-assurance",
    "/quality_assurance_evidence/*/type": "quality-assurance",
    "/stackability/integration": "integration",
    "/links/*/type": "link-type",
    "/validity/kind": "validity",
    "/extra/instruction_language": "language",
}
# Lists that the schema leaves open (a pattern), but of which a person chooses.
CHOSEN = frozenset({"/source_language", "/extra/instruction_language"})
# Chosen in an order of one's own, from a list too long for boxes to tick.
LANGUAGES = frozenset({"/languages_of_instruction"})
# New rows get this and the next free number as their code.
NUMBERED: Mapping[str, str] = {"/learning_outcomes/*/code": "LO"}
YES_NO: Mapping[bool, Mapping[str, str]] = {
    True: {"en": "Yes", "fr": "Oui"},
    False: {"en": "No", "fr": "Non"},
}
UNITS: Mapping[str, str] = {
    "none": "hours",
    "ects": "ECTS",
    "eap": "EAP",
    "ekap": "EKAP",
    "ec": "EC",
    "csvet": "CSVET",
    "hroo": "HROO",
    "fet": "FET credits",
    "mqf_credit": "MQF credits",
    "nzcredit": "NZQCF credits",
    "scqf": "SCQF points",
    "zacredit": "NQF credits",
}
LONG_TEXT = 500
"""A text that may have this many characters gets room for several lines."""
