"""What all views of the API stand on: the actor, the moment, strict request bodies."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.accounts.selectors import actor_for
from registry.api.pagination import CursorPages, KeysetPages
from registry.api.throttling import PerMinute
from registry.common.actors import Actor

Row = TypeVar("Row", bound=Any)
CURSOR = [
    OpenApiParameter("cursor", str, description="from `next` or `previous` of another page"),
    OpenApiParameter("page_size", int, description="1 to 100; 20 unless it is given"),
]
"""What every list takes."""


class Strict(serializers.Serializer[Any]):
    """A request's shape: a member that isn't named here is refused, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """As usual, after unknown members were refused."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({n: ["This isn't known here."] for n in unknown})
        return super().to_internal_value(data)


class PublicView(APIView):
    """Open to everybody."""

    permission_classes = [AllowAny]
    throttle_classes = [PerMinute]


class MemberView(APIView):
    """Open to programs with a token; what they may do, the services decide."""

    permission_classes = [IsAuthenticated]
    throttle_classes = [PerMinute]


def actor_of(request: Request) -> Actor:
    """Who asks."""
    return actor_for(request.user)  # type: ignore[arg-type]


def asking(request: Request) -> Actor | None:
    """Who asks a public question: the token's owner, or nobody in particular."""
    return actor_of(request) if request.user.is_authenticated else None


def read(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The request's body in that shape. Raises DRF's ``ValidationError``."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def page(view: APIView, rows: QuerySet[Row], show: Any, ordering: tuple[str, ...]) -> Response:
    """One cursor page of a list."""
    paginator = CursorPages()
    # The stubs know one name only; the class takes several.
    paginator.ordering = ordering  # type: ignore[assignment]
    found = paginator.paginate_queryset(rows, view.request, view) or []
    return paginator.get_paginated_response([show(row) for row in found])


def keyset_page(
    request: Request, rows: QuerySet[Row], show: Any, keys: tuple[str, ...]
) -> Response:
    """One page of a list whose first key is shared by many rows: ``keys`` rise and are unique."""
    found, after = KeysetPages(request, keys).of(rows)
    results = [show(row) for row in found]
    return Response({"next": after, "previous": None, "results": results})


def now() -> Any:
    """The one clock reading of a request."""
    return timezone.now()
