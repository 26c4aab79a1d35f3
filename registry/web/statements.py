"""The four statements of a report, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from credentials.verify import Answer, Report

QUESTIONS: Mapping[str, object] = {
    "authentic": _("Authentic"),
    "in_force": _("In force"),
    "quality_assured": _("Quality assured"),
    "recognised": _("Recognised as"),
}
ANSWERS: Mapping[Answer, object] = {
    Answer.YES: _("yes"),
    Answer.NO: _("no"),
    Answer.UNKNOWN: _("not known"),
    Answer.STATED: _("the issuer says so; not confirmed here"),
    Answer.NOT_STATED: _("not stated"),
}
MARKS: Mapping[Answer, str] = {
    Answer.YES: "PASSED",
    Answer.NO: "FAILED",
    Answer.UNKNOWN: "UNKNOWN",
    Answer.STATED: "UNKNOWN",
    Answer.NOT_STATED: "NOT_APPLICABLE",
}
FILES: Mapping[str, object] = {
    "png": _("in a PNG picture"),
    "svg": _("in an SVG picture"),
    "pdf": _("attached to a PDF"),
}


def told(report: Report) -> list[dict[str, Any]]:
    """A row for each: question, answer, and who, when or what, where that is known."""
    return [
        {
            "about": row.about,
            "question": QUESTIONS[row.about],
            "answer": ANSWERS[row.answer],
            "mark": MARKS[row.answer],
            "more": _more(row.params),
        }
        for row in report.statements
    ]


def _more(params: Mapping[str, str]) -> str:
    rows = [params.get(name, "") for name in ("issuer", "by", "reference", "as")]
    rows.append(params.get("on", "")[:10])
    return ", ".join(row for row in rows if row)


def found_in(report: Report) -> object:
    """How it came, for a file that carried it."""
    return FILES.get(report.file or "", "")
