"""Signing in: by code, by password, with a second proof; and what must not work."""

import hashlib
import re

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from registry.accounts import sealing, services
from registry.accounts.models import User
from registry.accounts.selectors import actor_for
from registry.common.errors import NotAllowed
from registry.common.models import AuditEvent
from tests.conftest import AT
from tests.web.forms import Page

pytestmark = pytest.mark.django_db
LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
RIGHT = {"login": "registrar@example.org", "password": "pw-of-tests"}


@pytest.fixture(autouse=True)
def no_tries_counted():
    """The limits count in the cache, and here every test is another person."""
    cache.clear()
    yield
    cache.clear()


def code_in(message):
    return re.search(r"^\s*([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\s*$", message.body, re.MULTILINE)[1]


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_code_by_mail_signs_in(world, client):
    page = client.get(LOGIN).content.decode()
    assert CODE in page
    sent = client.post(CODE, {"email": "registrar@example.org", "next": "/desk/"})
    assert sent["Location"].startswith(CONFIRM)
    assert not signed_in(client)
    (message,) = mail.outbox
    assert message.to == ["registrar@example.org"]
    assert "testserver" not in message.body + message.subject
    assert "http://localhost:8000" in message.body
    form = client.get(sent["Location"]).content.decode()
    assert "ten minutes" in form
    done = client.post(CONFIRM, {"code": code_in(message), "next": "/desk/"})
    assert done["Location"] == "/desk/"
    assert signed_in(client)


def test_a_wrong_code_doesnt_and_three_of_them_end_it(world, client):
    client.post(CODE, {"email": "registrar@example.org"})
    right = code_in(mail.outbox[0])
    for _number in range(3):
        client.post(CONFIRM, {"code": "AAAA-AAAA"})
        assert not signed_in(client)
    client.post(CONFIRM, {"code": right})
    assert not signed_in(client)


def test_a_code_is_good_in_the_browser_that_asked_for_it_only(world, client):
    client.post(CODE, {"email": "registrar@example.org"})
    other = Client()
    other.post(CODE, {"email": "issuer@example.org"})
    other.post(CONFIRM, {"code": code_in(mail.outbox[0])})
    assert not signed_in(other)


def answers(path, data):
    client = Client()
    first = client.post(path, data)
    page = client.get(first["Location"]).content.decode() if first.status_code == 302 else ""
    page = page or first.content.decode()
    return first.status_code, re.sub(r"csrfmiddlewaretoken[^>]*|[\w.]+@example\.org", "", page)


@pytest.mark.parametrize(
    ("path", "name"), [(CODE, "email"), ("/accounts/password/reset/", "email")]
)
def test_an_address_without_an_account_gets_the_same_answer(world, path, name):
    known = answers(path, {name: "registrar@example.org"})
    unknown = answers(path, {name: "nobody@example.org"})
    assert known == unknown
    assert [message.to[0] for message in mail.outbox] == [
        "registrar@example.org",
        "nobody@example.org",
    ]
    assert "no account for it" in mail.outbox[1].body


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(world):
    known = answers(LOGIN, RIGHT | {"password": "wrong"})
    unknown = answers(LOGIN, {"login": "nobody@example.org", "password": "wrong"})
    assert known == unknown


def test_the_session_of_before_isnt_the_session_of_after(world, client):
    client.post("/i18n/setlang/", {"language": "fr"})
    session = client.session
    session["planted"] = "x"
    session.save()
    before = client.session.session_key
    client.post(LOGIN, RIGHT)
    assert signed_in(client)
    assert client.session.session_key != before
    assert Client(HTTP_COOKIE=f"sessionid={before}").get("/desk/").status_code == 302


def test_after_five_wrong_passwords_even_the_right_one_waits(world, client):
    for _number in range(5):
        assert client.post(LOGIN, RIGHT | {"password": "wrong"}).status_code == 200
    answer = client.post(LOGIN, RIGHT)
    assert not signed_in(client)
    assert answer.status_code in {200, 429}
    assert "Too many" in answer.content.decode()
    assert client.post(LOGIN, {"login": "issuer@example.org", "password": "pw-of-tests"})


def test_codes_arent_sent_without_end(world, client):
    for _number in range(6):
        answer = Client().post(CODE, {"email": "registrar@example.org"})
    assert len(mail.outbox) == 3
    assert "Too many" in answer.content.decode()


def test_a_limit_that_is_reached_has_a_page(world):
    path = "/accounts/2fa/webauthn/login/"
    statuses = [Client().post(path, {"credential": "{}"}).status_code for _number in range(11)]
    assert statuses[9:] == [302, 429]
    assert "Too many tries" in Client().post(path, {"credential": "{}"}).content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "https://localhost/desk/",
        "http://testserver/desk/",
        "\x08//evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(world, target):
    client = Client()
    answer = client.post(LOGIN, RIGHT | {"next": target})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    client = Client()
    client.post(CODE, {"email": "registrar@example.org", "next": target})
    answer = client.post(CONFIRM, {"code": code_in(mail.outbox[-1]), "next": target})
    assert answer["Location"] == "/"
    out = client.post("/accounts/logout/", {"next": target})
    assert out["Location"] == "/"


def test_a_path_of_our_own_is_gone_on_to(world, client):
    page = Page(client.get(f"{LOGIN}?next=/desk/import").content.decode())
    forms = [form for form in page.forms if ["next", "/desk/import"] in form["fields"]]
    assert len(forms) == 2
    assert (
        f"{CODE}?next=%2Fdesk%2Fimport" in page.links or f"{CODE}?next=/desk/import" in page.links
    )
    assert client.post(LOGIN, RIGHT | {"next": "/desk/import"})["Location"] == "/desk/import"


@pytest.mark.parametrize(
    "path",
    [LOGIN, CODE, CONFIRM, "/accounts/logout/", "/accounts/password/reset/", "/desk/institution",
     "/desk/import", "/desk/activities/new", "/accounts/2fa/webauthn/login/"],
)  # fmt: skip
def test_a_form_without_its_token_is_refused(world, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email="registrar@example.org"))
    assert client.post(path, RIGHT).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/confirm-email/x/",
        "/accounts/2fa/webauthn/signup/",
    ],
)
def test_nobody_signs_up_by_themselves(world, client, path):
    answer = client.post(
        path, {"email": "new@example.org", "password1": "a-Long-one-9", "password2": "a-Long-one-9"}
    )
    assert answer.status_code in {404, 405}
    assert not User.objects.filter(email="new@example.org").exists()


def app_code(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def confirmed_again(client):
    client.post("/accounts/reauthenticate/", {"password": "pw-of-tests"})


def with_app(client):
    """An authenticator app for the signed-in person, by the pages; its secret."""
    confirmed_again(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code class=\"link\">(\w+)</code>", page)[1]
    done = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    assert done.status_code == 302, done.content.decode()
    return secret


def test_an_authenticator_app_is_asked_for_and_its_seed_is_sealed(
    world, client, rf, django_capture_on_commit_callbacks
):
    client.post(LOGIN, RIGHT)
    # What follows a commit runs inside of the request that made it.
    with request_context(rf.get("/")), django_capture_on_commit_callbacks(execute=True):
        secret = with_app(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert sealing.unseal(kept) == secret
    assert any("An authenticator app was added" in message.body for message in mail.outbox)
    acts = list(AuditEvent.objects.filter(subject_type="user").values_list("act", flat=True))
    assert "user.authenticator_added" in acts
    other = Client()
    first = other.post(LOGIN, RIGHT | {"next": "/desk/"})
    assert first["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(other)
    assert "second proof" in other.get(first["Location"]).content.decode()
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert not signed_in(other)
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    (one, *_more) = re.findall(r"<li><code>(\d+)</code></li>", codes)
    other.post("/accounts/2fa/authenticate/", {"code": one})
    assert signed_in(other)
    third = Client()
    third.post(LOGIN, RIGHT)
    third.post("/accounts/2fa/authenticate/", {"code": one})
    assert not signed_in(third)


def test_a_code_by_mail_alone_isnt_enough_where_a_second_proof_is_set(world, client):
    client.post(LOGIN, RIGHT)
    with_app(client)
    other = Client()
    other.post(CODE, {"email": "registrar@example.org"})
    code = next(code_in(m) for m in reversed(mail.outbox) if "code" in m.subject)
    answer = other.post(CONFIRM, {"code": code})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(other)


def test_a_password_is_forgotten_and_chosen_anew(world, client):
    client.post("/accounts/password/reset/", {"email": "registrar@example.org"})
    confirmed = client.post("/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])})
    page = client.get(confirmed["Location"]).content.decode()
    assert "A new password" in page
    new = {"password1": "a-Long-one-9", "password2": "a-Long-one-9"}
    done = client.post("/accounts/password/reset/complete/", new)
    assert done["Location"] == "/accounts/password/reset/done/"
    assert not signed_in(client)
    assert client.post(LOGIN, RIGHT).status_code == 200
    client.post(LOGIN, RIGHT | {"password": "a-Long-one-9"})
    assert signed_in(client)
    assert AuditEvent.objects.filter(act="user.password_reset").count() == 1


def test_a_weak_password_is_refused_at_its_field(world, client):
    client.post(LOGIN, RIGHT)
    weak = {"oldpassword": "pw-of-tests", "password1": "12345678", "password2": "12345678"}
    answer = client.post("/accounts/password/change/", weak)
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    assert page.ids["id_password1"]["aria-invalid"] == "true"
    assert page.ids["id_password1"]["aria-describedby"].split()[-1] in page.ids


PAGES = [
    "/me/security/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
]
OPEN = [
    LOGIN,
    CODE,
    "/accounts/password/reset/",
    "/accounts/inactive/",
    "/accounts/password/reset/done/",
]


@pytest.mark.parametrize("path", [*PAGES, *OPEN])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_account_page_has_the_look_of_the_house(world, client, path, language):
    if path in PAGES:
        client.post(LOGIN, RIGHT)
        confirmed_again(client)
        if "recovery" in path:
            with_app(client)
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200, answer.get("Location")
    html = answer.content.decode()
    assert 'class="top"' in html
    assert f'<html lang="{language}">' in html
    assert html.count("<h1>") == 1
    for script in re.findall(r"<script[^>]*>", html):
        assert 'src="/static/' in script or 'type="application/json"' in script
    assert "'unsafe" not in answer["Content-Security-Policy"]
    Page(html)


def test_the_account_page_asks_little(world, client, django_assert_max_num_queries):
    client.post(LOGIN, RIGHT)
    with_app(client)
    with django_assert_max_num_queries(7):
        client.get("/me/security/")
    for path in ("/accounts/2fa/", "/accounts/2fa/webauthn/"):
        assert client.get(path)["Location"] == "/me/security/"


def test_changing_how_one_signs_in_asks_again_after_a_while(world, client):
    client.post(LOGIN, RIGHT)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for path in ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        answer = client.get(path)
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    again = {"password": "pw-of-tests", "next": "/accounts/2fa/totp/activate/"}
    answer = client.post("/accounts/reauthenticate/", again)
    assert answer["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get(answer["Location"]).status_code == 200


def test_a_seal_opens_with_its_own_key_only(settings):
    sealed = sealing.seal("JBSWY3DPEHPK3PXP")
    assert sealing.unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert sealing.seal("JBSWY3DPEHPK3PXP") != sealed
    for broken in ("plain", "sealed1.", "sealed1.AAAA", sealed[:-2], sealed[:-1] + "!"):
        with pytest.raises(sealing.SecretUnavailable):
            sealing.unseal(broken)
    settings.REGISTRY_MASTER_KEY = "_" * 43
    with pytest.raises(sealing.SecretUnavailable):
        sealing.unseal(sealed)
    settings.REGISTRY_MASTER_KEY = "!"
    with pytest.raises(sealing.SecretUnavailable):
        sealing.seal("x")
    assert hashlib.sha256(sealed.encode()).digest()


def test_nobody_enters_an_act_for_another(world):
    user = User.objects.get(email="issuer@example.org")
    with pytest.raises(NotAllowed):
        services.record_security_act(
            user=user, act="user.password_set", actor=world.registrar, at=AT
        )
    services.record_security_act(user=user, act="user.password_set", actor=actor_for(user), at=AT)
