"""From a syntax tree to a typed expression: names resolved, types checked, facts read only where they hold."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

from orderproof.diagnostic import did_you_mean
from orderproof.language import resolve as meant
from orderproof.language import syntax as s
from orderproof.language import typed as t
from orderproof.language.calls import check_call
from orderproof.language.lexer import unknown_escape
from orderproof.language.membership import check_lookup, check_membership
from orderproof.language.parser import parse
from orderproof.language.quantifiers import check_each, count_list
from orderproof.language.relations import (
    NUMBERS,
    ORDERED,
    arithmetic_type,
    common_type,
    comparable,
    facts_known,
    kind_of,
    plain_type,
)
from orderproof.language.scope import Scope, Vocabulary, scalar_type
from orderproof.language.text import ExpressionText, Written
from orderproof.language.types import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    ChildrenType,
    ListType,
    ScalarType,
    with_article,
)
from orderproof.language.unlike import Side, help_to_compare, help_to_join


class Checker:
    """Types the expressions of one text. Group quantifiers put what a member brings into ``parts``."""

    def __init__(self, text: ExpressionText, vocabulary: Vocabulary, parts: list[t.Expression] | None = None) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.parts = parts if parts is not None else []
        self.resolver = meant.Resolver(text, vocabulary)
        self.nesting = 0

    def fail(self, node: s.Syntax, code: str, message: str, help: str | None = None) -> NoReturn:
        self.text.fail(code, message, node.start, node.end, help)

    def at(self, node: s.Syntax) -> Written:
        return Written(self.text, node.start, node.end)

    def written(self, node: s.Syntax) -> str:
        return self.text.value[node.start : node.end]

    def scalar(self, node: s.Syntax, scope: Scope, wanted: ScalarType | None = None) -> t.Expression:
        """A scalar expression; ``unknown`` takes the wanted type."""
        at = self.at(node)
        match node:
            case s.Number(value):
                return t.Constant(value, DECIMAL if isinstance(value, Decimal) else INTEGER, at)
            case s.Text(value):
                self.escapes(node)
                return t.Constant(value, TEXT, at)
            case s.Truth(value):
                return t.Constant(value, BOOLEAN, at)
            case s.UnknownLiteral():
                return t.UnknownValue(wanted or BOOLEAN, at)
            case s.Name() | s.Attribute():
                return self.named(node, scope)
            case s.Index():
                return check_lookup(self, node, scope)
            case s.Apply("count", (source,)):
                return count_list(self, node, source, scope)
            case s.Apply():
                return check_call(self, node, scope)
            case s.Each():
                return check_each(self, node, scope)
            case s.Unary("not"):
                return t.Not(self.boolean(node.operand, scope), at)
            case s.Unary():
                operand = self.number(node.operand, scope)
                return t.Negate(operand, plain_type(operand), at)
            case s.Binary("in" | "not in"):
                return check_membership(self, node, scope)
            case s.Binary("+" | "-" | "*" | "/"):
                return self.arithmetic(node, scope)
            case s.Binary():
                return self.comparison(node, scope)
            case s.Connect():
                return self.connected(node, scope)
            case s.Present():
                return self.presence(node, scope)
            case s.Conditional():
                return self.conditional(node, scope, wanted)
            case s.ListLiteral():
                self.fail(node, "expression.type", "a list stands here, expected one value", "lists follow `in`")

    def escapes(self, node: s.Text) -> None:
        """A backslash that means nothing would make a text another one than was meant."""
        at = unknown_escape(self.written(node))
        if at is not None:
            start = node.start + at
            self.text.fail(
                "expression.escape",
                f"`{self.text.value[start : start + 2]}` means nothing in a text",
                start,
                start + 2,
                "write the character itself; for a backslash write two of them",
            )

    def boolean(self, node: s.Syntax, scope: Scope) -> t.Expression:
        """A condition."""
        result = self.scalar(node, scope, BOOLEAN)
        if result.type != BOOLEAN:
            self.fail(
                node,
                "expression.type",
                f"expected a condition, but `{self.written(node)}` is {with_article(result.type)}",
                "compare it, or ask `is present`",
            )
        return result

    def number(self, node: s.Syntax, scope: Scope, dividing: bool = False) -> t.Expression:
        """A number; with ``dividing`` (inside ``round``) divisions may stand in it."""
        if dividing and isinstance(node, s.Binary) and node.operator in "+-*/":
            left = self.number(node.left, scope, dividing)
            right = self.number(node.right, scope, dividing)
            return t.Arithmetic(t.Operator(node.operator), left, right, DECIMAL, self.at(node))
        result = self.scalar(node, scope, DECIMAL)
        if kind_of(result) not in NUMBERS:
            self.fail(
                node, "expression.type", f"expected a number, but `{self.written(node)}` is {with_article(result.type)}"
            )
        return result

    def named(self, node: s.Name | s.Attribute, scope: Scope) -> t.Expression:
        at = self.at(node)
        found = self.resolver.resolve(node, scope)
        match found:
            case meant.PathMeant(variable, entity, path, ScalarType() as type_):
                slot = self.vocabulary.layout.value(entity, path)
                return t.Field(variable, slot, path, type_, at)
            case meant.FactMeant(variable, fact):
                return t.FactHolds(variable, fact.number, fact.name, at)
            case meant.FactValueMeant(variable, fact, value):
                if not scope.lenient and (variable, fact.number) not in scope.known:
                    self.fact_not_known(node, fact.name)
                number = list(fact.values).index(value)
                return t.FactValue(variable, fact.number, number, fact.name, value, fact.values[value], at)
            case meant.ScalarMeant(variable, type_):
                return t.Local(variable, type_, at)
            case meant.AsOfMeant():
                return t.AsOf(at)
            case meant.ParameterMeant(name, value) if not isinstance(value, tuple | Mapping):
                return t.Parameter(name, value, scalar_type(value), at)
            case _:
                self.not_a_value(node, found, scope)

    def fact_not_known(self, node: s.Syntax, fact: str) -> NoReturn:
        condition = self.written(node).rpartition(".")[0]
        self.fail(
            node,
            "expression.fact-not-known",
            f"`{self.written(node)}` is read where `{fact}` is not known to hold",
            f"write `{condition} and …` before it, or `… if {condition} else …`",
        )

    def not_a_value(self, node: s.Name | s.Attribute, found: meant.Meant | None, scope: Scope) -> NoReturn:
        match found:
            case None:
                self.no_fields(node, scope)
            case meant.ParameterMeant(_, tuple()):
                what, hint = "a list", "write `x in …`"
            case meant.ParameterMeant():
                what, hint = "a table", "write `…[key]`, or `x in …` for its keys"
            case meant.PathMeant(_, _, _, ListType() | ChildrenType()):
                what, hint = "a list", "range over it, such as `any(x… for x in …)`, or count it"
            case meant.PathMeant():
                what, hint = "an object", "name a field of it, or ask `is present`"
            case meant.RecordMeant() | meant.MemberMeant():
                what, hint = "a whole record", "name a field of it"
            case meant.ParametersMeant():
                what, hint = "all parameters", "name one of them, such as `parameters.timezone`"
            case meant.GroupMeant():
                what, hint = "a list", "range over it, such as `any(m… for m in group)`, or count it"
            case _:
                what, hint = "not a value", "name a field of it"
        self.fail(node, "expression.type", f"`{self.written(node)}` is {what}, expected one value", hint)

    def no_fields(self, node: s.Syntax, scope: Scope) -> NoReturn:
        """A field is asked of what is no record; a list with a position has its own explanation."""
        while isinstance(node, s.Attribute):
            node = node.of
        if isinstance(node, s.Index):
            check_lookup(self, node, scope)
        self.fail(node, "expression.no-members", f"`{self.written(node)}` has no fields of its own")

    def presence(self, node: s.Present, scope: Scope) -> t.Expression:
        at = self.at(node)
        found = self.resolver.resolve(node.path, scope)
        match found:
            case meant.PathMeant(variable, entity, path):
                slot = self.vocabulary.layout.presence(entity, path)
                present = t.Presence(variable, slot, path, at)
                return t.Not(present, at) if node.missing else present
            case meant.FactMeant(_, fact):
                hint = f"a derived fact is a condition itself: write `{'not ' if node.missing else ''}{fact.name}`"
            case _:
                hint = "ask it of a field, an object or a list"
        self.fail(
            node.path,
            "expression.presence",
            f"`{self.written(node.path)}` is not a path of the document, only those are present or missing",
            hint,
        )

    def empty(self, node: s.Syntax, name: str) -> NoReturn:
        self.fail(
            node,
            "expression.empty-parameter",
            f"`parameters.{name}` is empty, so the type of what it holds is not known",
            "give it an entry in the rule file; `x in …` may ask an empty one",
        )

    def conditional(self, node: s.Conditional, scope: Scope, wanted: ScalarType | None) -> t.Expression:
        condition = self.boolean(node.condition, scope)
        true_scope = scope.knowing(facts_known(condition, True))
        false_scope = scope.knowing(facts_known(condition, False))
        if isinstance(node.then, s.UnknownLiteral):
            otherwise = self.scalar(node.otherwise, false_scope, wanted)
            then = self.scalar(node.then, true_scope, plain_type(otherwise))
        else:
            then = self.scalar(node.then, true_scope, wanted)
            otherwise = self.scalar(node.otherwise, false_scope, plain_type(then))
        type_ = common_type(then, otherwise)
        if type_ is None:
            self.fail(
                node,
                "expression.type",
                f"the two sides of a choice are unlike: {with_article(then.type)} and {with_article(otherwise.type)}",
                "both sides give a value of the same type",
            )
        return t.Choose(condition, then, otherwise, type_, self.at(node))

    def connected(self, node: s.Connect, scope: Scope) -> t.Expression:
        conjunction = node.operator == "and"
        operands: list[t.Expression] = []
        for operand in node.operands:
            operands.append(self.boolean(operand, scope))
            scope = scope.knowing(facts_known(operands[-1], conjunction))
        at = self.at(node)
        return t.And(tuple(operands), at) if conjunction else t.Or(tuple(operands), at)

    def arithmetic(self, node: s.Binary, scope: Scope) -> t.Expression:
        if node.operator == "/":
            self.fail(
                node,
                "expression.division",
                "a division stands only inside `round`",
                f"write `round({self.written(node)}, 2)`; inside `round` only `+ - * /` and brackets stand around it",
            )
        left, right = self.sides(node, scope)
        type_ = arithmetic_type(node.operator, left.type, right.type)
        if type_ is None:
            self.fail(
                node,
                "expression.type",
                f"`{node.operator}` does not join {with_article(left.type)} and {with_article(right.type)}",
                help_to_join(kind_of(left), kind_of(right)),
            )
        return t.Arithmetic(t.Operator(node.operator), left, right, type_, self.at(node))

    def sides(self, node: s.Binary, scope: Scope) -> tuple[t.Expression, t.Expression]:
        """Both sides of an operator; a bare ``unknown`` takes the type of the other."""
        if isinstance(node.left, s.UnknownLiteral):
            right = self.scalar(node.right, scope)
            return self.scalar(node.left, scope, plain_type(right)), right
        left = self.scalar(node.left, scope)
        return left, self.scalar(node.right, scope, plain_type(left))

    def comparison(self, node: s.Binary, scope: Scope) -> t.Expression:
        left, right = self.sides(node, scope)
        operator = t.Comparison(node.operator)
        if not comparable(left.type, right.type):
            self.unlike(node, left, right)
        if operator not in (t.Comparison.EQUAL, t.Comparison.UNEQUAL) and kind_of(left) not in ORDERED:
            self.fail(
                node,
                "expression.type",
                f"{with_article(left.type)} has no order, so `{operator}` does not apply",
                "use `==`, `!=` or `in`",
            )
        self.check_constant(node.left, left, right)
        self.check_constant(node.right, right, left)
        self.check_lists(node, left, right)
        return t.Compare(operator, left, right, self.at(node))

    def unlike(self, node: s.Binary, left: t.Expression, right: t.Expression) -> NoReturn:
        message = f"{with_article(left.type)} is compared with {with_article(right.type)}"
        one, other = self.side(node.left, left), self.side(node.right, right)
        self.fail(node, "expression.unlike-types", message, help_to_compare(node.operator, one, other))

    def side(self, node: s.Syntax, found: t.Expression) -> Side:
        return Side(node, self.written(node), kind_of(found))

    def check_lists(self, node: s.Binary, left: t.Expression, right: t.Expression) -> None:
        """Two closed lists that share no text could never be equal."""
        one, other = plain_type(left).choices, plain_type(right).choices
        if one is not None and other is not None and not set(one) & set(other):
            self.fail(
                node,
                "expression.unknown-choice",
                "these two never have a value in common",
                f"on the left: {', '.join(one)}; on the right: {', '.join(other)}",
            )

    def check_constant(self, node: s.Syntax, constant: t.Expression, against: t.Expression) -> None:
        choices = against.type.choices if isinstance(against.type, ScalarType) else None
        if choices is not None:
            self.check_choices(node, constant, choices)

    def check_choices(self, node: s.Syntax, expression: t.Expression, choices: tuple[str, ...]) -> None:
        """A constant text compared with a closed list must be in it: it could never be equal."""
        if isinstance(expression, t.Constant | t.Parameter) and isinstance(expression.value, str):
            self.check_choice(node, expression.value, choices)

    def check_choice(self, node: s.Syntax, value: str, choices: tuple[str, ...]) -> None:
        if value not in choices:
            self.fail(
                node,
                "expression.unknown-choice",
                f"`{value}` is never a value here",
                did_you_mean(value, choices) or f"values: {', '.join(choices)}",
            )


def check_condition(
    text: ExpressionText, vocabulary: Vocabulary, scope: Scope, parts: list[t.Expression] | None = None
) -> tuple[t.Expression, int]:
    """A condition's typed expression, and how deep its quantifiers nest."""
    checker = Checker(text, vocabulary, parts)
    return checker.boolean(parse(text), scope), checker.nesting


def check_value(
    text: ExpressionText,
    vocabulary: Vocabulary,
    scope: Scope,
    parts: list[t.Expression] | None = None,
    wanted: ScalarType | None = None,
) -> tuple[t.Expression, int]:
    """A scalar expression of any type, and how deep its quantifiers nest; a bare ``unknown`` takes the wanted type."""
    checker = Checker(text, vocabulary, parts)
    return checker.scalar(parse(text), scope, wanted), checker.nesting
