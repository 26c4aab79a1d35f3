"""Many activities from one table, by program: the same plan that the desk shows."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities import imports
from registry.activities.sheets import ENCODINGS, MAX_BYTES
from registry.api.base import MemberView, Strict, actor_of, now, read
from registry.api.problems import CONTENT_TYPE, problem, violations_json
from registry.api.shapes import ProblemShape, Shape, ViolationShape
from registry.issuers import selectors as issuers


class Table(Strict):
    """A table and what to do with it."""

    institution = serializers.SlugField()
    framework = serializers.CharField(max_length=40)
    route = serializers.CharField(max_length=60)
    file = serializers.FileField(help_text="CSV, XLSX or ODS; the columns of the template.")
    dry_run = serializers.BooleanField(default=False, help_text="Judge every row and make nothing.")
    submit = serializers.BooleanField(
        default=False, help_text="Put all of them before the authority at once."
    )
    encoding = serializers.ChoiceField(
        choices=ENCODINGS, required=False, help_text="Of a CSV, where the guess is wrong."
    )


class CellShape(ViolationShape):
    """A fault at its cell: ``row`` as numbered in the file (from 1), ``column`` by its name."""

    row = serializers.IntegerField()
    column = serializers.CharField()


class SheetShape(Shape):
    """How the file was read."""

    kind = serializers.ChoiceField(choices=["csv", "xlsx", "ods"])
    encoding = serializers.CharField()
    guessed = serializers.BooleanField()
    separator = serializers.CharField()


class MadeShape(Shape):
    """An activity that was made of a row."""

    row = serializers.IntegerField()
    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["DRAFT", "SUBMITTED"])


class ImportShape(Shape):
    """What a table says, everything that is wrong with it, and what was made of it."""

    acceptable = serializers.BooleanField()
    rows = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the file, in hex.")
    sheet = SheetShape()
    problems = CellShape(many=True)
    problems_untold = serializers.IntegerField(help_text="Faults beyond those listed.")
    activities = MadeShape(many=True)


class ImportProblemShape(ProblemShape):
    """Why nothing was made; where the table was read, with everything that is wrong with it."""

    acceptable = serializers.BooleanField(required=False)
    rows = serializers.IntegerField(required=False)
    digest = serializers.CharField(required=False)
    sheet = SheetShape(required=False)
    problems = CellShape(many=True, required=False)
    problems_untold = serializers.IntegerField(required=False)
    activities = MadeShape(many=True, required=False)


def plan_json(plan: imports.ImportPlan) -> dict[str, Any]:
    """A plan, without anything made of it."""
    sheet = plan.sheet
    problems = [
        {"row": problem.row, "column": problem.column, **violations_json([problem.violation])[0]}
        for problem in plan.problems
    ]
    return {
        "acceptable": plan.acceptable,
        "rows": len(plan.rows),
        "digest": plan.digest,
        "sheet": {
            "kind": sheet.kind,
            "encoding": sheet.encoding,
            "guessed": sheet.guessed,
            "separator": sheet.separator,
        },
        "problems": problems,
        "problems_untold": plan.untold,
        "activities": [],
    }


ANSWERS = {
    (200, "application/json"): ImportShape,
    (201, "application/json"): ImportShape,
    (400, CONTENT_TYPE): ImportProblemShape,
}


class ActivityImport(MemberView):
    """Many activities from one table: all of them, or none."""

    parser_classes = [MultiPartParser]

    @extend_schema(request=Table, responses=ANSWERS)
    def post(self, request: Request) -> Response:
        """Judge every row; make a draft of each, unless one has an error or it is a dry run."""
        asked = read(Table, request)
        dry_run, submit = asked.pop("dry_run"), asked.pop("submit")
        # One byte more than is read, so that a larger file is known to be one.
        asked["raw"] = asked.pop("file").read(MAX_BYTES + 1)
        asked["institution"] = issuers.get_institution(asked["institution"])
        asked |= {"actor": actor_of(request), "at": now()}
        if dry_run:
            return Response(plan_json(imports.plan_import(**asked)))
        try:
            done = imports.import_activities(submit=submit, **asked)
        except imports.ImportNotAcceptable as error:
            return problem(400, error.code, error.message, **plan_json(error.plan))
        made = [
            {"row": row.number, "id": str(activity.pk), "title": row.title, "state": activity.state}
            for row, activity in zip(done.plan.rows, done.activities, strict=True)
        ]
        return Response({**plan_json(done.plan), "activities": made}, status=201)
