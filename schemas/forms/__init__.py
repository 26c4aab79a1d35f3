"""The form of an activity, as data: from a route and its JSON Schema, without any page.

``form_for`` describes it; ``flatten`` and ``apply`` lead from a payload to texts and back without
loss; pages, spreadsheets and differences all stand on these three.
"""

from schemas.forms.build import form_for, language_choices
from schemas.forms.helps import size_words
from schemas.forms.model import Choice, Field, Form, Help, Section
from schemas.forms.values import apply, blank, flatten, languages, unshown

__all__ = [
    "Choice",
    "Field",
    "Form",
    "Help",
    "Section",
    "apply",
    "blank",
    "flatten",
    "form_for",
    "language_choices",
    "languages",
    "size_words",
    "unshown",
]
