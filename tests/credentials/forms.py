"""One credential in every form that the verifier reads, by an issuer who is a did:key of its own.

Whoever holds such a file can check the signature and needs nothing else: pages, API and command
line are walked with it.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace

from pypdf import PdfWriter

from credentials.encoding import canonicalize
from credentials.envelopes.securing import enveloped
from credentials.exports import bake_png, bake_svg
from credentials.identifiers import did_key
from credentials.issue import prepare, prepare_claims, prepare_document, sign
from credentials.keys import Algorithm, PrivateKey
from credentials.profiles import sd_jwt_vc
from credentials.profiles.facts import QualityAssurance
from credentials.signers import MemorySigner
from tests.credentials.exports.test_baked import PNG, SVG
from tests.credentials.proofs.selective import Selective
from tests.credentials.world import AT, FACTS

QUALITY = QualityAssurance(
    "institutional", "QA", "http://data.europa.eu/snb/accreditation/bb4618238e", "HAKA", "EE", "R-1"
)


class SelfIssuer:
    """A did:key with its key, and the award that it gives."""

    def __init__(self, algorithm=Algorithm.ED25519, **changes):
        self.key = PrivateKey.generate(algorithm)
        self.did = did_key(self.key.public)
        self.method = f"{self.did}#{self.key.public.multibase}"
        self.signer = MemorySigner(self.key, self.method)
        body = replace(FACTS.awarding_body, did=self.did)
        changes = {"quality_assurance": (QUALITY,)} | changes
        self.facts = replace(FACTS, awarding_body=body, **changes)

    def issue(self, suite="eddsa-rdfc-2022", profile="open-badges-3.0"):
        prepared = prepare(self.facts, at=AT, profile=profile)
        return sign(prepared, signer=self.signer, at=AT, suite=suite).raw

    def flat(self, *, holder=None, frame=None):
        prepared = prepare_claims(sd_jwt_vc.build(self.facts, holder=holder)[0], at=AT)
        return sign(prepared, signer=self.signer, at=AT, suite="dc+sd-jwt", frame=frame).raw

    def plain(self):
        """The document without proof and schema."""
        document = json.loads(self.issue("eddsa-rdfc-2022" if self._edwards else self._suite))
        del document["proof"], document["credentialSchema"]
        return document

    @property
    def _edwards(self):
        return self.key.public.algorithm is Algorithm.ED25519

    @property
    def _suite(self):
        return "ecdsa-rdfc-2019"

    def derived(self):
        """A derived proof of ecdsa-sd-2023; issuer, type and period are always shown."""
        document = self.plain()
        configuration = {
            "type": "DataIntegrityProof",
            "cryptosuite": "ecdsa-sd-2023",
            "created": "2026-03-02T10:00:00Z",
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
        }
        names = ("credentials#issuer", "#validFrom", "#validUntil")
        return Selective(
            document, self.key, configuration, lambda line: any(name in line for name in names)
        ).show(document)


def pdf(*attachments):
    """A page with files attached."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def every_form():
    """Name → (bytes, format of the report, kind of file)."""
    ed, p256, p384 = (SelfIssuer(a) for a in (Algorithm.ED25519, Algorithm.P256, Algorithm.P384))
    embedded, token = ed.issue(), ed.issue("vc+jwt")
    embedded_v1 = sign(
        prepare_document(v1(ed), at=AT), signer=ed.signer, at=AT, suite="eddsa-rdfc-2022"
    ).raw
    return {
        "eddsa-rdfc-2022": (embedded, "vc+ld+json", None),
        "eddsa-jcs-2022": (ed.issue("eddsa-jcs-2022"), "vc+ld+json", None),
        "ecdsa-rdfc-2019 P-256": (p256.issue("ecdsa-rdfc-2019"), "vc+ld+json", None),
        "ecdsa-rdfc-2019 P-384": (p384.issue("ecdsa-rdfc-2019"), "vc+ld+json", None),
        "ecdsa-jcs-2019 P-256": (p256.issue("ecdsa-jcs-2019"), "vc+ld+json", None),
        "ecdsa-jcs-2019 P-384": (p384.issue("ecdsa-jcs-2019"), "vc+ld+json", None),
        "ecdsa-sd-2023": (canonicalize(p256.derived()), "vc+ld+json", None),
        "data model 1.1": (embedded_v1, "vc+ld+json", None),
        "ELM": (ed.issue(profile="elm-3-vc2"), "vc+ld+json", None),
        "vc+jwt EdDSA": (token, "vc+jwt", None),
        "vc+jwt ES256": (p256.issue("vc+jwt"), "vc+jwt", None),
        "vc+jwt ES384": (p384.issue("vc+jwt"), "vc+jwt", None),
        "Open Badges JWT": (p256.issue("ob3+jwt"), "ob3+jwt", None),
        "vc+cose": (p256.issue("vc+cose"), "vc+cose", None),
        "vc+sd-jwt": (ed.issue("vc+sd-jwt"), "vc+sd-jwt", None),
        "dc+sd-jwt": (ed.flat(), "dc+sd-jwt", None),
        "enveloped": (
            canonicalize(enveloped(token, "application/vc+jwt")),
            "vc+jwt",
            None,
        ),
        "PNG with JSON": (bake_png(PNG, embedded.decode()), "vc+ld+json", "png"),
        "PNG with a token": (bake_png(PNG, token.decode()), "vc+jwt", "png"),
        "SVG with JSON": (bake_svg(SVG, embedded.decode()), "vc+ld+json", "svg"),
        "SVG with a token": (bake_svg(SVG, token.decode()), "vc+jwt", "svg"),
        "PDF with JSON": (pdf(("credential.json", embedded)), "vc+ld+json", "pdf"),
        "PDF with a token": (pdf(("credential.jwt", token)), "vc+jwt", "pdf"),
    }


def v1(issuer):
    """A credential of the data model 1.1."""
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "id": "urn:uuid:2c1a3a58-43a0-4b7c-8f4d-3c8f7f7d7a11",
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "issuanceDate": "2026-03-02T10:00:00Z",
        "credentialSubject": {"id": "did:example:alice"},
    }
