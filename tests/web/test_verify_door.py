"""One way in: the page and the API take every form and every file, and follow links.

The credentials are by issuers who are their own did:key: authentic, and unknown to this registry,
so not everything can be determined. One of the registry's own is valid in each file, too.
"""

import io
import json
from dataclasses import replace

import pytest

from credentials import prepare_document, sign
from credentials.exports import bake_png, bake_svg
from credentials.identifiers import did_document
from tests.conftest import ROOT
from tests.credentials.exports.test_baked import PNG, SVG
from tests.credentials.forms import every_form, pdf
from tests.credentials.verify.test_status import entry, made
from tests.credentials.verify.web import site
from tests.credentials.world import AT, FACTS, Issuer

pytestmark = pytest.mark.django_db
FORMS = every_form()
EACH = pytest.mark.parametrize("name", FORMS)
FILES = {
    "JSON": lambda raw: raw,
    "PNG": lambda raw: bake_png(PNG, raw.decode()),
    "SVG": lambda raw: bake_svg(SVG, raw.decode()),
    "PDF": lambda raw: pdf(("credential.json", raw)),
}


def upload(raw, name="it"):
    file = io.BytesIO(raw)
    file.name = name
    return file


def is_authentic(page):
    _, found, rest = page.partition('id="statement-authentic">')
    return bool(found) and rest.startswith('<span class="outcome outcome-PASSED">yes</span>')


@EACH
def test_the_page_takes_a_file_of_every_form(client, name):
    raw, form, file = FORMS[name]
    page = client.post("/verify", {"file": upload(raw)}).content.decode()
    assert "Could not be determined" in page
    assert is_authentic(page)
    assert f"<code>{form}</code>" in page
    assert ("picture" in page.split("<code>" + form)[1][:60]) is (file in ("png", "svg"))


@EACH
def test_the_api_takes_a_file_of_every_form(client, name):
    raw, form, file = FORMS[name]
    report = client.post("/api/v1/verifications", {"file": upload(raw)}).json()
    assert (report["verdict"], report["format"], report["file"]) == ("INDETERMINATE", form, file)
    assert report["statements"]["authentic"]["answer"] == "YES"
    assert report["statements"]["in_force"]["answer"] == "YES"


@EACH
def test_the_api_and_the_page_take_what_is_pasted(client, name):
    raw, form, file = FORMS[name]
    if file is not None or form == "vc+cose":
        return
    text = raw.decode()
    page = client.post("/verify", {"text": f"\n {text} \n"}).content.decode()
    assert is_authentic(page)
    body = {"credential": json.loads(text) if text.startswith("{") else text}
    answer = client.post("/api/v1/verifications", json.dumps(body), content_type="application/json")
    assert answer.json()["format"] == form
    assert answer.json()["statements"]["authentic"]["answer"] == "YES"


@pytest.mark.parametrize("kind", FILES)
def test_a_credential_of_this_registry_is_valid_in_every_file(award, lists_of_today, client, kind):
    raw = FILES[kind](bytes(award.secured))
    page = client.post("/verify", {"file": upload(raw)}).content.decode()
    assert "verdict-VALID" in page
    for about in ("authentic", "in_force", "quality_assured", "recognised"):
        part = page.split(f'id="statement-{about}">')[1]
        assert part.startswith('<span class="outcome outcome-PASSED">yes</span>'), about
    report = client.post("/api/v1/verifications", {"file": upload(raw)}).json()
    assert report["verdict"] == "VALID"
    assert report["statements"]["quality_assured"]["by"] == "HAKA"
    assert "EstQF" in report["statements"]["recognised"]["as"]
    bad = raw.replace(b"kalda", b"kolda")
    assert bad != raw or kind == "PDF"
    if kind != "PDF":
        assert client.post("/api/v1/verifications", {"file": upload(bad)}).json()["verdict"] == (
            "INVALID"
        )


def test_a_sealed_european_credential_is_read_and_its_chain_left_open(client):
    path = min((ROOT / "fixtures/vectors/elm-seals").glob("*signed.jsonld"))
    page = client.post("/verify", {"file": upload(path.read_bytes())}).content.decode()
    assert "<code>jades</code>" in page
    assert 'id="statement-authentic"><span class="outcome outcome-UNKNOWN">not known' in page
    body = json.dumps({"credential": json.loads(path.read_text(encoding="utf-8"))})
    report = client.post("/api/v1/verifications", body, content_type="application/json").json()
    assert (report["format"], report["verdict"]) == ("jades", "INDETERMINATE")
    assert report["statements"]["authentic"]["code"] == "key.chain_not_checked"


def test_the_page_says_it_in_french(award, client):
    raw = bake_png(PNG, bytes(award.secured).decode())
    page = client.post("/verify", {"file": upload(raw)}, HTTP_ACCEPT_LANGUAGE="fr").content.decode()
    for words in (
        "Authentique",
        "En vigueur",
        "Qualité assurée",
        "Reconnu comme",
        "dans une image",
    ):
        assert words in page


# --- Links ---------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path, settings, monkeypatch):
    """A site on this machine, and a verifier that may ask it."""
    with site(tmp_path) as (base, pages, asked, _):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        settings.VERIFIER_OUTBOUND = settings.VERIFIER_ALLOW_LOOPBACK = True
        yield base, pages, asked


def ask(client, url):
    body = json.dumps({"url": url})
    return client.post("/api/v1/verifications", body, content_type="application/json")


@EACH
def test_a_link_to_every_form_is_followed(elsewhere, client, name):
    base, pages, asked = elsewhere
    raw, form, file = FORMS[name]
    pages["/it"] = raw
    page = client.post("/verify", {"text": f"{base}/it"}).content.decode()
    assert is_authentic(page)
    report = ask(client, f"{base}/it").json()
    assert (report["format"], report["file"]) == (form, file)
    assert [path for path, _ in asked] == ["/it", "/it"]


def test_a_link_to_this_page_makes_nobody_fetch(elsewhere, client):
    base, pages, asked = elsewhere
    pages["/it"] = FORMS["vc+jwt EdDSA"][0]
    page = client.get("/verify", {"url": f"{base}/it"})
    assert "notice-bad" in page.content.decode()
    assert asked == []


def test_what_can_not_be_fetched_is_said(elsewhere, client, settings):
    base, pages, asked = elsewhere
    pages["/large"] = bytes(1024 * 1024 + 1)
    for path in ("/none", "/large"):
        answer = ask(client, base + path)
        assert answer.status_code == 400
        assert answer.json()["type"] == "urn:registry:problem:url_not_fetched"
    assert "notice-bad" in client.post("/verify", {"text": f"{base}/none"}).content.decode()
    for url in ("http://localhost/", "https://user@localhost/", "file:///etc/passwd", "ftp://x/"):
        assert ask(client, url).json()["type"] == "urn:registry:problem:url_not_fetched"
    settings.VERIFIER_ALLOW_LOOPBACK = False
    before = len(asked)
    assert ask(client, f"{base}/it").json()["type"] == "urn:registry:problem:url_not_fetched"
    settings.VERIFIER_OUTBOUND = False
    assert ask(client, f"{base}/it").json()["type"] == "urn:registry:problem:url_not_a_share"
    assert len(asked) == before


def test_keys_and_lists_of_others_come_from_their_own_sites(elsewhere, client):
    base, pages, asked = elsewhere
    issuer = Issuer(f"did:web:{base.removeprefix('https://').replace(':', '%3A')}:issuers:1")
    methods = [issuer.sources.methods[issuer.method]]
    pages["/issuers/1/did.json"] = json.dumps(did_document(issuer.did, methods)).encode()
    url = f"{base}/lists/1"
    body = replace(FACTS.awarding_body, did=issuer.did)
    document = json.loads(issuer.issue(awarding_body=body))
    del document["proof"], document["credentialSchema"]
    prepared = prepare_document(document | {"credentialStatus": entry(url=url)}, at=AT)
    raw = sign(prepared, signer=issuer.signer, at=AT).raw
    for bits, answer in (((), "YES"), ((7,), "NO")):
        pages["/lists/1"] = made(issuer, url, bits=bits)
        report = client.post("/api/v1/verifications", {"file": upload(raw)}).json()
        assert report["statements"]["authentic"]["answer"] == "YES", report["findings"]
        assert report["statements"]["in_force"]["answer"] == answer
    del pages["/lists/1"]
    report = client.post("/api/v1/verifications", {"file": upload(raw)}).json()
    assert report["statements"]["in_force"]["answer"] == "UNKNOWN"
    assert {path for path, _ in asked} == {"/issuers/1/did.json", "/lists/1"}


def test_loopback_on_a_public_host_is_an_error_at_start(settings):
    from registry.ops.checks import check_loopback

    assert check_loopback(None) == []
    settings.VERIFIER_ALLOW_LOOPBACK = True
    settings.PUBLIC_URL = "http://localhost:8000"
    assert check_loopback(None) == []
    settings.PUBLIC_URL = "https://registry.example"
    assert [found.id for found in check_loopback(None)] == ["registry.E006"]
