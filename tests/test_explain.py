"""Every shipped rule can be shown and explained, and an explanation never has another verdict than ``check``."""

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orderproof.check import EngineFaultError, Run, check
from orderproof.diagnostic import OrderproofError
from orderproof.document import Document
from orderproof.language import typed as t
from orderproof.language.evaluate import Setting
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.report.layout import wrapped
from orderproof.rulebook.describe import describe_rule, list_facts, list_rules
from orderproof.rulebook.text import render_list, render_rule
from orderproof.ruleset.open import compile_opened, open_rule_set
from orderproof.ruleset.program import Program, Verdict
from orderproof.source import Source
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Plain, plain
from orderproof.why.reasons import Joining, Judged, Why
from orderproof.why.steps import Choice, Condition, Fact, Step
from orderproof.why.text import render_why
from orderproof.why.verdicts import explain_rule, known_rule
from orderproof.why.wording import Wording, one_line

OPENED = open_rule_set()
PROGRAM = compile_opened(OPENED)
RULES = [check.id for check in PROGRAM.checks]
SETTING = Setting(datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo(PROGRAM.timezone))
BASE = Path(OPENED.rule_set.tests[0].base)
FIXTURES = Path(__file__).parent.parent / "fixtures" / "commands"


def base_document() -> Document:
    return document(BASE.read_text(encoding="utf-8"))


def document(text: str, index: int = 0) -> Document:
    root = parse_yaml_one(Source("order.yaml", text))
    assert isinstance(root, MappingNode)
    return Document("order.yaml", index, root, "")


def mutated() -> Iterator[Document]:
    """The base document, and it without each of its parts in turn, each as an order of its own."""
    value = plain(base_document().root)
    assert isinstance(value, dict)
    yield base_document()
    for number, path in enumerate(parts(value), start=1):
        changed = copy.deepcopy(value)
        remove(changed, path)
        if path != ("id",):
            changed["id"] = f"order-{number}"
        if path not in {("id",), ("drafted_at",), ("currency",)}:
            root = parse_json(Source("orders.json", json.dumps(changed, default=str)))
            assert isinstance(root, MappingNode)
            yield Document("orders.json", number, root, "")


def parts(value: Mapping[str, Plain], above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for key, held in value.items():
        yield (*above, key)
        if isinstance(held, dict):
            yield from parts(held, (*above, key))
        if isinstance(held, list):
            for index, item in enumerate(held):
                yield (*above, key, index)
                if isinstance(item, dict):
                    yield from parts(item, (*above, key, index))


def remove(value: Plain, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        value = value[step]  # type: ignore[index]
    del value[path[-1]]  # type: ignore[union-attr,arg-type]


def run_of(program: Program) -> Run:
    return Run(program, OPENED.schema, SETTING, None, "reference", "en", details=True)


def explained(rule: str, documents: list[Document], subject: str | None = None) -> Why:
    return explain_rule(documents, run_of(compile_opened(OPENED, (rule,))), OPENED.rule_set, subject)


def verdicts_of(why: Why) -> Counter[tuple[int, str, str, str]]:
    """The verdicts that an explanation tells, by document and subject."""
    found: Counter[tuple[int, str, str, str]] = Counter()
    groups = {group.number: group for group in why.groups}
    for number, of in enumerate(why.documents):
        assert of.subjects is not None
        if not of.subjects:
            found[(number, why.check.entity, "", "not_applicable")] += 1
        here = set()
        for subject in of.subjects:
            match subject:
                case Judged():
                    found[(number, subject.subject.entity, subject.subject.key, subject.verdict)] += 1
                case Joining(group=None):
                    verdict = "not_applicable" if subject.belongs is False else "undetermined"
                    found[(number, subject.subject.entity, subject.subject.key, verdict)] += 1
                case Joining(group=group):
                    here.add(group)
        for group in here:
            assert group is not None
            found[(number, why.check.entity, groups[group].key, groups[group].verdict)] += 1
    return found


DOCUMENTS = list(mutated())


@cache
def explained_everywhere(rule: str) -> Why:
    return explained(rule, DOCUMENTS)


def test_there_are_rules_and_documents() -> None:
    assert len(RULES) == 43
    assert len(DOCUMENTS) > 90


@pytest.fixture(scope="module")
def told() -> Mapping[str, Counter[tuple[int, str, str, str]]]:
    """The verdicts of one run of all checks over all documents, by rule."""
    report = check(DOCUMENTS, run_of(PROGRAM))
    found: dict[str, Counter[tuple[int, str, str, str]]] = {rule: Counter() for rule in RULES}
    for number, of in enumerate(report.documents):
        for outcome in of.outcomes:
            found[outcome.rule][(number, outcome.subject.entity, outcome.subject.key, outcome.verdict)] += 1
    return found


@pytest.mark.parametrize("rule", RULES)
def test_the_verdicts_are_those_of_check(rule: str, told: Mapping[str, Counter[tuple[int, str, str, str]]]) -> None:
    why = explained_everywhere(rule)
    assert verdicts_of(why) == told[rule]
    for lang in ("en", "zh"):
        assert render_why(why, lang).startswith(rule)


@pytest.mark.parametrize("rule", RULES)
def test_every_step_says_what_decides(rule: str) -> None:
    """Verdicts follow from the truths that are shown, as the policy defines them."""
    for of in explained_everywhere(rule).documents:
        for subject in of.subjects or ():
            if isinstance(subject, Judged):
                when = True if subject.when is None else truth_of(subject.when)
                require = None if subject.require is None else truth_of(subject.require)
                assert subject.verdict == {
                    (True, True): "pass",
                    (True, False): "violation",
                    (False, None): "not_applicable",
                }.get((when, require) if when is not None else (True, None), "undetermined")
            else:
                when = True if subject.when is None else truth_of(subject.when)
                assert subject.belongs is when


def truth_of(step: Step) -> bool | None:
    assert isinstance(step, Condition | Choice | Fact)
    return step.truth


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_shown(rule: str) -> None:
    described = describe_rule(OPENED, PROGRAM, rule)
    assert described.cases
    assert all(field.description for field in described.basis.fields)
    for lang in ("en", "zh"):
        text = render_rule(described, lang)
        assert text.startswith(rule)
        assert all(f"  {name} = " in text for name, _ in described.basis.parameters)


def test_all_rules_are_listed() -> None:
    rules, facts = list_rules(OPENED.rule_set), list_facts(PROGRAM)
    text = render_list(rules, facts, OPENED.parameters, "credit-guarantee", "en")
    first = [line.partition(" ")[0] for line in text.splitlines()]
    assert first[1:44] == RULES
    assert first[46 : 46 + len(facts)] == [fact.name for fact in PROGRAM.facts]
    assert first[48 + len(facts) : -2] == list(OPENED.parameters)


# An explanation that does not fit


def test_a_verdict_that_check_does_not_give_is_our_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderproof.why.verdicts.verdict", lambda *_: Verdict.VIOLATION)
    with pytest.raises(EngineFaultError, match=r"check says pass of price\.steps-add-up"):
        explained("price.steps-add-up", [base_document()])


def test_one_subject() -> None:
    why = explained("payment.allowed-method", [base_document()], "P-2")
    assert [s.subject.key for of in why.documents for s in of.subjects or ()] == ["P-2"]


def test_a_group_brings_all_its_members() -> None:
    text = BASE.read_text(encoding="utf-8")
    second = document(text.replace('id: "900000000000000001"', 'id: "2"', 1), 1)
    why = explained("account.unique-per-order", [base_document(), second], "EX00000001")
    assert [(group.key, group.verdict, len(group.members)) for group in why.groups] == [("EX00000001", "violation", 2)]
    assert len(why.documents) == 2


def test_a_subject_that_is_nowhere() -> None:
    with pytest.raises(OrderproofError) as raised:
        explained("payment.allowed-method", [base_document()], "P-7")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "explain.unknown-subject"
    assert diagnostic.help == "did you mean `P-2`?" or diagnostic.help == "did you mean `P-1`?"


def test_a_rule_that_is_nowhere() -> None:
    with pytest.raises(OrderproofError) as raised:
        known_rule(OPENED.rule_set, "price.steps-ad-up")
    assert [diagnostic.help for diagnostic in raised.value.diagnostics] == ["did you mean `price.steps-add-up`?"]


# Texts of rules


def test_every_condition_is_worded_with_balanced_parentheses() -> None:
    wording = Wording(OPENED.rule_set)
    stack: list[t.Expression] = [part for each in PROGRAM.checks for part in (each.when, each.require)]
    stack += [entry.when for fact in PROGRAM.facts for entry in fact.entries]
    seen = 0
    while stack:
        node = stack.pop()
        match node:
            case t.And(operands) | t.Or(operands):
                stack += operands
            case t.Not(operand):
                stack.append(operand)
            case t.Choose(condition, then, otherwise):
                stack += (condition, then, otherwise)
            case _:
                pass
        if isinstance(node, t.And | t.Constant):
            continue  # may stand for several texts, or for none
        text = wording.of(node)
        seen += 1
        assert text.count("(") == text.count(")"), text
        assert "\n" not in text
    assert seen > 150


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("a  and\n  b", "a and b"),
        ('x == "in  two"', 'x == "in  two"'),
        ("x == 'a  \\' b'  or\ty", "x == 'a  \\' b' or y"),
    ],
)
def test_an_expression_on_one_line(written: str, line: str) -> None:
    assert one_line(written) == line


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("averylongword b", ["averylongword", "b"]),
        ("订单总额须与收款", ["订单总额", "须与收款"]),
        ("订单总额，须", ["订单总额，", "须"]),
    ],
)
def test_lines_are_broken_where_people_break_them(text: str, lines: list[str]) -> None:
    assert list(wrapped(text, 9)) == lines
