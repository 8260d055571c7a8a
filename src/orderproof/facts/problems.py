"""Problems of a document as diagnostics: what the schema asks, shown where the document says otherwise."""

import re
from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document
from orderproof.facts.read import MORE, Problem
from orderproof.tree import write_pointer

MAX_ALIKE = 5
"""Problems of a kind that are shown one by one in a document; beyond them only their number is."""
_VALUE = re.compile(r"`[^`]*`(?=[^`]*\Z)|(?<=found )[0-9,]+\Z")
"""What a message says of the document's value: its last text in backticks, or how much was found."""


def located(problems: Sequence[Problem], document: Document) -> tuple[Diagnostic, ...]:
    """The diagnostics of a document's problems: each names its path and shows the nearest place to it.

    They are in the order of their places. Of many of a kind the first are shown, and how many more there are is told
    where the next one stands.
    """
    unnamed = [problem for problem in problems if problem.code == MORE]
    placed = [(problem, _located(problem, document)) for problem in problems if problem.code != MORE]
    placed.sort(key=lambda pair: pair[1].span.start if pair[1].span else 0)
    counts = Counter(_kind(problem) for problem, _ in placed)
    seen: Counter[tuple[str, str]] = Counter()
    found: list[Diagnostic] = []
    for problem, diagnostic in placed:
        kind = _kind(problem)
        seen[kind] += 1
        if seen[kind] <= MAX_ALIKE:
            found.append(diagnostic)
        elif seen[kind] == MAX_ALIKE + 1:
            more = f"{counts[kind] - MAX_ALIKE:,} more like these, from here on: {kind[1]}"
            found.append(replace(diagnostic, code=MORE, message=more))
    return (*found, *(_located(problem, document) for problem in unnamed))


def _kind(problem: Problem) -> tuple[str, str]:
    """What problems have in common that differ in the value alone; what is missing is no value but a name."""
    message = problem.message if problem.code == "document.required" else _VALUE.sub("`…`", problem.message)
    return problem.code, message


def _located(problem: Problem, document: Document) -> Diagnostic:
    path = write_pointer(problem.pointer)
    message = f"`{path}`: {problem.message}" if path else problem.message
    span = document.span(problem.pointer)
    return Diagnostic(problem.code, message, span=span, path=document.path, help=problem.help)
