"""The OpenAPI document: names, sign-in, strict requests and problems, for every operation alike.

OpenAPI 3.1.1; problem details by RFC 9457. A view says what it takes and gives; what all views
share is said here, once.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction

PROBLEM = "application/problem+json"
_WRITES = frozenset({"post", "put", "patch", "delete"})
# What can go wrong wherever: the request, the token, the right, the address, the rate.
_ALWAYS = {
    "400": "The request can't be understood, or isn't complete or right.",
    "404": "There is no such thing, or not for this client.",
    "405": "Not by this method.",
    "406": "Not in a form that is asked for.",
    "429": "Too many requests; Retry-After says when to go on.",
    "500": "A fault here; `incident` names it in our log.",
}
_SIGNED_IN = {
    "401": "The token is missing, not known, or has ended.",
    "403": "The client's roles don't include this.",
}
_WRITING = {
    "409": "Not in a state for this, or somebody was faster.",
    "415": "The body is of a kind that isn't read here.",
    "503": "Not now; nothing is lost, Retry-After says when to try again.",
}


class Schema(AutoSchema):
    """Names each operation by its method and its view: ``getActivities``, ``postAwards``."""

    def get_operation_id(self) -> str:
        """Unique, because no two views of one API share a name."""
        return f"{self.method.lower()}{type(self.view).__name__}"

    def get_tags(self) -> list[str]:
        """The resource: what follows the version in the address."""
        parts: list[str] = [part for part in self.path.split("/") if part]
        return [parts[2] if parts[0] == "api" else "W3C VC API"]


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """``Authorization: Bearer <token>``."""

    target_class = "registry.api.authentication.BearerTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """RFC 6750."""
        return {"type": "http", "scheme": "bearer"}


class Shapes(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Answers go by the names of what they are."""

    target_class = "registry.api.shapes.Shape"
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Direction) -> str:
        """``ActivityShape`` is ``Activity`` in the document."""
        name: str = type(self.target).__name__.removesuffix("Shape")
        return name

    def map_serializer(self, auto_schema: Any, direction: Direction) -> dict[str, Any]:
        """As usual."""
        return _as_usual(self, auto_schema, direction)


class StrictRequests(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """A request's members are those that are named, and no others."""

    target_class = "registry.api.base.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Direction) -> dict[str, Any]:
        """As usual, and closed."""
        return {**_as_usual(self, auto_schema, direction), "additionalProperties": False}


def _as_usual(extension: Any, auto_schema: Any, direction: Direction) -> dict[str, Any]:
    # The way that the library's own documentation shows.
    found: dict[str, Any] = auto_schema._map_serializer(  # noqa: SLF001
        extension.target, direction, bypass_extensions=True
    )
    return found


_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_PLACE = {
    "type": "object",
    "required": ["pointer", "message"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer (RFC 6901)"},
        "message": {"type": "string"},
        "code": {"type": "string"},
        "severity": {"type": "string", "enum": ["error", "warning"]},
        "source": {"type": "string"},
        "params": _TEXTS,
    },
}
_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457); the codes are listed in docs/codes.md.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:registry:problem:[a-z_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "params": _TEXTS,
        "violations": {"type": "array", "items": _PLACE},
        "incident": {"type": "string"},
    },
    "examples": [
        {
            "type": "urn:registry:problem:not_found",
            "title": "not found",
            "status": 404,
            "detail": "There is no such activity.",
        }
    ],
}


def _only_example(content: dict[str, Any]) -> None:
    """One example needs no list: the page of the API would offer a choice that nobody can name."""
    if len(content.get("examples", {})) == 1:
        (only,) = content.pop("examples").values()
        content["example"] = only["value"]


def add_problems(result: dict[str, Any], generator: Any, **_more: Any) -> dict[str, Any]:
    """Postprocessing hook: every operation can be refused, and says so in one form."""
    result["components"]["schemas"]["Problem"] = _PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            refusals = dict(_ALWAYS)
            if operation.get("security", [{}]) != [{}]:
                refusals |= _SIGNED_IN
                if method in _WRITES:
                    # Open to read without a token, but not to write.
                    operation["security"] = [row for row in operation["security"] if row]
            if method in _WRITES:
                refusals |= _WRITING
            for status, words in refusals.items():
                answer = operation["responses"].setdefault(status, {"description": words})
                content = answer.setdefault("content", {})
                content.setdefault(PROBLEM, {"schema": {"$ref": "#/components/schemas/Problem"}})
            operation["responses"] = dict(sorted(operation["responses"].items()))
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _only_example(content)
    return result
