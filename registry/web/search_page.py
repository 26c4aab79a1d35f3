"""What the search page shows, and the addresses it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.catalogue.documents import FACETS
from registry.catalogue.selectors import Result
from registry.catalogue.wishes import Wish, wish_of
from registry.common.texts import pick
from registry.issuers.selectors import names_of
from registry.web.labels import FACET_TITLES, value_label
from schemas import frameworks

PAGE = 20
MAX_PAGES = 500
"""Pages that have an address; who needs the rest filters, or takes the whole register."""
SHOWN = 8
MOST = 40
OPEN = frozenset({"country", "eqf", "field", "mode"})
_IN_ORDER = frozenset({"eqf", "hours", "credits", "stackable", "field", "level"})


@dataclass(frozen=True)
class Choice:
    """A value of a facet that can be ticked."""

    value: str
    label: str
    count: int
    chosen: bool
    depth: int = 0


@dataclass(frozen=True)
class Group:
    """A facet: the choices shown at once, and those behind "more"."""

    facet: str
    title: object
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...]
    is_open: bool


@dataclass(frozen=True)
class Link:
    """A link of the page; ``current`` where it leads to the page itself."""

    label: object
    href: str
    current: bool = False


def asked(query: QueryDict) -> tuple[Wish, int]:
    """The wish and the page (from 1) of an address."""
    page = query.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= 4 else 1
    return wish_of(dict(query.lists())), min(max(number, 1), MAX_PAGES)


def address(wish: Wish, page: int = 1) -> str:
    """The one query string of a wish, with its question mark; empty for no wish at all."""
    pairs = [*wish.pairs(), *([("page", str(page))] if page > 1 else [])]
    return f"?{urlencode(pairs)}" if pairs else ""


def is_canonical(request: HttpRequest, wish: Wish, page: int) -> bool:
    """Whether the request came by the wish's one address."""
    came = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    return came == parse_qsl(address(wish, page)[1:], keep_blank_values=True)


def facets_for(wish: Wish) -> tuple[str, ...]:
    """The facets to count: levels are of use within frameworks only."""
    levels = wish.filters.get("framework") or wish.filters.get("level")
    return tuple(facet for facet in FACETS if facet != "level" or levels)


def context(wish: Wish, found: Result) -> dict[str, Any]:
    """Everything the template needs."""
    page = found.position // PAGE + 1
    pages = min(-(-found.total // PAGE), MAX_PAGES)
    names = names_of(_institutions(wish, found))
    return {
        "wish": wish,
        "found": found,
        "groups": [_group(facet, wish, counts, names) for facet, counts in _counted(wish, found)],
        "chips": list(_chips(wish, names)),
        "sorts": list(_sorts(wish)),
        "pages": [Link(n, address(wish, n), n == page) for n in _near(page, pages)],
        "previous": address(wish, page - 1) or "?" if page > 1 else "",
        "next": address(wish, page + 1) if page < pages else "",
        "address": address(wish, page),
        "indexed": not wish.filters and page == 1,
        "unknown": [(FACET_TITLES[facet], value) for facet, value in found.unknown],
        "readings": [other for _word, other in found.read_as],
        "suggestion": Link(found.suggestion, address(wish.with_query(found.suggestion))),
        "each": [(Link(word, address(wish.with_query(word))), count) for word, count in found.each],
        "without_filters": address(Wish(wish.query, {}, wish.sort)) or "?",
    }  # fmt: skip


def _sorts(wish: Wish) -> Iterator[Link]:
    labels = {"relevance": _("Best match")} if wish.query else {}
    labels |= {"newest": _("Newest"), "title": _("Title"), "size": _("Shortest")}
    for sort, label in labels.items():
        yield Link(label, address(Wish(wish.query, wish.filters, sort)), wish.order == sort)


def _near(page: int, pages: int) -> list[int]:
    """The page, two on each side, the first and the last."""
    near = {1, pages, *range(page - 2, page + 3)}
    return sorted(number for number in near if 1 <= number <= pages)


def _institutions(wish: Wish, found: Result) -> list[str]:
    common = [slug for slug, _count in found.facets.get("provider", Counter()).most_common(MOST)]
    return [*common, *wish.filters.get("provider", ())]


def _label(facet: str, value: str, names: Mapping[str, Mapping[str, str]]) -> str:
    if facet == "provider":
        return pick(names.get(value, {}), get_language() or "en")[0] or value
    return value_label(facet, value)


def _chips(wish: Wish, names: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[object, Link]]:
    for facet in FACETS:
        for value in wish.filters.get(facet, ()):
            href = address(wish.without(facet, value)) or "?"
            yield FACET_TITLES[facet], Link(_label(facet, value, names), href)


def _counted(wish: Wish, found: Result) -> Iterator[tuple[str, Counter[str]]]:
    for facet, counts in found.facets.items():
        if counts or wish.filters.get(facet):
            yield facet, counts


def _group(
    facet: str, wish: Wish, counts: Counter[str], names: Mapping[str, Mapping[str, str]]
) -> Group:
    chosen = wish.filters.get(facet, ())
    choices = [
        Choice(
            value=value,
            label=_label(facet, value, names),
            count=counts[value],
            chosen=value in chosen,
            depth=len(value) - 2 if facet == "field" else 0,
        )
        for value in _values(facet, counts, chosen)
    ]
    if facet not in _IN_ORDER:
        choices.sort(key=lambda choice: (not choice.chosen, -choice.count, choice.label))
    cut = len(choices) if facet in _IN_ORDER else max(SHOWN, len(chosen))
    is_open = bool(chosen) or facet in OPEN
    return Group(facet, FACET_TITLES[facet], tuple(choices[:cut]), tuple(choices[cut:]), is_open)


def _values(facet: str, counts: Counter[str], chosen: Sequence[str]) -> list[str]:
    """The values to show: those chosen in any case, else the most frequent; bounded."""
    if facet == "field":
        return _fields(counts, chosen)
    frequent = sorted(counts, key=lambda value: (-counts[value], value))[:MOST]
    return sorted({*frequent, *chosen}, key=lambda value: _place(facet, value))


def _fields(counts: Counter[str], chosen: Sequence[str]) -> list[str]:
    """Broad fields, and below a chosen one its narrower ones."""
    opened = {value[:size] for value in chosen for size in (2, 3) if len(value) >= size}
    values = {value for value in counts if len(value) == 2 or value[:-1] in opened}
    return sorted({*values, *chosen})


def _place(facet: str, value: str) -> tuple[object, ...]:
    prefix, _dot, rest = value.partition(".")
    if facet == "level":
        try:
            return prefix, frameworks.framework(prefix).level(rest).order, rest
        except KeyError:
            return prefix, 0, rest
    size = (rest if facet == "credits" else value).partition("-")[0]
    return prefix if facet == "credits" else "", int(size) if size.isdecimal() else 99, value
