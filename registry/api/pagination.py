"""Cursor pages: stable while rows are added, bounded in size."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from registry.common.errors import BadInput

Row = TypeVar("Row", bound=Any)


class CursorPages(CursorPagination):
    """20 rows a page, at most 100 by ``page_size``; each list names its own unique ordering."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering = "-pk"


class KeysetPages:
    """Pages that begin after the last row of the page before, by all of its keys.

    For lists whose first key is shared by more rows than ``CursorPages`` can count through.
    """

    def __init__(self, request: Request, keys: tuple[str, ...]) -> None:
        self._request, self._keys = request, keys

    def of(self, rows: QuerySet[Row]) -> tuple[list[Row], str | None]:
        """The rows of this page, and the address of the next. Raises ``BadInput``."""
        size, cursor = self._size(), self._request.query_params.get("cursor")
        if cursor:
            rows = rows.filter(self._after(cursor))
        found = list(rows.order_by(*self._keys)[: size + 1])
        return found[:size], self._next(found[size - 1]) if len(found) > size else None

    def _size(self) -> int:
        text = self._request.query_params.get(CursorPages.page_size_query_param, "")
        size = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
        return min(size, CursorPages.max_page_size) or CursorPages.page_size

    @property
    def _salt(self) -> str:
        # A cursor belongs to its list: that of another, or one made up, isn't read.
        return f"{self._request.path}|{','.join(self._keys)}"

    def _after(self, cursor: str) -> Q:
        """The condition ``(a, b, c) > (x, y, z)``, written so that every database knows it."""
        try:
            values = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature as error:
            raise BadInput("This cursor isn't one of this list.") from error
        condition, same = Q(pk__in=[]), Q()
        for key, value in zip(self._keys, values, strict=True):
            condition |= same & Q(**{f"{key}__gt": value})
            same &= Q(**{key: value})
        return condition

    def _next(self, row: Row) -> str:
        values = [str(getattr(row, key)) for key in self._keys]
        query = self._request.query_params.copy()
        query["cursor"] = signing.dumps(values, salt=self._salt)
        return self._request.build_absolute_uri(f"{self._request.path}?{query.urlencode()}")
