"""Which codes the source can produce, read from its syntax trees.

A code is what stands at the code's place of an error or a finding. It may be a literal, a choice
between literals, a table's entry, a helper's argument (``_fault("period", …)`` gives
``structure.period``) or another error's own code, passed on. An expression of another form is
reported, so that no code escapes the list.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

MAX_STEPS = 8
Function = ast.FunctionDef | None


class Unreadable(AssertionError):
    """A code is built in a form that this reader doesn't follow."""


class Codes:
    """The codes of the files in some folders, each with the files that make it.

    ``makers`` say, for each constructor, at which place its code stands. Where not ``strict``, what
    isn't followed is left in ``unread``.
    """

    def __init__(
        self,
        root: Path,
        folders: Iterable[str],
        makers: Mapping[str, int],
        *,
        strict: bool = True,
    ) -> None:
        paths = [path for folder in folders for path in _files(root / folder)]
        self._trees = {
            str(path.relative_to(root)): ast.parse(path.read_text(encoding="utf-8"))
            for path in paths
            if "migrations" not in path.parts
        }
        # By file and name: the code's place, and what the helper writes before it.
        self._makers = {(path, name): (makers[name], "") for path in self._trees for name in makers}
        self._functions: dict[tuple[str, str], list[ast.FunctionDef]] = defaultdict(list)
        for path, tree in self._trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    self._functions[path, node.name].append(node)
        self._find_helpers()
        self._strict = strict
        self.unread: list[str] = []
        self.found: dict[str, set[str]] = defaultdict(set)
        for path, tree in self._trees.items():
            self._read(path, tree)

    # --- Helpers: functions that hand an argument of theirs to a maker ---------------------------

    def _find_helpers(self) -> None:
        known = 0
        while known != len(self._makers):
            known = len(self._makers)
            for (path, name), rows in self._functions.items():
                for function in rows:
                    if (path, name) not in self._makers:
                        self._find_helper(path, function)

    def _find_helper(self, path: str, function: ast.FunctionDef) -> None:
        names = [argument.arg for argument in function.args.args]
        bound = int(names[:1] in (["self"], ["cls"]))
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            expression, inner = self._code_of(path, call)
            begin, rest = _begin(expression)
            if not isinstance(rest, ast.Name) or rest.id not in names:
                continue
            if not _assigned(function, rest.id):
                found = names.index(rest.id) - bound, inner + begin
                # A public helper is called from other files too; a private one from its own.
                for place in [path] if function.name.startswith("_") else self._trees:
                    self._makers.setdefault((place, function.name), found)

    def _code_of(self, path: str, call: ast.Call) -> tuple[ast.expr | None, str]:
        """The code's expression in a call, and what a helper writes before it."""
        place, prefix = self._makers.get((path, _name(call.func)), (None, ""))
        if place is None:
            return None, ""
        for keyword in call.keywords:
            if keyword.arg == "code":
                return keyword.value, prefix
        return (call.args[place] if place < len(call.args) else None), prefix

    # --- Codes -----------------------------------------------------------------------------------

    def _read(self, path: str, tree: ast.Module) -> None:
        scopes: list[tuple[ast.AST, Function]] = [(tree, None)]
        while scopes:
            node, function = scopes.pop()
            inner = node if isinstance(node, ast.FunctionDef) else function
            scopes += [(child, inner) for child in ast.iter_child_nodes(node)]
            if isinstance(node, ast.Call):
                expression, prefix = self._code_of(path, node)
                if expression is not None and not _not_run(expression):
                    self._note(expression, prefix, function, path)

    def _note(self, expression: ast.expr, prefix: str, function: Function, path: str) -> None:
        try:
            for code in self._texts(expression, function, path, 0):
                self.found[prefix + code].add(path)
        except Unreadable as fault:
            if self._strict:
                raise
            self.unread.append(str(fault))

    def _texts(self, node: ast.expr, function: Function, path: str, steps: int) -> set[str]:
        """Every text that the expression can be."""

        def all_of(nodes: Iterable[ast.expr]) -> set[str]:
            return set().union(*(self._texts(one, function, path, steps + 1) for one in nodes))

        if steps > MAX_STEPS:
            raise Unreadable(f"{path}:{node.lineno}: too many steps to the code")
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.IfExp(body=one, orelse=other):
                return all_of([one, other])
            case ast.BoolOp(values=nodes) | ast.Dict(values=nodes):
                return all_of(nodes)
            case ast.Tuple(elts=nodes) | ast.List(elts=nodes):
                return all_of(nodes)
            case ast.Attribute(attr="code"):
                return set()  # another error's own code: read where that error is made
            case ast.Subscript(value=table, slice=ast.Constant(value=int(place))):
                return all_of(_at(place, table, self._trees[path]))
            case ast.Subscript(value=table):
                return all_of([table])
            case ast.JoinedStr():
                begin, rest = _begin(node)
                if rest is not node:
                    return {begin + text for text in (all_of([rest]) if rest else {""})}
            case ast.Name():
                return self._of_name(node, function, path, steps)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
                return all_of([table, *default])
            case ast.Call(func=called) if (path, _name(called)) in self._functions:
                return self._returned(_name(called), path, steps)
        raise Unreadable(f"{path}:{node.lineno}: the code {ast.unparse(node)} isn't followed")

    def _returned(self, name: str, path: str, steps: int) -> set[str]:
        found: set[str] = set()
        for function in self._functions[path, name]:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    found |= self._texts(node.value, function, path, steps + 1)
        return found

    def _of_name(self, node: ast.Name, function: Function, path: str, steps: int) -> set[str]:
        values: list[ast.expr] = []
        if function is not None:
            values = _values(function, node.id)
            arguments = {argument.arg for argument in function.args.args}
            if not values and node.id in arguments and (path, function.name) in self._makers:
                return set()  # what a helper was given: read where it is called
        values = values or _values(self._trees[path], node.id)
        if not values:
            raise Unreadable(f"{path}:{node.lineno}: the code {node.id} isn't followed")
        return set().union(*(self._texts(value, function, path, steps + 1) for value in values))


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _begin(node: ast.expr | None) -> tuple[str, ast.expr | None]:
    """``f"structure.{code}"`` as its beginning and what follows; anything else as itself."""
    match node:
        case ast.JoinedStr(
            values=[ast.Constant(value=str(begin)), ast.FormattedValue(value=value)]
        ):
            return begin, value
        case ast.JoinedStr(values=[ast.Constant(value=str(begin))]):
            return begin, None
    return "", node


def _not_run(node: ast.expr) -> bool:
    """``f"{check}.not_run"``: these stand in the checks' own lists."""
    match node:
        case ast.JoinedStr(values=[*_, ast.Constant(value=".not_run")]):
            return True
    return False


def _assigned(function: ast.FunctionDef, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(function)
    )


def _values(scope: ast.AST, name: str) -> list[ast.expr]:
    """What is assigned to a name anywhere in ``scope``."""
    found: list[ast.expr] = []
    for node in ast.walk(scope):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple):
                found += [
                    _part(node.value, i) for i, t in enumerate(target.elts) if _name(t) == name
                ]
    return found


def _part(value: ast.expr, place: int) -> ast.expr:
    """One of the values that are assigned to several names at once."""
    if isinstance(value, ast.Tuple):
        return value.elts[place]
    part = ast.Subscript(value=value, slice=ast.Constant(value=place), ctx=ast.Load())
    return ast.copy_location(part, value)


def _at(place: int, table: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """The entries at one place of all tuples that ``table`` can be."""
    match table:
        case ast.Tuple(elts=nodes):
            return [nodes[place]]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[_, default]):
            rows = [row for found in _values(tree, name) for row in getattr(found, "values", [])]
            return [entry for row in [*rows, default] for entry in _at(place, row, tree)]
    raise Unreadable(f"line {table.lineno}: {ast.unparse(table)} isn't followed")
