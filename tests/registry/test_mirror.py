"""Another register follows ours: a download, then the feed, and it holds what ours holds."""

import gzip
import json
import shutil
from urllib.parse import urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from registry.activities.downloads import publish_register
from registry.activities.models import Activity
from registry.common.errors import DomainError
from tests.conftest import AT
from tests.registry import in_turn as acts

pytestmark = pytest.mark.django_db
ACTS = ("suspend", "resume", "revise", "register", "end")


class Mirror:
    """What another register keeps; it speaks HTTP with ours and knows nothing else of it."""

    def __init__(self, client):
        self.client = client
        self.versions, self.stands = {}, {}
        newest = client.get("/register/manifest.json").json()["downloads"][0]
        (file,) = [f for f in newest["files"] if f["format"] == "json"]
        raw = b"".join(client.get(f"/register/{file['name']}.gz").streaming_content)
        for line in gzip.decompress(raw).decode().splitlines():
            row = json.loads(line)
            self.versions[row["id"], row["version"]] = (row["digest"], row["payload"])
            if row["current"]:
                self.stands[row["id"]] = (row["version"], row["state"])
        self.cursor = newest["cursor"]

    def follow(self):
        while True:
            url = f"/api/v1/changes?after={self.cursor}&limit=2"
            page = self.client.get(url).json()
            for row in page["results"]:
                key = (row["activity"], row["version"])
                if key not in self.versions:
                    whole = self.client.get(urlsplit(row["version_url"]).path).json()
                    assert whole["digest"] == row["digest"]
                    self.versions[key] = (whole["digest"], whole["payload"])
                self.stands[row["activity"]] = (row["version"], row["state"])
            self.cursor = page["next"]
            if not page["more"]:
                return


def catalogue(client):
    """Everything that our pages for programs say of every activity."""
    versions, stands = {}, {}
    for activity in Activity.objects.filter(registered_at__isnull=False):
        now = client.get(f"/activities/{activity.pk}.json").json()
        stands[now["id"]] = (now["version"], now["state"])
        for ref in now["versions"]:
            url = f"/activities/{activity.pk}/versions/{ref['version']}.json"
            whole = client.get(url).json()
            versions[now["id"], ref["version"]] = (whole["digest"], whole["payload"])
    return versions, stands


def act(world, rows, name, which):
    if name == "register":
        rows.append(acts.register(world, ("mc-ee-001", "mc-ee-002")[which % 2]))
        return
    row = Activity.objects.get(pk=rows[which % len(rows)].pk)
    try:
        if name == "revise":
            acts.revise(world, row, prerequisites=[f"Number {which}"])
        else:
            getattr(acts, name)(world, row)
    except DomainError:
        # Not in a state for this act: nothing happened.
        return


STEPS = st.tuples(st.sampled_from(ACTS), st.integers(0, 2))


@given(before=st.lists(STEPS, max_size=6), after=st.lists(STEPS, min_size=8, max_size=16))
@runs(
    max_examples=12,
    deadline=None,
    # The examples share a database: a smaller one tried later would begin elsewhere.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_mirror_of_download_and_feed_equals_the_catalogue(
    world, tmp_path, settings, before, after
):
    settings.REGISTER_DIR = tmp_path / "register"
    # The examples share a database: each begins with what those before it left, and a new file.
    shutil.rmtree(settings.REGISTER_DIR, ignore_errors=True)
    client, rows = Client(), [acts.register(world), acts.register(world, "mc-ee-002")]
    for name, which in before:
        act(world, rows, name, which)
    publish_register(at=AT)
    mirror = Mirror(client)
    for name, which in after:
        act(world, rows, name, which)
    mirror.follow()
    assert (mirror.versions, mirror.stands) == catalogue(client)


def test_a_mirror_may_begin_at_the_beginning(world, tmp_path, settings):
    settings.REGISTER_DIR = tmp_path
    publish_register(at=AT)
    client = Client()
    mirror, one = Mirror(client), acts.register(world)
    acts.revise(world, one, sectors=["ict"])
    acts.suspend(world, one)
    mirror.cursor = "0"
    mirror.follow()
    mirror.cursor = "0"
    mirror.follow()
    assert (mirror.versions, mirror.stands) == catalogue(client)
