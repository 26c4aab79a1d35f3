"""SD-JWT and presentations: SECURITY, "Failure classes"."""

from __future__ import annotations

import json
import secrets

from credentials.encoding import b64url_encode, canonicalize, sha256
from credentials.envelopes.securing import enveloped, present, presentation
from credentials.identifiers import did_key
from credentials.keys import Algorithm, PrivateKey
from credentials.profiles import sd_jwt_vc
from credentials.signers import MemorySigner
from tests.credentials.envelopes.forge import forge
from tests.hostile.world import AT, Book, World, changed

NOW = int(AT.timestamp())
ASK = {"challenge": "nonce-1", "domain": "https://employer.example"}


def disclosure(*row):
    return b64url_encode(json.dumps(list(row), ensure_ascii=False).encode())


def digest(text):
    return b64url_encode(sha256(text.encode()))


class Shown:
    """An SD-JWT VC by hand: claims, hidden ones, what is shown, and the holder's proof."""

    def __init__(self, issuer, holder):
        self.issuer, self.holder = issuer, holder
        claims, hidden = sd_jwt_vc.build(issuer.facts(), holder=holder.public)
        self.hidden = {name: claims[name] for name in hidden}
        self.open = {name: value for name, value in claims.items() if name not in hidden}
        self.rows = {
            name: disclosure(secrets.token_urlsafe(16), name, value)
            for name, value in self.hidden.items()
        }

    def token(self, *, payload=None, header=None, rows=None, drop=(), key=None):
        digests = sorted(digest(row) for row in (self.rows if rows is None else rows).values())
        body = {**self.open, "_sd": digests, "_sd_alg": "sha-256", **(payload or {})}
        head = {"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": self.issuer.method, **(header or {})}
        body = {k: v for k, v in body.items() if k not in drop}
        head = {k: v for k, v in head.items() if k not in drop}
        return forge(head, body, key or self.issuer.key).decode()

    def text(self, shown=None, **options):
        rows = list(self.rows.values()) if shown is None else shown
        return "".join(f"{part}~" for part in (self.token(**options), *rows))

    def bound(self, text, *, key=None, header=None, drop=(), **claims):
        head = {"alg": "ES256", "typ": "kb+jwt", **(header or {})}
        body = {
            "iat": NOW, "aud": ASK["domain"], "nonce": ASK["challenge"], "sd_hash": digest(text),
            **claims,
        }  # fmt: skip
        body = {k: v for k, v in body.items() if k not in drop}
        head = {k: v for k, v in head.items() if k not in drop}
        return text + forge(head, body, key or self.holder).decode()


def disclosures(world: World) -> Book:
    """What is shown and wasn't signed, what is hidden and mustn't be."""
    book = Book("SD-JWT", world.sources)
    one = Shown(world.ed, PrivateKey.generate(Algorithm.P256))
    rows = list(one.rows.values())
    book.control("all shown", one.text())
    book.control("nothing shown", one.text(shown=[]))
    book.control("one shown", one.text(shown=rows[:1]))
    book.control("in another order", one.text(shown=rows[::-1]))
    book.control("a digest of nothing", one.text(rows={**one.rows, "x": "decoy"}))
    strange = disclosure("salt-of-a-stranger", "salary", 100)
    for name, shown in {
        "a disclosure that wasn't signed": [*rows, strange],
        "only a disclosure that wasn't signed": [strange],
        "a disclosure twice": [*rows, rows[0]],
        "an empty disclosure": [*rows, ""],
        "a disclosure that isn't base64": [*rows, "not base64!"],
        "a disclosure that is padded": [f"{rows[0]}=", *rows[1:]],
        "a disclosure with a letter changed": [rows[0][:-1] + ("A" if rows[0][-1] != "A" else "B")],
        "a disclosure written anew": [disclosure("other", *_row(rows[0])[1:]), *rows[1:]],
        "300 disclosures": [disclosure("s" * 20, f"n{n}", n) for n in range(300)],
        "a token in place of a disclosure": [one.token()],
    }.items():
        book.hostile(name, one.text(shown=shown))
    for name, row in {
        "no array": b64url_encode(b'{"a":1}'),
        "one part": disclosure("salt"),
        "four parts": disclosure("salt", "name", "x", "y"),
        "two parts, of an array": disclosure("salt", "x"),
        "a salt that is a number": disclosure(5, "name", "x"),
        "a name that is a number": disclosure("salt", 5, "x"),
        "a name twice in it": b64url_encode(b'["salt","x",{"a":1,"a":2}]'),
        "NaN in it": b64url_encode(b'["salt","x",NaN]'),
        "rubbish behind it": b64url_encode(b'["salt","x",1] x'),
        "the name _sd": disclosure("salt", "_sd", []),
        "the name ...": disclosure("salt", "...", "x"),
        "the name _sd_alg": disclosure("salt", "_sd_alg", "sha-256"),
    }.items():
        book.hostile(f"signed: a disclosure of {name}", one.text(shown=[row], rows={"x": row}))
    for claim in ("iss", "vct", "exp", "nbf", "cnf", "status"):
        value = one.open.get(claim, {"status_list": {"idx": 1, "uri": "https://x.example/1"}})
        row = disclosure("salt-0123456789abcdef", claim, value)
        book.hostile(f"hidden {claim}, shown", one.text([row], rows={"x": row}, drop=(claim,)))
        if claim in ("iss", "vct"):
            book.hostile(f"hidden {claim}, kept", one.text([], rows={"x": row}, drop=(claim,)))
    clash = disclosure("salt-0123456789abcdef", "title", "Brain surgery")
    book.hostile("a hidden claim beside an open one", one.text([clash], rows={"x": clash}))
    first, second = (disclosure(f"salt-{n}", "grade", n) for n in "AB")
    book.hostile(
        "two hidden claims of one name", one.text([first, second], rows={"a": first, "b": second})
    )
    inner = digest(rows[0])
    for name, payload in {
        "a digest twice": {"_sd": [inner, inner]},
        "a digest at two places": {"_sd": [inner], "activity": {"_sd": [inner]}},
        "a digest that is a number": {"_sd": [5]},
        "digests that are no array": {"_sd": inner},
        "an unknown hash": {"_sd_alg": "md5"},
        "a hash of one letter case": {"_sd_alg": "SHA-256"},
        "a hash that is null": {"_sd_alg": None},
        "a hash inside": {"activity": {"_sd_alg": "sha-256"}},
        "an array's digest with more": {"learningOutcomes": [{"...": inner, "x": 1}]},
        "an array's digest that is a number": {"learningOutcomes": [{"...": 5}]},
        "vc": {"vc": {}},
        "@context": {"@context": ["https://www.w3.org/ns/credentials/v2"]},
        "vct that is a number": {"vct": 5},
        "an empty vct": {"vct": ""},
        "iss that is another": {"iss": world.other.did},
        "iss that is no URL": {"iss": "Kalda"},
        "status of text": {"status": "https://x.example/1"},
        "an unheard-of status": {"status": {"oracle": {"uri": "https://x.example"}}},
        "cnf without a key": {"cnf": {}},
        "cnf with a secret": {"cnf": {"jwk": one.holder.public.jwk() | {"d": "AAAA"}}},
        "exp in the past": {"exp": NOW - 1},
        "nbf in the future": {"nbf": NOW + 3600},
        "exp that is text": {"exp": "2030"},
    }.items():
        book.hostile(
            f"signed: {name}",
            one.text(payload=payload),
            "envelope",
            "structure",
            "key",
            "proof",
            "validity",
            "status",
        )
    for typ in ("JWT", "vc+jwt", "kb+jwt", "statuslist+jwt", "vp+sd-jwt", "sd-jwt", ""):
        book.hostile(f"typ {typ!r}", one.text(header={"typ": typ}))
    book.hostile("no typ", one.text(drop=("typ",)))
    text = one.text()
    book.hostile("no tilde at the end", text.rstrip("~"))
    book.hostile("two tildes at the end", f"{text}~")
    book.hostile("no token", text.partition("~")[2])
    book.hostile("another institution's key", one.text(key=world.other.key), "proof")
    book.hostile(
        "another's key and kid", one.text(key=world.other.key, header={"kid": world.other.method})
    )
    book.hostile("crit", one.text(header={"crit": ["x"], "x": 1}))
    book.hostile("alg none", one.token(header={"alg": "none"}).rpartition(".")[0] + ".~")
    book.hostile(
        "JSON serialization without signatures",
        {"payload": one.token().split(".")[1], "signatures": [], "disclosures": rows},
    )
    return book


def _row(text):
    from credentials.encoding import b64url_decode

    return json.loads(b64url_decode(text))


def presentations(world: World) -> Book:
    """Who shows it, to whom, on which occasion."""
    book = Book("presentations", world.sources)
    one = Shown(world.ed, PrivateKey.generate(Algorithm.P256))
    text = one.text()
    thief = PrivateKey.generate(Algorithm.P256)
    where = ("presentation", "proof")
    book.control("key binding", one.bound(text), **ASK)

    def bad(name, raw, **ask):
        book.hostile(f"key binding: {name}", raw, *where, **(ASK | ask))

    bad("none", text)
    bad("for another nonce", one.bound(text, nonce="other"))
    bad("for another audience", one.bound(text, aud="https://thief.example"))
    bad("of another showing", one.bound(text, sd_hash=digest(one.text(shown=[]))))
    bad("of nothing", one.bound(text, sd_hash=""))
    bad("by another key", one.bound(text, key=thief))
    bad(
        "by another key, named in it",
        one.bound(text, key=thief, header={"jwk": thief.public.jwk()}),
    )
    bad("alg none", one.bound(text, header={"alg": "none"}))
    bad("typ JWT", one.bound(text, header={"typ": "JWT"}))
    bad("crit", one.bound(text, header={"crit": ["x"], "x": 1}))
    bad("of an hour ago", one.bound(text, iat=NOW - 3600))
    bad("of tomorrow", one.bound(text, iat=NOW + 86400))
    bad("a time that is text", one.bound(text, iat="now"))
    for claim in ("iat", "aud", "nonce", "sd_hash"):
        bad(f"without {claim}", one.bound(text, drop=(claim,)))
    bad("without typ", one.bound(text, drop=("typ",)))
    signature = one.bound(text)[:-8]
    bad("a signature that was changed", f"{signature}AAAAAAAA")
    bad(
        "a claim shown after it was made",
        one.bound(one.text(shown=[])).replace("~", f"~{next(iter(one.rows.values()))}~", 1),
    )
    bad("a credential without cnf", one.bound(one.text(drop=("cnf",))))
    _signed(book, world)
    return book


def _signed(book, world):
    key = PrivateKey.generate()
    did = did_key(key.public)
    signer = MemorySigner(key, f"{did}#{key.public.multibase}")
    inside = [
        enveloped(world.ed.issue("vc+jwt"), "application/vc+jwt"),
        json.loads(world.ed.issue()),
    ]
    document = presentation(did, inside)
    ask = {"challenge": "c-1", "domain": "d.example"}
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "vp+jwt", "vp+sd-jwt"):
        raw = present(document, signer=signer, at=AT, suite=suite, **ask)
        book.control(f"{suite}", raw, **ask)
        book.hostile(
            f"{suite}: for another challenge", raw, "presentation", **ask | {"challenge": "c-2"}
        )
        book.hostile(
            f"{suite}: for another domain", raw, "presentation", **ask | {"domain": "e.example"}
        )
        nobody = present(document, signer=signer, at=AT, suite=suite)
        book.hostile(f"{suite}: for nobody", nobody, "presentation", **ask)
        revoked = presentation(did, [json.loads(world.ed.issue()) | {"name": "changed"}])
        bad = present(revoked, signer=signer, at=AT, suite=suite, **ask)
        book.hostile(
            f"{suite}: with a credential that was changed", bad, "presentation", "proof", **ask
        )
        bare = json.loads(world.ed.issue())
        del bare["proof"]
        bad = present(
            presentation(did, [inside[0], bare]), signer=signer, at=AT, suite=suite, **ask
        )
        book.hostile(
            f"{suite}: with one that nobody signed", bad, "presentation", "structure", **ask
        )
    raw = json.loads(present(document, signer=signer, at=AT, suite="eddsa-jcs-2022", **ask))
    for name, change in {
        "no proof": lambda d: d.pop("proof"),
        "another holder": lambda d: d.update(holder=world.other.did),
        "another challenge written in": lambda d: d["proof"].update(challenge="c-1 "),
        "another purpose": lambda d: d["proof"].update(proofPurpose="assertionMethod"),
        "a credential more": lambda d: d["verifiableCredential"].append(inside[1]),
        "a credential taken out": lambda d: d["verifiableCredential"].pop(),
        "credentials that are text": lambda d: d.update(verifiableCredential="x"),
        "an undefined member": lambda d: d.update(salary=1),
        "40 credentials": lambda d: d.update(verifiableCredential=[inside[1]] * 40),
        "another type": lambda d: d.update(type=["VerifiableCredential"]),
    }.items():
        book.hostile(f"eddsa-jcs-2022: {name}", changed(raw, change), "presentation", **ask)
    assert canonicalize(raw)
