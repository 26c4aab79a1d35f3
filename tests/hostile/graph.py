"""JSON versus graph, and what canonicalization costs: SECURITY, "Failure classes"."""

from __future__ import annotations

import json

from credentials.encoding import canonicalize
from credentials.verify import PROOF_ONLY
from tests.hostile.world import DOOR, V2, Book, World, changed

X = "https://x.example/"


def graph(world: World) -> Book:
    """Documents that read otherwise than they are signed."""
    book = Book("JSON versus graph", world.sources)
    for suite, issuer in (
        ("eddsa-rdfc-2022", world.ed), ("eddsa-jcs-2022", world.ed),
        ("ecdsa-rdfc-2019", world.p256), ("ecdsa-jcs-2019", world.p384),
    ):  # fmt: skip
        label = f"{suite} {issuer.key.public.algorithm}: "
        raw = issuer.lawful(issuer.document(), suite)
        book.control(label + "as issued", raw)
        for name, change in AFTER.items():
            where = (*DOOR, "names") if name in SAYS_THE_SAME else ()
            book.hostile(label + name, changed(raw, change), *where)
    _signed_by_the_issuer(book, world)
    return book


def _set(*path):
    *places, name, value = path

    def change(document):
        for place in places:
            document = document[place]
        document[name] = value

    return change


def _delete(*path):
    *places, name = path

    def change(document):
        for place in places:
            document = document[place]
        del document[name]

    return change


SUBJECT = ("credentialSubject",)
ACHIEVEMENT = ("credentialSubject", "achievement")


def _context(item, *, first=False):
    def change(document):
        document["@context"].insert(0 if first else len(document["@context"]), item)

    return change


def _swap(document):
    document["@context"].reverse()


def _rename(document):
    document["credentialSubject"]["http://schema.org/name"] = "x"


def _move(document):
    document["grade"] = document["credentialSubject"].pop("result", "A")


def _unicode(document):
    achievement = document["credentialSubject"]["achievement"]
    achievement["name"] = achievement["name"].replace("a", "а", 1)  # Cyrillic


def _twice(document):
    document["credentialSubject"] = [document["credentialSubject"], {"id": "did:example:mallory"}]


AFTER = {
    "another name": _set(*ACHIEVEMENT, "name", "Brain surgery"),
    "a letter of another script": _unicode,
    "another issuer": _set("issuer", "did:web:registry.example:institutions:other"),
    "another learner": _set(*SUBJECT, "id", "did:example:mallory"),
    "a second subject": _twice,
    "a later end": _set("validUntil", "2099-01-01T00:00:00Z"),
    "no end": _delete("validUntil"),
    "no type of its own": _set("type", ["VerifiableCredential"]),
    "a type more": lambda d: d["type"].append("EndorsementCredential"),
    "an undefined member": _set("salary", 100000),
    "an undefined member of the subject": _set(*SUBJECT, "salary", 100000),
    "a member by its IRI": _rename,
    "an undefined type": _set(*SUBJECT, "type", ["Doctor"]),
    "a relative id": _set("id", "credential/1"),
    "an id that is no IRI": _set("id", "http://[x"),
    "an id of two": _set("id", ["urn:a", "urn:b"]),
    "a relative type": _set("type", ["VerifiableCredential", "./x"]),
    "@graph at the top": _set("@graph", [{"id": "urn:x", "name": "y"}]),
    "@graph in the subject": _set(*SUBJECT, "@graph", [{"id": "urn:x"}]),
    "@included": _set("@included", [{"id": "urn:x", "name": "y"}]),
    "@reverse": _set("@reverse", {"issuer": {"id": "urn:x"}}),
    "@reverse in the subject": _set(*SUBJECT, "@reverse", {"credentialSubject": {"id": "urn:x"}}),
    "@nest": _set("@nest", {"name": "y"}),
    "@index": _set(*SUBJECT, "@index", "y"),
    "@id beside id": _set("@id", "urn:x"),
    "@type beside type": _set("@type", "VerifiableCredential"),
    "@value": _set(*ACHIEVEMENT, "name", {"@value": "x", "@type": "@json"}),
    "@list": _set("name", {"@list": ["x"]}),
    "@set": _set("name", {"@set": ["x"]}),
    "@base by a context": _context({"@base": "https://thief.example/"}),
    "@vocab by a context": _context({"@vocab": "https://thief.example/"}),
    "a term given another meaning": _context({"credentialSubject": f"{X}hidden"}),
    "a term taken away": _context({"achievement": None}),
    "an alias of a keyword": _context({"inside": "@graph"}),
    "a context in front": _context("https://www.w3.org/2018/credentials/v1", first=True),
    "the contexts the other way round": _swap,
    "an unknown context": _context("https://thief.example/v1"),
    "a context by http": _context("http://www.w3.org/ns/credentials/v2"),
    "a context by file": _context("file:///etc/passwd"),
    "a null context": _context(None),
    "a context of the subject's own": _set(*SUBJECT, "@context", {"name": f"{X}n"}),
    "no context": _delete("@context"),
    "a single context as text": _set("@context", V2),
    "nine contexts": lambda d: d["@context"].extend([{}] * 9),
    "another purpose": _set("proof", 0, "proofPurpose", "authentication"),
    "another time": _set("proof", 0, "created", "2020-01-01T00:00:00Z"),
    "an end of the proof": _set("proof", 0, "expires", "2099-01-01T00:00:00Z"),
    "another method": _set("proof", 0, "verificationMethod",
                           "did:web:registry.example:institutions:other#x"),
    "another suite": _set("proof", 0, "cryptosuite", "bbs-2023"),
    "no suite": _delete("proof", 0, "cryptosuite"),
    "another type of proof": _set("proof", 0, "type", "RsaSignature2018"),
    "no value": _delete("proof", 0, "proofValue"),
    "an empty value": _set("proof", 0, "proofValue", "z"),
    "a value in hex": _set("proof", 0, "proofValue", "f00ff"),
    "a value that is a number": _set("proof", 0, "proofValue", 5),
    "a nonce": _set("proof", 0, "nonce", "x"),
    "no proof": _delete("proof"),
    "a proof of null": _set("proof", None),
    "a proof that is text": _set("proof", "z58"),
    "no proofs": _set("proof", []),
    "a second proof that is wrong": lambda d: d["proof"].append(
        {**d["proof"][0], "created": "2026-03-02T11:00:00Z"}
    ),
    "a second proof that isn't one": lambda d: d["proof"].append({}),
    "nine proofs": lambda d: d["proof"].extend([d["proof"][0]] * 8),
    "a previous proof that isn't there": _set("proof", 0, "previousProof", "urn:x"),
    "proofs in a circle": lambda d: d["proof"][0].update(id="urn:x:a", previousProof="urn:x:a"),
    "the proof inside the subject": lambda d: d["credentialSubject"].update(proof=d.pop("proof")),
}  # fmt: skip


# Where the type's own context defines the name anew, such a context changes no statement: the rdfc
# suites' signature holds, and it is told that nobody signed what the words mean.
SAYS_THE_SAME = {
    "@vocab by a context",
    "a term given another meaning",
    "a term taken away",
    "an alias of a keyword",
}


def _signed_by_the_issuer(book, world):
    """Signed by the issuer's own key, and still not to be believed: nobody knows what it says."""
    issuer = world.ed
    small = issuer.small(validFrom="2026-01-01T00:00:00Z")
    book.control("jcs, signed by hand", issuer.jcs(small))
    book.control("rdfc, signed by hand", issuer.rdf(small))
    own = {"T": f"{X}T", "p": f"{X}p", "q": {"@id": f"{X}q", "@type": "@id"}}
    typed = small | {"@context": [V2, own]}
    subject = {"id": "did:example:alice", "type": "T", "p": "x"}
    book.control("jcs, a context of its own", issuer.jcs(typed | {"credentialSubject": subject}))
    own_words = issuer.rdf(typed | {"credentialSubject": subject})
    book.control("rdfc, a context of its own, for the VC API", own_words, policy=PROOF_ONLY)
    book.hostile("rdfc, a context that nobody signed", own_words, "names")
    named = small | {"@context": [V2, {"given": f"{X}given", "family": f"{X}family"}]}
    named["credentialSubject"] = {"id": "did:example:alice", "given": "A", "family": "B"}
    secured = issuer.rdf(named)
    secured["@context"] = [V2, {"given": f"{X}family", "family": f"{X}given"}]
    secured["credentialSubject"] = {"id": "did:example:alice", "given": "B", "family": "A"}
    book.hostile("rdfc: two names exchanged, and their meanings", secured, "names")
    other = {**secured, "@context": [V2, {"owed": f"{X}given", "paid": f"{X}family"}]}
    other["credentialSubject"] = {"id": "did:example:alice", "owed": "A", "paid": "B"}
    book.hostile("rdfc: other names for what was signed", other, "names")
    for name, change in SIGNED.items():
        book.hostile(f"jcs, signed: {name}", issuer.jcs(small | change))
    inner = {
        "@included": {"@included": [{"id": "urn:x"}]},
        "@graph": {"@graph": [{"id": "urn:x"}]},
        "@reverse": {"@reverse": {"p": {"id": "urn:x"}}},
        "@nest": {"@nest": {"p": "x"}},
        "an undefined member": {"r": "x"},
        "an undefined type": {"type": "U"},
        "an IRI that is none": {"q": "not an iri"},
        "a relative IRI": {"q": "relative"},
    }
    for name, change in inner.items():
        value = typed | {"credentialSubject": subject | change}
        book.hostile(f"jcs, its own context: {name}", issuer.jcs(value))
    # What the graph of an honest document looks like in another tree, under its signature.
    moved = {"@context": [V2, own], **small, "credentialSubject": subject}
    moved["@context"] = [V2, own]
    reshaped = {**moved, "credentialSubject": {"id": "did:example:alice"}}
    reshaped["@included"] = [subject]
    book.hostile("rdfc: one graph in another tree", issuer.rdf(reshaped, covered=moved))
    graphed = {"@context": [V2, own], "@graph": [{**small, "credentialSubject": subject}]}
    del graphed["@graph"][0]["@context"]
    book.hostile("rdfc: the credential under @graph", issuer.rdf(graphed, covered=moved))
    # jcs lets a context be put behind the others: what it changes, nobody signed.
    signed = issuer.jcs(small)
    for name, item in {
        "a known context behind": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "a vocabulary behind": {"@vocab": X},
        "a context behind": {"name": f"{X}n"},
    }.items():
        book.hostile(
            f"jcs: {name}", changed(signed, lambda d, item=item: d["@context"].append(item))
        )


SIGNED = {
    "an undefined member": {"salary": 1},
    "an undefined type": {"type": ["VerifiableCredential", "Doctor"]},
    "no type": {"type": []},
    "another type": {"type": ["Doctor"]},
    "a type that is a number": {"type": [1]},
    "no subject": {"credentialSubject": {}},
    "a subject that is text": {"credentialSubject": "did:example:alice"},
    "no subjects": {"credentialSubject": []},
    "a subject of null": {"credentialSubject": None},
    "an issuer of null": {"issuer": None},
    "an issuer without id": {"issuer": {"name": "Kalda"}},
    "an issuer that is no URL": {"issuer": "Kalda"},
    "two issuers": {"issuer": ["did:example:a", "did:example:b"]},
    "an id of null": {"id": None},
    "an unknown context": {"@context": [V2, "https://thief.example/v1"]},
    "no first context": {"@context": ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]},
    "the context as text": {"@context": V2},
    "a context that is a number": {"@context": [V2, 1]},
    "@base": {"@context": [V2, {"@base": "https://thief.example/"}]},
    "@import": {"@context": [V2, {"@import": "https://thief.example/v1"}]},
    "@propagate": {"@context": [V2, {"@propagate": "no"}]},
    "@version 1.0": {"@context": [V2, {"@version": 1.0}]},
    "type by another word": {"@context": [V2, {"kind": "@type"}], "kind": "Doctor"},
    "an alias of @included": {"@context": [V2, {"inside": "@included"}], "inside": [{"id": "urn:x"}]},
    "an alias of @reverse": {"@context": [V2, {"back": "@reverse"}], "back": {"issuer": {"id": "urn:x"}}},
    "a reverse property": {"@context": [V2, {"of": {"@reverse": f"{X}of"}}], "of": {"id": "urn:x"}},
    "a nested property": {"@context": [V2, {"p": {"@id": f"{X}p", "@nest": "@nest"}}], "p": "x"},
    "a map by @id": {"@context": [V2, {"p": {"@id": f"{X}p", "@container": "@id"}}], "p": {"urn:x": {}}},
    "a map by @index": {"@context": [V2, {"p": {"@id": f"{X}p", "@container": "@index"}}], "p": {"a": "x"}},
    "a credentialStatus of text": {"credentialStatus": "https://x.example/1"},
    "a credentialSchema without id": {"credentialSchema": {"type": "JsonSchema"}},
    "a termsOfUse without type": {"termsOfUse": {"id": "urn:x"}},
    "an evidence without type": {"evidence": [{"id": "urn:x"}]},
    "a refreshService without type": {"refreshService": {"id": "urn:x"}},
    "a relatedResource without digest": {"relatedResource": {"id": f"{X}1"}},
    "a relatedResource twice": {"relatedResource": [{"id": f"{X}1", "digestSRI": "sha256-x"}] * 2},
    "a name of two keywords": {"name": {"@value": "x", "@type": "y"}},
    "a description of a number": {"description": 5},
    "an end before the beginning": {"validUntil": "2025-01-01T00:00:00Z"},
    "a beginning without a zone": {"validFrom": "2026-01-01T00:00:00"},
    "a beginning that is a day": {"validFrom": "2026-01-01"},
    "a beginning on no day": {"validFrom": "2026-02-30T00:00:00Z"},
    "a beginning in another script": {"validFrom": "٢٠٢٦-01-01T00:00:00Z"},
    "a beginning with a line behind": {"validFrom": "2026-01-01T00:00:00Z\n"},
    "a beginning in the year 10000": {"validFrom": "10000-01-01T00:00:00Z"},
    "a beginning that is a number": {"validFrom": 1767225600},
    "an end that is no date": {"validUntil": "never"},
    "hour 25": {"validFrom": "2026-01-01T25:00:00Z"},
}  # fmt: skip


def cost(world: World) -> Book:
    """What would keep a canonicalizer busy: blank nodes that look alike, depth, length."""
    book = Book("canonicalization cost", world.sources)
    issuer = world.ed
    own = {"T": f"{X}T", "p": f"{X}p", "q": {"@id": f"{X}q", "@type": "@id"}}

    def poisoned(nodes, *, suite="rdfc"):
        names = [f"_:b{n}" for n in range(nodes)]
        rows = [{"id": a, "q": [b for b in names if b != a]} for a in names]
        document = issuer.small() | {"@context": [V2, own]}
        document["credentialSubject"] = {"id": "did:example:alice", "q": rows}
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": f"eddsa-{suite}-2022",
            "verificationMethod": issuer.method,
            "proofPurpose": "assertionMethod",
            "proofValue": "z" + "2" * 88,
        }
        return document | {"proof": proof}

    for nodes in (4, 6, 7, 8, 9, 10, 12, 20, 40):
        book.hostile(f"a clique of {nodes} blank nodes", poisoned(nodes))
    book.hostile("a clique of 10, by jcs", poisoned(10, suite="jcs"))
    cycle = poisoned(0)
    for length in (50, 500, 3000):
        names = [f"_:b{n}" for n in range(length)]
        ring = [{"id": a, "q": [names[(n + 1) % length]]} for n, a in enumerate(names)]
        subject = {"id": "did:example:alice", "q": ring}
        book.hostile(f"a ring of {length}", {**cycle, "credentialSubject": subject})
    for width in (100, 2000):
        alike = {"id": "did:example:alice", "q": [{"q": [{}, {}]} for _ in range(width)]}
        book.hostile(f"{width} nodes that look alike", {**cycle, "credentialSubject": alike})
    deep: object = {"p": "x"}
    for _ in range(60):
        deep = {"q": deep}
    book.hostile("sixty nodes deep", {**cycle, "credentialSubject": deep})
    for depth in (65, 1000, 100_000):
        book.hostile(f"{depth} arrays deep", "[" * depth + "]" * depth)
        book.hostile(f"{depth} objects deep", '{"a":' * depth + "1" + "}" * depth)
    book.hostile("20,000 members", {f"m{n}": n for n in range(20_000)})
    book.hostile("a megabyte and more", '{"a":"' + "x" * (1 << 20) + '"}')
    terms = {f"t{n}": f"t{n + 1}:x" for n in range(3000)} | {"t3000": X}
    book.hostile("prefixes that lean on one another", {**cycle, "@context": [V2, terms]})
    nested: dict[str, object] = {"p": f"{X}p"}
    for _ in range(25):
        nested = {"p": {"@id": f"{X}p", "@context": nested}}
    inner: object = "x"
    for _ in range(25):
        inner = {"p": inner}
    document = {**cycle, "@context": [V2, nested], "credentialSubject": {"id": "urn:a", "p": inner}}
    book.hostile("contexts inside contexts", document)
    book.hostile("a long DID", {**cycle, "issuer": "did:web:" + "a" * 5000})
    book.hostile(
        "a long proof value", changed(cycle, _set("proof", "proofValue", "z" + "2" * 900_000))
    )
    book.hostile("ten thousand types", {**cycle, "type": ["VerifiableCredential"] + ["x"] * 9000})
    return book


def reading(world: World) -> Book:
    """JCS and JSON: what two readers would read in two ways, each signed by the issuer."""
    book = Book("JSON", world.sources)
    issuer = world.ed
    good = issuer.jcs(issuer.small(name="x"))
    text = json.dumps(good)
    book.control("as signed", text)
    book.control("white space round it", f"\n\t {text} \r\n")
    book.control("names in another order", json.dumps(good, sort_keys=True, indent=3))
    book.control("letters as escapes", text.replace('"x"', '"\\u0078"'))
    body = text[:-1]
    rows = {
        "issuer twice": f'{body},"issuer":"{world.other.did}"}}',
        "issuer twice, the same": f'{body},"issuer":"{issuer.did}"}}',
        "proof twice": f'{body},"proof":[]}}',
        "a name twice by escapes": f'{body},"n\\u0061me":"y"}}',
        "NaN": f'{body},"a":NaN}}',
        "Infinity": f'{body},"a":Infinity}}',
        "-Infinity": f'{body},"a":-Infinity}}',
        "1e400": f'{body},"a":1e400}}',
        "2^53": f'{body},"a":9007199254740993}}',
        "-2^53": f'{body},"a":-9007199254740993}}',
        "5000 digits": f'{body},"a":{"9" * 5000}}}',
        "a leading zero": f'{body},"a":01}}',
        "a plus": f'{body},"a":+1}}',
        "hex": f'{body},"a":0x1}}',
        "a bare point": f'{body},"a":1.}}',
        "a lone surrogate": f'{body},"a":"\\ud800"}}',
        "a lone surrogate in a name": f'{body},"\\udc00":1}}',
        "a surrogate in UTF-8": body.encode() + b',"a":"\xed\xa0\x80"}',
        "NUL": f'{body},"a":"\\u0000"}}',
        "NUL in a name": f'{body},"\\u0000":1}}',
        "a raw control": f'{body},"a":"\x01"}}',
        "overlong UTF-8": body.encode() + b',"a":"\xc0\xaf"}',
        "Latin-1": body.encode() + b',"a":"\xe9"}',
        "a comment": f"{body}/* x */}}",
        "a comma at the end": f"{body},}}",
        "single quotes": text.replace('"', "'"),
        "two documents": text + text,
        "rubbish behind": f"{text} x",
        "a NUL behind": f"{text}\0",
        "cut off": text[:-10],
        "an array round it": f"[{text}]",
        "text in place of it": json.dumps(text),
        "a byte order mark": "\ufeff" + text,
        "UTF-16": text.encode("utf-16"),
        "UTF-16 without a mark": text.encode("utf-16-le"),
        "UTF-32": text.encode("utf-32"),
        "nothing": b"",
        "white space": b" \n",
        "null": b"null",
        "a number": b"5",
        "a form feed": b"\x0c" + text.encode(),
        "a no-break space": "\u00a0" + text,
    }
    for name, raw in rows.items():
        book.hostile(name, raw)
    for name in (
        "1_0",
        "+7",
        " 7",
        "7 ",
        "٧",
        "7\n",
        "-1",
        "007",
        "7.0",
        "1e1",
        "",
        "seven",
        "0x7",
    ):
        status = {
            "id": "https://x.example/1#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": name,
            "statusListCredential": "https://x.example/1",
        }
        raw = issuer.lawful(issuer.small(credentialStatus=status))
        book.hostile(f"a status index {name!r}", raw, *DOOR, "status")
    assert canonicalize(good)
    return book
