"""The environment, read in one place and typed.

A secret is taken from ``NAME`` or, as containers and service managers hand it over, from the file
named by ``NAME_FILE``; giving both is an error, because one of them would be silently ignored.
"""

from __future__ import annotations

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def secret(name: str, default_file: Path | None = None) -> str:
    """The secret ``name``, from the variable, from ``NAME_FILE`` or from ``default_file``.

    Returns an empty string when nothing is set: Django and our own key code refuse to work
    with it, and say so. Raises ``ImproperlyConfigured`` when both forms are given or the named
    file can't be read.
    """
    value = os.environ.get(name, "")
    named = os.environ.get(f"{name}_FILE", "")
    if value and named:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if value:
        return value
    path = Path(named) if named else default_file
    if path is None or (not named and not path.exists()):
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {path} can't be read ({error}).") from error
