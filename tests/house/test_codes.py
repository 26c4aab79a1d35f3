"""``docs/codes.md`` and the source speak of the same codes, and none is ever taken away."""

import ast
import re
from functools import cache

from rest_framework import exceptions

from credentials import errors
from credentials.envelopes import CREDENTIALS, PRESENTATIONS
from credentials.verify import CHECKS
from credentials.verify.opening import CODES
from tests.conftest import ROOT
from tests.house.codes import Codes
from tests.house.domain import domain_errors

DOCUMENT = ROOT / "docs/codes.md"
# Codes are promises to programs. Lines are added to this list; none is taken out or changed.
# Where violations are made: the rules, and what services find by looking at the register.
RULES = ("schemas", "registry/activities/links.py", "registry/activities/imports.py")
RULES += ("registry/activities/services",)
EVER = ROOT / "tests/house/codes.txt"
_ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


@cache
def sections():
    """The codes of each section of the document, in order."""
    found = {}
    for part in DOCUMENT.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        found[title] = _ROW.findall(text)
    return found


def error_makers():
    """The errors of the core, whose code stands first."""
    return {
        name: 0
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.CredentialError)
    }


@cache
def core_codes():
    """Every code of an error or a finding of the core."""
    makers = {**error_makers(), "Finding": 2}
    made = set(Codes(ROOT, ["credentials"], makers).found)
    for path in sorted((ROOT / "registry").rglob("*.py")):
        # A service's own errors have the same names: those of the core are imported from there.
        imported = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("credentials")
            for alias in node.names
        }
        known = {name: place for name, place in makers.items() if name in imported}
        if known:
            made |= set(Codes(ROOT, [str(path.relative_to(ROOT))], known).found)
    listed = {code for check in CHECKS.values() for code in check.codes}
    return frozenset(made) | listed | {code for codes in CODES.values() for code in codes}


@cache
def finding_codes():
    """Those that stand in a report: their first word is a check's name."""
    checks = {*CODES, *CHECKS, "presentation"}
    return frozenset(code for code in core_codes() if code.partition(".")[0] in checks)


@cache
def violation_codes():
    return frozenset(Codes(ROOT, RULES, {"Violation": 0}).found)


@cache
def problem_codes():
    """Codes of problems that come from no service: from the API itself and the framework's."""
    made = set(Codes(ROOT, ["registry/api"], {"problem": 1}, strict=False).found)
    todo = [exceptions.APIException]
    while todo:
        error = todo.pop()
        todo += [e for e in error.__subclasses__() if e.__module__.startswith("rest_framework")]
        made.add(str(error.default_code))
    # Validation errors have a shape of their own; a bare APIException is never raised.
    return frozenset(made - {"invalid", "error"})


def test_every_finding_of_the_verifier_is_documented():
    assert set(sections()["Findings of the verifier"]) == finding_codes()


def test_every_other_error_of_the_core_is_documented():
    assert set(sections()["Errors of the core"]) == core_codes() - finding_codes()


def test_every_violation_of_a_rule_is_documented():
    assert set(sections()["Violations of a framework's rules"]) == violation_codes()


def test_every_refusal_of_a_service_is_documented():
    documented = set(sections()["Domain errors (problem details of the API)"])
    assert documented == {error.code for error in domain_errors()}


def test_every_problem_of_the_api_is_documented():
    documented = set(sections()["Other problems of the API"])
    assert documented == problem_codes() - {error.code for error in domain_errors()}


def test_every_format_that_is_named_is_documented():
    named = Codes(ROOT, ["credentials/envelopes"], {"Letter": 0}, strict=False).found
    envelopes = {envelope.name for envelope in (*CREDENTIALS, *PRESENTATIONS)}
    assert set(named) | envelopes <= set(sections()["Formats (`format` of a report)"])


def test_no_code_stands_twice():
    for title, codes in sections().items():
        assert len(codes) == len(set(codes)), title


def test_no_code_is_ever_taken_away():
    ever = EVER.read_text(encoding="utf-8").split()
    assert ever == sorted(set(ever))
    documented = {code for codes in sections().values() for code in codes}
    assert set(ever) == documented, "new codes go into tests/house/codes.txt, old ones stay"


def test_the_rooms_declare_the_codes_that_they_give():
    """A check's list of its codes is what its file makes, and that it was not run.

    What ``credentials.status`` raises about a list becomes that check's finding under its own code.
    """
    makers = {**error_makers(), "Finding": 2, "_Answer": 0}
    made = Codes(ROOT, ["credentials/verify/checks", "credentials/status"], makers).found
    for check in CHECKS.values():
        own = {code for code in made if code.startswith(f"{check.name}.")}
        assert set(check.codes) == own | {f"{check.name}.not_run"}


def test_a_domain_error_has_one_code_and_a_code_one_kind():
    kinds = {}
    for error in domain_errors():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code), error
        assert kinds.setdefault(error.code, error.kind) is error.kind, error
