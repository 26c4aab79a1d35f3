"""Real answers held against the OpenAPI document: status, content type and body.

The document leaves answers open for what later versions add; here they are closed, so that a member
nobody described is a fault of today's document.
"""

import copy
import json
import re
from functools import cache

from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker()
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document():
    """The document as it is served."""
    from drf_spectacular.generators import SchemaGenerator

    # What is served has gone through JSON.
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


@cache
def operations():
    """Every operation: its method, its path and the pattern of its addresses."""
    return [
        (method, path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path)))
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    ]


@cache
def _components():
    components = copy.deepcopy(document()["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return components


@cache
def _validator(method, path, status, kind):
    content = document()["paths"][path][method]["responses"][status]["content"]
    schema = {**content[kind]["schema"], "components": _components()}
    return Draft202012Validator(schema, format_checker=FORMATS)


def operation_of(method, address):
    """Method and path of the operation behind an address, ``None`` if there is none."""
    for known, path, pattern in operations():
        if known == method and pattern.fullmatch(address):
            return known, path
    return None


def faults(method, address, response):
    """What the document doesn't say of an answer, in words."""
    found = operation_of(method, address)
    if found is None:
        return []
    described = document()["paths"][found[1]][method]["responses"]
    status = str(response.status_code)
    if status not in described:
        return [f"status {status} isn't described"]
    contents = described[status].get("content", {})
    if not contents:
        return ["a body isn't described"] if response.content else []
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind not in contents:
        return [f"{kind} isn't described for {status}"]
    if not kind.endswith("json"):
        return []
    validator = _validator(*found, status, kind)
    return [
        f"{error.json_path}: {error.message[:300]}"
        for error in validator.iter_errors(json.loads(response.content))
    ]


class CheckedClient(Client):
    """Django's test client; an answer that the document doesn't describe fails the test."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.seen = set()

    def request(self, **request):
        response = super().request(**request)
        method, address = request["REQUEST_METHOD"].lower(), request["PATH_INFO"]
        wrong = faults(method, address, response)
        assert wrong == [], (method, address, response.status_code, wrong)
        found = operation_of(method, address)
        if found is not None:
            self.seen.add((*found, response.status_code))
        return response
