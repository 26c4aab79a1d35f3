"""The whole register: what can be downloaded, in what form, and how to stay up to date."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict
from typing import Any, cast

from django.conf import settings
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from registry.activities.changes import latest_changes, titles_of
from registry.activities.downloads import (
    KINDS,
    MEDIA_TYPE,
    Download,
    DownloadFile,
    find_file,
    latest_download,
    list_downloads,
    open_packed,
    open_plain,
)
from registry.activities.publication import FORMATS
from registry.activities.publication.values import moment
from registry.common.http import unchanged
from registry.common.texts import pick
from registry.web.errors import told

FEED_ENTRIES = 50
NOTE_WORDS = {
    "quality-assurance-kind": _("The kind of quality assurance."),
    "quality-assurance": _("Quality assurance, in the institution’s words."),
    "quality-assurance-reference": _("Its reference at the body that assures it."),
    "quality-assurance-until": _("Its last day."),
    "quality-assurance-evidence": _("One piece of evidence: body, reference, first/last day."),
    "supervision": _("Supervision and identity check at an assessment."),
    "assesses": _("The code of an outcome that an assessment covers."),
    "integration": _("Whether it stands alone or counts towards something."),
    "counts-towards": _("What it counts towards, in words."),
    "component-of": _("An activity it is a part of."),
    "stackable-towards": _("An activity it counts towards."),
    "requires": _("An activity that has to come first."),
    "supersedes": _("An activity it takes the place of."),
}
"""The subjects of notes in an ELM document: each has its address here (``/register/#…``)."""
KIND_WORDS = {
    "registered": pgettext_lazy("one activity", "Registered"),
    "new_version": _("New version"),
    "suspended": pgettext_lazy("one activity", "Suspended"),
    "resumed": _("Open again"),
    "ended": pgettext_lazy("one activity", "Ended"),
}
_GZIP = re.compile(r"(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What there is, and how to use it."""
    downloads = list_downloads()
    context = {
        "downloads": downloads,
        "latest": downloads[0] if downloads else None,
        "labels": {"json": "JSON", "elm": FORMATS["elm"].label},
        "base": settings.PUBLIC_URL,
        "forms": FORMATS.values(),
        "notes": NOTE_WORDS.items(),
    }
    return render(request, "web/register.html", context)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """All states that are kept, for programs: names, sizes, digests, cursors."""
    rows = [_manifest_row(download) for download in list_downloads()]
    answer = JsonResponse({"downloads": rows, "changes": f"{settings.PUBLIC_URL}/api/v1/changes"})
    answer["Cache-Control"] = "public, max-age=60"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _manifest_row(download: Download) -> dict[str, Any]:
    base = f"{settings.PUBLIC_URL}/register/"
    return {
        "date": download.day.isoformat(),
        "made_at": moment(download.made_at),
        "cursor": str(download.cursor),
        "activities": download.activities,
        "versions": download.versions,
        "files": [
            {
                **asdict(file),
                "type": MEDIA_TYPE,
                "url": f"{base}{file.name}",
                "gzip_url": f"{base}{file.name}.gz",
            }
            for file in download.files
        ],
    }


@require_safe
@told
def latest_file(request: HttpRequest, end: str) -> HttpResponse:
    """The newest file of a kind, by an address that stays."""
    packed = end.endswith(".gz")
    wanted = next(name for name, kind in KINDS.items() if kind == end.removesuffix(".gz"))
    file = next(file for file in latest_download().files if file.format == wanted)
    answer = HttpResponseRedirect(f"/register/{file.name}{'.gz' if packed else ''}")
    answer["Cache-Control"] = "public, max-age=60"
    return answer


@require_safe
@told
def register_file(request: HttpRequest, name: str) -> HttpResponse:
    """A dated file, as it lies there; unpacked on the way for whoever doesn't take gzip."""
    download, file = find_file(name.removesuffix(".gz"))
    packed = name.endswith(".gz")
    encoded = not packed and bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    tag = f'"{(file.gzip_sha256 if packed or encoded else file.sha256)[:32]}"'
    if unchanged(request.headers.get("If-None-Match", ""), tag):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = _answer(download, file, packed=packed, encoded=encoded)
        answer["Last-Modified"] = http_date(download.made_at.timestamp())
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["ETag"] = tag
    # The name has the day: what is behind it never changes.
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Access-Control-Allow-Origin"] = "*"
    if not packed:
        patch_vary_headers(answer, ("Accept-Encoding",))
    return answer


def _answer(download: Download, file: DownloadFile, *, packed: bool, encoded: bool) -> HttpResponse:
    answer: HttpResponseBase
    if packed or encoded:
        answer = FileResponse(open_packed(download, file))
        answer["Content-Length"] = str(file.gzip_size)
        answer["Content-Type"] = "application/gzip" if packed else MEDIA_TYPE
    else:
        answer = StreamingHttpResponse(open_plain(download, file), content_type=MEDIA_TYPE)
        answer["Content-Length"] = str(file.size)
    if encoded:
        answer["Content-Encoding"] = "gzip"
    digest = file.gzip_sha256 if packed or encoded else file.sha256
    # RFC 9530, section 3: the digest of what is sent, before any transfer coding.
    answer["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    # A stream isn't an HttpResponse to Django, but is treated as one everywhere.
    return cast(HttpResponse, answer)


@require_safe
def changes_atom(request: HttpRequest) -> HttpResponse:
    """The newest changes as an Atom feed, for people's feed readers (RFC 4287)."""
    base = settings.PUBLIC_URL
    rows = latest_changes(FEED_ENTRIES)
    titles = titles_of(rows)
    feed = Atom1Feed(
        title=settings.REGISTRY_NAME,
        link=f"{base}/register/",
        feed_url=f"{base}/register/changes.atom",
        description=str(_("What became public, the newest first.")),
        language=request.LANGUAGE_CODE,
    )
    for row in rows:
        title, _language = pick(titles[row.cursor], request.LANGUAGE_CODE)
        url = f"{base}/activities/{row.activity_id}/versions/{row.version}/"
        feed.add_item(
            title=f"{KIND_WORDS[row.kind]}: {title}",
            link=url,
            description="",
            unique_id=f"urn:registry:change:{row.cursor}",
            updateddate=row.at,
        )
    answer = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    answer["Cache-Control"] = "public, max-age=60"
    return answer
