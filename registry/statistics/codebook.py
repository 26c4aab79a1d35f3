"""The code book: what is counted, by what, and in which tables. A change is a new version.

The tables are fixed: what a release says is always the same set, and never made to order. A year of
awards that was published keeps the version it was counted under (``ClosedYear``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

VERSION = "1.0"
THRESHOLD = 5
CLOSING_MONTH = 2
"""A year of awards is closed on the first of February that follows it."""


@dataclass(frozen=True)
class Dimension:
    """Something to count by. Of ``multiple`` ones an activity may have several categories."""

    code: str
    label: object
    definition: object
    multiple: bool = False


DIMENSIONS: Mapping[str, Dimension] = {
    row.code: row
    for row in (
        Dimension(
            "country",
            _("Country"),
            _("Country of the institution that registered the activity (ISO 3166-1, or a part)."),
        ),
        Dimension("framework", _("Framework"), _("The national framework it is registered under.")),
        Dimension(
            "level",
            _("National level"),
            _("The level stated, with its framework: levels of two frameworks aren’t the same."),
        ),
        Dimension(
            "eqf",
            _("EQF level"),
            _("The EQF level stated, or the only one the national level stands for."),
        ),
        Dimension(
            "field", _("Field"), _("Broad field of ISCED-F 2013: the first two of four digits.")
        ),
        Dimension(
            "provider_type",
            _("Provider type"),
            _("The type of institution, as it is registered here."),
        ),
        Dimension(
            "sector",
            _("Sector"),
            _("Sectors the activity names. It counts in each, so rows don’t add up."),
            multiple=True,
        ),
        Dimension(
            "transition",
            _("Transition"),
            _("Transitions the activity serves. It counts in each, so rows don’t add up."),
            multiple=True,
        ),
        Dimension(
            "setting",
            _("Formal or non-formal"),
            _(
                "What the framework says of the route, where that was read in a source; otherwise "
                "formal if a national level is stated and the institution belongs to the education "
                "system (higher education, VET college, school), else non-formal."
            ),
        ),
        Dimension(
            "year",
            _("Year"),
            _("Of activities the year of first registration; of awards the year of issue."),
        ),
    )
}
BY = tuple(code for code in DIMENSIONS if code not in ("setting", "year"))

# Every table stands by setting and year, too.
TABLES: Mapping[str, tuple[str, ...]] = {
    "total": (),
    **{code: (code,) for code in BY},
    **{
        f"country_{code}": ("country", code)
        for code in ("eqf", "field", "provider_type", "sector", "transition")
    },
}


@dataclass(frozen=True)
class Measure:
    """A number of a cell. ``of`` says what it counts; ``unit`` what it counts in."""

    code: str
    label: object
    definition: object
    of: str
    unit: str


MEASURES: Mapping[str, Measure] = {
    row.code: row
    for row in (
        Measure(
            "activities",
            _("Activities"),
            _("Activities registered and not suspended at the end of the day of the release."),
            "activities",
            "activities",
        ),
        Measure(
            "activities_hours",
            _("Hours on offer"),
            _("Sum of the notional hours of those activities that state hours."),
            "activities",
            "hours",
        ),
        Measure(
            "activities_with_hours",
            _("Activities that state hours"),
            _("What the hours on offer rest on."),
            "activities",
            "activities",
        ),
        Measure(
            "activities_credits",
            _("Credits on offer"),
            _("Sum of credits, apart for each credit system: never converted, never added up."),
            "activities",
            "credits",
        ),
        Measure(
            "activities_with_credits",
            _("Activities that state credits"),
            _("What the credits on offer rest on, for each credit system."),
            "activities",
            "activities",
        ),
        Measure(
            "awards",
            _("Awards"),
            _(
                "Credentials issued in the year, whatever became of them later. Awards in groups "
                "under five are left out of every figure."
            ),
            "awards",
            "awards",
        ),
        Measure(
            "awards_hours",
            _("Hours awarded"),
            _("Sum of the notional hours of what was awarded, where stated."),
            "awards",
            "hours",
        ),
        Measure(
            "awards_with_hours",
            _("Awards that state hours"),
            _("What the hours awarded rest on."),
            "awards",
            "awards",
        ),
        Measure(
            "awards_credits",
            _("Credits awarded"),
            _("Sum of credits, apart for each credit system."),
            "awards",
            "credits",
        ),
        Measure(
            "awards_with_credits",
            _("Awards that state credits"),
            _("What the credits awarded rest on, for each credit system."),
            "awards",
            "awards",
        ),
    )
}
NOT_COLLECTED: Mapping[str, object] = {
    "enrolled": _("Learners enrolled: institutions don’t report them here."),
    "assessed": _("Learners assessed: institutions don’t report them here."),
    "people": _(
        "Different people: an award needs no e-mail address, so people can’t be told apart."
    ),
}
