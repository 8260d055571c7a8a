"""Expressions as their rule file writes them, for people who know the file and not our tree; and their parts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from orderproof.language import typed as t
from orderproof.ruleset.model import RuleSet, Text
from orderproof.source import Span

_LITERAL_OR_BLANKS = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\s+""")

_LITERAL_OR_PARENTHESIS = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[()]""")


class Wording:
    """Finds the text of any expression of a rule set: without YAML's folding and escapes, as the author meant it."""

    __slots__ = ("_texts",)

    def __init__(self, rule_set: RuleSet) -> None:
        self._texts: dict[str, list[Text]] = {}
        for text in _expressions(rule_set):
            self._texts.setdefault(text.span.source.name, []).append(text)

    def of(self, node: t.Expression) -> str:
        """The text of an expression; a condition that no text of its own stands for is written anew."""
        span = node.span
        text = self._around(span)
        if text is not None and text.inner:
            start = bisect_left(text.inner, span.start)
            end = bisect_right(text.inner, span.end - 1, hi=len(text.value))
            return one_line(_balanced(text.value, start, end))
        if text is None and isinstance(node, t.Compare) and isinstance(node.right, t.Constant):
            # What `effective` asks is a comparison that its author never wrote out.
            return f"{self.of(node.left)} {node.operator} {node.right.value}"
        return one_line(span.source.text[span.start : span.end])

    def _around(self, span: Span) -> Text | None:
        for text in self._texts.get(span.source.name, ()):
            if text.span.start <= span.start and span.end <= text.span.end:
                return text
        return None


def one_line(expression: str) -> str:
    """An expression on one line: blanks between its words are one blank each, texts in quotes stay as they are."""
    return _LITERAL_OR_BLANKS.sub(lambda match: match.group(1) or " ", expression.strip())


def _balanced(text: str, start: int, end: int) -> str:
    """A part of an expression with the parentheses that belong to it: a span begins and ends inside of them."""
    opened = lacking = 0
    for match in _LITERAL_OR_PARENTHESIS.finditer(text, start, end):
        if match.group() == "(":
            opened += 1
        elif match.group() == ")" and opened:
            opened -= 1
        elif match.group() == ")":
            lacking += 1
    while lacking:
        start -= 1
        lacking -= text[start] == "("
    while opened:
        opened -= text[end] == ")"
        end += 1
    return text[start:end]


def _expressions(rule_set: RuleSet) -> Iterator[Text]:
    texts: list[Text | None] = [rule_set.effective_on]
    for derivation in rule_set.derivations:
        texts += (derivation.each, derivation.when, *(text for _, text in derivation.values))
    for check in rule_set.checks:
        texts += (check.each, check.when, *check.by, check.having, check.require)
    yield from (text for text in texts if text is not None)


# What stands in a condition


def always(condition: t.Expression) -> bool:
    """Whether a condition asks nothing."""
    return isinstance(condition, t.Constant) and condition.value is True


def operands(node: t.And | t.Or) -> list[t.Expression]:
    """The parts of a conjunction or disjunction, also those of one inside it."""
    found: list[t.Expression] = []
    for part in node.operands:
        if isinstance(part, t.And | t.Or) and type(part) is type(node):
            found += operands(part)
        elif not (isinstance(node, t.And) and always(part)):
            found.append(part)
    return found


def composed(node: t.Expression) -> bool:
    """Whether a condition is more than one piece, so that a "not" before it stands for itself."""
    match node:
        case t.And() | t.Or() | t.Choose() | t.FactHolds():
            return True
        case t.Quantify() | t.QuantifyGroup():
            return True
        case t.Not(operand):
            return composed(operand)
        case _:
            return False
