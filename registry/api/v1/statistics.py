"""Statistics: releases, their tables, the code book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import ANY, PublicView
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

    @extend_schema(responses=ANY, parameters=ASKED)
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

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        """The code book."""
        return Response(codebook_json(), headers=_FRESH)
