"""The page of downloads, the files, and the feeds."""

import base64
import gzip
import hashlib
import json
from xml.etree import ElementTree as ET

import pytest

from registry.activities.downloads import publish_register
from tests.conftest import AT
from tests.registry import in_turn as acts

pytestmark = pytest.mark.django_db
DAY = AT.date().isoformat()
PLAIN = f"/register/register-{DAY}.ndjson"


@pytest.fixture
def made(world, settings, tmp_path):
    settings.REGISTER_DIR = tmp_path
    acts.register(world)
    acts.suspend(world, acts.register(world, "mc-ee-002"))
    return publish_register(at=AT)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_page_lists_the_files_and_says_how_to_follow(made, client):
    page = client.get("/register/").content.decode()
    for file in made.files:
        assert f'href="/register/{file.name}"' in page
        assert f'href="/register/{file.name}.gz"' in page
    assert f"changes?after={made.cursor}" in page


def test_the_page_without_a_download_says_so(db, client, settings, tmp_path):
    settings.REGISTER_DIR = tmp_path / "none"
    assert "No download has been made yet" in client.get("/register/").content.decode()
    assert client.get("/register/manifest.json").json()["downloads"] == []
    assert client.get("/register/latest.ndjson").status_code == 404


def test_a_file_comes_plain_packed_or_encoded(made, client):
    file = next(f for f in made.files if f.format == "json")
    plain = client.get(PLAIN)
    raw = body(plain)
    assert hashlib.sha256(raw).hexdigest() == file.sha256
    assert int(plain["Content-Length"]) == len(raw) == file.size
    assert plain["Content-Type"] == "application/x-ndjson"
    packed = client.get(f"{PLAIN}.gz")
    packed_raw = body(packed)
    assert (packed["Content-Type"], gzip.decompress(packed_raw)) == ("application/gzip", raw)
    assert "Content-Encoding" not in packed
    encoded = client.get(PLAIN, headers={"accept-encoding": "br, gzip;q=0.8"})
    assert (encoded["Content-Encoding"], body(encoded)) == ("gzip", packed_raw)
    assert encoded["Content-Type"] == "application/x-ndjson"
    for answer in (plain, encoded):
        assert "Accept-Encoding" in answer["Vary"]
    refused = client.get(PLAIN, headers={"accept-encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused
    assert body(refused) == raw


def test_a_file_has_its_day_its_tag_and_its_digest(made, client):
    tags = set()
    for url, extra in ((PLAIN, {}), (PLAIN, {"accept-encoding": "gzip"}), (f"{PLAIN}.gz", {})):
        answer = client.get(url, headers=extra)
        raw = body(answer)
        digest = base64.b64encode(hashlib.sha256(raw).digest()).decode()
        assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
        assert "immutable" in answer["Cache-Control"]
        assert DAY in answer["Content-Disposition"]
        same = client.get(url, headers={**extra, "if-none-match": answer["ETag"]})
        assert (same.status_code, body(same), same["ETag"]) == (304, b"", answer["ETag"])
        head = client.head(url, headers=extra)
        assert (head.status_code, head["Content-Length"]) == (200, str(len(raw)))
        head.close()
        tags.add(answer["ETag"])
    # Plain and packed are different bytes; encoded and packed are the same.
    assert len(tags) == 2


def test_the_newest_has_an_address_that_stays(made, client):
    for end in ("ndjson", "ndjson.gz", "elm.ndjson", "elm.ndjson.gz"):
        answer = client.get(f"/register/latest.{end}")
        assert (answer.status_code, answer["Location"]) == (302, f"/register/register-{DAY}.{end}")


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "register-2020-01-01.ndjson",
        f"register-{DAY}.csv",
        "..%2fsecret.key",
        "manifest.json.gz",
    ],
)
def test_no_other_file_is_given_out(made, client, name):
    answer = client.get(f"/register/{name}")
    assert answer.status_code == 404


def test_the_manifest_says_what_a_program_needs(made, client):
    (row,) = client.get("/register/manifest.json").json()["downloads"]
    assert (row["date"], row["activities"], row["cursor"]) == (DAY, 2, str(made.cursor))
    for file in row["files"]:
        path = file["gzip_url"].removeprefix("http://localhost:8000")
        assert hashlib.sha256(body(client.get(path))).hexdigest() == file["gzip_sha256"]


def test_a_feed_reader_gets_the_newest_changes(made, client, world):
    answer = client.get("/register/changes.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries = ET.fromstring(answer.content).findall("a:entry", space)
    titles = [entry.find("a:title", space).text for entry in entries]
    assert titles == [
        "Suspended: Circular product development",
        "Registered: Circular product development",
        "Registered: Production data analysis with Python",
    ]
    ids = [entry.find("a:id", space).text for entry in entries]
    assert len(set(ids)) == 3


def test_every_line_is_one_json_document(made, client):
    for end in ("ndjson", "elm.ndjson"):
        for line in body(client.get(f"/register/register-{DAY}.{end}")).splitlines():
            assert isinstance(json.loads(line), dict)
