"""Tokens as nobody honest makes them: any header, any payload, any signature."""

import hashlib
import hmac
import json

from credentials.encoding import b64url_decode, b64url_encode, canonicalize, parse_json
from credentials.keys import ALGORITHMS, Algorithm, PrivateKey
from credentials.verify import OFFLINE, verify
from tests.credentials.world import AT, Issuer

RSA_KEY = PrivateKey.generate(Algorithm.RSA)


def part(value):
    """One part of a token, from bytes, text or JSON."""
    if not isinstance(value, bytes | str):
        value = json.dumps(value, ensure_ascii=False)
    return b64url_encode(value.encode() if isinstance(value, str) else value)


def forge(header, payload, sign):
    """A token; ``sign`` is a key, or takes the signed bytes and gives the signature."""
    signed = f"{part(header)}.{part(payload)}".encode()
    signature = (sign.sign if isinstance(sign, PrivateKey) else sign)(signed)
    return signed + b"." + b64url_encode(signature).encode()


def taken_apart(raw):
    """Header, payload and signature of a token."""
    head, body, tail = raw.decode().split(".")
    return parse_json(b64url_decode(head)), parse_json(b64url_decode(body)), b64url_decode(tail)


def hmac_with(secret, digest=hashlib.sha256):
    """What a library makes of a public key when the header says HS256."""
    return lambda signed: hmac.new(secret, signed, digest).digest()


def report_on(raw, issuer, **options):
    options = {"at": AT, "policy": OFFLINE} | options
    return verify(raw, sources=issuer.sources, **options)


def codes(report):
    return {finding.code for finding in report.findings}


class Tokens:
    """An issuer, one honest token of theirs, and changes to it, signed anew by their own key."""

    def __init__(self, suite="vc+jwt", algorithm=Algorithm.ED25519, did=None):
        self.issuer = Issuer(algorithm=algorithm) if did is None else Issuer(did, algorithm)
        self.suite = suite
        self.raw = self.issuer.issue(suite)
        self.header, self.payload, self.signature = taken_apart(self.raw)

    def changed(self, *, header=None, payload=None, sign=None, drop=()):
        """The token with other members, signed again by the issuer (or by ``sign``)."""
        head = {**self.header, **(header or {})}
        body = {**self.payload, **(payload or {})}
        for name in drop:
            head.pop(name, None)
            body.pop(name, None)
        return forge(head, body, sign or self.issuer.key)

    def verdict(self, raw, **options):
        return report_on(raw, self.issuer, **options)


def jws_of(algorithm):
    return ALGORITHMS[algorithm].jws


def enveloped(token, media_type="application/vc+jwt", **members):
    """An EnvelopedVerifiableCredential round a token."""
    return canonicalize(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:{media_type},{token.decode()}",
        }
        | members
    )
