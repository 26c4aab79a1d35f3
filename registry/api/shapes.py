"""How answers are described in the API's document."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

Shape = type[serializers.Serializer[Any]]


@cache
def many(shape: Shape) -> serializers.Serializer[Any]:
    """One cursor page of rows of this shape."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": shape(many=True),
    }
    name = shape.__name__.removesuffix("Shape")
    page: serializers.Serializer[Any] = inline_serializer(f"{name}Page", fields)
    return page
