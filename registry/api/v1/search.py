"""The catalogue's search: the parameters of the page, as JSON, from a cursor."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from registry.api.base import now
from registry.api.shapes import Shape, Texts
from registry.catalogue.documents import FACETS
from registry.catalogue.selectors import Hit, Result, search
from registry.catalogue.wishes import SORTS, Wish, wish_of
from registry.common.errors import BadInput
from schemas.numbers import plain_or_none

PAGE, MOST = 20, 100
# "institution" was the name of the filter before there were facets.
_KNOWN = {*FACETS, "q", "sort", "cursor", "page_size", "facets", "institution"}
_SAID = {
    "country": "Country of the institution, ISO 3166, e.g. EE.",
    "framework": "Code of a framework, e.g. ee-estqf.",
    "level": "National level, as framework.level, e.g. ee-estqf.5.",
    "eqf": "EQF level, 1 to 8, or none.",
    "field": "Field of ISCED-F 2013: two, three or four digits.",
    "credits": "Credit system and range, e.g. ects.2-5 is from 2 to under 5; ects.30- has no end.",
    "hours": "Range of hours: 0-10, 10-25, 25-50, 50-100, 100-200, 200-400 or 400-.",
    "mode": "Form of participation, e.g. online.",
    "language": "Language of teaching, e.g. et.",
    "transition": "green or digital.",
    "stackable": "yes or no: whether it counts towards something larger.",
    "provider": "Slug of the institution.",
    "provider_type": "Kind of institution, e.g. vet_college.",
}


class FoundLevelShape(Shape):
    """The level of a found activity."""

    national = serializers.CharField(allow_null=True, allow_blank=True)
    eqf = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=8))


class FoundWorkloadShape(Shape):
    """The size of a found activity."""

    hours = serializers.FloatField(allow_null=True)
    credits = serializers.FloatField(allow_null=True)
    credit_system = serializers.CharField(allow_null=True, allow_blank=True)


class UnknownFilterShape(Shape):
    """A filter that no activity has."""

    facet = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class FoundActivityShape(Shape):
    """A found activity. The whole registered text stands at its own address."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    registered_at = serializers.DateTimeField()
    title = Texts()
    institution = serializers.CharField()
    institution_name = Texts()
    provider_type = serializers.CharField()
    country = serializers.CharField()
    framework = serializers.CharField()
    route = serializers.CharField()
    level = FoundLevelShape()
    isced_f = serializers.CharField()
    workload = FoundWorkloadShape()
    participation = serializers.CharField()
    languages_of_instruction = serializers.ListField(child=serializers.CharField())
    transitions = serializers.ListField(child=serializers.CharField())
    stackable = serializers.BooleanField()


class FoundShape(Shape):
    """A page of found activities."""

    total = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    results = FoundActivityShape(many=True)
    read_as = serializers.DictField(
        help_text="Words that were found only as others spelled nearly alike."
    )
    unknown = UnknownFilterShape(many=True, help_text="Filters that no activity has.")
    ignored = serializers.ListField(
        child=serializers.CharField(), help_text="Words beyond the limit of ten."
    )
    facets = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        required=False,
        help_text="With facets=1: facet → value → count, its own filter left out.",
    )


EXAMPLE = {
    "total": 1,
    "next": None,
    "results": [
        {
            "id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "url": "https://registry.example/activities/01890a5d-ac96-774b-bcce-b302099a8057",
            "version": 1,
            "state": "REGISTERED",
            "registered_at": "2025-04-02T09:00:00Z",
            "title": {
                "et": "Tootmisandmete analüüs Pythoniga",
                "en": "Production data analysis with Python",
            },
            "institution": "kalda",
            "institution_name": {"et": "Kalda Rakenduskolledž", "en": "Kalda Applied College"},
            "provider_type": "vet_college",
            "country": "EE",
            "framework": "ee-estqf",
            "route": "mikrokvalifikatsioon",
            "level": {"national": "5", "eqf": [5]},
            "isced_f": "0613",
            "workload": {"hours": 156, "credits": 6, "credit_system": "ekap"},
            "participation": "blended",
            "languages_of_instruction": ["et"],
            "transitions": ["digital"],
            "stackable": True,
        }
    ],
    "read_as": {},
    "unknown": [],
    "ignored": [],
    "facets": {"country": {"EE": 1, "FI": 4}, "eqf": {"5": 1}},
}
document = extend_schema(
    operation_id="search_activities",
    description="Every word must match, in any language and script; several values of one facet "
    "are alternatives, different facets are conditions.",
    parameters=[
        OpenApiParameter("q", str, description="Words, at most ten."),
        *(OpenApiParameter(name, str, many=True, description=_SAID[name]) for name in FACETS),
        OpenApiParameter(
            "sort", str, enum=SORTS, description="relevance with words, else newest by default."
        ),
        OpenApiParameter("facets", str, enum=["0", "1"], description="1 adds the counts."),
        OpenApiParameter("page_size", int, description="1 to 100; 20 by default."),
        OpenApiParameter("cursor", str, description="From the answer's next."),
    ],
    responses=FoundShape,
    examples=[OpenApiExample("q=data&country=EE&facets=1", value=EXAMPLE, response_only=True)],
)


def found(request: Request) -> dict[str, Any]:
    """The answer to a search. Raises ``BadInput`` for a parameter that can't be used."""
    query: Mapping[str, list[str]] = dict(request.query_params.lists())
    if unknown := sorted(set(query) - _KNOWN):
        name = unknown[0][:40]
        raise BadInput(f"There is no parameter {name}.", params={"name": name})
    aliased = {**query, "provider": query.get("provider", []) + query.get("institution", [])}
    wish, size = wish_of(aliased), _size(_last(query, "page_size"))
    if (sort := _last(query, "sort")) and sort not in SORTS:
        raise BadInput(f"sort is one of {', '.join(SORTS)}.", params={"name": "sort"})
    after, position = _read_cursor(_last(query, "cursor"))
    with_facets = _last(query, "facets") == "1"
    result = search(
        wish, at=now(), start=position, size=size, after=after, facets=FACETS if with_facets else ()
    )
    answer = {
        "total": result.total,
        "next": _next(wish, result, size, with_facets=with_facets),
        "results": [hit_json(hit) for hit in result.hits],
        "read_as": dict(result.read_as),
        "unknown": [{"facet": facet, "value": value} for facet, value in result.unknown],
        "ignored": list(result.ignored),
    }
    return answer | ({"facets": result.facets} if with_facets else {})


def hit_json(hit: Hit) -> dict[str, Any]:
    """A found activity."""
    return {
        "id": str(hit.activity_id),
        "url": f"{settings.PUBLIC_URL}/activities/{hit.activity_id}",
        "version": hit.number,
        "state": "REGISTERED",
        "registered_at": hit.registered_at,
        "title": hit.titles,
        "institution": hit.provider,
        "institution_name": hit.provider_names,
        "provider_type": hit.provider_type,
        "country": hit.country,
        "framework": hit.framework,
        "route": hit.route,
        "level": {"national": hit.national_level, "eqf": list(hit.eqf)},
        "isced_f": hit.field,
        "workload": {
            "hours": plain_or_none(hit.hours),
            "credits": plain_or_none(hit.credits),
            "credit_system": hit.credit_system,
        },
        "participation": hit.mode,
        "languages_of_instruction": list(hit.languages),
        "transitions": list(hit.transitions),
        "stackable": hit.stackable,
    }


def _last(query: Mapping[str, list[str]], name: str) -> str:
    return query.get(name, [""])[-1]


def _size(text: str) -> int:
    if not text:
        return PAGE
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= MOST):
        raise BadInput(f"page_size is 1 to {MOST}.", params={"name": "page_size"})
    return int(text)


def _next(wish: Wish, result: Result, size: int, *, with_facets: bool) -> str | None:
    behind = result.position + len(result.hits)
    if not result.hits or behind >= result.total:
        return None
    place = json.dumps([str(result.hits[-1].activity_id), behind], separators=(",", ":"))
    pairs = [*wish.pairs(), *([("facets", "1")] if with_facets else []), ("page_size", str(size))]
    pairs.append(("cursor", base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")))
    return f"{settings.PUBLIC_URL}/api/v1/activities?{urlencode(pairs)}"


def _read_cursor(text: str) -> tuple[uuid.UUID | None, int]:
    if not text:
        return None, 0
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        last, position = json.loads(raw)
        place = uuid.UUID(last), int(position)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise _not_ours() from error
    if not 0 <= place[1] < 2**31:
        raise _not_ours()
    return place


def _not_ours() -> BadInput:
    return BadInput("This isn't a cursor that was given out.", params={"name": "cursor"})
