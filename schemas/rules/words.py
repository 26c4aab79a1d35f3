"""Words: reserved in titles, unobservable in outcomes, missing in a language (R3, R8, R11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from schemas import vocabularies
from schemas.rules.case import RECOMMENDATION, Case, token
from schemas.validation import Violation


def title_rule(case: Case) -> Iterator[Violation]:
    """Words that the framework keeps for other titles."""
    route, fact = case.route, case.route.title_fact
    below, credits_ = route.title_words_below_credits, case.number("credits")
    if fact is None or (below is not None and credits_ is not None and credits_ >= below):
        return
    # Words reserved at a level are refused; words reserved everywhere leave room for judgement.
    for level, hard in ((case.level_code or "", True), ("", False)):
        words = route.title_words.get(level, ()) if level or not hard else ()
        for language, title in case.part("title").items():
            for word in _reserved(title, words):
                message = f'"{word}" is reserved; choose another title.'
                if not hard:
                    message = f'"{word}" is reserved; a reviewer must clear it by name.'
                severity = "error" if hard and fact.verified else "warning"
                yield Violation(
                    "title_word_reserved",
                    f"/title/{token(language)}",
                    message,
                    severity,  # type: ignore[arg-type]
                    fact.citation,
                    {"word": word},
                )


def _reserved(title: Any, words: Sequence[str]) -> list[str]:
    """The words that stand in a title; of "Postgraduate Diploma" and "Diploma" the longer one."""
    if not isinstance(title, str):
        return []
    found: set[str] = set()
    taken: list[tuple[int, int]] = []
    for word in sorted(words, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", title.casefold()):
            start, end = match.span()
            if not any(first <= start and end <= last for first, last in taken):
                found.add(word)
                taken.append((start, end))
    return [word for word in words if word in found]


def outcome_rule(case: Case) -> Iterator[Violation]:
    """Each outcome has its own code and says what can be observed."""
    seen: set[str] = set()
    for index, outcome in enumerate(case.rows("learning_outcomes")):
        if not isinstance(outcome, dict):
            continue
        code = outcome.get("code")
        if isinstance(code, str):
            if code in seen:
                message = f"The code {code} stands twice; each outcome has its own."
                pointer, params = f"/learning_outcomes/{index}/code", {"twice": code}
                yield Violation("outcome_code_twice", pointer, message, params=params)
            seen.add(code)
        texts = outcome.get("text")
        for language, text in texts.items() if isinstance(texts, dict) else ():
            verb = _unobservable(language, text)
            if verb:
                message = f'"{verb}" can\'t be observed; say what the learner can do.'
                pointer = f"/learning_outcomes/{index}/text/{token(language)}"
                yield Violation(
                    "outcome_verb_not_assessable",
                    pointer,
                    message,
                    "warning",
                    RECOMMENDATION,
                    {"verb": verb},
                )


def _unobservable(language: str, text: Any) -> str | None:
    if not isinstance(text, str):
        return None
    folded = text.casefold().strip()
    for verb in vocabularies.unobservable_verbs().get(language, ()):
        # In German the verb stands last, elsewhere first.
        pattern = rf"(^|\s){re.escape(verb)}$" if language == "de" else rf"^{re.escape(verb)}\b"
        if re.search(pattern, folded.rstrip(".")):
            return verb
    return None


def languages_rule(case: Case) -> Iterator[Violation]:
    """Each outcome is in a language of the title."""
    titles = case.part("title")
    for index, outcome in enumerate(case.rows("learning_outcomes")):
        texts = outcome.get("text") if isinstance(outcome, dict) else None
        if isinstance(texts, dict) and titles and not set(texts) & set(titles):
            message = "The outcome is in none of the languages of the title."
            pointer = f"/learning_outcomes/{index}/text"
            yield Violation("translation_missing", pointer, message, "warning", RECOMMENDATION)


def source_language_rule(case: Case) -> Iterator[Violation]:
    """Where a source language is named, the title stands in it."""
    source, titles = case.payload.get("source_language"), case.part("title")
    if isinstance(source, str) and titles and source not in titles:
        message = f"The title isn't given in {source}; add it, or name another source language."
        params = {"language": source}
        yield Violation("source_text_missing", "/source_language", message, params=params)
