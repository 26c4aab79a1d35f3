"""Statistics: releases, their tables, the code book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import PublicView
from registry.api.shapes import AnyObject, Shape
from registry.statistics import selectors
from registry.statistics.formats import codebook_json, csv_lines, json_stat, table_codes

if TYPE_CHECKING:
    from registry.statistics.models import Release

MAX_RELEASES = 1_000
ASKED = [
    OpenApiParameter("release", str, description="its day; without one the newest"),
    OpenApiParameter("table", str, description="a table of the code book"),
]
# A release never changes; which one is the newest does.
_FRESH = {"Cache-Control": "public, max-age=300"}


class ReleaseShape(Shape):
    """A release, without its tables."""

    release = serializers.DateField()
    codebook = serializers.CharField()
    made_at = serializers.DateTimeField()
    years_of_awards = serializers.ListField(child=serializers.IntegerField())
    totals = serializers.DictField(child=serializers.IntegerField())
    csv = serializers.URLField()
    tables = serializers.DictField(child=serializers.URLField())


class ReleasesShape(Shape):
    """All releases, newest first."""

    results = ReleaseShape(many=True)


class DatasetShape(Shape):
    """A table as a dataset of JSON-stat 2.0; ``status`` says c where a value is hidden."""

    version = serializers.CharField()
    class_ = serializers.ChoiceField(choices=["dataset"])
    label_ = serializers.CharField()
    updated = serializers.DateTimeField()
    id = serializers.ListField(child=serializers.CharField())
    size = serializers.ListField(child=serializers.IntegerField())
    dimension = AnyObject()
    value = serializers.DictField(child=serializers.FloatField())
    status = serializers.DictField(child=serializers.CharField())
    extension = AnyObject()


ANSWER = PolymorphicProxySerializer(
    component_name="ReleasesOrDataset",
    serializers=[ReleasesShape, DatasetShape],
    resource_type_field_name=None,
)


class DimensionShape(Shape):
    """By what is counted."""

    code = serializers.CharField()
    label_ = serializers.CharField()
    definition = serializers.CharField()
    multiple = serializers.BooleanField()


class MeasureShape(Shape):
    """What is counted."""

    code = serializers.CharField()
    label_ = serializers.CharField()
    definition = serializers.CharField()
    counts = serializers.CharField()
    unit = serializers.CharField()


class ElementShape(Shape):
    """An element of Annex I whose completeness is counted."""

    code = serializers.CharField()
    label_ = serializers.CharField()
    definition = serializers.CharField()
    mandatory = serializers.BooleanField()
    on = serializers.CharField()


class ProtectionShape(Shape):
    """How few people are not counted in the open."""

    threshold = serializers.IntegerField()
    of = serializers.CharField()
    status_of_a_hidden_value = serializers.CharField()
    a_year_closes = serializers.CharField()
    formal_institutions = serializers.ListField(child=serializers.CharField())


class CodebookShape(Shape):
    """Everything that a reader of a release needs to know."""

    version = serializers.CharField()
    dimensions = DimensionShape(many=True)
    measures = MeasureShape(many=True)
    elements = ElementShape(many=True)
    tables = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    not_collected = serializers.DictField(child=serializers.CharField())
    protection = ProtectionShape()


def release_json(row: Release) -> dict[str, Any]:
    """A release, without its tables."""
    address = f"{settings.PUBLIC_URL}/api/v1/statistics"
    return {
        "release": row.day,
        "codebook": row.codebook,
        "made_at": row.made_at,
        "years_of_awards": row.years,
        "totals": row.totals,
        "csv": f"{address}.csv?release={row.day}",
        "tables": {code: f"{address}?release={row.day}&table={code}" for code in table_codes()},
    }


class Statistics(PublicView):
    """Releases and their tables."""

    @extend_schema(responses=ANSWER, parameters=ASKED)
    def get(self, request: Request) -> Response:
        """Without a table all releases, newest first; with one that table as JSON-stat 2.0."""
        asked = request.query_params
        code = asked.get("table", "")
        if not code:
            rows = selectors.list_releases()[:MAX_RELEASES]
            return Response({"results": [release_json(row) for row in rows]}, headers=_FRESH)
        release = selectors.get_release(asked.get("release", ""))
        rows_of_table = selectors.table_rows(release, code)
        return Response(json_stat(release, code, rows_of_table), headers=_FRESH)


class StatisticsCsv(PublicView):
    """A table, or a whole release, as CSV."""

    @extend_schema(responses={(200, "text/csv"): str}, parameters=ASKED)
    def get(self, request: Request) -> StreamingHttpResponse:
        """One line for each value; the columns are those of the code book."""
        release = selectors.get_release(request.query_params.get("release", ""))
        code = request.query_params.get("table", "")
        if code:
            tables = iter([(code, selectors.table_rows(release, code))])
        else:
            tables = selectors.iterate_tables(release)
        name = f"statistics-{release.day}{f'-{code}' if code else ''}.csv"
        return StreamingHttpResponse(
            csv_lines(release, tables),
            content_type="text/csv; charset=utf-8",
            headers={**_FRESH, "Content-Disposition": f'attachment; filename="{name}"'},
        )


class Codebook(PublicView):
    """What is counted, by what, and what is left out."""

    @extend_schema(responses=CodebookShape)
    def get(self, request: Request) -> Response:
        """The code book."""
        return Response(codebook_json(), headers=_FRESH)
