"""What a level means, in plain words.

The European Qualifications Framework describes each of its levels by knowledge, skills, and
responsibility and autonomy (Council Recommendation 2017/C 189/03, Annex II). These are those
descriptors in our own words, for somebody who has never heard of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EQF: Mapping[int, Promise] = {
    1: _(
        "You know the basics of everyday life and work, and do simple tasks while somebody "
        "guides you directly."
    ),
    2: _(
        "You know the basic facts of a field, do routine tasks with simple tools, and work under "
        "supervision with some independence."
    ),
    3: _(
        "You know facts, principles and processes of a field, choose between basic methods, and "
        "take responsibility for getting your own tasks done."
    ),
    4: _(
        "You know a field broadly, in practice and in theory, solve its specific problems, manage "
        "your own work where it can be foreseen, and oversee the routine work of others."
    ),
    5: _(
        "You know a specialised field thoroughly and know where that knowledge ends, find creative "
        "solutions to abstract problems, and manage work in which not everything can be foreseen."
    ),
    6: _(
        "You know a field at an advanced level and question its theories, solve complex problems "
        "that nobody could foresee, and take decisions in work or study: the level of a "
        "bachelor’s degree."
    ),
    7: _(
        "You know a field in a highly specialised way, partly at its leading edge, develop new "
        "knowledge and methods, and lead work that needs new approaches: the level of a master’s "
        "degree."
    ),
    8: _(
        "You know the most advanced frontier of a field, extend it by research or innovation, and "
        "carry the authority and the responsibility for new ideas: the level of a doctorate."
    ),
}
