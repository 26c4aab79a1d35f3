"""Many activities from one table, and one's activities as a table.

A file that was judged is carried by the page to the second step, so that nothing of it is kept here
and the preview needs no script; the second step judges it again.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from registry.activities import exports, imports
from registry.activities import selectors as activities
from registry.activities.sheets import (
    ENCODINGS,
    MAX_BYTES,
    MAX_ROWS,
    SheetUnreadable,
    Table,
    csv_bytes,
    xlsx_bytes,
)
from registry.common.errors import BadInput, DomainError
from registry.web.activity_form import language_options
from registry.web.errors import told
from registry.web.forms import actor_of
from registry.web.institution_choice import required
from registry.web.messages import refusal_text
from registry.web.provider_desk import own_language, ways
from schemas import vocabularies

if TYPE_CHECKING:
    from registry.common.actors import Actor
    from registry.issuers.models import Institution

MAX_CARRIED = 1_400_000
"""Characters of a packed file that a page carries."""
SHOWN_PROBLEMS, SHOWN_ROWS = 1_000, 200
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _page(
    request: HttpRequest, institution: Institution, actor: Actor, **more: Any
) -> HttpResponse:
    mine, others = ways(institution, timezone.localdate())
    context = {
        "institution": institution,
        "mine": mine,
        "others": others,
        "chosen": request.POST.get("route") or request.GET.get("route", ""),
        "languages": language_options(own_language(institution, timezone.localdate())),
        "encodings": ENCODINGS,
        "max_rows": MAX_ROWS,
        "max_size": MAX_BYTES // 1024 // 1024,
        "may_write": actor.has_role("REGISTRAR", institution.pk),
    }
    status = 400 if more.get("refused") else 200
    return render(request, "web/desk/import.html", context | more, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what each row says and what is wrong with it; take all of them in."""
    actor = actor_of(request)
    institution = required(request, actor)
    if request.method != "POST":
        return _page(request, institution, actor)
    act, framework, _sep, route = (
        request.POST.get("act", ""),
        *request.POST.get("route", "").partition("/"),
    )
    asked: dict[str, Any] = {
        "institution": institution,
        "framework": framework,
        "route": route,
        "encoding": request.POST.get("encoding", ""),
        "actor": actor,
        "at": timezone.now(),
    }
    try:
        asked["raw"] = _file(request)
        if act not in {"draft", "submit"}:
            return _preview(request, institution, actor, imports.plan_import(**asked), asked["raw"])
        done = imports.import_activities(submit=act == "submit", **asked)
    except imports.ImportNotAcceptable as error:
        return _preview(request, institution, actor, error.plan, asked["raw"])
    except DomainError as error:
        return _page(request, institution, actor, refused=refusal_text(error))
    count = len(done.activities)
    text = ngettext("%(n)s draft was made.", "%(n)s drafts were made.", count)
    if act == "submit":
        text = ngettext("%(n)s activity was submitted.", "%(n)s activities were submitted.", count)
    messages.info(request, text % {"n": count})
    return redirect("desk")


def _preview(
    request: HttpRequest,
    institution: Institution,
    actor: Actor,
    plan: imports.ImportPlan,
    raw: bytes,
) -> HttpResponse:
    by_row: dict[int, list[Any]] = {}
    for problem in plan.problems:
        by_row.setdefault(problem.row, []).append(problem.violation.severity)
    rows = [
        (
            row,
            by_row.get(row.number, []).count("error"),
            by_row.get(row.number, []).count("warning"),
        )
        for row in plan.rows[:SHOWN_ROWS]
    ]
    return _page(
        request,
        institution,
        actor,
        plan=plan,
        rows=rows,
        problems=plan.problems[:SHOWN_PROBLEMS],
        more_problems=len(plan.problems) - SHOWN_PROBLEMS + plan.untold,
        errors=sum(p.violation.severity == "error" for p in plan.problems),
        more_rows=len(plan.rows) - SHOWN_ROWS,
        carried=_packed(raw),
        encoding=request.POST.get("encoding", ""),
    )


def _packed(raw: bytes) -> str:
    packed = base64.b64encode(zlib.compress(raw, 9)).decode()
    if len(packed) > MAX_CARRIED:
        raise SheetUnreadable(_("The file is too large for one step; part it in two."))
    return packed


def _file(request: HttpRequest) -> bytes:
    """The file that was chosen, or the one that the page carries."""
    file = request.FILES.get("file")
    if file is not None:
        return bytes(file.read(MAX_BYTES + 1))
    carried = request.POST.get("carried", "")
    if not carried:
        raise BadInput(_("Choose a file."))
    try:
        unpacker = zlib.decompressobj()
        return unpacker.decompress(base64.b64decode(carried, validate=True), MAX_BYTES + 1)
    except (binascii.Error, zlib.error) as error:
        raise BadInput(_("Choose the file again.")) from error


def _download(name: str, kind: str, tables: list[Table], empty_rows: int) -> HttpResponse:
    if kind not in _TYPES:
        raise BadInput(_("The forms are CSV and XLSX."))
    raw = csv_bytes(tables[0]) if kind == "csv" else xlsx_bytes(tables, empty_rows=empty_rows)
    response = HttpResponse(raw, content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
@told
def template(request: HttpRequest) -> HttpResponse:
    """The empty table of a route, with an explanation of each of its columns."""
    framework, _sep, route = request.GET.get("route", "").partition("/")
    form = imports.import_form(framework, route, timezone.now())
    spoken = dict.fromkeys([_known(request.GET.get("language", "en")), "en"])
    tables = exports.template(form, list(spoken))
    name = f"{framework}-{route}"
    return _download(name, request.GET.get("form", "xlsx"), tables, exports.EMPTY_ROWS)


def _known(code: str) -> str:
    return code if vocabularies.language(code) else "en"


@login_required
@require_safe
@told
def export(request: HttpRequest) -> HttpResponse:
    """My institution's activities of one route, in the columns of its template."""
    actor = actor_of(request)
    institution = required(request, actor)
    framework, _sep, route = request.GET.get("route", "").partition("/")
    form = imports.import_form(framework, route, timezone.now())
    rows = activities.list_for_export(institution.pk, framework, [route], actor)
    table = exports.table(form, rows[:MAX_ROWS], ["en"])
    name = f"{institution.slug}-{framework}-{route}"
    return _download(name, request.GET.get("form", "xlsx"), [table], 0)
