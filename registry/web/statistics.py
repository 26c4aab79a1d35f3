"""The pages of the statistics: figures of a release, completeness, the code book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from registry.statistics import codebook, completeness, figures, selectors
from registry.statistics.formats import table_codes
from registry.statistics.labels import credit_system, label
from registry.web.charts import Bar, Chart, grouped, widest
from registry.web.errors import told

if TYPE_CHECKING:
    from registry.statistics.models import Release

MAX_BARS = 25
MAX_RELEASES = 100
AMOUNTS = ("activities", "activities_hours", "awards", "awards_hours")
CREDITS = ("activities_credits", "awards_credits")


@dataclass(frozen=True)
class Question:
    """What the reader chose; what isn't there falls back to the first choice."""

    by: str
    country: str
    measure: str
    system: str
    year: int | None

    @property
    def table(self) -> str:
        """The table that answers."""
        return f"country_{self.by}" if self.country else self.by


@require_safe
@cache_control(public=True, max_age=300)
@told
def statistics_page(request: HttpRequest) -> HttpResponse:
    """Figures of a release: a measure by one dimension, of all countries or of one."""
    release = _release(request)
    if release is None:
        return render(request, "web/statistics.html", {"release": None})
    countries = selectors.table_rows(release, "country")
    question = _question(request, countries)
    context = {
        "release": release,
        "question": question,
        "threshold": codebook.THRESHOLD,
        "releases": selectors.list_releases()[:MAX_RELEASES],
        "country_left_out": question.by != "country"
        and request.GET.get("country", "") not in ("", question.country),
        **_choices(countries, question),
        **_figures(release, countries, question),
    }
    return render(request, "web/statistics.html", context)


def _figures(release: Release, countries: list[Any], question: Question) -> dict[str, Any]:
    """The measure by the dimension chosen, and over the years."""
    choice = figures.Choice(question.measure, question.system, question.year)
    within = [question.country] if question.country else []
    rows = selectors.table_rows(release, question.table)
    lines = figures.by_category(rows, choice, place=len(within), within=within)
    wider = countries if within else selectors.table_rows(release, "total")
    always = figures.Choice(question.measure, question.system)
    years = figures.by_year(wider, always, within=within)
    return {
        "figure": _figure("by", question.by, lines, choice),
        "over_time": _figure("years", "year", years, always),
        "multiple": codebook.DIMENSIONS[question.by].multiple,
        "is_awards": choice.kind == "awards",
        "rests_on": choice.measure not in ("activities", "awards"),
    }


def _release(request: HttpRequest) -> Release | None:
    asked = request.GET.get("release", "")
    return selectors.get_release(asked) if asked else selectors.latest_release()


def _question(request: HttpRequest, countries: list[Any]) -> Question:
    asked = request.GET
    by = asked.get("by", "")
    by = by if by in codebook.BY else "country"
    country = asked.get("country", "")
    known = {keys[0] for keys, *_rest in countries}
    crossed = f"country_{by}" in codebook.TABLES
    measure, _sep, system = asked.get("measure", "").partition(":")
    if measure not in codebook.MEASURES or "_with_" in measure:
        measure, system = "activities", ""
    year = asked.get("year", "")
    return Question(
        by=by,
        country=country if crossed and country in known else "",
        measure=measure,
        system=system[:20] if measure in CREDITS else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


def _choices(countries: list[Any], question: Question) -> dict[str, Any]:
    systems = figures.systems_of(countries)
    measures = [(code, str(codebook.MEASURES[code].label)) for code in AMOUNTS]
    for code in CREDITS:
        words = codebook.MEASURES[code].label
        for system in systems[codebook.MEASURES[code].of]:
            measures.append((f"{code}:{system}", f"{words}: {credit_system(system)}"))
    chosen = f"{question.measure}:{question.system}" if question.system else question.measure
    codes = sorted({keys[0] for keys, *_rest in countries})
    return {
        "dimensions": [(code, codebook.DIMENSIONS[code].label) for code in codebook.BY],
        "countries": [(code, label("country", code)) for code in codes],
        "measures": measures,
        "chosen_measure": chosen,
        "years": sorted({year for _keys, _setting, year, *_rest in countries}, reverse=True),
    }


def _figure(
    key: str, dimension: str, lines: list[figures.Line], choice: figures.Choice
) -> dict[str, Any]:
    """A figure for the template: the lines in words, their sum, and the chart."""
    named = [(label(dimension, line.category), line) for line in lines]
    total = figures.Line("", figures.Value(), figures.Value())
    for line in lines:
        total.formal.add(line.formal)
        total.non_formal.add(line.non_formal)
    return {
        "dimension": codebook.DIMENSIONS[dimension].label,
        "lines": named,
        "total": total,
        "hidden": total.total.hidden,
        "chart": _chart(key, dimension, named, choice),
        "cut": len(named) > MAX_BARS,
    }


def _chart(
    key: str, dimension: str, named: list[tuple[str, figures.Line]], choice: figures.Choice
) -> Chart:
    bars = tuple(
        Bar(
            label=name,
            text=_text(line.total),
            parts=(line.formal.amount, line.non_formal.amount),
            hidden=line.total.hidden,
        )
        for name, line in named[:MAX_BARS]
    )
    measure = str(codebook.MEASURES[choice.measure].label)
    if choice.system:
        measure = f"{measure} ({credit_system(choice.system)})"
    words = {"measure": measure, "dimension": codebook.DIMENSIONS[dimension].label}
    return Chart(
        key=f"chart-{key}",
        title=_("%(measure)s by %(dimension)s") % words,
        description=_("Bars, formal and non-formal apart; the table that follows has the numbers."),
        series=(label("setting", "formal"), label("setting", "non_formal")),
        bars=bars,
        full=widest(bars),
    )


def _text(value: figures.Value) -> str:
    if not value.shown and value.hidden:
        return _("not shown")
    return grouped(value.amount)


@require_safe
@cache_control(public=True, max_age=300)
@told
def completeness_page(request: HttpRequest) -> HttpResponse:
    """Which elements of Annex I are stated: of all, and by framework or provider type."""
    release = _release(request)
    if release is None:
        return render(request, "web/completeness.html", {"release": None})
    by = request.GET.get("by", "")
    by = by if by in ("framework", "provider_type") else "framework"
    table = {
        (key, element): (applies, stated)
        for key, element, applies, stated in selectors.table_rows(release, f"completeness_{by}")
    }
    whole = {
        element: (applies, stated)
        for _key, element, applies, stated in selectors.table_rows(release, "completeness_total")
    }
    groups = sorted({key for key, _element in table})
    context = {
        "release": release,
        "by": by,
        "dimension": codebook.DIMENSIONS[by].label,
        "parts": [
            (_("Mandatory elements"), _elements(completeness.MANDATORY, whole), "mandatory"),
            (_("Optional elements"), _elements(completeness.OPTIONAL, whole), "optional"),
        ],
        "columns": list(enumerate(completeness.ELEMENTS.values(), 1)),
        "groups": [
            (label(by, key), [_share(table.get((key, code))) for code in completeness.ELEMENTS])
            for key in groups
        ],
    }
    return render(request, "web/completeness.html", context)


def _elements(
    elements: tuple[completeness.Element, ...], whole: dict[str, tuple[int, int]]
) -> dict[str, Any]:
    rows = [
        (element, whole.get(element.code), _share(whole.get(element.code))) for element in elements
    ]
    bars = tuple(
        Bar(str(element.label), "–" if share is None else f"{share}\u202f%", (share or 0,))
        for element, _numbers, share in rows
    )
    chart = Chart(
        key=f"chart-{elements[0].code}",
        title=_("Share of records that state each element"),
        description=_("Bars in percent; the table that follows has the numbers."),
        series=(),
        bars=bars,
        full=100,
    )
    return {"rows": rows, "chart": chart}


def _share(numbers: tuple[int, int] | None) -> int | None:
    """Whole percent, rounded down: 100 means all. ``None`` where it applies to nothing."""
    return numbers[1] * 100 // numbers[0] if numbers and numbers[0] else None


@require_safe
@cache_control(public=True, max_age=300)
def codebook_page(request: HttpRequest) -> HttpResponse:
    """What is counted, by what, and what is left out."""
    context = {
        "version": codebook.VERSION,
        "threshold": codebook.THRESHOLD,
        "dimensions": codebook.DIMENSIONS.values(),
        "measures": codebook.MEASURES.values(),
        "mandatory": completeness.MANDATORY,
        "optional": completeness.OPTIONAL,
        "not_collected": codebook.NOT_COLLECTED.values(),
        "tables": table_codes().items(),
    }
    return render(request, "web/codebook.html", context)
