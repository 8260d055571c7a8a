"""A failure made small: fewer documents, checks and facts, and less in the documents, that break the same law."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from .rule_sets import RuleSetCase

SECONDS_TO_SHRINK = 60.0
Broken: TypeAlias = tuple[str, str]
"""A law that was broken, and where."""


def smaller_documents(
    texts: tuple[str, ...], judge: Callable[[tuple[str, ...]], Broken | None], broken: Broken
) -> tuple[str, ...]:
    """Fewer and smaller documents that break the same law."""
    until = time.monotonic() + SECONDS_TO_SHRINK
    changed = True
    while changed:
        changed = False
        for fewer in _smaller(texts):
            if time.monotonic() > until:
                return texts
            again = judge(fewer)
            if again is not None and again[0] == broken[0]:
                texts, changed = fewer, True
                break
    return texts


def _smaller(texts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for number in range(len(texts)):
        if len(texts) > 1:
            yield (*texts[:number], *texts[number + 1 :])
    for number, text in enumerate(texts):
        for smaller in _without(json.loads(text, parse_float=str)):
            yield (*texts[:number], json.dumps(smaller, ensure_ascii=False), *texts[number + 1 :])


def _without(value: Any) -> Iterator[Any]:
    """The same value without one of its parts, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {name: each for name, each in value.items() if name != key}
            for smaller in _without(inner):
                yield {**value, key: smaller}
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield [*value[:number], *value[number + 1 :]]
            for smaller in _without(inner):
                yield [*value[:number], smaller, *value[number + 1 :]]


def smaller_case(case: RuleSetCase, judge: Callable[[RuleSetCase], Broken | None], broken: Broken) -> RuleSetCase:
    """Fewer runs, checks and facts, then smaller documents, that break the same law."""
    until = time.monotonic() + SECONDS_TO_SHRINK

    def same(some: RuleSetCase) -> bool:
        again = judge(some)
        return again is not None and again[0] == broken[0]

    case = next((one for one in (replace(case, runs=(run,)) for run in case.runs) if same(one)), case)
    changed = True
    while changed and time.monotonic() < until:
        changed = False
        for name in ("checks", "derive"):
            for number in range(len(case.rules[name])):
                rest = [*case.rules[name][:number], *case.rules[name][number + 1 :]]
                fewer = replace(case, rules={**case.rules, name: rest})
                if same(fewer):
                    case, changed = fewer, True
                    break
    if len(case.runs) == 1:
        texts = smaller_documents(case.runs[0], lambda some: judge(replace(case, runs=(some,))), broken)
        case = replace(case, runs=(texts,))
    return case
