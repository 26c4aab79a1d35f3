"""What the API answers, for the OpenAPI document and for whoever reads the code.

The views build plain dictionaries; tests hold every real answer against these shapes. A credential
has none: its bytes are sent as they were signed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers

from credentials.verify import Answer, Outcome, Verdict

_OBJECT: dict[str, Any] = {"type": "object", "additionalProperties": {}}


class Shape(serializers.Serializer[Any]):
    """An answer; in the document it goes by its name without ``Shape``.

    A member whose name Python or the library keeps for itself has an underscore behind it here.
    """

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The members by the names they have in answers."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class Texts(serializers.DictField):
    """A language map: ``{"en": …, "el": …}``."""

    child = serializers.CharField(allow_blank=True)


@extend_schema_field(_OBJECT)
class AnyObject(serializers.DictField):
    """An object whose members another document describes."""


class ViolationShape(Shape):
    """A rule that is broken (error) or doubtful (warning)."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning"])
    pointer = serializers.CharField(allow_blank=True, help_text="JSON pointer (RFC 6901)")
    message = serializers.CharField()
    source_ = serializers.CharField(allow_blank=True)
    params = serializers.DictField(child=serializers.CharField(allow_blank=True))


class PlaceShape(Shape):
    """A place of a request that is wrong, and for a rule that is broken what a violation says."""

    pointer = serializers.CharField(allow_blank=True, help_text="JSON pointer (RFC 6901)")
    message = serializers.CharField()
    code = serializers.CharField(required=False)
    severity = serializers.ChoiceField(choices=["error", "warning"], required=False)
    source_ = serializers.CharField(allow_blank=True, required=False)
    params = Texts(required=False)


class ProblemShape(Shape):
    """Problem details (RFC 9457) that carry members of their own."""

    type = serializers.RegexField("^urn:registry:problem:[a-z_]+$")
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField()
    params = Texts(required=False)
    violations = PlaceShape(many=True, required=False)


class InstitutionShape(Shape):
    """An institution of the registry."""

    slug = serializers.SlugField()
    did = serializers.CharField()
    name = Texts()
    country = serializers.CharField()
    provider_type = serializers.CharField()
    can_award = serializers.BooleanField()
    standing = serializers.ChoiceField(choices=["ACTIVE", "SUSPENDED"])
    homepage = serializers.URLField(allow_null=True)


class LevelShape(Shape):
    """A national level, and the EQF levels that it stands for (none, one or two)."""

    code = serializers.CharField()
    label_ = serializers.CharField()
    eqf = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=8))


class RouteShape(Shape):
    """A way into a framework, with its first and last day where they are known."""

    code = serializers.CharField()
    name = Texts()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    level = serializers.ChoiceField(choices=["required", "optional", "forbidden"])
    schema = serializers.URLField(help_text="the JSON Schema's id")


class FrameworkShape(Shape):
    """A national framework."""

    code = serializers.CharField()
    country = serializers.CharField()
    name = Texts()
    depth = serializers.ChoiceField(choices=["full", "partial", "levels-only"])
    levels = LevelShape(many=True)
    routes = RouteShape(many=True)


class FrameworksShape(Shape):
    """All frameworks; there are few, so they come at once."""

    results = FrameworkShape(many=True)


class AwardShape(Shape):
    """An award; its credential stands at ``credential_url``."""

    id = serializers.UUIDField()
    activity = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1)
    institution = serializers.SlugField()
    recipient = serializers.CharField()
    awarded_on = serializers.DateField()
    issued_at = serializers.DateTimeField()
    suite = serializers.CharField()
    digest = serializers.RegexField("^([0-9a-f]{64})?$", help_text="SHA-256 of the credential")
    credential_url = serializers.URLField()
    status = serializers.ChoiceField(choices=["ACTIVE", "SUSPENDED", "REVOKED", "SUPERSEDED"])
    proof_url = serializers.URLField(help_text="its proof from the public log, once published")


class StatusChangeShape(Shape):
    """A change of a credential's status."""

    number = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=["REVOKE", "SUSPEND", "RESUME", "SUPERSEDE", "UNDO"])
    status = serializers.ChoiceField(choices=["ACTIVE", "SUSPENDED", "REVOKED", "SUPERSEDED"])
    reason = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    by = serializers.CharField()
    at = serializers.DateTimeField()
    replacement = serializers.UUIDField(allow_null=True)


class KeyShape(Shape):
    """A signing key with its period."""

    method = serializers.CharField(help_text="its DID URL")
    algorithm = serializers.CharField()
    public_key = serializers.CharField(help_text="Multikey")
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    disowned_from = serializers.DateTimeField(allow_null=True)


class IssuingStopShape(Shape):
    """A stop of issuing that is in force; without institution and key it stops everything."""

    id = serializers.UUIDField()
    institution = serializers.SlugField(allow_null=True)
    key = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    stopped_at = serializers.DateTimeField()


class ShareShape(Shape):
    """A learner's link, without its token."""

    id = serializers.UUIDField()
    award = serializers.UUIDField()
    purpose = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class ShareMadeShape(ShareShape):
    """A link just made; its address stands here and nowhere else."""

    url = serializers.URLField()


class FindingShape(Shape):
    """One check's answer; the codes are listed in docs/codes.md."""

    check = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    params = serializers.DictField(child=serializers.CharField(allow_blank=True))


class AnswerShape(Shape):
    """One of the four statements; ``code`` is the finding's that decided."""

    answer = serializers.ChoiceField(choices=[answer.value for answer in Answer])
    code = serializers.CharField()
    issuer = serializers.CharField(required=False)
    by = serializers.CharField(required=False)
    reference = serializers.CharField(required=False)
    on = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """``as`` is no name that a class may have."""
        return {**super().get_fields(), "as": serializers.CharField(required=False)}


class StatementsShape(Shape):
    """What a reader wants to know first; none of a presentation."""

    authentic = AnswerShape(required=False)
    in_force = AnswerShape(required=False)
    quality_assured = AnswerShape(required=False)
    recognised = AnswerShape(required=False)


class ReportShape(Shape):
    """What a verifier learns: one verdict, and a finding for every question asked."""

    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in Verdict])
    verified = serializers.BooleanField(help_text="true if the verdict is VALID")
    at = serializers.DateTimeField()
    policy = serializers.CharField()
    format = serializers.CharField()
    file = serializers.ChoiceField(
        choices=["png", "svg", "pdf"], allow_null=True, help_text="the kind of file that carried it"
    )
    statements = StatementsShape()
    findings = FindingShape(many=True)
    credential = AnyObject(allow_null=True, help_text="what was signed; null if it isn't known")


class VerificationShape(ReportShape):
    """How it stands now and, where a day was asked about, how it stood then."""

    then = ReportShape(required=False)


class VcProblemShape(Shape):
    """A problem of the W3C VC API."""

    type = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class VcAnswerShape(Shape):
    """The answer of the W3C VC API's verifiers."""

    verified = serializers.BooleanField()
    problemDetails = VcProblemShape(many=True)  # noqa: N815 - the standard's own name
    verdict = serializers.ChoiceField(
        choices=[verdict.value for verdict in Verdict], required=False
    )


UNCHANGED = OpenApiResponse(description="Unchanged since the entity tag of If-None-Match.")


@cache
def many(shape: type[Shape]) -> serializers.Serializer[Any]:
    """One cursor page of rows of this shape."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": shape(many=True),
    }
    name = shape.__name__.removesuffix("Shape")
    page: serializers.Serializer[Any] = inline_serializer(f"{name}Page", fields)
    return page
