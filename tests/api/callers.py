"""Programs that call the API: one for each person of a world."""

import json
from datetime import timedelta

from django.utils import timezone


class Caller:
    """Calls as one person, or as nobody."""

    def __init__(self, client, email=None):
        self._client, self.headers = client, {}
        if email is not None:
            from registry.accounts.models import User
            from registry.accounts.selectors import actor_for
            from registry.accounts.services import create_api_token

            user, at = User.objects.get(email=email), timezone.now()
            _, text = create_api_token(
                user=user, label="t", expires_at=at + timedelta(days=1), actor=actor_for(user),
                at=at,
            )  # fmt: skip
            self.headers = {"HTTP_AUTHORIZATION": f"Bearer {text}"}

    def get(self, path, **query):
        return self._client.get(f"/api/v1/{path}", query, **self.headers)

    def follow(self, address):
        return self._client.get(address, **self.headers)

    def post(self, path, body=None):
        return self._send("post", path, body)

    def patch(self, path, body):
        return self._send("patch", path, body)

    def delete(self, path):
        return self._client.delete(f"/api/v1/{path}", **self.headers)

    def call(self, method, address, body=None):
        """Any method at any address: a body is sent as JSON, or as a form if it holds a file."""
        if body is None:
            return getattr(self._client, method)(address, **self.headers)
        if any(hasattr(value, "read") for value in body.values()):
            return getattr(self._client, method)(address, body, **self.headers)
        send, text = getattr(self._client, method), json.dumps(body)
        return send(address, text, content_type="application/json", **self.headers)

    def _send(self, method, path, body):
        send = getattr(self._client, method)
        text = json.dumps(body or {})
        return send(f"/api/v1/{path}", text, content_type="application/json", **self.headers)


def ok(answer, status=200):
    """The body of an answer that is as expected."""
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def refused(answer, status, code):
    """The problem that a refusal tells, with its stable code."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:registry:problem:{code}"
    return answer.json()
