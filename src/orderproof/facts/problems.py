"""Problems of a document as diagnostics: what the schema asks, shown where the document says otherwise."""

from collections.abc import Iterable

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document
from orderproof.facts.read import MORE, Problem
from orderproof.tree import nearest, write_pointer


def located(problems: Iterable[Problem], document: Document) -> tuple[Diagnostic, ...]:
    """The diagnostics of a document's problems: each names its path and shows the nearest place to it.

    They are in the order of their places.
    """
    found = [_located(problem, document) for problem in problems]
    # In reading order; that there are more comes last.
    return tuple(sorted(found, key=lambda d: (d.code == MORE, d.span.start if d.span else 0)))


def _located(problem: Problem, document: Document) -> Diagnostic:
    path = write_pointer(problem.pointer)
    message = f"`{path}`: {problem.message}" if path else problem.message
    span = nearest(document.root, problem.pointer).span
    return Diagnostic(problem.code, message, span=span, path=document.path, help=problem.help)
