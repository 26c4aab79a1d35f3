"""Fields of Django's forms in the house's look."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def drawn(field: BoundField) -> SafeString:
    """The control of a field; its label says what it is, so it carries no placeholder."""
    widget = field.field.widget
    widget.attrs.pop("placeholder", None)
    kind = "form-check-input" if isinstance(widget, forms.CheckboxInput) else "form-control"
    return field.as_widget(attrs={"class": kind})


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether it is a box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)
