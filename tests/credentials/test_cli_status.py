"""The command line with status lists in hand, and with what a wallet shows."""

import json

import pytest

from credentials import cli
from credentials.identifiers import did_document
from credentials.proofs import sd_jwt
from credentials.status import token
from tests.credentials.envelopes.test_sd_jwt import issued
from tests.credentials.verify.test_status import URL, credential, entry, made, status_token
from tests.credentials.world import Issuer

AT = ["--at", "2026-03-02T10:00:00Z"]


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def run(tmp_path, issuer, capsys):
    trust = did_document(issuer.did, [issuer.sources.methods[issuer.method]])
    (tmp_path / "trust.json").write_text(json.dumps(trust))

    def act(raw, *lists, command="verify"):
        (tmp_path / "credential").write_bytes(raw)
        words = [command, str(tmp_path / "credential")]
        if command == "verify":
            words += ["--trust", str(tmp_path / "trust.json"), *AT]
        for number, one in enumerate(lists):
            (tmp_path / f"list{number}").write_bytes(one)
            words += ["--status", str(tmp_path / f"list{number}")]
        code = cli.main(words)
        return code, capsys.readouterr()

    return act


def test_lists_are_given_as_files(run, issuer):
    raw = credential(issuer, entry())
    other = made(issuer, f"{URL}0", bits=[7])
    assert run(raw)[0] == 2
    assert run(raw, other)[0] == 2
    assert run(raw, other, made(issuer))[0] == 0
    code, said = run(raw, made(issuer, bits=[7]))
    assert (code, "status.revoked" in said.out) == (1, True)


def test_a_file_that_is_no_list_is_the_callers_mistake(run, issuer):
    code, said = run(credential(issuer, entry()), b"<html>")
    assert (code, said.out) == (cli.USAGE, "")
    assert "status list" in said.err


def test_what_a_wallet_shows(run, issuer):
    text = issued(issuer, status=token.entry_for(URL, index=5))
    shown = sd_jwt.present(text, [("familyName",)]).encode()
    code, said = run(shown, status_token(issuer))
    assert (code, "status.revoked" in said.out) == (1, True)
    clear = issued(issuer, status=token.entry_for(URL, index=1)).encode()
    code, said = run(clear, status_token(issuer))
    assert code == 0
    assert "Data protection" in said.out
    assert "2026-03-02T10:00:00Z" in said.out


def test_inspecting_shows_what_is_hidden_and_believes_nothing(run, issuer):
    code, said = run(issued(issuer).encode(), command="inspect")
    assert code == 0
    assert said.out.startswith("UNVERIFIED")
    whole = json.loads(said.out.partition("\n")[2])
    assert whole["header"]["typ"] == "dc+sd-jwt"
    assert "Καραγιάννη" in [row[-1] for row in whole["disclosures"]]
