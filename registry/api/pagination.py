"""Cursor pages: stable while rows are added, bounded in size."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """20 rows a page, at most 100 by ``page_size``; each list names its own unique ordering."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering = "-pk"
