"""Credentials inside other files: baked into a picture (Open Badges 3.0, section 5.3), attached
to a PDF. Each form is written and read back here; readers run in a process of their own.
"""

from credentials.exports.baked import bake_png, bake_svg
from credentials.exports.isolation import KINDS, extract, kind_of

__all__ = ["KINDS", "bake_png", "bake_svg", "extract", "kind_of"]
