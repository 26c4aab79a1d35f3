"""Every text that a page may show, from the sources; and the French catalogue kept in step.

``python -m tests.house.words`` adds what is new to the catalogue (untranslated), takes out what is
gone, and compiles it. It needs no tools beside polib: templates are read by Django itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib

from tests.house.codes import Codes

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "registry/web/locale/fr/LC_MESSAGES/django.po"
TEMPLATES = ROOT / "registry/web/templates"
_GETTEXT = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1}
_PLURAL = {"ngettext": 2, "ngettext_lazy": 2}
# These name first in which context the text stands.
_IN_CONTEXT = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 2, "npgettext_lazy": 2}
_VALUE = re.compile(r"%\((\w+)\)")
_CODE = re.compile(r"[a-z_]+\.[a-z_]+")

Texts = tuple[str, ...]
"""A text, or a text and its plural."""
Key = tuple[str | None, str]
"""What the catalogue knows a text by: its context, if any, and its first form."""


def values(text: str) -> set[str]:
    """The names of the values that a text has room for."""
    return set(_VALUE.findall(text))


def in_code() -> Iterator[tuple[str | None, Texts]]:
    """What Python files give to gettext, each with its context."""
    for path in sorted((ROOT / "registry").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _called(node, node.func.id)


def _called(node: ast.Call, name: str) -> Iterator[tuple[str | None, Texts]]:
    before = int(name in _IN_CONTEXT)
    count = _GETTEXT.get(name) or _PLURAL.get(name) or _IN_CONTEXT.get(name) or 0
    given = [a.value for a in node.args[: before + count] if isinstance(a, ast.Constant)]
    if count and len(given) == before + count:
        texts = [str(text) for text in given]
        yield (texts[0] if before else None), tuple(texts[before:])


def in_templates() -> Iterator[tuple[str | None, Texts]]:
    """What our templates translate, each with its context."""
    from django.template import engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode
    from django.utils.translation import trim_whitespace

    for path in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]):
        template = engines["django"].get_template(str(path.relative_to(TEMPLATES))).template
        for node in template.nodelist.get_nodes_by_type(TranslateNode):
            # The tag makes a variable of its text.
            if isinstance(node.filter_expression.var.literal, str):
                yield _context(node), (str(node.filter_expression.var.literal),)
        for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
            parts = [node.render_token_list(node.singular)[0]]
            if node.plural and node.countervar:
                parts.append(node.render_token_list(node.plural)[0])
            texts = tuple(trim_whitespace(p) if node.trimmed else p for p in parts)
            yield _context(node), texts


def _context(node: Any) -> str | None:
    return node.message_context.resolve({}) if node.message_context else None


def in_refusals() -> Iterator[Texts]:
    """What services refuse acts with: looked up when it is shown."""
    for text in refusals().found:
        if not _CODE.fullmatch(text):
            yield (text,)


def refusals() -> Codes:
    """The texts of all domain errors; a text that isn't a template is in ``unread``."""
    from tests.house.domain import domain_errors

    makers = {error.__name__: 0 for error in domain_errors()}
    folders = [
        str(p.relative_to(ROOT)) for p in sorted((ROOT / "registry").iterdir()) if p.is_dir()
    ]
    return Codes(ROOT, [f for f in folders if not f.endswith("/api")], makers, strict=False)


def all_texts() -> dict[Key, Texts]:
    """Every text by its context and first form, in the order in which they were found."""
    found: dict[Key, Texts] = {}
    refused = ((None, texts) for texts in in_refusals())
    for context, texts in (*in_code(), *in_templates(), *refused):
        if len(texts) > len(found.get((context, texts[0]), ())):
            found[context, texts[0]] = texts
    return found


def key(entry: polib.POEntry) -> Key:
    """What the entry is known by."""
    return entry.msgctxt, entry.msgid


def update() -> list[str]:
    """Bring the catalogue into step; returns what it has no French for."""
    catalogue, texts = polib.pofile(str(PO), wrapwidth=98), all_texts()
    for entry in list(catalogue):
        if key(entry) not in texts:
            catalogue.remove(entry)
    known = {key(entry) for entry in catalogue}
    for (context, text), forms in texts.items():
        if (context, text) not in known:
            more: dict[str, object] = {}
            if len(forms) > 1:
                more = {"msgid_plural": forms[1], "msgstr_plural": {0: "", 1: ""}}
            flags = ["python-format"] if values(text) else []
            catalogue.append(polib.POEntry(msgctxt=context, msgid=text, flags=flags, **more))
    catalogue.save()
    catalogue.save_as_mofile(str(PO.with_suffix(".mo")))
    return [entry.msgid for entry in catalogue if not entry.translated()]


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for missing in update():
        print(f"no French: {missing}")
