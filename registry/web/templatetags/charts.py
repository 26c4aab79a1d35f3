"""Charts in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from registry.statistics.figures import Value
from registry.web import charts

register = template.Library()


@register.simple_tag
def bar_chart(chart: charts.Chart) -> SafeString:
    """A bar chart as inline SVG."""
    return charts.bar_chart(chart)


@register.inclusion_tag("web/_figure_value.html")
def figure_value(value: Value) -> dict[str, Value]:
    """A number of a figure; one that isn't shown says so."""
    return {"value": value}


@register.filter
def grouped(amount: float) -> str:
    """A number with its thousands apart."""
    return charts.grouped(amount)
