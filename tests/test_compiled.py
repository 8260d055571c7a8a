"""The compiled engine: its code is stable, holds whatever rules may be, and fails as a refusal."""

import builtins
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from program import program

from orderproof.engine.compiled import CompiledEngine, namespace
from orderproof.engine.generate.function import GIVEN, HELPERS, generate
from orderproof.engine.generate.part import part_of
from orderproof.engine.judgement import EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.panel import Fault, Judged, Panel
from orderproof.engine.reference import ReferenceEngine
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.open import OpenRuleSet, compile_opened, open_rule_set
from orderproof.ruleset.program import Program

SETTING = Setting(datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
NUMBER = {"type": ["string", "number"], "format": "decimal"}
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
Rules = dict[str, Any]


def entity(called: str, /, **properties: Any) -> Rules:
    return {"type": "object", "x-entity": called, "properties": properties}


def listed(items: Rules) -> Rules:
    return {"type": "array", "items": items}


DEAL = entity(
    "deal",
    a=FLAG,
    b=FLAG,
    size=NUMBER,
    name=TEXT,
    parts=listed(entity("part", size=NUMBER, b=FLAG, bits=listed(entity("bit", size=NUMBER, b=FLAG)))),
)


def opened(
    folder: Path, schema: Rules, checks: Sequence[Rules], derive: Sequence[Rules] = (), **rest: Any
) -> OpenRuleSet:
    """A rule set of these checks; one that says no more has a requirement alone."""
    head = {"title": {"en": "a title"}, "clause": "1", "message": {"en": "look"}}
    whole = {
        "rule_set": "own",
        "version": "1",
        "document": "own",
        "derive": list(derive),
        "checks": [{"id": f"check.n{number}", **head, **check} for number, check in enumerate(checks)],
        **rest,
    }
    (folder / "own.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "own.json").write_text(json.dumps(whole), encoding="utf-8")
    return open_rule_set(str(folder / "own.json"))


def read(rules: OpenRuleSet, compiled: Program, *documents: Rules) -> list[Facts]:
    found = [FactReader(rules.schema, compiled.plan, None).read(document) for document in documents]
    assert all(isinstance(facts, Facts) for facts in found), found
    return [facts for facts in found if isinstance(facts, Facts)]


def verdicts(rules: OpenRuleSet, *documents: Rules) -> list[tuple[tuple[int, ...], ...]]:
    """What the compiled engine says of documents, which the reference engine says too."""
    compiled = compile_opened(rules)
    facts = read(rules, compiled, *documents)
    outcomes = CompiledEngine(compiled, SETTING).judge(facts)
    assert outcomes == ReferenceEngine(compiled, SETTING).judge(facts)
    return [outcome.verdicts for outcome in outcomes if isinstance(outcome, Judgement)]


PASS, VIOLATION, UNDETERMINED, NOT_APPLICABLE = range(4)

# The code itself


def test_the_code_is_the_same_whatever_the_seed_of_hashes(tmp_path: Path) -> None:
    printed = [
        program("rules", "show", "--compiled", folder=tmp_path, environment={"PYTHONHASHSEED": seed})
        for seed in ("0", "1", "77")
    ]
    assert [ended.code for ended in printed] == [0, 0, 0]
    assert len({ended.out for ended in printed}) == 1
    assert printed[0].out.rstrip("\n") == generate(compile_opened(open_rule_set())).rstrip("\n")


def test_every_line_of_the_policy_is_one_that_a_person_can_read() -> None:
    text = generate(compile_opened(open_rule_set()))
    assert "\t" not in text
    assert max(len(line.strip()) for line in text.splitlines()) <= 120
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) <= 32
    for name in ("submitted_at", "amounts_total", "shipping", "shipping_at"):
        assert re.search(rf"^    .*\b{name}\b", text, re.MULTILINE), name
    assert "for payment in order.payments:" in text


def test_a_pass_stands_only_below_two_proofs() -> None:
    """No line says PASS but in a branch; what stands before the branches is undetermined."""
    compiled = compile_opened(open_rule_set())
    lines = generate(compiled).splitlines()
    for number, line in enumerate(lines):
        if line.endswith("= PASS"):
            above = lines[number - 1].strip()
            assert above.startswith(("if ", "elif ")) or above == "):", lines[number - 3 : number + 1]
    assert sum(line.endswith("= UNDETERMINED") for line in lines) == len(compiled.checks)


def test_a_part_has_what_it_rests_on_and_no_more() -> None:
    compiled = compile_opened(open_rule_set())
    part = part_of(compiled, ("shipment.after-payment",))
    assert [check.id for check in part.checks] == ["shipment.after-payment"]
    assert {fact.name for fact in part.facts} == {
        *("made", "active", "shipping", "full_received"),
        *("advance_received", "balance_received", "payment_received"),
    }
    assert {fact.name for fact in part_of(compiled, ("quota_hold",)).facts} >= {
        "quota_hold",
        "guarantee_ended",
        "active",
    }


def test_texts_of_rules_are_no_code(tmp_path: Path) -> None:
    nasty = '"""\\" \\ \u2028 \x85 {0} %s 开 \U0001f600 \x7f'
    escaped = nasty.replace("\\", "\\\\").replace('"', '\\"')
    check = {
        "title": {"en": f"{nasty}\nraise SystemExit(1)"},
        "clause": nasty,
        "require": f'deal.name == "{escaped}" and deal.name in ["{escaped}"]',
        "each": "deal",
    }
    rules = opened(tmp_path, DEAL, [check], version='1"\\')
    assert verdicts(rules, {"name": nasty}, {"name": "x"}, {}) == [((PASS,),), ((VIOLATION,),), ((UNDETERMINED,),)]


# Names

AWKWARD = (
    *("class", "lambda", "None", "True", "match", "type", "len", "tuple", "max", "judge", "subjects", "verdict"),
    *(
        "PASS",
        "UNDETERMINED",
        "Decimal",
        "AS_OF",
        "MINOR_UNITS",
        "exact_sum",
        "condition",
        "choice",
        "zone",
        "members",
        "id",
        "given",
        "NO_LIST",
        "EPOCH",
        "_",
        "__",
    ),
    *("a_b", "A_b", "s", "S", "x_entry", "x_at", "check_n0", "any_items", "item", "item_2"),
)


def test_names_that_python_or_the_code_itself_has(tmp_path: Path) -> None:
    fields = dict.fromkeys(AWKWARD, FLAG)
    below = {"type": "object", "properties": {"b": FLAG}}
    schema = entity("each_deal", **fields, a=below, items=listed(entity("item", **fields)))
    names = [name for name in AWKWARD if _can_be_written(tmp_path, schema, name)]
    assert len(names) > 25
    checks = [
        {"each": "each_deal", "require": f"each_deal.{name} and any(i.{name} for i in each_deal.items)"}
        for name in names
    ]
    checks += [{"each": "item", "when": f"not item.{name}", "require": f"each_deal.{name}"} for name in names]
    rules = opened(tmp_path, schema, checks)
    everything = dict.fromkeys(names, True)
    found = verdicts(
        rules, {**everything, "items": [everything]}, {"items": [{}]}, *({n: True, "items": [{n: True}]} for n in names)
    )
    assert found[0] == ((PASS,),) * len(names) + ((NOT_APPLICABLE,),) * len(names)
    for number in range(len(names)):
        assert [row for row, (said,) in enumerate(found[2 + number][: len(names)]) if said == PASS] == [number]


def _can_be_written(folder: Path, schema: Rules, name: str) -> bool:
    """Whether a rule can name the field at all."""
    from orderproof.diagnostic import OrderproofError

    try:
        compile_opened(opened(folder, schema, [{"each": "each_deal", "require": f"each_deal.{name}"}]))
    except OrderproofError:
        return False
    return True


def test_parameters_that_are_called_like_constants(tmp_path: Path) -> None:
    names = "zone as_of_day utc minor_units violation undetermined does_not_hold unknown_fact not_applicable".split()
    names += ["decimal", "number_0", "pattern", "x"]
    tables = {"grace": {"a": 1, "b": 2}}
    parameters = {"timezone": "Asia/Shanghai", **{name: n + 1 for n, name in enumerate(names)}, **tables}
    checks = [{"each": "deal", "require": f"deal.size + 0 == parameters.{name}"} for name in names]
    checks += [{"each": "deal", "when": "deal.name in parameters.grace", "require": "parameters.grace[deal.name] == 2"}]
    checks += [{"each": "deal", "require": 'date(as_of) == date("2026-03-01") and minor_unit("JPY") == 1'}]
    rules = opened(tmp_path, DEAL, checks, parameters=parameters)
    found = verdicts(rules, *({"size": n + 1, "name": "b"} for n in range(len(names))))
    for number, said in enumerate(found):
        assert [at for at, (verdict,) in enumerate(said) if verdict == PASS] == [number, len(names), len(names) + 1]


def test_facts_that_are_called_like_locals(tmp_path: Path) -> None:
    names = (
        "judge",
        "subjects",
        "verdict",
        "condition",
        "choice",
        "part_size",
        "size_at",
        "any_parts",
        "class",
        "tuple",
    )
    derive = [
        {
            "fact": name,
            "each": "deal",
            "when": f"deal.size > {number}",
            "values": {"at": "deal.size", "entry": "deal.size"},
        }
        for number, name in enumerate(names)
    ]
    checks = [
        {"each": name, "when": "any(p.size > 0 for p in deal.parts)", "require": f"{name}.at + {name}.entry > 9"}
        for name in names
    ]
    rules = opened(tmp_path, DEAL, checks, derive)
    parts = [{"size": 1}]
    low, high, none = verdicts(rules, {"size": 4, "parts": parts}, {"size": 20, "parts": parts}, {"parts": parts})
    assert low == ((VIOLATION,),) * 4 + ((NOT_APPLICABLE,),) * 6
    assert high == ((PASS,),) * 10
    assert none == ((UNDETERMINED,),) * 10


# Size


def test_five_hundred_checks(tmp_path: Path) -> None:
    checks = [
        {
            "each": "deal" if number % 2 else "part",
            "when": f"deal.size > {number}",
            "require": f"any(p.size > {number} and p.b for p in deal.parts) or deal.a",
        }
        for number in range(500)
    ]
    document = {"size": 250, "a": False, "parts": [{"size": 100, "b": True}, {"size": 200}]}
    (found,) = verdicts(opened(tmp_path, DEAL, checks), document)
    assert [row[0] for row in found] == [PASS] * 100 + [UNDETERMINED] * 100 + [VIOLATION] * 50 + [NOT_APPLICABLE] * 250


def test_a_chain_of_a_hundred_facts(tmp_path: Path) -> None:
    derive = [{"fact": "f0", "each": "deal", "when": "deal.a", "values": {"n": "deal.size"}}]
    derive += [
        {"fact": f"f{n}", "each": "deal", "when": f"f{n - 1}", "values": {"n": f"f{n - 1}.n + 1"}}
        for n in range(1, 100)
    ]
    rules = opened(tmp_path, DEAL, [{"each": "f99", "require": "f99.n == 100"}], derive)
    documents: tuple[Rules, ...] = ({"a": True, "size": 1}, {"a": True, "size": 2}, {"a": False}, {"a": True}, {})
    said = [verdict for ((verdict,),) in verdicts(rules, *documents)]
    assert said == [PASS, VIOLATION, NOT_APPLICABLE, UNDETERMINED, UNDETERMINED]


def test_fifty_entries_of_one_fact(tmp_path: Path) -> None:
    derive = [
        {"fact": "level", "each": "part", "when": f"part.size == {n}", "values": {"n": f"{n * n}"}} for n in range(50)
    ]
    rules = opened(tmp_path, DEAL, [{"each": "level", "require": "level.n == part.size * part.size"}], derive)
    ((found,),) = verdicts(rules, {"parts": [{"size": n} for n in range(50)] + [{"size": 50}, {}]})
    assert found == (PASS,) * 50 + (NOT_APPLICABLE, UNDETERMINED)


def test_quantifiers_three_deep_under_a_loop_over_subjects(tmp_path: Path) -> None:
    deep = "any(all(sum(b.size for b in q.bits if b.b) > p.size for q in deal.parts) for p in deal.parts if p.b)"
    deepest = "count(distinct p.size for p in deal.parts if all(any(b.size == q.size for b in p.bits) for q in deal.parts)) == 1"
    checks = [{"each": "deal", "require": deep}, {"each": "bit", "when": "bit.b", "require": deepest}]
    rules = opened(tmp_path, DEAL, checks)
    bits = [{"size": 5, "b": True}, {"size": 1, "b": False}]
    whole = {"parts": [{"size": 1, "b": True, "bits": bits}, {"size": 5, "bits": bits}]}
    open_ = {"parts": [{"size": 9, "b": True, "bits": [{"size": 4, "b": True}, {"b": True}]}]}
    assert verdicts(rules, whole, open_, {}) == [
        ((PASS,), (VIOLATION, NOT_APPLICABLE, VIOLATION, NOT_APPLICABLE)),
        ((UNDETERMINED,), (UNDETERMINED, UNDETERMINED)),
        ((VIOLATION,), ()),
    ]


NESTED: dict[str, Callable[[str, int], str]] = {
    "choices": lambda inner, n: f"({inner} if deal.size > {n} else deal.a)",
    "conditions": lambda inner, n: f"(deal.size > {n} and (deal.a or {inner}))",
    "negations": lambda inner, n: f"(not ({inner} and any(p.size > {n} for p in deal.parts)))",
    "loops": lambda inner, n: f"(any(p.size > {n} for p in deal.parts) and ({inner} if deal.b else deal.a))",
}


@pytest.mark.parametrize("form", NESTED)
def test_expressions_as_deep_as_they_may_be(tmp_path: Path, form: str) -> None:
    depth = {"choices": 30, "conditions": 14, "negations": 14, "loops": 14}[form]
    text = "deal.b"
    for number in range(depth):
        text = NESTED[form](text, number)
    rules = opened(tmp_path, DEAL, [{"each": "deal", "require": text}])
    documents: list[Rules] = [
        {name: value for name, value in (("a", a), ("b", b), ("size", size), ("parts", parts)) if value is not None}
        for a in (True, False, None)
        for b in (True, False, None)
        for size in (100, 7, None)
        for parts in ([{"size": 100}], [{"size": 5}, {}], None)
    ]
    said = {verdict for ((verdict,),) in verdicts(rules, *documents)}
    assert said == {PASS, VIOLATION, UNDETERMINED}
    lines = generate(compile_opened(rules)).splitlines()
    assert max(len(line) - len(line.lstrip()) for line in lines) < 4 * 60


def test_a_thousand_conditions_in_one(tmp_path: Path) -> None:
    joined = " or ".join(f"deal.size == {n}" for n in range(90))
    wide = [{"each": "deal", "require": joined} for _ in range(20)]
    numbers = ", ".join(map(str, range(200)))
    wide.append({"each": "deal", "require": f"deal.size in [{numbers}]"})
    wide.append({"each": "deal", "require": "deal.size " + "+ 1 " * 60 + "== 61"})
    found = verdicts(opened(tmp_path, DEAL, wide), {"size": 1}, {"size": 500}, {})
    assert [{verdict for (verdict,) in row} for row in found] == [{PASS}, {VIOLATION}, {UNDETERMINED}]


# Faults


def policy() -> tuple[Program, list[Facts]]:
    rules = open_rule_set()
    compiled = compile_opened(rules)
    order = {"id": "1", "drafted_at": "2026-01-01T00:00:00Z", "currency": "USD"}
    return compiled, read(rules, compiled, order, {**order, "submitted_at": "2026-01-02T00:00:00Z"})


class Broken:
    """A record that cannot be read."""

    @property
    def values(self) -> tuple[Any, ...]:
        raise ZeroDivisionError("no values")


def test_an_exception_is_a_refusal_of_its_document_alone() -> None:
    compiled, (first, second) = policy()
    broken = Facts({**first.subjects, "order": ((Broken(),),)})  # type: ignore[dict-item]
    outcomes = CompiledEngine(compiled, SETTING).judge([first, broken, second])
    reason = "the compiled engine failed (ZeroDivisionError: no values)"
    assert outcomes[1] == Refusal(reason)
    assert [outcomes[0], outcomes[2]] == ReferenceEngine(compiled, SETTING).judge([first, second])


class Failing:
    """An engine that refuses everything, or says something else of every check."""

    name = "compiled"

    def __init__(self, change: Callable[[Judgement], Outcome], compiled: Program, setting: Setting) -> None:
        self.engine = CompiledEngine(compiled, setting)
        self.change = change

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        return [self.change(said) if isinstance(said, Judgement) else said for said in self.engine.judge(documents)]

    def close(self) -> None:
        self.engine.close()


def judged_by(choice: Any, change: Callable[[Judgement], Outcome]) -> list[Judged | Fault]:
    compiled, facts = policy()
    panel = Panel(compiled, SETTING, choice, compiled=lambda p, s: Failing(change, p, s))
    try:
        return list(panel.judge(facts))
    finally:
        panel.close()


@pytest.mark.parametrize(("choice", "others"), [("compiled", ("reference",)), ("all", ("rete", "reference"))])
def test_where_it_refuses_another_engine_judges(choice: str, others: tuple[str, ...]) -> None:
    compiled, facts = policy()
    expected = [said for said in ReferenceEngine(compiled, SETTING).judge(facts) if isinstance(said, Judgement)]
    found = [each for each in judged_by(choice, lambda _: Refusal("no")) if isinstance(each, Judged)]
    assert [each.judgement for each in found] == expected
    assert [(set(each.by), each.refusal) for each in found] == [(set(others), "no")] * len(expected)


def test_a_difference_names_who_said_what() -> None:
    def all_passes(said: Judgement) -> Judgement:
        return Judgement(tuple((0,) * len(row) for row in said.verdicts), said.conclusions)

    found = judged_by("all", all_passes)
    assert all(isinstance(each, Fault) for each in found)
    reason = found[0].reason if isinstance(found[0], Fault) else ""
    assert re.fullmatch(r"the check draft.contract-attached: (rete|reference) says \[3\], compiled says \[0\]", reason)


def test_all_engines_judge_and_agree() -> None:
    found = judged_by("all", lambda said: said)
    assert [set(each.by) for each in found if isinstance(each, Judged)] == [{"rete", "reference", "compiled"}] * 2


def test_rules_that_cannot_be_compiled_go_to_the_reference_engine() -> None:
    compiled, facts = policy()

    def unable(_: Program, __: Setting) -> CompiledEngine:
        raise EngineUnavailableError("the rules cannot be compiled (MemoryError: )")

    panel = Panel(compiled, SETTING, "compiled", compiled=unable)
    assert panel.unavailable == "the rules cannot be compiled (MemoryError: )"
    assert [each.by for each in panel.judge(facts) if isinstance(each, Judged)] == [("reference",)] * 2


def test_code_that_python_refuses_makes_the_engine_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, _ = policy()
    monkeypatch.setattr("orderproof.engine.compiled.generate", lambda *_, **__: "def judge(:")
    with pytest.raises(EngineUnavailableError) as caught:
        CompiledEngine(compiled, SETTING)
    assert caught.value.reason.startswith("the rules cannot be compiled (SyntaxError: ")


def test_generated_code_reaches_nothing_of_python_but_what_it_uses() -> None:
    names = namespace(SETTING)
    assert names["__builtins__"] == {}
    with pytest.raises(NameError):
        exec("open", names)


def test_every_name_that_is_given_is_kept_from_rules() -> None:
    names = set(namespace(SETTING)) - {"__builtins__"}
    capital = {name for name in names if name.isupper()}
    assert capital == GIVEN
    assert {name for name in names if name == name.lower() and name not in vars(builtins)} == HELPERS | {
        "date",
        "datetime",
        "timedelta",
    }
