"""From the text of an expression to its syntax tree."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from orderproof.diagnostic import OrderproofError, did_you_mean
from orderproof.language.instead import FOREIGN, INSTEAD
from orderproof.language.lexer import Token, Word, tokens
from orderproof.language.syntax import (
    Apply,
    Attribute,
    Binary,
    Conditional,
    Connect,
    Each,
    Index,
    ListLiteral,
    Name,
    Number,
    Present,
    Syntax,
    Text,
    Truth,
    Unary,
    UnknownLiteral,
    all_parts,
)
from orderproof.language.text import ExpressionText
from orderproof.source import Source

MAX_PARTS = 500
MAX_DEPTH = 32
MAX_CHAIN = 64
MAX_DIGITS = 38
MAX_HEIGHT = 100
"""Parts that may stand in one another, links of chains counted: whatever walks an expression needs a bounded stack."""
QUANTIFIERS = ("any", "all", "count", "sum", "min", "max")
KEYWORDS = ("and", "or", "not", "in", "is", "if", "else", "for", "distinct", "true", "false", "unknown")
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_SPLIT = "conclude parts of it as derived facts"


def parse(text: ExpressionText) -> Syntax:
    """The syntax tree of an expression; raises OrderproofError with the first thing that is wrong."""
    try:
        return _tree(text.value)
    except OrderproofError:
        # What is wrong is told of this text's own place.
        return _Parser(text).whole()


@lru_cache(maxsize=1024)
def _tree(value: str) -> Syntax:
    """A tree has no place in a file, and the same texts stand in a rule set's conditions and messages again and again."""
    return _Parser(ExpressionText(value, Source("", value))).whole()


class _Parser:
    """A recursive-descent parser; its depth is limited, so its stack is."""

    def __init__(self, text: ExpressionText) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.see(self.tokens[0])

    def see(self, token: Token) -> None:
        """The word that comes next: what it is as a sign, and as a name, or None."""
        self.now = token
        self.sign = token.value if token.word is Word.SIGN else None
        self.name = token.value if token.word is Word.NAME else None

    def whole(self) -> Syntax:
        if self.is_end():
            self.text.fail("expression.empty", "an expression is missing here", 0, max(1, len(self.text.value)))
        result = self.expression()
        if not self.is_end():
            self.unexpected("an operator such as `and`, `==`, `in` or the end of the expression")
        if len(self.tokens) > MAX_HEIGHT:  # every part has a word of its own
            self.limit_size(result)
        return result

    def limit_size(self, result: Syntax) -> None:
        parts = 0
        for part, height in all_parts(result):
            parts += 1
            if height > MAX_HEIGHT:
                self.text.fail(
                    "expression.too-deep",
                    f"more than {MAX_HEIGHT} parts stand in one another here",
                    part.start,
                    part.end,
                    _SPLIT,
                )
        if parts > MAX_PARTS:
            message = f"this expression has {parts:,} parts; at most {MAX_PARTS} are allowed"
            self.text.fail("expression.too-large", message, result.start, result.end, _SPLIT)

    def is_end(self) -> bool:
        return self.now.word is Word.END

    def take(self) -> Token:
        token = self.now
        self.at += 1
        self.see(self.tokens[self.at])
        return token

    def expect(self, value: str, what: str | None = None) -> Token:
        if value in (self.sign, self.name):
            return self.take()
        self.unexpected(what or f"`{value}`")

    def unexpected(self, expected: str) -> NoReturn:
        token = self.now
        found = (
            "the expression ends" if token.word is Word.END else f"found `{self.text.value[token.start : token.end]}`"
        )
        start = token.start if token.word is not Word.END else max(0, len(self.text.value.rstrip()) - 1)
        self.text.fail(
            "expression.syntax",
            f"expected {expected}, but {found}" if token.word is Word.END else f"expected {expected}, {found}",
            start,
            max(token.end, start + 1),
            self.hint(token),
        )

    def hint(self, token: Token) -> str | None:
        if token.word not in (Word.NAME, Word.SIGN):
            return None
        following = self.tokens[self.at + 1] if token.word is Word.SIGN else token
        before = self.tokens[self.at - 1] if self.at else token
        for pair in (token.value + following.value, before.value + token.value):
            if pair in INSTEAD and token.word is Word.SIGN:
                return INSTEAD[pair]
        if token.value == "," and before.word is not Word.NUMBER:
            return None
        return INSTEAD.get(token.value)

    def nested(self) -> None:
        """One level deeper; what opens a level closes it with ``self.depth -= 1``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep(f"this expression is nested more than {MAX_DEPTH} deep")

    def expression(self) -> Syntax:
        self.nested()
        then = self.disjunction()
        if self.name == "if":
            self.take()
            condition = self.disjunction()
            self.expect("else", "`else` (a choice reads `a if condition else b`)")
            otherwise = self.expression()
            then = Conditional(then, condition, otherwise, then.start, otherwise.end)
        self.depth -= 1
        return then

    def disjunction(self) -> Syntax:
        return self.connected("or", self.conjunction)

    def conjunction(self) -> Syntax:
        return self.connected("and", self.negated)

    def connected(self, operator: str, operand: Callable[[], Syntax]) -> Syntax:
        first = operand()
        if self.name != operator:
            return first
        operands = [first]
        while self.name == operator:
            self.take()
            operands.append(operand())
        return Connect(operator, tuple(operands), first.start, operands[-1].end)

    def negated(self) -> Syntax:
        if self.name != "not":
            return self.comparison()
        starts: list[int] = []
        while self.name == "not":
            self.limit_chain(len(starts))
            starts.append(self.take().start)
        operand = self.comparison()
        for start in reversed(starts):
            operand = Unary("not", operand, start, operand.end)
        return operand

    def limit_chain(self, links: int) -> None:
        if links >= MAX_CHAIN:
            self.too_deep(f"more than {MAX_CHAIN} links stand in one chain here")

    def too_deep(self, message: str) -> NoReturn:
        start = min(self.now.start, len(self.text.value) - 1)
        self.text.fail("expression.too-deep", message, start, max(self.now.end, start + 1), _SPLIT)

    def comparison(self) -> Syntax:
        left = self.sum()
        if self.name == "is":
            return self.alone(self.presence(left))
        operator = self.comparison_operator()
        if operator is None:
            return left
        right = self.sum()
        return self.alone(Binary(operator, left, right, left.start, right.end))

    def alone(self, comparison: Syntax) -> Syntax:
        if self.sign in _COMPARISONS or self.name in ("in", "is", "not"):
            self.text.fail(
                "expression.chain",
                "comparisons do not chain",
                self.now.start,
                self.now.end,
                "write both comparisons and join them with `and`",
            )
        return comparison

    def comparison_operator(self) -> str | None:
        if self.sign in _COMPARISONS or self.name == "in":
            return self.take().value
        if self.name == "not":
            self.take()
            self.expect("in", "`in` after `not`")
            return "not in"
        return None

    def presence(self, path: Syntax) -> Syntax:
        self.take()
        if self.name in ("present", "missing"):
            token = self.take()
            return Present(path, token.value == "missing", path.start, token.end)
        if self.name == "not":
            self.text.fail(
                "expression.syntax",
                "expected `present` or `missing` after `is`, found `not`",
                self.now.start,
                self.now.end,
                "write `is missing` for not present, `!=` for not equal",
            )
        self.unexpected("`present` or `missing` after `is`")

    def sum(self) -> Syntax:
        left = self.product()
        links = 0
        while self.sign in ("+", "-"):
            self.limit_chain(links)
            links += 1
            operator = self.take().value
            right = self.product()
            left = Binary(operator, left, right, left.start, right.end)
        return left

    def product(self) -> Syntax:
        left = self.signed()
        links = 0
        while self.sign in ("*", "/"):
            self.limit_chain(links)
            links += 1
            operator = self.take().value
            right = self.signed()
            left = Binary(operator, left, right, left.start, right.end)
        return left

    def signed(self) -> Syntax:
        if self.sign != "-":
            return self.postfix()
        token = self.take()
        operand = self.postfix()
        return Unary("-", operand, token.start, operand.end)

    def postfix(self) -> Syntax:
        result = self.primary()
        links = 0
        while True:
            self.limit_chain(links)
            links += 1
            if self.sign == ".":
                self.take()
                if self.now.word is not Word.NAME:
                    self.unexpected("a field's name after `.`")
                name = self.take()
                result = Attribute(result, name.value, name.start, result.start, name.end)
            elif self.sign == "[":
                self.take()
                key = self.expression()
                result = Index(result, key, result.start, self.expect("]").end)
            elif self.sign == "(" and isinstance(result, Attribute):
                # No field can be called; under its whole name the call is refused where functions are known.
                written = self.text.value[result.start : result.end]
                result = self.call(Token(Word.NAME, written, result.start, result.end))
            else:
                return result

    def primary(self) -> Syntax:
        token = self.now
        match token.word:
            case Word.NUMBER:
                self.take()
                if sum(character != "." for character in token.value) > MAX_DIGITS:
                    message = f"a number has at most {MAX_DIGITS} digits"
                    self.text.fail("expression.number", message, token.start, token.end)
                number = Decimal(token.value) if "." in token.value else int(token.value)
                return Number(number, token.start, token.end)
            case Word.TEXT:
                self.take()
                return Text(token.value, token.start, token.end)
            case Word.NAME:
                return self.named()
            case Word.SIGN if token.value == "(":
                self.take()
                inner = self.expression()
                self.expect(")")
                return inner
            case Word.SIGN if token.value == "[":
                return self.list_literal()
            case _:
                self.unexpected("a value")

    def list_literal(self) -> Syntax:
        start = self.take().start
        items: list[Syntax] = []
        while self.sign != "]":
            items.append(self.expression())
            if self.sign != ",":
                break
            self.take()
        return ListLiteral(tuple(items), start, self.expect("]", "`,` or `]`").end)

    def named(self) -> Syntax:
        token = self.now
        match token.value:
            case "true" | "false":
                self.take()
                return Truth(token.value == "true", token.start, token.end)
            case "unknown":
                self.take()
                return UnknownLiteral(token.start, token.end)
            case word if word in KEYWORDS:
                self.unexpected("a value")
            case word if word in FOREIGN:
                self.text.fail(
                    "expression.foreign-word",
                    f"`{word}` is not a word of the language",
                    token.start,
                    token.end,
                    FOREIGN[word],
                )
        self.take()
        if self.sign == "(":
            return self.call(token)
        return Name(token.value, token.start, token.end)

    def call(self, name: Token) -> Syntax:
        self.take()
        if self.sign == ")":
            return Apply(name.value, (), name.start, self.take().end)
        distinct = self.name == "distinct"
        if distinct:
            self.take()
        first = self.expression()
        if self.name == "for":
            return self.each(name, first, distinct)
        if distinct:
            self.unexpected("`for name in …` after `distinct`")
        arguments = [first]
        while self.sign == ",":
            self.take()
            arguments.append(self.expression())
        return Apply(name.value, tuple(arguments), name.start, self.expect(")", "`,` or `)`").end)

    def each(self, quantifier: Token, element: Syntax, distinct: bool) -> Syntax:
        if quantifier.value not in QUANTIFIERS:
            of, _, called = quantifier.value.rpartition(".")
            instead = f"write `{called}(… for x in {of})`" if of and called in QUANTIFIERS else None
            self.text.fail(
                "expression.quantifier",
                f"`{quantifier.value}` does not range over a list",
                quantifier.start,
                quantifier.end,
                instead or did_you_mean(quantifier.value, QUANTIFIERS) or f"use one of {', '.join(QUANTIFIERS)}",
            )
        if distinct and quantifier.value != "count":
            self.text.fail(
                "expression.quantifier",
                f"`distinct` belongs to `count`, not to `{quantifier.value}`",
                quantifier.start,
                quantifier.end,
            )
        self.take()
        if self.now.word is not Word.NAME or self.now.value in KEYWORDS:
            self.unexpected("a name after `for`")
        name = self.take()
        self.nested()
        self.expect("in", f"`in` after `for {name.value}`")
        source = self.disjunction()
        condition = None
        if self.name == "if":
            self.take()
            condition = self.disjunction()
        self.depth -= 1
        end = self.expect(")", "`if` or `)`").end
        return Each(
            quantifier.value, element, distinct, name.value, name.start, source, condition, quantifier.start, end
        )
