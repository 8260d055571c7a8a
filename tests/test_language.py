"""The expression language, parsed and typed: laws over random texts, and each operator and function by itself."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, render
from orderproof.language.lexer import tokens
from orderproof.language.parser import MAX_DEPTH, MAX_HEIGHT, MAX_PARTS, parse
from orderproof.language.scope import ParameterValue, Scope, Vocabulary, group_scope, subject_scope
from orderproof.language.syntax import Syntax, all_parts
from orderproof.language.template import split_message
from orderproof.language.text import ExpressionText
from orderproof.language.typecheck import check_condition, check_value
from orderproof.language.typed import Call, Constant, Expression, Field, UnknownValue
from orderproof.language.types import TIMESTAMP, FactType
from orderproof.reading.json_tree import parse_json
from orderproof.ruleset.layout import RecordLayout
from orderproof.ruleset.vocabulary import entity_places, entity_types
from orderproof.schema import load_schema
from orderproof.source import Source

SCHEMA = load_schema(
    parse_json(Source("order", (schemas_folder() / "order.schema.json").read_text("utf-8"))),
    "order",
)
FACTS = {
    "shipping": FactType("shipping", 0, "order", {"at": TIMESTAMP}),
    "made": FactType("made", 1, "payment"),
}
PARAMETERS: Mapping[str, ParameterValue] = {
    "grace": Decimal(1),
    "zone": "Asia/Shanghai",
    "flag": True,
    "methods": ("air", "land"),
    "none": (),
    "days": {"air": Decimal(15), "land": Decimal(30)},
}
PLACES = entity_places(SCHEMA)
VOCABULARY = Vocabulary(entity_types(SCHEMA, FACTS), PARAMETERS, "Asia/Shanghai", RecordLayout(PLACES))
ORDER = subject_scope(VOCABULARY.entities, "order")


def value(text: str, scope: Scope = ORDER) -> Expression:
    return check_value(ExpressionText(text, Source("rule", text)), VOCABULARY, scope)[0]


def complaint(text: str, scope: Scope = ORDER) -> Diagnostic:
    with pytest.raises(OrderproofError) as caught:
        value(text, scope)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def within(diagnostic: Diagnostic, text: str) -> None:
    """A diagnostic points into its text, and can be shown."""
    span = diagnostic.span
    assert span is not None
    assert 0 <= span.start < span.end <= max(1, len(text))
    assert render(diagnostic)


# Laws

CHARACTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WORDS = [
    *("order", "shipping", "made", "group", "parameters", "as_of", "p", "m", "payments", "amounts", "total"),
    *("shipment", "method", "shipped_at", "at", "grace", "methods", "none", "days", "items", "currency", "agreed_by"),
    *("and", "or", "not", "in", "is", "present", "missing", "if", "else", "for", "distinct", "unknown", "true"),
    *("any", "all", "count", "sum", "min", "max", "default", "date", "lower", "matches", "length", "abs", "round"),
    *("minor_unit", "compact", "hours", "==", "!=", "<", "<=", "+", "-", "*", "/", "(", ")", "[", "]", ",", "."),
    *('"air"', "'USD'", '"2026-03-01"', "0", "2", "0.50", "order.payments", "order.amounts.total", "order.currency"),
]
SOUP = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def phrases() -> st.SearchStrategy[str]:
    """Texts that are nearly expressions: what is built from right pieces, not always rightly."""
    leaves = st.sampled_from(
        [
            *("order.amounts.total", "order.currency", "order.submitted_at", "order.shipment.agreed_by", "shipping"),
            *("shipping.at", "order.shipment.method", "as_of", "unknown", "true", "1", "0.5", '"air"', "order.items"),
            *(
                "parameters.grace",
                "parameters.methods",
                "parameters.none",
                "parameters.days",
                "p",
                "p.amount",
                "p.made",
            ),
            *("order.payments", "group", "order", "parameters", "[]", "[1, 2]", "order.submitted_at is present"),
        ]
    )

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        forms = [
            *("({} and {})", "({} or {})", "({} == {})", "({} <= {})", "({} in {})", "({} not in {})", "({} + {})"),
            *("({} - {})", "round({} / {}, 2)", "default({}, {})", "any({} for p in order.payments if {})"),
            *("count(distinct {} for p in {})", "sum({} for p in order.payments if {})", "parameters.days[{}]"),
            *("min({} for x in {})", "matches({}, {})", "[{}, {}]", "count(p for p in {} if {})"),
        ]
        two = st.tuples(st.sampled_from(forms), inner, inner).map(lambda part: part[0].format(part[1], part[2]))
        ones = ["not {}", "-{}", "lower({})", "date({})", "days({})", "abs({})", "length({})", "count({})", "{}.at"]
        one = st.tuples(st.sampled_from(ones), inner).map(lambda part: part[0].format(part[1]))
        three = st.tuples(inner, inner, inner).map(lambda part: f"({part[0]} if {part[1]} else {part[2]})")
        return two | one | three

    return st.recursive(leaves, larger, max_leaves=12)


@given(CHARACTERS | SOUP)
def test_parsing_gives_a_tree_or_says_where_the_text_is_wrong(text: str) -> None:
    expression = ExpressionText(text, Source("rule", text))
    try:
        tree = parse(expression)
    except OrderproofError as error:
        for diagnostic in error.diagnostics:
            within(diagnostic, text)
    else:
        for part, height in all_parts(tree):
            assert 0 <= part.start < part.end <= len(text)
            assert height <= MAX_HEIGHT


@settings(max_examples=300)
@given(SOUP | phrases(), st.sampled_from(["order", "payment", "group"]))
def test_typing_gives_an_expression_or_says_where_the_text_is_wrong(text: str, subject: str) -> None:
    scope = group_scope("order") if subject == "group" else subject_scope(VOCABULARY.entities, subject)
    for check in (check_value, check_condition):
        try:
            check(ExpressionText(text, Source("rule", text)), VOCABULARY, scope)
        except OrderproofError as error:
            (diagnostic,) = error.diagnostics
            within(diagnostic, text)


@given(st.text(st.sampled_from("ab.{}\"'1 "), max_size=30))
def test_a_message_is_split_or_its_brace_is_shown(text: str) -> None:
    try:
        split_message(ExpressionText(text, Source("rule", text)))
    except OrderproofError as error:
        for diagnostic in error.diagnostics:
            within(diagnostic, text)


@given(phrases())
def test_blanks_between_words_mean_nothing(text: str) -> None:
    def meaning(written: str) -> str:
        expression = ExpressionText(written, Source("rule", written))
        try:
            tree = parse(expression)
        except OrderproofError as error:
            return error.diagnostics[0].code
        return " ".join(_words(tree))

    spread = "\n  ".join(_written(text))
    assert meaning(spread) == meaning(text)


def _written(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(ExpressionText(text, Source("rule", text)))]


def _words(tree: Syntax) -> list[str]:
    return [f"{height}{type(part).__name__}" for part, height in all_parts(tree)]


# Limits: what is at the limit passes, one more does not


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("order.id == '" + "x" * 4082 + "'", "order.id == '" + "x" * 4083 + "'", "expression.too-long"),
        (
            "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1),
            "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH,
            "expression.too-deep",
        ),
        ("not " * 64 + "true", "not " * 65 + "true", "expression.too-deep"),
        ("1" + " + 1" * 64, "1" + " + 1" * 65, "expression.too-deep"),
        ("1 in [" + "1," * (MAX_PARTS - 3) + "]", "1 in [" + "1," * (MAX_PARTS - 2) + "]", "expression.too-large"),
        ("9" * 38, "9" * 39, "expression.number"),
        (f"matches(order.id, '{'x' * 1024}')", f"matches(order.id, '{'x' * 1025}')", "expression.pattern"),
        ("round(1, 12)", "round(1, 13)", "expression.rounding"),
        (
            "any(any(any(true for a in order.items) for b in order.items) for c in order.items)",
            "any(any(any(any(true for a in order.items) for b in order.items) for c in order.items) for d in order.items)",
            "expression.nesting",
        ),
    ],
)
def test_limits(right: str, wrong: str, code: str) -> None:
    value(right)
    assert complaint(wrong).code == code


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000 + "1" + ")" * 1000,
        "not " * 1000 + "true",
        "-" * 1000 + "1",
        "any(x for x in " * 250 + "order.items" + ")" * 250,
        "any(true for x in order.items if " * 120 + "true" + ")" * 120,
        "1 if true else " * 200 + "1",
        "(" + " + 1) + (1" * 300 + ")",
        "order" + ".id" * 1000,
        "order" + "[0]" * 1000,
        "[" * 1000,
        "(not " * 31 * 30,
        "(" * 30 + "not " * 60 + ("true)" + " and true" * 3) * 30,
    ],
)
def test_hostile_depth_is_refused_in_words(text: str) -> None:
    within(complaint(text), text)


# Types of what is right


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("order.amounts.total", "decimal"),
        ("order.currency", "text"),
        ("order.submitted_at", "timestamp"),
        ("order.shipment.agreed_by", "date"),
        ("order.buyer.matched", "boolean"),
        ("1", "integer"),
        ("0.50", "decimal"),
        ("1 + 2", "integer"),
        ("1 + 0.5", "decimal"),
        ("-1", "integer"),
        ("order.amounts.total - 1", "decimal"),
        ("order.submitted_at + days(1)", "timestamp"),
        ("days(1) + order.submitted_at", "timestamp"),
        ("order.submitted_at - hours(0.5)", "timestamp"),
        ("order.submitted_at - order.drafted_at", "duration"),
        ("days(1) - hours(2)", "duration"),
        ("order.amounts.total <= 1", "boolean"),
        ("order.submitted_at < as_of", "boolean"),
        ("date(order.submitted_at) <= order.shipment.agreed_by", "boolean"),
        ('order.shipment.agreed_by == date("2026-03-01")', "boolean"),
        ("unknown == order.amounts.total", "boolean"),
        ("unknown + order.amounts.total", "decimal"),
        ("order.currency in ['USD', unknown]", "boolean"),
        ("order.currency not in parameters.none", "boolean"),
        ("order.shipment.method in parameters.days", "boolean"),
        ("parameters.days[order.shipment.method]", "decimal"),
        ("parameters.flag", "boolean"),
        ("parameters.grace", "decimal"),
        ("order.amounts is present", "boolean"),
        ("order.items is missing", "boolean"),
        ("not shipping", "boolean"),
        ("shipping and shipping.at > order.drafted_at", "boolean"),
        ("not shipping or shipping.at > order.drafted_at", "boolean"),
        ("shipping.at if shipping else order.drafted_at", "timestamp"),
        ("1 if true else 0.5", "decimal"),
        ("unknown if shipping else order.currency", "text"),
        ("any(p.made for p in order.payments)", "boolean"),
        ("all(p.amount > 0 for p in order.payments if p.made)", "boolean"),
        ("sum(p.amount for p in order.payments)", "decimal"),
        ("max(p.received_at for p in order.payments)", "timestamp"),
        ("min(p.amount for p in order.payments if p.step == 'full')", "decimal"),
        ("sum(order.submitted_at - order.drafted_at for p in order.payments)", "duration"),
        ("count(order.items)", "integer"),
        ("count(p for p in order.payments if p.made)", "integer"),
        ("count(distinct p.method for p in order.payments)", "integer"),
        ("count(distinct p for p in order.payments)", "integer"),
        ("count(x for x in parameters.methods if x == order.shipment.method)", "integer"),
        ("all(any(n == order.id for n in c.order_ids) for c in order.consignments)", "boolean"),
        ("default(order.amounts.total, 0)", "decimal"),
        ("default(order.amounts.total, -1.5)", "decimal"),
        ("default(order.draft.mode, '') == ''", "boolean"),
        ("default(order.amounts.total, parameters.grace)", "decimal"),
        ("days(parameters.grace)", "duration"),
        ("hours(1)", "duration"),
        ("date(as_of)", "date"),
        ("lower(order.buyer.email)", "text"),
        ("compact(order.collection_account.number)", "text"),
        ("matches(order.buyer.email, '[^@]+@[^@]+')", "boolean"),
        ("length(order.remark)", "integer"),
        ("length(parameters.methods)", "integer"),
        ("abs(order.amounts.total)", "decimal"),
        ("abs(-1)", "integer"),
        ("round(order.amounts.total / 3 * 2, 2)", "decimal"),
        ("minor_unit(order.currency)", "decimal"),
        ("lower(unknown)", "text"),
    ],
)
def test_types(text: str, type_: str) -> None:
    assert str(value(text).type) == type_


# Types of what is not: every operator and function refuses what it does not take


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("order.amounts.total and true", "expression.type"),
        ("not order.currency", "expression.type"),
        ("-order.currency", "expression.type"),
        ("order.currency + 'x'", "expression.type"),
        ("order.submitted_at + 1", "expression.type"),
        ("order.submitted_at + order.drafted_at", "expression.type"),
        ("order.shipment.agreed_by + days(1)", "expression.type"),
        ("days(1) - order.submitted_at", "expression.type"),
        ("days(1) * 2", "expression.type"),
        ("order.amounts.total / 2", "expression.division"),
        ("order.amounts.total == order.currency", "expression.unlike-types"),
        ("order.submitted_at == date(as_of)", "expression.unlike-types"),
        ("order.buyer.matched < true", "expression.type"),
        ("order.currency < 'USD'", "expression.type"),
        ("order.draft.mode == 'on-line'", "expression.unknown-choice"),
        ("order.draft.mode == order.seller.membership", "expression.unknown-choice"),
        ("order.currency in [1]", "expression.unlike-types"),
        ("order.currency in order.currency", "expression.type"),
        ("1 in parameters.days", "expression.unlike-types"),
        ("parameters.days['plane']", "expression.unknown-choice"),
        ("parameters.days[1]", "expression.type"),
        ("parameters.methods[1]", "expression.type"),
        ("parameters.grace['x']", "expression.type"),
        ("any(x == 'air' for x in parameters.none)", "expression.empty-parameter"),
        ("shipping.at", "expression.fact-not-known"),
        ("shipping or shipping.at > as_of", "expression.fact-not-known"),
        ("any(p.amount > 0 for order in order.payments)", "expression.name-taken"),
        ("any(shipping.amount > 0 for shipping in order.payments)", "expression.name-taken"),
        ("any(true for x in order.amounts)", "expression.type"),
        ("sum(p.method for p in order.payments)", "expression.type"),
        ("min(p.made for p in order.payments)", "expression.type"),
        ("count(p.amount for p in order.payments)", "expression.count"),
        ("1 if order.currency else 2", "expression.type"),
        ("1 if true else 'x'", "expression.type"),
        ("default(shipping, true)", "expression.default"),
        ("default(order.amounts.total, 'x')", "expression.unlike-types"),
        ("default(order.amounts.total, order.amounts.tax)", "expression.default"),
        ("default(default(order.amounts.total, 0), 1)", "expression.default"),
        ("default(order.draft.mode, 'x')", "expression.unknown-choice"),
        ("days('1')", "expression.argument-type"),
        ("hours(as_of)", "expression.argument-type"),
        ("date(1)", "expression.argument-type"),
        ("date(order.remark)", "expression.argument-type"),
        ("date('2026-02-29')", "expression.day"),
        ("date('2026-W09-1')", "expression.day"),
        ("lower(1)", "expression.argument-type"),
        ("compact(as_of)", "expression.argument-type"),
        ("matches(order.id, order.id)", "expression.pattern"),
        ("matches(order.id, '(?=x)')", "expression.pattern"),
        ("matches(1, 'x')", "expression.argument-type"),
        ("length(1)", "expression.argument-type"),
        ("length(order.items)", "expression.type"),
        ("abs('x')", "expression.argument-type"),
        ("round(1, 0.5)", "expression.rounding"),
        ("round(1, -1)", "expression.rounding"),
        ("round('x', 1)", "expression.type"),
        ("minor_unit(1)", "expression.argument-type"),
        ("lower()", "expression.arguments"),
        ("upper(order.id)", "expression.unknown-function"),
        ("any(order.items)", "expression.quantifier"),
        ("lower(x for x in order.items)", "expression.quantifier"),
        ("sum(distinct p.amount for p in order.payments)", "expression.quantifier"),
        ("parameters.grace is present", "expression.presence"),
        ("shipping is missing", "expression.presence"),
        ("order.payments[0].amount", "expression.type"),
        ("order.payments.amount", "expression.no-members"),
        ("order", "expression.type"),
        ("parameters", "expression.type"),
        ("[1]", "expression.type"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    diagnostic = complaint(text)
    within(diagnostic, text)
    assert diagnostic.code == code


def test_a_default_stands_in_the_field() -> None:
    found = value("default(order.amounts.total, -1.5)")
    assert isinstance(found, Field)
    assert found.default == Decimal("-1.5")


def test_escapes_of_a_text() -> None:
    found = value(r"""'a\\.b\'c\n\t\"'""")
    assert isinstance(found, Constant)
    assert found.value == "a\\.b'c\n\t\""


@pytest.mark.parametrize("written", [r"'a\.b'", r"'\u6D4B'", r"'\x41'", r"'\\\d'", r'"\0"'])
def test_a_backslash_that_means_nothing_is_refused(written: str) -> None:
    with pytest.raises(OrderproofError) as caught:
        value(written)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["expression.escape"]


def test_a_pattern_has_escapes_of_its_own() -> None:
    found = value(r"matches(order.id, '\d+\.\x41\\d')")
    assert isinstance(found, Call)
    pattern = found.arguments[1]
    assert isinstance(pattern, Constant)
    assert pattern.value == r"\d+\.\x41\d"


def test_unknown_takes_the_type_that_is_wanted() -> None:
    text = ExpressionText("unknown", Source("rule", "unknown"))
    found, _ = check_value(text, VOCABULARY, ORDER, wanted=TIMESTAMP)
    assert isinstance(found, UnknownValue)
    assert found.type == TIMESTAMP


def test_a_broken_fact_is_absorbed_without_a_word() -> None:
    vocabulary = Vocabulary(
        entity_types(SCHEMA, {}), PARAMETERS, "UTC", RecordLayout(PLACES), broken=frozenset({"shipping"})
    )
    for text in ("shipping", "shipping.at > as_of", "order.shipping", "any(true for x in order.items if shipping)"):
        with pytest.raises(OrderproofError) as caught:
            check_value(ExpressionText(text, Source("rule", text)), vocabulary, ORDER)
        assert caught.value.diagnostics == ()


def test_places_inside_a_file_are_followed() -> None:
    source = Source("rules.yaml", "require: order.idd")
    text = ExpressionText("order.idd", source, tuple(range(9, 19)))
    with pytest.raises(OrderproofError) as caught:
        check_value(text, VOCABULARY, ORDER)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.place == "rules.yaml:1:16"


def test_the_language_stands_alone() -> None:
    """It knows text and spans, nothing of YAML, rules or the command line."""
    folder = Path(__file__).parent.parent / "src" / "orderproof" / "language"
    for file in sorted(folder.glob("*.py")):
        for line in file.read_text("utf-8").splitlines():
            if line.lstrip().startswith(("from orderproof", "import orderproof")):
                assert line.split()[1].startswith(
                    ("orderproof.language", "orderproof.diagnostic", "orderproof.source")
                ), f"{file.name}: {line}"
