"""All domain errors of the registry, wherever they are defined."""

from __future__ import annotations

import importlib
import pkgutil

import registry
from registry.common.errors import DomainError


def domain_errors() -> list[type[DomainError]]:
    """``DomainError`` and every class under it, after every module of the registry was imported."""
    for module in pkgutil.walk_packages(registry.__path__, "registry."):
        if ".migrations" not in module.name and not module.name.endswith((".wsgi", ".asgi")):
            importlib.import_module(module.name)
    found, todo = [], [DomainError]
    while todo:
        error = todo.pop()
        found.append(error)
        todo += error.__subclasses__()
    return [error for error in found if error.__module__.startswith("registry.")]
