"""One way in: every form, and every file that carries one, opens; nothing else comes in with it."""

import json

import pytest

from credentials import cli
from credentials.exports import bake_png, bake_svg
from credentials.verify import (
    OFFLINE,
    Answer,
    Outcome,
    PinnedSources,
    SimulatedSources,
    Verdict,
    verify,
)
from credentials.verify.files import MAX_FILE
from tests.conftest import ROOT
from tests.credentials.exports.test_baked import PNG, SVG, chunk
from tests.credentials.forms import SelfIssuer, every_form, pdf
from tests.credentials.verify.web import site
from tests.credentials.world import AT

FORMS = every_form()
EACH = pytest.mark.parametrize("name", FORMS)


def report_on(raw):
    return verify(raw, sources=SimulatedSources(), at=AT, policy=OFFLINE)


@EACH
def test_it_opens_and_says_what_it_is(name):
    raw, form, file = FORMS[name]
    report = report_on(raw)
    assert report.verdict is Verdict.VALID, report.findings
    assert (report.format, report.file) == (form, file)
    assert report.to_json()["file"] == file


@EACH
def test_the_command_line_opens_it(name, tmp_path, capsys):
    raw, form, file = FORMS[name]
    (tmp_path / "it").write_bytes(raw)
    words = ["verify", str(tmp_path / "it"), "--at", "2026-03-02T10:00:00Z"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert f"  found            {form}" in said
    assert (f"in a {file}" in said) is (file is not None)
    assert "  authentic        yes: did:key:" in said
    assert "  in force         yes: on 2026-03-02T10:00:00Z" in said
    assert cli.main([*words, "--json"]) == 0
    statements = json.loads(capsys.readouterr().out)["statements"]
    assert list(statements) == ["authentic", "in_force", "quality_assured", "recognised"]
    if form != "vc+cose":
        assert cli.main(["inspect", str(tmp_path / "it")]) == 0
        assert capsys.readouterr().out.startswith("UNVERIFIED")


def test_an_address_is_asked_only_when_that_is_said(tmp_path, capsys, monkeypatch):
    raw, _, _ = FORMS["PNG with JSON"]
    with site(tmp_path) as (base, pages, asked, _):
        pages["/badge.png"] = raw
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        words = ["verify", f"{base}/badge.png", "--at", "2026-03-02T10:00:00Z"]
        assert cli.main(words) == cli.USAGE
        assert cli.main([*words, "--online"]) == cli.USAGE
        assert asked == []
        assert "isn't asked" in capsys.readouterr().err
        monkeypatch.setenv("VERIFIER_ALLOW_LOOPBACK", "1")
        assert cli.main([*words, "--online"]) == 0
        assert [path for path, _ in asked] == ["/badge.png"]
        assert cli.main(["verify", f"{base}/none", "--online"]) == cli.USAGE


# --- What isn't taken out of a file --------------------------------------------------------------

TOKEN = FORMS["vc+jwt EdDSA"][0].decode()
REFUSED = {
    "two in a PNG": (
        FORMS["PNG with JSON"][0].replace(
            chunk(b"IEND", b""),
            chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + TOKEN.encode()) + chunk(b"IEND", b""),
        ),
        "envelope.baked",
    ),
    "none in a PNG": (PNG, "envelope.unknown_format"),
    "none in an SVG": (SVG, "envelope.unknown_format"),
    "none in a PDF": (pdf(), "envelope.unknown_format"),
    "two in a PDF": (pdf(("a.json", b"{}"), ("b.json", b"[]")), "envelope.attached"),
    "a web page": (b"<!doctype html><p>no", "envelope.baked"),
    "a picture in a PDF": (pdf(("a.json", FORMS["PNG with JSON"][0])), "envelope.attached"),
    "an SVG in a PNG": (bake_png(PNG, FORMS["SVG with JSON"][0].decode()), "envelope.baked"),
    "a PDF in an SVG": (bake_svg(SVG, "%PDF-1.7"), "envelope.baked"),
    "too large": (PNG + bytes(MAX_FILE), "envelope.too_large"),
    "something else in a PNG": (bake_png(PNG, "hello"), "envelope.unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken(name):
    raw, code = REFUSED[name]
    report = report_on(raw)
    assert (report.verdict, report.findings[0].code) == (Verdict.INVALID, code)
    assert report.credential is None
    assert report.statements[0].answer is Answer.NO


def test_a_status_list_is_no_picture():
    from tests.credentials.verify.test_status import URL, credential, entry, made
    from tests.credentials.world import Issuer

    issuer = Issuer()
    issuer.sources.lists = {URL: bake_png(PNG, made(issuer).decode())}
    report = verify(credential(issuer, entry()), sources=issuer.sources, at=AT, policy=OFFLINE)
    status = next(finding for finding in report.findings if finding.check == "status")
    assert (status.code, status.outcome) == ("status.list_unavailable", Outcome.UNKNOWN)


# --- The four statements -------------------------------------------------------------------------


def answers(report):
    return {row.about: (row.answer, dict(row.params)) for row in report.statements}


def test_a_badge_says_who_assures_and_as_what(tmp_path):
    from tests.credentials.world import Issuer

    issuer = Issuer()
    report = verify(issuer.issue(), sources=issuer.sources, at=AT)
    assert answers(report) == {
        "authentic": (Answer.YES, {"issuer": issuer.did}),
        "in_force": (Answer.YES, {"on": "2026-03-02T10:00:00Z"}),
        "quality_assured": (Answer.YES, {"by": "HAKA", "reference": "R-1"}),
        "recognised": (
            Answer.YES,
            {"as": "EQF 5 (European Qualifications Framework); EstQF 5 (EstQF)"},
        ),
    }


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "ELM", "dc+sd-jwt", "vc+jwt EdDSA"])
def test_what_nobody_confirms_is_the_issuers_word(name):
    report = verify(FORMS[name][0], sources=PinnedSources([]), at=AT, policy=OFFLINE)
    told = answers(report)
    assert told["quality_assured"][0] is Answer.STATED
    assert told["recognised"][0] is Answer.STATED
    assert "QA" in told["quality_assured"][1]["by"]
    assert "5" in told["recognised"][1]["as"]


def test_what_is_said_nowhere_is_not_stated():
    report = verify(FORMS["data model 1.1"][0], sources=PinnedSources([]), at=AT, policy=OFFLINE)
    told = answers(report)
    assert told["quality_assured"] == (Answer.NOT_STATED, {})
    assert told["recognised"] == (Answer.NOT_STATED, {})


def test_the_statements_keep_their_questions_apart():
    issuer = SelfIssuer()
    raw = issuer.issue()
    late = verify(raw, sources=SimulatedSources(), at=AT.replace(year=2031), policy=OFFLINE)
    assert answers(late)["authentic"][0] is Answer.YES
    assert answers(late)["in_force"] == (Answer.NO, {"on": "2031-03-02T10:00:00Z"})
    not_accredited = answers(late)["quality_assured"]
    assert not_accredited == (Answer.NO, {})
    assert answers(late)["recognised"][0] is Answer.STATED
    forged = report_on(raw.replace(b"Data protection", b"Brain surgery!!"))
    assert [row.answer for row in forged.statements] == [
        Answer.NO, Answer.UNKNOWN, Answer.UNKNOWN, Answer.UNKNOWN,
    ]  # fmt: skip
    assert all("as" not in row.params and "by" not in row.params for row in forged.statements)


# --- Seals ---------------------------------------------------------------------------------------

SEALS = ROOT / "fixtures/vectors/elm-seals"
SEALED = sorted(SEALS.glob("*signed.jsonld"))


@pytest.mark.parametrize("path", SEALED, ids=lambda path: path.stem)
def test_the_command_line_opens_a_sealed_european_credential(path, capsys):
    """With the list of trusted certificates; its own schema's type isn't evaluated."""
    words = ["verify", str(path), "--trust", str(SEALS / "trusted.json")]
    words += ["--at", "2025-03-02T00:00:00Z", "--policy", "proof-only"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert "  found            jades" in said
    assert "  authentic        yes" in said
    assert cli.main([*words[:2], *words[4:]]) == 2
    assert "  authentic        not known" in capsys.readouterr().out
    carried = pdf(("credential.jsonld", path.read_bytes()))
    report = verify(
        carried,
        sources=PinnedSources([json.loads((SEALS / "trusted.json").read_text())]),
        at=AT.replace(year=2025),
        policy=OFFLINE,
    )
    assert (report.format, report.file) == ("jades", "pdf")
    assert report.statements[0].answer is Answer.YES
