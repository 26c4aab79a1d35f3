"""Submit → review → award → share → verify by page, API and command line; then one flipped byte."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from registry.accounts.models import User
from registry.accounts.selectors import actor_for
from registry.accounts.services import create_api_token
from tests.conftest import ROOT, activity_row

pytestmark = pytest.mark.django_db
AWARD = "/api/v1/awards"


def token(email):
    user, at = User.objects.get(email=email), timezone.now()
    _, text = create_api_token(
        user=user, label="t", expires_at=at + timedelta(days=1), actor=actor_for(user), at=at
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def post(client, path, body, who, **headers):
    return client.post(path, json.dumps(body), content_type="application/json", **who, **headers)


def by_page(client, raw):
    page = client.post("/verify", {"text": raw.decode("utf-8", "replace")}).content.decode()
    return re.search(r"verdict verdict-(\w+)", page)[1]


def by_api(client, raw):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post("/api/v1/verifications", {"file": SimpleUploadedFile("c.json", raw)})
    assert answer.status_code == 200
    return answer.json()["verdict"]


def by_command(raw, trust, folder):
    (folder / "c.json").write_bytes(raw)
    (folder / "trust.json").write_bytes(trust)
    arguments = ["--trust", str(folder / "trust.json"), str(folder / "c.json")]
    done = subprocess.run(
        [sys.executable, "-m", "credentials", "verify", "--json", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    verdict = json.loads(done.stdout)["verdict"]
    assert {"VALID": 0, "INVALID": 1, "INDETERMINATE": 2}[verdict] == done.returncode
    return verdict


def test_from_a_draft_to_three_equal_verdicts(world, client, tmp_path):
    registrar, issuer = token("registrar@example.org"), token("issuer@example.org")
    reviewer, learner = token("reviewer@example.org"), token("learner@example.org")
    payload, row = activity_row("mc-ee-001")
    draft = {"institution": "kalda", "framework": row["framework"], "route": row["route"]}
    made = post(client, "/api/v1/activities", draft | {"payload": payload}, registrar)
    assert made.status_code == 201, made.content
    activity = made.json()["id"]
    assert client.get(f"/activities/{activity}/").status_code == 404

    assert post(client, f"/api/v1/activities/{activity}/submit", {}, registrar).status_code == 200
    assert client.get("/api/v1/reviews", **reviewer).json()["results"][0]["id"] == activity
    decision = {"activity": activity, "decision": "REGISTER"}
    assert post(client, "/api/v1/reviews", decision, registrar).status_code == 403
    assert post(client, "/api/v1/reviews", decision, reviewer).status_code == 201
    assert post(client, "/api/v1/reviews", decision, reviewer).status_code == 409
    assert client.get(f"/activities/{activity}/").status_code == 200

    person = {"full_name": "Ελένη Καραγιάννη", "email": "learner@example.org"}
    order = {"activity": activity, "recipient": person}
    order["awarded_on"] = timezone.now().date().isoformat()
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}
    first = post(client, AWARD, order, issuer, **key)
    again = post(client, AWARD, order, issuer, **key)
    assert first.status_code == 201, first.content
    assert first.json() == again.json()
    award = first.json()["id"]
    raw = client.get(f"{AWARD}/{award}/credential", **issuer).content
    assert client.get(f"{AWARD}/{award}", **token("stranger@example.org")).status_code == 404

    end = (timezone.now() + timedelta(days=7)).isoformat()
    shared = post(client, "/api/v1/shares", {"award": award, "expires_at": end}, learner)
    assert shared.status_code == 201, shared.content
    url = shared.json()["url"]
    path = "/s/" + url.rpartition("/")[2]
    page = client.get(path)
    assert "verdict-VALID" in page.content.decode()
    assert page["X-Robots-Tag"].startswith("noindex")
    assert client.get(f"{path}/credential.json").content == raw
    by_link = post(client, "/api/v1/verifications", {"url": url}, {}).json()
    assert (by_link["verdict"], by_link["verified"]) == ("VALID", True)

    trust = client.get("/trust.json").content
    verdicts = {by_page(client, raw), by_api(client, raw), by_command(raw, trust, tmp_path)}
    assert verdicts == {"VALID"}
    wrapped = {"verifiableCredential": json.loads(raw)}
    assert post(client, "/credentials/verify", wrapped, {}).status_code == 200

    for place in range(7, len(raw), max(1, len(raw) // 12)):
        bad = bytearray(raw)
        bad[place] ^= 1
        bad = bytes(bad)
        assert by_api(client, bad) == "INVALID", place
        assert by_page(client, bad) == "INVALID", place
        assert by_command(bad, trust, tmp_path) == "INVALID", place

    share = shared.json()["id"]
    assert client.delete(f"/api/v1/shares/{share}", **learner).status_code == 204
    closed, unknown = client.get(path), client.get("/s/" + "x" * 43)
    assert closed.status_code == unknown.status_code == 404

    def bare(page):
        return re.sub(
            r'(name="(csrfmiddlewaretoken|next)" value=)"[^"]*"', r"\1", page.content.decode()
        )

    assert bare(closed) == bare(unknown)
