"""Bar charts as inline SVG: no script, no inline style, words for those who don't see it.

Widths are percentages of the page's, so the letters keep their size on a phone. Colours come from
``web/statistics.css`` by class: light, dark and print are the stylesheet's business. A chart never
stands alone: the same numbers are in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ROW = 46
_LABEL = 34
_HIDDEN_WIDTH = 6


@dataclass(frozen=True)
class Bar:
    """A row: its label, the text beside it, its parts in the order of the series."""

    label: str
    text: str
    parts: tuple[float, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart. ``key`` is unique on the page; ``full`` is what the whole width stands for."""

    key: str
    title: str
    description: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    full: float

    @property
    def height(self) -> int:
        """In pixels."""
        return max(1, len(self.bars)) * ROW


def widest(bars: Sequence[Bar]) -> float:
    """What the longest bar adds up to; 1 where all are empty."""
    return max([sum(bar.parts) for bar in bars], default=0) or 1


def grouped(amount: float) -> str:
    """A number with its thousands apart by a narrow space, two decimals at most."""
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u202f")


def bar_chart(chart: Chart) -> SafeString:
    """The chart as an SVG element."""
    return format_html(
        '<svg class="chart" role="img" width="100%" height="{height}" '
        'aria-labelledby="{key}-title {key}-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>'
        '<defs><pattern id="{key}-hatch" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="series-2" width="8" height="8"/>'
        '<rect class="hatch" width="3" height="8"/></pattern></defs>{bars}</svg>',
        height=chart.height,
        key=chart.key,
        title=chart.title,
        description=chart.description,
        bars=format_html_join("", "{}", ((_bar(chart, n),) for n in range(len(chart.bars)))),
    )


def _bar(chart: Chart, number: int) -> SafeString:
    bar, top = chart.bars[number], number * ROW
    label = bar.label if len(bar.label) <= _LABEL else f"{bar.label[: _LABEL - 1].rstrip()}…"
    return format_html(
        '<text x="0" y="{y}">{label}</text>'
        '<text class="chart-value" x="100%" y="{y}" text-anchor="end">{text}</text>'
        '<rect class="chart-ground" x="0" y="{bar_y}" width="100%" height="16" rx="3"/>{parts}',
        y=top + 15,
        label=label,
        text=bar.text,
        bar_y=top + 21,
        parts=_parts(chart, bar, top + 21),
    )


def _parts(chart: Chart, bar: Bar, y: int) -> SafeString:
    pieces, left = [], 0.0
    for place, part in enumerate(bar.parts):
        width = 100 * part / chart.full
        if width:
            # A second series is told by its hatching, not by its colour alone.
            fill = format_html(' fill="url(#{}-hatch)"', chart.key) if place else ""
            name = "hatched" if place else "series-1"
            pieces.append((name, f"{left:.3f}", y, f"{width:.3f}", fill))
        left += width
    shown = format_html_join(
        "", '<rect class="{}" x="{}%" y="{}" width="{}%" height="16"{}/>', pieces
    )
    if not bar.hidden:
        return shown
    place_of = f"{min(left, 100 - _HIDDEN_WIDTH):.3f}"
    dashed = '<rect class="chart-hidden" x="{}%" y="{}" width="{}%" height="15"/>'
    return shown + format_html(dashed, place_of, y + 0.5, _HIDDEN_WIDTH)
