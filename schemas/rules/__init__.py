"""The rules a schema can't hold, and the one validation everybody calls.

Form, API, import and seed go through ``check_activity``: the route's JSON Schema first, then every
rule of ``RULES``; errors and warnings come together. A fact that nobody has read in a source is
shown and may warn; it refuses nothing (docs/decisions/0002-unverified-facts.md).
"""

from schemas.rules.case import Body
from schemas.rules.check import RULES, Draft, check_activity, preview
from schemas.rules.lifetime import Life, life

__all__ = ["RULES", "Body", "Draft", "Life", "check_activity", "life", "preview"]
