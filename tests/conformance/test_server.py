"""The conformance server, walked over HTTPS as the public suites walk it."""

from __future__ import annotations

import copy
import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from credentials.status.bitstring import MIN_ENTRIES
from tests.conftest import ROOT

V2 = "https://www.w3.org/ns/credentials/v2"
SUITES = (
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "ecdsa-rdfc-2019-p256",
    "ecdsa-rdfc-2019-p384",
    "ecdsa-jcs-2019-p256",
    "ecdsa-jcs-2019-p384",
    "enveloped",
    "status",
)


class Site:
    """The server, and who issues there."""

    def __init__(self, base, ids):
        self.base, self.ids = base, ids
        # Its certificate is signed by itself; the suites don't check it either.
        self._tls = ssl._create_unverified_context()

    def call(self, path, body=None):
        url = path if path.startswith("https:") else self.base + path
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self._tls, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            told = error.read()
            return error.code, json.loads(told) if told.startswith(b"{") else {}

    def issuer(self, suite):
        curve = "p256" if "sd-2023" in suite else suite.rpartition("-")[2]
        return self.ids.get(curve, self.ids["ed"])

    def issued(self, suite, issuer=None, options=None, **changes):
        document = {
            "@context": [V2],
            "type": ["VerifiableCredential"],
            "issuer": issuer or self.issuer(suite),
            "credentialSubject": {"id": "did:example:alice"},
        }
        body = {"credential": document | changes, "options": options or {}}
        return self.call(f"/{suite}/credentials/issue", body)

    def verified(self, credential):
        return self.call("/credentials/verify", {"verifiableCredential": credential})


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = ("SECRET_KEY", "REGISTRY_MASTER_KEY", "LEDGER_KEY", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in names}
    ids = tmp_path_factory.mktemp("conformance") / "ids.json"
    command = [sys.executable, "-m", "conformance.server", str(port), str(ids)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline()
        assert said.startswith(f"https://localhost:{port} "), said
        yield Site(said.split()[0], json.loads(ids.read_text()))
        server.terminate()
        assert server.wait(timeout=20) == 0


@pytest.mark.parametrize("suite", SUITES)
def test_each_suite_is_issued_and_verified(site, suite):
    status, made = site.issued(suite)
    assert status == 201, made
    credential = made["verifiableCredential"]
    status, told = site.verified(credential)
    assert (status, told["verified"]) == (200, True), told
    bad = copy.deepcopy(credential)
    if suite == "enveloped":
        bad["id"] = bad["id"][:-8] + "AAAAAAAA"
    else:
        bad["credentialSubject"]["id"] += "x"
    status, told = site.verified(bad)
    assert status == 400
    assert told["verified"] is False
    assert "proof.invalid_signature" in [row["title"] for row in told["problemDetails"]]


def test_a_credential_of_the_data_model_1_1(site):
    v1 = {"@context": ["https://www.w3.org/2018/credentials/v1"]}
    status, made = site.issued("eddsa-rdfc-2022", **v1, issuanceDate="2023-01-01T00:00:00Z")
    assert status == 201
    assert site.verified(made["verifiableCredential"])[0] == 200


def test_what_the_data_model_allows_is_signed_and_no_more(site):
    status, made = site.issued("eddsa-rdfc-2022", validUntil="2020-01-01T00:00:00Z")
    assert status == 201
    status, told = site.verified(made["verifiableCredential"])
    assert (status, told["problemDetails"][0]["title"]) == (400, "validity.expired")
    for changes in (
        {"issuer": site.ids["p256"]},
        {"validFrom": "2030-01-01T00:00:00Z", "validUntil": "2029-01-01T00:00:00Z"},
        {"unheardOf": 1},
        {"credentialSubject": {}},
        {"proof": {}},
    ):
        status, told = site.issued("eddsa-rdfc-2022", **changes)
        assert status == 400, changes
        assert told["problemDetails"]


def test_the_list_of_a_status_is_published_and_verifies(site):
    entry = site.issued("status")[1]["verifiableCredential"]["credentialStatus"]
    assert int(entry["statusListIndex"]) < MIN_ENTRIES
    status, listed = site.call(entry["statusListCredential"])
    assert status == 200
    assert "BitstringStatusListCredential" in listed["type"]
    assert site.verified(listed)[0] == 200


def test_a_holder_shows_a_part_of_what_was_signed(site):
    subject = {"id": "did:example:alice", "name": "Alice", "description": "Kept to herself"}
    options = {"mandatoryPointers": ["/issuer"]}
    assert site.issued("ecdsa-sd-2023", site.ids["ed"])[0] == 400
    status, made = site.issued("ecdsa-sd-2023", options=options, credentialSubject=subject)
    assert status == 201, made
    base = made["verifiableCredential"]
    assert site.verified(base)[0] == 400, "a base proof is the holder's alone"
    ask = {
        "verifiableCredential": base,
        "options": {"selectivePointers": ["/credentialSubject/name"]},
    }
    status, shown = site.call("/credentials/derive", ask)
    assert status == 201, shown
    shown = shown["verifiableCredential"]
    assert shown["credentialSubject"] == {"id": "did:example:alice", "name": "Alice"}
    assert site.verified(shown)[0] == 200
    shown["credentialSubject"]["name"] = "Bob"
    assert site.verified(shown)[0] == 400
    ask["options"]["selectivePointers"] = ["/credentialSubject/nothing"]
    assert site.call("/credentials/derive", ask)[0] == 400


@pytest.mark.parametrize("body", [[], {}, {"credential": "x"}, {"credential": None}])
def test_other_bodies_are_refused(site, body):
    assert site.call("/eddsa-rdfc-2022/credentials/issue", body)[0] == 400
    assert site.call("/credentials/derive", body)[0] == 400


def test_nobody_issues_under_another_name(site):
    assert site.call("/nobody/credentials/issue", {"credential": {}})[0] == 404
