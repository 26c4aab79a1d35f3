"""The log under /ledger/: static bytes for any cache, and what is said of it to people."""

import json
from datetime import timedelta

import pytest

from credentials import cli
from credentials.errors import NotFound
from credentials.merkle import Tile
from credentials.merkle.notes import open_checkpoint
from credentials.monitor import Mirror, look
from registry.ledger import selectors
from registry.ledger.services import publish_checkpoint
from registry.sharing.services import create_share
from tests.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(award):
    """What is published after one award."""
    return publish_checkpoint(at=AT)


def test_the_checkpoint_is_served_as_it_was_signed(log, client):
    answer = client.get("/ledger/checkpoint")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Cache-Control"] == "public, max-age=5"
    assert open_checkpoint(answer.content, log=selectors.verifier())[0] == log


@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_are_the_same_for_everybody(log, client, language):
    client.login(email="learner@example.org", password="pw-of-tests")
    path = Tile(0, 0, log.size).path
    answer = client.get(f"/ledger/{path}", HTTP_ACCEPT_LANGUAGE=language)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not {"Vary", "Content-Language", "X-Plain-File", "Set-Cookie"} & set(answer.headers)
    assert len(answer.content) == 32 * log.size


def test_who_has_the_bytes_is_sent_none(log, client):
    for path in ("checkpoint", Tile(0, 0, log.size).path, Tile(None, 0, log.size).path):
        first = client.get(f"/ledger/{path}")
        again = client.get(f"/ledger/{path}", HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
        assert "Vary" not in again
        other = client.get(f"/ledger/{path}", HTTP_IF_NONE_MATCH='"other"')
        assert other.content == first.content
        head = client.head(f"/ledger/{path}")
        assert (head.content, head["ETag"]) == (b"", first["ETag"])


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/1",
        "tile/0/000.p/256",
        "tile/7/000",
        "tile/entries/999",
        "tile/0/../../checkpoint",
        "tile/%2e%2e/checkpoint",
        "tile/0/000.p/1/x",
        "tile/0/000%00",
    ],
)
def test_what_is_not_there_is_404_and_remembered_by_no_cache(log, client, path):
    answer = client.get(f"/ledger/{path}")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert answer["Content-Type"].startswith("text/plain")


def test_nothing_is_published_yet(world, client):
    assert client.get("/ledger/checkpoint").status_code == 404
    assert "Nothing is published yet" in client.get("/ledger/").content.decode()


def test_only_reading(log, client):
    assert client.post("/ledger/checkpoint").status_code == 405
    assert client.delete("/ledger/tile/0/000").status_code == 405


def test_files_out_of_reach_are_no_404(log, client, ledger_folder):
    path = ledger_folder / "checkpoint"
    path.unlink()
    path.mkdir()
    answer = client.get("/ledger/checkpoint")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Cache-Control"] == "no-store"


class Site:
    """The registry's own addresses as a monitor reads them."""

    def __init__(self, client):
        self._client = client

    def get(self, path):
        answer = self._client.get(f"/ledger/{path}")
        if answer.status_code == 404:
            raise NotFound("monitor.tile_missing", path)
        return answer.content


def test_a_monitor_follows_what_is_served(world, registered, client, tmp_path):
    from tests.registry import acts

    mirror = Mirror(tmp_path / "state", selectors.verifier())
    for number in range(4):
        at = AT + timedelta(minutes=number)
        acts.award(world, registered, at=at)
        size = publish_checkpoint(at=at).size
        came = look(Site(client), mirror, at=at, recheck=None)
        assert (came.alarms, came.checkpoint.size) == ((), size)
    assert b"Sukmawati" not in b"".join(
        path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()
    )


def test_from_the_link_to_the_check_without_us(
    award, lists_of_today, world, client, tmp_path, capsys
):
    _, token = create_share(
        award=award, expires_at=AT + timedelta(days=700), actor=world.learner, at=AT
    )
    page = client.get(f"/s/{token}").content.decode()
    assert "inclusion.pending" in page
    assert f"/s/{token}/credential.tlog-proof" not in page
    assert client.get(f"/s/{token}/credential.tlog-proof").status_code == 404
    publish_checkpoint(at=AT)
    page = client.get(f"/s/{token}").content.decode()
    assert "inclusion.proven" in page
    assert "Entry " in page
    names = {"json": "credential.json", "tlog-proof": "credential.tlog-proof"}
    for name in names.values():
        answer = client.get(f"/s/{token}/{name}")
        assert answer["Cache-Control"] == "no-store"
        (tmp_path / name).write_bytes(answer.content)
    (tmp_path / "trust.json").write_bytes(client.get("/trust.json").content)
    code = cli.main(
        ["verify", str(tmp_path / "credential.json"), "--trust", str(tmp_path / "trust.json"),
         "--policy", "strict"]
    )  # fmt: skip
    said = capsys.readouterr().out
    assert (code, "inclusion.proven" in said) == (0, True), said
    assert client.get("/s/other/credential.tlog-proof").status_code == 404


def test_the_learner_and_the_desk_have_the_proof(award, client, world):
    publish_checkpoint(at=AT)
    path = f"/me/awards/{award.pk}/credential.tlog-proof"
    assert client.get(path).status_code == 302
    client.login(email="learner@example.org", password="pw-of-tests")
    assert path in client.get("/me/").content.decode()
    assert client.get(path).content.startswith(b"c2sp.org/tlog-proof@v1\n")
    client.login(email="stranger@example.org", password="pw-of-tests")
    assert client.get(path).status_code == 404


def test_the_api_shows_inclusion_with_its_evidence(log, award, client):
    body = json.dumps({"credential": json.loads(bytes(award.secured))})
    answer = client.post("/api/v1/verifications", body, content_type="application/json").json()
    (finding,) = [f for f in answer["findings"] if f["check"] == "inclusion"]
    assert finding["outcome"] == "PASSED"
    assert finding["params"]["size"] == str(log.size)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_how_to_watch(log, client, language):
    page = client.get("/ledger/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert str(selectors.verifier()) in page.replace("&#x2B;", "+").replace("&#43;", "+")
    assert "credentials monitor" in page
    assert f'<html lang="{language}">' in page
