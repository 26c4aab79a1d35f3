"""Every refusal as RFC 9457 problem details, with a stable code and the places it is about."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from registry.common.errors import DomainError, Kind
from schemas.validation import Violation

CONTENT_TYPE = "application/problem+json"
STATUS: Mapping[Kind, int] = {
    Kind.MALFORMED: status.HTTP_400_BAD_REQUEST,
    Kind.FORBIDDEN: status.HTTP_403_FORBIDDEN,
    Kind.NOT_FOUND: status.HTTP_404_NOT_FOUND,
    Kind.CONFLICT: status.HTTP_409_CONFLICT,
    Kind.UNAVAILABLE: status.HTTP_503_SERVICE_UNAVAILABLE,
}
_log = logging.getLogger(__name__)


def problem(code: int, name: str, detail: str, **more: Any) -> Response:
    """A problem response; ``type`` is a URN of the stable code."""
    body = {"type": f"urn:registry:problem:{name}", "title": name.replace("_", " "), "status": code}
    return Response({**body, "detail": detail, **more}, status=code, content_type=CONTENT_TYPE)


def violations_json(violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """Errors and warnings with code, JSON pointer, message and source."""
    return [
        {
            "code": violation.code,
            "severity": violation.severity,
            "pointer": violation.pointer,
            "message": violation.message,
            "source": violation.source,
            "params": dict(violation.params),
        }
        for violation in violations
    ]


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """The one place that turns errors into problems; what isn't known is a 500 without detail."""
    if isinstance(error, DomainError):
        more: dict[str, Any] = {"params": error.params} if error.params else {}
        if error.violations:
            more["violations"] = violations_json(error.violations)
        response = problem(STATUS[error.kind], error.code, error.message, **more)
        if error.kind is Kind.UNAVAILABLE:
            response["Retry-After"] = "5"
        return response
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", "This isn't allowed.")
    if isinstance(error, exceptions.ValidationError):
        rows = [
            {"pointer": pointer, "message": message} for pointer, message in _places(error.detail)
        ]
        return problem(400, "bad_request", "The request isn't complete or right.", violations=rows)
    if isinstance(error, exceptions.APIException):
        response = problem(error.status_code, str(error.default_code), str(error.detail))
        wait = getattr(error, "wait", None)
        if wait is not None:
            response["Retry-After"] = str(int(wait) + 1)
        challenge = getattr(error, "auth_header", None)
        if challenge:
            response["WWW-Authenticate"] = challenge
        return response
    incident = uuid.uuid4().hex[:12]
    _log.exception("incident %s", incident, exc_info=error)
    return problem(500, "server_error", "Something went wrong here.", incident=incident)


def _places(detail: Any, pointer: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(detail, dict):
        for name, value in detail.items():
            place = pointer if name == "non_field_errors" else f"{pointer}/{name}"
            yield from _places(value, place)
    elif isinstance(detail, list):
        for value in detail:
            yield from _places(value, pointer)
    else:
        yield pointer, str(detail)
