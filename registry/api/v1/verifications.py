"""Verify by API: our own answer, and the W3C VC API's."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from credentials.encoding import LIMITS, canonicalize, parse_json
from credentials.errors import CredentialError
from credentials.verify import Outcome, Report
from credentials.verify.files import MAX_FILE
from registry.api.base import PublicView, now
from registry.api.shapes import VcAnswerShape, VerificationShape
from registry.common.errors import BadInput
from registry.verification import services


class StrictJson(BaseParser):
    """JSON read as strictly as the verifier reads it."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The value. Raises ``BadInput``."""
        try:
            value = parse_json(stream.read(LIMITS.size + 1))
        except CredentialError as error:
            raise BadInput(str(error), params={"code": error.code}) from error
        if not isinstance(value, dict):
            raise BadInput("The body is a JSON object.")
        return value


class Verifications(PublicView):
    """Is this credential authentic, in force, and by an accredited issuer?"""

    parser_classes = [StrictJson, MultiPartParser]
    authentication_classes = []

    @extend_schema(
        request={
            "application/json": {
                "type": "object",
                "properties": {
                    "credential": {"oneOf": [{"type": "object"}, {"type": "string"}]},
                    "url": {"type": "string"},
                },
            },
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
            },
        },
        responses=VerificationShape,
        parameters=[OpenApiParameter("at", str, description="how did it stand on that day, too?")],
    )
    def post(self, request: Request) -> Response:
        """Verify a credential (JSON or a token), a link, or a file; with ``at`` also as of a day.

        A file is JSON, a token, or a PNG, SVG or PDF that carries one. A link is one of this
        registry's, or the https address of such a file. Both answers are by what is known now;
        ``then`` is about the end of that day.
        """
        raw, at = _raw(request), now()
        answer = services.verify_upload(raw, at=at).to_json()
        asked = request.query_params.get("at")
        if asked is not None:
            then = services.moment_asked(asked, at)
            answer["then"] = services.verify_upload(raw, at=then).to_json()
        return Response(answer)


def _body(request: Request) -> dict[str, Any]:
    data: Any = request.data
    return dict(data.items())


def _raw(request: Request) -> bytes:
    """The credential that was sent, or that a link leads to."""
    asked = _body(request)
    if set(asked) == {"file"}:
        file = asked["file"]
        if not hasattr(file, "read"):
            raise BadInput("Send the file as a file.", params={"field": "file"})
        return bytes(file.read(MAX_FILE + 1))
    if set(asked) == {"credential"} and isinstance(asked["credential"], dict):
        return canonicalize(asked["credential"])
    if set(asked) == {"credential"} and isinstance(asked["credential"], str):
        return asked["credential"].encode()
    if set(asked) == {"url"} and isinstance(asked["url"], str):
        return services.raw_of_url(asked["url"], at=now())
    message = 'Send one of {"credential": {…} or "…"}, {"url": "…"} or a multipart file.'
    raise BadInput(message)


def _asks(name: str) -> dict[str, Any]:
    """A request of the W3C VC API: the document, and options."""
    schema = {
        "type": "object",
        "required": [name],
        "properties": {name: {"type": "object"}, "options": {"type": "object"}},
    }
    return {"application/json": schema}


_ANSWERS = {"200": VcAnswerShape, "400": VcAnswerShape}


class VcApiVerify(PublicView):
    """POST /credentials/verify of the W3C VC API."""

    parser_classes = [StrictJson]
    authentication_classes = []

    @extend_schema(request=_asks("verifiableCredential"), responses=_ANSWERS)
    def post(self, request: Request) -> Response:
        """200 when verified, else 400 with the problems."""
        credential = _body(request).get("verifiableCredential")
        _options(request)
        if not isinstance(credential, dict):
            return _refused("The member verifiableCredential holds the credential.")
        report = services.verify_proof_only(canonicalize(credential), at=now())
        return _answer(report, (report,))


class VcApiPresentation(PublicView):
    """POST /presentations/verify of the W3C VC API."""

    parser_classes = [StrictJson]
    authentication_classes = []

    @extend_schema(request=_asks("verifiablePresentation"), responses=_ANSWERS)
    def post(self, request: Request) -> Response:
        """200 when the presentation and all in it are verified, else 400 with the problems."""
        presentation = _body(request).get("verifiablePresentation")
        options = _options(request)
        if not isinstance(presentation, dict):
            return _refused("The member verifiablePresentation holds the presentation.")
        report, inner = services.verify_shown(
            canonicalize(presentation),
            at=now(),
            challenge=options.get("challenge"),
            domain=options.get("domain"),
        )
        return _answer(report, (report, *inner))


def _options(request: Request) -> dict[str, Any]:
    options = _body(request).get("options", {})
    if not isinstance(options, dict):
        raise BadInput("options is an object.", params={"field": "options"})
    for name in ("challenge", "domain"):
        if not isinstance(options.get(name, ""), str):
            raise BadInput(f"options.{name} is a text.", params={"field": name})
    return options


def _refused(detail: str) -> Response:
    problem = {"type": "urn:registry:problem:bad_input", "title": "bad input", "detail": detail}
    return Response({"verified": False, "problemDetails": [problem]}, status=400)


def _answer(report: Report, reports: tuple[Report, ...]) -> Response:
    verified = report.to_json()["verified"]
    problems = [
        {
            "type": f"urn:registry:finding:{finding.code}",
            "title": finding.code,
            "detail": finding.detail,
        }
        for one in reports
        for finding in one.findings
        if finding.outcome in (Outcome.FAILED, Outcome.UNKNOWN)
    ]
    body = {"verified": verified, "problemDetails": problems, "verdict": report.verdict.value}
    return Response(body, status=200 if verified else 400)
