"""Reads the specifications of the SD-JWT example sets: claims, with ``!sd`` on what is hidden."""

from __future__ import annotations

import yaml

from credentials.proofs.disclosures import Frame
from tests.conftest import ROOT

FOLDER = ROOT / "fixtures/vectors/sd-jwt"
SETS = {
    "reference-testcases": "reference-testcases-generated",
    "rfc-examples": "rfc-examples-generated",
    "sd-jwt-vc-examples": None,
}


class Hidden:
    """A name or an element that stands behind a digest."""

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        return isinstance(other, Hidden) and self.value == other.value


class _Loader(yaml.SafeLoader):
    """Safe, knows ``!sd``, and leaves dates as they are written."""


def _hidden(loader, node):
    if isinstance(node, yaml.MappingNode):
        return Hidden(loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Hidden(loader.construct_sequence(node, deep=True))
    bare = (node.style is None, node.style is not None)
    plain = yaml.ScalarNode(loader.resolve(yaml.ScalarNode, node.value, bare), node.value)
    return Hidden(loader.construct_object(plain))


_Loader.add_constructor("!sd", _hidden)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rows if tag != "tag:yaml.org,2002:timestamp"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


def cases():
    """(set, name, specification, settings, folder of generated files or None)."""
    for name, generated in SETS.items():
        settings = load(FOLDER / name / "settings.yml")
        for path in sorted((FOLDER / name).glob("*/specification.yml")):
            case = path.parent.name
            specification = load(path)
            changed = settings | specification.get("settings_override", {})
            folder = FOLDER / generated / case if generated else None
            yield name, case, specification, changed, folder


def split(value):
    """Claims without marks, and the frame that the marks make."""
    if isinstance(value, dict):
        rows = {(k.value if isinstance(k, Hidden) else k): (k, v) for k, v in value.items()}
        hidden = [name for name, (key, _) in rows.items() if isinstance(key, Hidden)]
        parts = {name: split(item) for name, (_, item) in rows.items()}
        return _joined({name: part[0] for name, part in parts.items()}, hidden, parts)
    if isinstance(value, list):
        hidden = [number for number, item in enumerate(value) if isinstance(item, Hidden)]
        items = [item.value if isinstance(item, Hidden) else item for item in value]
        parts = dict(enumerate(map(split, items)))
        return _joined([part[0] for part in parts.values()], hidden, parts)
    return value, Frame()


def _joined(claims, hidden, parts):
    inside = {name: frame for name, (_, frame) in parts.items() if frame.hidden or frame.inside}
    return claims, Frame(hidden, inside)


def wanted(claims, disclosed, hidden, path=()):
    """The places to show: hidden ones that ``disclosed`` names, or that lie on the way.

    As the reference library reads it: ``true`` shows a claim alone, a structure shows what is
    said inside it, and the claim it stands in.
    """
    if isinstance(claims, dict) and isinstance(disclosed, dict):
        steps = [(name, disclosed[name]) for name in disclosed if name in claims]
    elif isinstance(claims, list) and isinstance(disclosed, list):
        steps = list(enumerate(disclosed))[: len(claims)]
    else:
        return
    for step, inner in steps:
        place = (*path, step)
        if inner is False or inner is None:
            continue
        if place in hidden and inner:
            yield place
        yield from wanted(claims[step], inner, hidden, place)
