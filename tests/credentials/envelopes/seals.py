"""A small authority, and seals that it stands behind: made anew at each run."""

import base64
import hashlib
import json
from datetime import UTC, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

from credentials.encoding import b64url_encode, canonicalize
from credentials.profiles import elm
from credentials.verify import PinnedSources
from tests.credentials.world import AT, FACTS

HOLDER = "NTREE-12345678"


def name(common, organization=None):
    rows = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organization:
        rows.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organization))
    return x509.Name(rows)


def certificate(
    subject, issuer, public, signer, *, ca=False, start=None, end=None, more=(), path=None
):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start or AT - timedelta(days=100))
        .not_valid_after(end or AT + timedelta(days=100))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path), critical=True)
    )
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, hashes.SHA256())


class Authority:
    """A root, an authority under it, and one institution's certificate."""

    def __init__(self, *, key=None, holder=HOLDER, **leaf):
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.sub_key = ec.generate_private_key(ec.SECP256R1())
        self.key = key or rsa.generate_private_key(65537, 2048)
        root, sub = name("Root"), name("Authority")
        self.root = certificate(root, root, self.root_key.public_key(), self.root_key, ca=True)
        self.sub = certificate(sub, root, self.sub_key.public_key(), self.root_key, ca=True)
        self.leaf = certificate(
            name("Seal", holder), sub, self.key.public_key(), self.sub_key, **leaf
        )

    def trust(self, *, start=None, end=None, of=None):
        row = {
            "certificate": b64(der(of or self.root)),
            "name": "Root",
            "from": start,
            "until": end,
        }
        return PinnedSources([{"certificates": [row]}])

    def sign(self, data):
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def seal(self, document=None, *, plain=True, unsigned=None, pool=True, **changes):
        """A sealed document: ``changes`` are members of the protected header, None leaves out."""
        body = DOCUMENT if document is None else document
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        header = {
            "alg": "RS256" if isinstance(self.key, rsa.RSAPrivateKey) else "ES256",
            "typ": "jose+json",
            "x5c": [b64(der(self.leaf))],
            "x5t#S256": b64url_encode(hashlib.sha256(der(self.leaf)).digest()),
            "iat": int(AT.timestamp()),
        }
        if plain:
            header |= {"b64": False, "crit": ["b64"]}
        header = {k: v for k, v in {**header, **changes}.items() if v is not None}
        protected = b64url_encode(canonicalize(header))
        payload = text if plain else b64url_encode(text.encode())
        signature = b64url_encode(self.sign(f"{protected}.{payload}".encode()))
        rows = list(unsigned or [])
        if pool:
            rows.append({"xVals": [{"x509Cert": {"val": b64(der(self.sub))}}]})
        seal = {"protected": protected, "signature": signature}
        if rows:
            seal["header"] = {"etsiU": [b64url_encode(canonicalize(row)) for row in rows]}
        return {"payload": payload, "signatures": [seal]}


def raw(value):
    return json.dumps(value, ensure_ascii=False).encode()


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def b64(data):
    return base64.b64encode(data).decode()


DOCUMENT = elm.build(FACTS)
DOCUMENT["issuer"]["eIDASIdentifier"]["notation"] = HOLDER


def element(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + body


def stamp(data, at=AT, oid="608648016503040201"):
    """A time stamp token over ``data``, its own signature left empty."""
    digest = hashlib.sha256(data).digest()
    imprint = element(0x30, element(0x30, element(0x06, bytes.fromhex(oid))), element(0x04, digest))
    time = at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
    policy = element(0x06, b"\x2a\x03\x04")
    info = element(
        0x30, element(2, b"\1"), policy, imprint, element(2, b"\x07"), element(0x18, time)
    )
    kind = bytes.fromhex("060b2a864886f70d0109100104")
    return b64(element(0x30, kind, element(0xA0, element(0x04, info))))
