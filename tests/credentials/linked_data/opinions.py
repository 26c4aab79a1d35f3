"""Two other readings of the same standards, and the documents to hold ours against.

PyLD 3.3 (Python) and pyoxigraph 0.5 (Rust) share no code with each other or with this project.
Both are given the pinned contexts and no way to the network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph
from pyld import jsonld

from schemas import catalogue

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "vectors" / "documents"
NAMES = sorted(
    path.name
    for path in FOLDER.glob("*.json")
    if path.name not in {"PROVENANCE.json", "expected-hashes.json"}
)


def load(name: str) -> Any:
    return whole(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def whole(value: Any) -> Any:
    """The same JSON with 2.0 written 2, as JavaScript reads it. Both libraries take Python's
    float for a double, where the standard (and jsonld.js) ask whether there is a fraction.
    """
    if isinstance(value, dict):
        return {name: whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _loader(url: str, _options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": catalogue.context(url)}


def pyld(document: Any) -> str:
    """PyLD's expansion and canonicalization."""
    result: str = jsonld.normalize(
        document,
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": _loader,
            "base": None,
        },
    )
    # A dataset is a set; PyLD writes an empty list twice that is said twice of one node.
    return "".join(sorted(f"{line}\n" for line in set(result.split("\n")) if line))


def oxigraph(document: Any, *, canonical: bool = True) -> str:
    """pyoxigraph's expansion and, unless ``canonical`` is false, its canonicalization."""
    text = json.dumps(_written_out(document))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, pyoxigraph.RdfFormat.JSON_LD))
    if canonical:
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    assert written is not None
    return "".join(sorted(f"{line}\n" for line in written.decode().split("\n") if line))


def _written_out(value: Any) -> Any:
    """``value`` with each context URL replaced by what is pinned under it."""
    if isinstance(value, list):
        return [_written_out(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _context(item) if name == "@context" else _written_out(item)
        for name, item in value.items()
    }


def _context(value: Any) -> Any:
    if isinstance(value, str):
        return catalogue.context(value)["@context"]
    return [_context(item) for item in value] if isinstance(value, list) else value
