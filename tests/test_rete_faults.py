"""Whatever the native engine does wrong, no verdict is wrong for it: the other engine judges, or the run ends as a bug."""

import ctypes
import json
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from native import Hook, Spoil, at_call, compact, dropping, hooked, in_first_worker, raw, swept, tampered
from program import FAULTY, RULES, order, program
from program import injected as environment_with
from ready import Ready, big, check, quiet, ready, reporting_its_number
from reports import validated

from orderproof.check import EngineFaultError, check_by
from orderproof.engine.judgement import Contradiction, EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.loaded import Native
from orderproof.engine.lot import Patience
from orderproof.engine.panel import CHOICES, Choice, Panel
from orderproof.engine.rete import (
    LOT,
    MAX_DEATHS,
    MAX_REFUSALS,
    ReteEngine,
    load_native,
)
from orderproof.engine.target import MAX_KINDS, Target, target_of
from orderproof.exit_code import ExitCode, code_of
from orderproof.report.json_report import render_json
from orderproof.report.model import DocumentVerdict, Options, Report
from orderproof.ruleset.program import UNKNOWN_FACT, Verdict

ORDERS = Path(__file__).parent.parent / "fixtures" / "orders"
SHORT = Patience(start=30.0, document=1.5)


@pytest.fixture(scope="module")
def policy() -> Ready:
    """The shipped policy over orders with every kind of verdict."""
    names = (
        "faulty/half-exported.json",
        "faulty/paid-and-overdue.yaml",
        "faulty/shares-a-consignment.json",
        "faulty/submitted-in-a-hurry.yaml",
        "healthy/closed-after_receipt.yaml",
        "healthy/draft-none.yaml",
        "healthy/paid-before_shipment.json",
    )
    return ready(None, [str(ORDERS / name) for name in names])


@pytest.fixture(scope="module")
def expected(policy: Ready) -> Report:
    panel = Panel(policy.program, policy.run.setting, "reference")
    report = check_by(panel, policy.documents, policy.run)
    panel.close()
    assert {document.verdict for document in report.documents} >= {DocumentVerdict.PASS, DocumentVerdict.VIOLATION}
    assert code_of(report, "error") is ExitCode.FINDINGS
    return report


def codes(report: Report) -> set[str]:
    return {diagnostic.code for diagnostic in report.diagnostics}


def assert_same(report: Report, expected: Report) -> None:
    """Nothing is said of the documents but what the reference engine says of them."""
    by_whom = {"engines": (), "confirmed": 0}
    said = replace(report, diagnostics=(), **by_whom)
    assert render_json(said, Options()) == render_json(replace(expected, **by_whom), Options())
    assert code_of(report, "error") is code_of(expected, "error")


# Calls


def _code(real: Hook, *arguments: Any) -> Any:
    """An error code: of a batch that was taken nevertheless, or in place of what a call gives."""
    given = real(*arguments)
    return (303, given[1]) if isinstance(given, tuple) and isinstance(given[0], int) else 303


def _engine_error(real: Hook, *arguments: Any) -> Any:
    error: type[Exception] = load_native().error  # type: ignore[attr-defined]
    raise error("could not do it")


def _no_memory(real: Hook, *arguments: Any) -> Any:
    raise MemoryError


FAULTS: dict[str, Hook] = {
    "code": _code,
    "engine-error": _engine_error,
    "no-memory": _no_memory,
    "none": lambda real, *arguments: None,
    "pair-of-texts": lambda real, *arguments: ("x", "{"),
    "not-its-json": lambda real, *arguments: ("[]", '{"r0": []}'),
    "after-the-call": lambda real, *arguments: _no_memory(real, real(*arguments)),
}
CALLS = ("assert_facts", "start_action_for_state", "complete_and_start_action", "delete_state")


@pytest.mark.parametrize("number", [1, 7])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_a_call_fails(policy: Ready, expected: Report, call: str, fault: str, number: int) -> None:
    report = policy.report(hooked(**{call: at_call(number, FAULTS[fault])}))
    assert_same(report, expected)
    # What `delete_state` gives is not used: a session that it left is noticed by the next document.
    unnoticed = call == "delete_state" and fault in ("code", "none", "pair-of-texts", "not-its-json")
    assert codes(report) <= {"engine.refused"}
    assert unnoticed or codes(report)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_rules_cannot_be_created(policy: Ready, expected: Report, fault: str) -> None:
    report = policy.report(hooked(create_ruleset=FAULTS[fault]))
    assert_same(report, expected)
    raises = fault in ("engine-error", "no-memory", "after-the-call")
    assert codes(report) == ({"engine.unavailable"} if raises else {"engine.refused"})


@pytest.mark.parametrize("fault", ["code", "engine-error", "none"])
@pytest.mark.parametrize("call", CALLS[:3])
def test_every_call_fails(policy: Ready, expected: Report, call: str, fault: str) -> None:
    report = policy.report(hooked(**{call: FAULTS[fault]}), "both")
    assert_same(report, expected)
    assert [d.code for d in report.diagnostics] == ["engine.refused"] * len(policy.documents)


def test_an_engine_without_fault_agrees(policy: Ready, expected: Report) -> None:
    for choice in ("rete", "both"):
        report = policy.report(hooked(), choice)
        assert_same(report, expected)
        assert report.diagnostics == ()


# Facts and firings, each in turn

MANY = 400
"""More than the facts, and more than the firings, of any document here."""


def in_portions(policy: Ready, load: Callable[[], Native], subject: int) -> list[Outcome]:
    """The outcomes of one document over and over in one worker, until two in a row come out right."""
    engine = policy.engine(load)
    outcomes: list[Outcome] = []
    try:
        while outcomes[-2:] != [policy.plain[subject]] * 2 and len(outcomes) < MANY:
            outcomes += engine.judge([policy.facts[subject]])
    finally:
        engine.close()
    return outcomes[:-2]


SUBJECTS = (0, 4)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("tail", [False, True])
def test_each_fact_is_lost(policy: Ready, subject: int, tail: bool) -> None:
    outcomes = in_portions(policy, dropping(tail), subject)
    kinds = [kind for stratum in target_of(policy.program).strata for kind in stratum]
    receipts = policy.program.strata
    assert len(outcomes) == receipts + sum(len(policy.facts[subject].subjects[kind.entity]) for kind in kinds)
    assert all(isinstance(outcome, Refusal) for outcome in outcomes)


def sweep(policy: Ready, spoil: Spoil, subject: int, count: int) -> list[Outcome]:
    """What comes of a document when its first firing is spoiled, its second, and so on."""
    outcomes = policy.outcomes(swept(spoil), [policy.facts[subject]] * (count + 1))
    assert outcomes[-1] == policy.plain[subject]
    return outcomes[:-1]


@pytest.fixture(scope="module")
def firings(policy: Ready) -> dict[int, int]:
    """How many rules fire in a document; an unknown name is refused at each of them."""
    found: dict[int, int] = {}
    for subject in SUBJECTS:
        outcomes = in_portions(policy, swept(lambda _, fact: [("r99999", fact)]), subject)
        assert all(isinstance(outcome, Refusal) for outcome in outcomes)
        assert policy.program.strata + len(policy.program.checks) < len(outcomes) < MAX_REFUSALS
        found[subject] = len(outcomes)
    return found


def weakened(outcome: Outcome, plain: Outcome) -> bool:
    """Whether a judgement says what the reference says, or less: never another thing, and never a pass for less."""
    assert isinstance(outcome, Judgement)
    assert isinstance(plain, Judgement)
    for rows, truths, unknown in (
        (outcome.verdicts, plain.verdicts, Verdict.UNDETERMINED),
        (outcome.conclusions, plain.conclusions, UNKNOWN_FACT),
    ):
        for row, truth in zip(rows, truths, strict=True):
            assert all(one in (other, unknown) for one, other in zip(row, truth, strict=True))
    return outcome != plain


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_firing_is_swallowed(policy: Ready, firings: dict[int, int], subject: int) -> None:
    outcomes = sweep(policy, lambda *_: [], subject, firings[subject])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert len(refused) >= policy.program.strata
    others = [outcome for outcome in outcomes if not isinstance(outcome, Refusal)]
    assert sum(weakened(outcome, policy.plain[subject]) for outcome in others) > len(policy.program.checks) / 2


def test_a_swallowed_firing_is_a_difference_of_the_engines(policy: Ready) -> None:
    swallowing = swept(lambda rule, fact: [] if rule in target_of(policy.program).conclusions else [(rule, fact)])
    panel = Panel(policy.program, policy.run.setting, "both", lambda p, s: ReteEngine(p, s, swallowing))

    def run_often() -> None:
        for _ in range(20):
            check_by(panel, policy.documents, policy.run)

    try:
        with pytest.raises(EngineFaultError, match="rete says"):
            run_often()
    finally:
        panel.close()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_firing_is_doubled(policy: Ready, firings: dict[int, int], subject: int) -> None:
    outcomes = sweep(policy, lambda rule, fact: [(rule, fact)] * 2, subject, firings[subject])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    # A receipt that comes again would begin a stratum too early; what is concluded again is no news.
    assert len(refused) == policy.program.strata
    assert all(outcome == policy.plain[subject] for outcome in outcomes if outcome not in refused)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_firing_comes_after_its_receipt(policy: Ready, firings: dict[int, int], subject: int) -> None:
    """What is said of a step that is over is not heard, be it true: the next one was made without it."""
    late = ("seen-k0", 0)
    spoiled = sweep(
        policy,
        lambda rule, fact: [(rule, fact), late] if rule.startswith("receipt-") else [(rule, fact)],
        subject,
        firings[subject],
    )
    assert sum(isinstance(outcome, Refusal) for outcome in spoiled) == policy.program.strata
    assert all(isinstance(outcome, Refusal) or outcome == policy.plain[subject] for outcome in spoiled)


def renamed(policy: Ready, choose: Callable[[Target, str], str]) -> Spoil:
    target = target_of(policy.program)
    return lambda rule, fact: [(choose(target, rule), fact)]


def of_another_kind(target: Target, rule: str) -> str:
    own = target.patterns.get(rule)
    kind = own.kind if own else rule.removeprefix("seen-")
    return next(name for name, pattern in target.patterns.items() if pattern.kind != kind)


def next_receipt(_: Target, rule: str) -> str:
    return "receipt-1" if rule == "receipt-0" else "receipt-0"


def seen_of_another_kind(target: Target, rule: str) -> str:
    return f"seen-{target.patterns[of_another_kind(target, rule)].kind}"


@pytest.mark.parametrize("choose", [of_another_kind, next_receipt, seen_of_another_kind])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_firing_has_the_name_of_another_rule(
    policy: Ready, firings: dict[int, int], subject: int, choose: Callable[[Target, str], str]
) -> None:
    outcomes = sweep(policy, renamed(policy, choose), subject, firings[subject])
    assert all(isinstance(outcome, Refusal) for outcome in outcomes)


@pytest.mark.parametrize("number", [-1, 10**6, 2**40])
def test_each_firing_is_of_a_fact_that_is_none(policy: Ready, firings: dict[int, int], number: int) -> None:
    outcomes = sweep(policy, lambda rule, _: [(rule, number)], 0, firings[0])
    assert all(isinstance(outcome, Refusal) for outcome in outcomes)


def test_each_firing_is_of_the_fact_before(policy: Ready, firings: dict[int, int]) -> None:
    for subject in SUBJECTS:
        for outcome in sweep(policy, lambda rule, fact: [(rule, fact - 1)], subject, firings[subject]):
            if isinstance(outcome, Judgement):
                weakened(outcome, policy.plain[subject])


def lie(policy: Ready) -> Callable[[str], str | None]:
    """For a rule, one of the same kind that says the opposite of the same thing."""
    target = target_of(policy.program)

    def opposite(rule: str) -> str | None:
        own = target.conclusions.get(rule)
        for name, said in target.conclusions.items() if own else ():
            same = own is not None and (said.of_check, said.number) == (own.of_check, own.number)
            if (
                same
                and own
                and said.outcome != own.outcome
                and target.patterns[name].kind == target.patterns[rule].kind
            ):
                return name
        return None

    return opposite


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_firing_is_a_lie(policy: Ready, firings: dict[int, int], subject: int) -> None:
    opposite = lie(policy)
    outcomes = sweep(policy, lambda rule, fact: [(opposite(rule) or rule, fact)], subject, firings[subject])
    lies = [outcome for outcome in outcomes if isinstance(outcome, Contradiction)]
    assert len(lies) > 20
    assert all(outcome == policy.plain[subject] for outcome in outcomes if outcome not in lies)


@pytest.mark.parametrize("choice", ["rete", "both"])
def test_a_lie_ends_the_run(policy: Ready, choice: Choice) -> None:
    """Every violation that is proved is turned into the pass of its check, and nothing is believed any more."""
    target = target_of(policy.program)
    passes = {
        (said.number, target.patterns[name].kind): name
        for name, said in target.conclusions.items()
        if said.of_check and said.outcome == Verdict.PASS
    }

    def pass_instead(real: Hook, *arguments: Any) -> Any:
        action = real(*arguments)
        if action is None:
            return None
        ((rule, matched),) = json.loads(action).items()
        said = target.conclusions.get(rule)
        if said is None or not said.of_check or said.outcome != Verdict.VIOLATION:
            return action
        return compact({passes.get((said.number, target.patterns[rule].kind), rule): matched})

    with pytest.raises(EngineFaultError, match="does not fulfil it"):
        policy.report(hooked(complete_and_start_action=pass_instead), choice)


def test_two_outcomes_that_exclude_each_other(policy: Ready) -> None:
    """Only a Program that is wrong itself can prove both; nothing of the run is believed then."""
    checks = policy.program.checks
    number = next(n for n, check in enumerate(checks) if check.id == "guarantee.known-mode")
    passing = next(proof for proof in checks[number].proofs if proof.outcome == Verdict.PASS)
    both = (*checks[number].proofs, replace(passing, outcome=int(Verdict.VIOLATION)))
    wrong = replace(
        policy.program, checks=(*checks[:number], replace(checks[number], proofs=both), *checks[number + 1 :])
    )
    for choice in CHOICES[:2]:
        panel = Panel(wrong, policy.run.setting, choice)
        with pytest.raises(EngineFaultError, match=r"rule r\d+ concludes 1 where 0 was proved|concludes 0 where 1"):
            check_by(panel, policy.documents, policy.run)
        panel.close()


# The process


def _killed(real: Hook, *arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _crashed(real: Hook, *arguments: Any) -> Any:
    quiet()
    ctypes.string_at(0)


def _left(real: Hook, *arguments: Any) -> Any:
    os._exit(0)


DEATHS: dict[str, Hook] = {"killed": _killed, "crashed": _crashed, "left": _left}


@pytest.mark.parametrize("death", DEATHS)
def test_the_worker_dies_before_it_is_ready(policy: Ready, expected: Report, death: str) -> None:
    for load in (lambda: DEATHS[death](_killed), hooked(create_ruleset=DEATHS[death])):
        report = policy.report(load, "both")
        assert_same(report, expected)
        assert codes(report) == {"engine.unavailable"}


@pytest.mark.parametrize("call", [*CALLS])
@pytest.mark.parametrize("death", DEATHS)
def test_the_worker_dies_over_a_document(policy: Ready, tmp_path: Path, death: str, call: str) -> None:
    """Its portion goes to the other engine, the next one to a new worker."""
    count = len(policy.facts)
    documents = policy.facts * (LOT // count + 2)
    hook = in_first_worker(tmp_path / "dead", DEATHS[death])
    third = at_call(3, hook)
    outcomes = policy.outcomes(hooked(**{call: third}), documents)
    assert all(isinstance(outcome, Refusal) for outcome in outcomes[:LOT])
    expected = list(policy.plain) * (LOT // count + 2)
    assert outcomes[LOT:] == expected[LOT:]


def test_a_death_is_told_once_a_document(policy: Ready, expected: Report, tmp_path: Path) -> None:
    hook = at_call(3, in_first_worker(tmp_path / "dead", _killed))
    report = policy.report(hooked(assert_facts=hook), "both")
    assert_same(report, expected)
    assert [diagnostic.message for diagnostic in report.diagnostics] == [
        "the rules engine's worker was killed by SIGKILL; this document is judged by the reference engine alone"
    ] * len(report.documents)
    assert [d.span.source.name for d in report.diagnostics if d.span] == [d.name.path for d in report.documents]


@pytest.mark.parametrize(("documents", "last"), [(10, None), (11, "1 more document is"), (31, "21 more documents are")])
def test_many_refusals_are_counted(tmp_path: Path, documents: int, last: str | None) -> None:
    made = big(tmp_path, "checks:\n" + check(1, "order.currency == 'USD'"), [order(str(n)) for n in range(documents)])
    report = made.report(hooked(assert_facts=FAULTS["code"]), "both")
    assert codes(report) == {"engine.refused"}
    assert len(report.diagnostics) == 10 + (last is not None)
    more = f"{last} judged by the reference engine alone, for reasons like these"
    assert (report.diagnostics[-1].message == more) == (last is not None)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_the_worker_dies_between_documents(policy: Ready, tmp_path: Path, number: int) -> None:
    file = tmp_path / "pid"
    engine = policy.engine(reporting_its_number(file))
    try:
        assert engine.judge(policy.facts) == list(policy.plain)
        first = int(file.read_text(encoding="utf-8"))
        os.kill(first, number)
        assert all(isinstance(outcome, Refusal) for outcome in engine.judge(policy.facts))
        assert engine.judge(policy.facts) == list(policy.plain)
        assert int(file.read_text(encoding="utf-8")) != first
    finally:
        engine.close()


def test_the_engine_is_given_up(policy: Ready, tmp_path: Path) -> None:
    starts = tmp_path / "starts"

    def load() -> Native:
        with starts.open("a", encoding="utf-8") as file:
            file.write("x")
        return hooked(assert_facts=_killed)()

    engine = policy.engine(load)
    try:
        for _ in range(MAX_DEATHS):
            assert engine.judge(policy.facts[:1]) == [Refusal("the rules engine's worker was killed by SIGKILL")]
        for _ in range(3):
            given_up = Refusal(f"the rules engine was given up after {MAX_DEATHS} crashes")
            assert engine.judge(policy.facts[:2]) == [given_up] * 2
    finally:
        engine.close()
    assert starts.read_text(encoding="utf-8") == "x" * MAX_DEATHS


def test_a_new_worker_cannot_be_started(policy: Ready, tmp_path: Path) -> None:
    marker = tmp_path / "first"

    def load() -> Native:
        if marker.exists():
            raise ImportError("it was taken away")
        marker.touch()
        return hooked(assert_facts=_killed)()

    reasons = [outcome for _ in range(5) for outcome in policy_outcomes(policy, load, marker)]
    assert all(isinstance(outcome, Refusal) for outcome in reasons)
    assert "it was taken away" in str(reasons[1])


def policy_outcomes(policy: Ready, load: Callable[[], Native], marker: Path) -> Iterator[Outcome]:
    marker.unlink(missing_ok=True)
    engine = policy.engine(load)
    try:
        for _ in range(MAX_DEATHS + 2):
            yield from engine.judge(policy.facts[:1])
    finally:
        engine.close()


def test_the_worker_ends_with_its_engine(policy: Ready, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    engine = policy.engine(reporting_its_number(file))
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text(encoding="utf-8")), 0)


# Time


def test_the_worker_hangs_while_it_loads(policy: Ready, expected: Report) -> None:
    def load() -> Native:
        time.sleep(60)
        return load_native()

    before = time.monotonic()
    report = policy.report(load, "both", Patience(start=0.3, document=30.0))
    assert time.monotonic() - before < 40
    assert_same(report, expected)
    assert codes(report) == {"engine.unavailable"}
    assert "did not answer in time" in report.diagnostics[0].message


@pytest.mark.parametrize("call", CALLS)
def test_the_worker_hangs_over_a_document(policy: Ready, expected: Report, tmp_path: Path, call: str) -> None:
    def hang(real: Hook, *arguments: Any) -> Any:
        time.sleep(60)

    before = time.monotonic()
    hook = at_call(2, in_first_worker(tmp_path / "hung", hang))
    report = policy.report(hooked(**{call: hook}), "both", SHORT)
    assert time.monotonic() - before < 40
    assert_same(report, expected)
    assert codes(report) == {"engine.refused"}
    assert "did not answer in time" in report.diagnostics[0].message


def test_the_worker_takes_nothing_more(tmp_path: Path) -> None:
    """A stopped process blocks who writes to it, once the channel is full."""
    payments = json.dumps([{"method": f"method {n}"} for n in range(12_000)])
    made = big(
        tmp_path, "checks:\n" + check(1, "payment.method == 'tt'", "payment"), [order("1", f'"payments": {payments}')]
    )
    size = len(pickle.dumps(made.facts))
    assert size > 500_000
    file = tmp_path / "pid"
    engine = made.engine(reporting_its_number(file), Patience(start=30.0, document=5.0))
    before = time.monotonic()
    try:
        os.kill(int(file.read_text(encoding="utf-8")), signal.SIGSTOP)
        late = engine.judge(made.facts)
        assert late == [Refusal("the rules engine did not answer in time")]
        agreed = engine.judge(made.facts) == list(made.plain)
        assert agreed
    finally:
        engine.close()
    assert time.monotonic() - before < 40


# What the worker sends


def judgement(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], list[bytes]]:
    """A change of what the worker says of a document, in the right form of a message."""

    def changed(message: bytes) -> list[bytes]:
        number, answer = json.loads(message)
        return [json.dumps([number, change(answer)]).encode()]

    return changed


def with_value(where: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    """One value replaced: that of the first subject of the first check, or fact, that has one."""

    def change(answer: dict[str, Any]) -> Any:
        next(row for row in answer[where] if row)[0] = value
        return answer

    return change


def with_rows(where: str, rows: Callable[[list[Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda answer: {**answer, where: rows(answer[where])}


MESSAGES: dict[str, Callable[[bytes], list[bytes]]] = {
    "no-json": lambda _: [b"\x00\xffgarbage"],
    "not-utf-8": lambda _: [b'["\xff"]'],
    "nothing": lambda _: [b""],
    "deep": lambda _: [b"[" * 200_000],
    "huge-number": lambda _: [b"9" * 5_000],
    "cut": lambda message: [message[:-1]],
    "null": lambda _: [b"null"],
    "another-form": lambda _: [b'{"ready": true}'],
    "no-number": lambda message: [json.dumps(json.loads(message)[1]).encode()],
    "number-of-another": lambda message: [json.dumps([7, json.loads(message)[1]]).encode()],
    "twice": lambda message: [message, message],
    "number-is-true": lambda message: [json.dumps([True, json.loads(message)[1]]).encode()],
    "judgement-null": judgement(lambda _: None),
    "judgement-list": judgement(lambda answer: [answer]),
    "judgement-empty": judgement(lambda _: {}),
    "no-conclusions": judgement(lambda answer: {"verdicts": answer["verdicts"]}),
    "no-verdicts": judgement(lambda answer: {"conclusions": answer["conclusions"]}),
    "verdicts-null": judgement(with_rows("verdicts", lambda _: None)),
    "a-check-less": judgement(with_rows("verdicts", lambda rows: rows[:-1])),
    "a-check-more": judgement(with_rows("verdicts", lambda rows: [*rows, [0]])),
    "a-fact-less": judgement(with_rows("conclusions", lambda rows: rows[:-1])),
    "a-subject-more": judgement(with_rows("verdicts", lambda rows: [[*row, 0] for row in rows])),
    "a-subject-less": judgement(with_rows("verdicts", lambda rows: [row[:-1] for row in rows])),
    "rows-of-text": judgement(with_rows("verdicts", lambda rows: ["0" * len(row) for row in rows])),
    "verdict-4": judgement(with_value("verdicts", 4)),
    "verdict-negative": judgement(with_value("verdicts", -1)),
    "verdict-false": judgement(with_value("verdicts", False)),
    "verdict-decimal": judgement(with_value("verdicts", 0.0)),
    "verdict-text": judgement(with_value("verdicts", "0")),
    "verdict-null": judgement(with_value("verdicts", None)),
    "verdict-list": judgement(with_value("verdicts", [0])),
    "conclusion-unknown-entry": judgement(with_value("conclusions", 9)),
    "conclusion-below": judgement(with_value("conclusions", -3)),
    "conclusion-true": judgement(with_value("conclusions", True)),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_worker_sends_nonsense(policy: Ready, expected: Report, name: str) -> None:
    report = policy.report(tampered(MESSAGES[name]), "rete", SHORT)
    assert_same(report, expected)
    assert codes(report) == {"engine.refused"}


def test_a_membership_is_no_violation(policy: Ready) -> None:
    grouped = next(check.number for check in policy.program.checks if check.grouping is not None)

    def change(answer: dict[str, Any]) -> Any:
        answer["verdicts"][grouped] = [int(Verdict.VIOLATION)] * len(answer["verdicts"][grouped])
        return answer

    members = [n for n, facts in enumerate(policy.facts) if facts.subjects[policy.program.checks[grouped].entity]]
    outcomes = policy.outcomes(tampered(judgement(change)), policy.facts)
    assert members
    assert all(isinstance(outcomes[n], Refusal) for n in members)


@pytest.mark.parametrize("greeting", [b"null", b"{}", b'{"ready": 1}', b'{"ready": false}', b"garbage", b"[" * 200_000])
def test_the_worker_greets_with_nonsense(policy: Ready, expected: Report, greeting: bytes) -> None:
    report = policy.report(tampered(lambda _: [greeting], first=b"ready"))
    assert_same(report, expected)
    assert codes(report) == {"engine.unavailable"}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 64,
        b"\x7f\xff\xff\xff",
        b"\x00\x00\x01\x00half a message",
        b"\x00",
        b"\xff\xff\xff\xff\x00\x00\x00\x01",
    ],
    ids=["all-ones", "huge-length", "half-a-message", "half-a-length", "huger-length"],
)
def test_the_worker_writes_past_its_messages(policy: Ready, expected: Report, data: bytes) -> None:
    before = time.monotonic()
    report = policy.report(raw(data), "rete", Patience(start=20.0, document=0.1))
    assert time.monotonic() - before < 40
    assert_same(report, expected)
    assert codes(report) == {"engine.refused"}


# Refusals


def no_receipt(real: Hook, *arguments: Any) -> Any:
    """The session stands, and is abandoned before it came to an end."""


def test_sessions_after_refusals_have_new_names(policy: Ready, tmp_path: Path) -> None:
    log = tmp_path / "names"

    def write(real: Hook, handle: int, facts: str) -> Any:
        last = json.loads(facts)[-1]
        if last["kind"] == "receipt0":
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{last['sid']} ")
        return real(handle, facts)

    calls = 0

    def sometimes(real: Hook, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        return None if calls in (2, 3, 6) else real(*arguments)

    facts = [policy.facts[0]] * 7
    outcomes = policy.outcomes(hooked(assert_facts=write, start_action_for_state=sometimes), facts)
    assert [isinstance(outcome, Refusal) for outcome in outcomes] == [False, True, True, False, False, True, False]
    assert {outcome for outcome in outcomes if not isinstance(outcome, Refusal)} == {policy.plain[0]}
    assert log.read_text(encoding="utf-8").split() == ["d0", "d0", "d1", "d2", "d2", "d2", "d3"]


def test_a_contradicted_session_has_its_name_to_itself(policy: Ready) -> None:
    opposite = lie(policy)
    spoiled = swept(lambda rule, fact: [(opposite(rule) or rule, fact)])
    outcomes = policy.outcomes(spoiled, [policy.facts[0]] * 60)
    assert any(isinstance(outcome, Contradiction) for outcome in outcomes)
    assert all(isinstance(outcome, Contradiction) or outcome == policy.plain[0] for outcome in outcomes)


def test_many_refusals(policy: Ready, tmp_path: Path) -> None:
    """The engine holds 1,024 sessions and crashes over one more; a worker is replaced long before."""
    starts = tmp_path / "starts"

    def load() -> Native:
        with starts.open("a", encoding="utf-8") as file:
            file.write("x")
        return hooked(complete_and_start_action=no_receipt)()

    outcomes = policy.outcomes(load, [policy.facts[5]] * 1_200)
    assert len(outcomes) == 1_200
    assert {str(outcome) for outcome in outcomes} == {"Refusal(reason='the rules engine gave no receipt for step 1')"}
    assert len(starts.read_text(encoding="utf-8")) == 1 + (1_200 - LOT) // (MAX_REFUSALS + LOT - MAX_REFUSALS % LOT)


# Contradiction, and an engine that is not there


ALONE = "every document is judged by the reference engine alone"


def test_it_cannot_be_imported(policy: Ready, expected: Report) -> None:
    symbol = "undefined symbol: PyEval_CallObject"

    def load() -> Native:
        raise ImportError(symbol)

    for choice in ("rete", "both"):
        report = policy.report(load, choice)
        assert_same(report, expected)
        assert [(d.code, d.severity, d.path, d.message) for d in report.diagnostics] == [
            (
                "engine.unavailable",
                "warning",
                None,
                f"the rules engine cannot be loaded (ImportError: {symbol}); {ALONE}",
            )
        ]


def small(folder: Path) -> None:
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    (folder / "good.json").write_text(order("1"), encoding="utf-8")
    (folder / "bad.json").write_text(
        order("2", '"amounts": {"total": "5.00", "collection": "5.01"}, "payments": [{"method": "cash"}]'),
        encoding="utf-8",
    )


CHECK = ("check", "good.json", "bad.json", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z")


@pytest.mark.parametrize("choice", ["rete", "both"])
def test_the_program_without_the_engine(tmp_path: Path, choice: str) -> None:
    small(tmp_path)
    hidden = environment_with(tmp_path, "durable_rules_engine", "raise ImportError('hidden')\n")
    alone = program(*CHECK, "--engine", "reference", folder=tmp_path)
    assert (alone.code, alone.err) == (1, "")
    ended = program(*CHECK, "--engine", choice, folder=tmp_path, environment=hidden)
    assert ended.code == 1
    assert ended.out == alone.out
    assert ended.err == (
        f"warning: the rules engine cannot be loaded (ImportError: hidden); {ALONE} [engine.unavailable]\n"
    )
    of_json = program(*CHECK, "--engine", choice, "--format", "json", folder=tmp_path, environment=hidden)
    report = validated(of_json.out)
    assert [d["code"] for d in report["diagnostics"]] == ["engine.unavailable"]
    assert [document["verdict"] for document in report["documents"]] == ["violation", "pass"]


LYING = """\
import importlib.machinery, importlib.util, re, sys

finder, this = importlib.machinery.PathFinder, sys.modules[__name__]
specs = [finder.find_spec(__name__, [path]) for path in sys.path]
spec = next(spec for spec in specs if spec and spec.origin != __file__)
real = importlib.util.module_from_spec(spec)
spec.loader.exec_module(real)
sys.modules[__name__] = this  # an extension module puts itself there
assert_facts, start_action_for_state, delete_state = real.assert_facts, real.start_action_for_state, real.delete_state

def create_ruleset(name, rules):
    return real.create_ruleset(name, rules)

def complete_and_start_action(handle, state):
    action = real.complete_and_start_action(handle, state)
    return action and re.sub(r'^\\{"(r[0-9]+)"', lambda m: '{"' + LIES.get(m[1], m[1]) + '"', action)
"""


@pytest.mark.parametrize("choice", ["rete", "both"])
def test_the_program_with_an_engine_that_lies(tmp_path: Path, choice: str) -> None:
    small(tmp_path)
    target = target_of(ready(str(tmp_path / "rules.yaml"), []).program)
    by_outcome = {(said.of_check, said.number, said.outcome): name for name, said in target.conclusions.items()}
    lies = {
        name: by_outcome[True, said.number, int(Verdict.PASS)]
        for name, said in target.conclusions.items()
        if said.of_check and said.outcome == Verdict.VIOLATION
    }
    lying = environment_with(tmp_path, "durable_rules_engine", f"LIES = {lies!r}\n{LYING}")
    for format_ in ("text", "json"):
        ended = program(*CHECK, "--engine", choice, "--format", format_, folder=tmp_path, environment=lying)
        assert (ended.code, ended.out) == (70, "")
        assert ended.err.startswith("internal error: the engines do not agree on bad.json (document 0, id 2): rule r")
        assert ended.err.count("\n") == 2
    honest = environment_with(tmp_path, "durable_rules_engine", f"LIES = {{}}\n{LYING}")
    assert program(*CHECK, "--engine", choice, folder=tmp_path, environment=honest).code == 1


# Scale


@pytest.mark.parametrize("checks", [500, 2_000])
def test_many_checks(tmp_path: Path, checks: int) -> None:
    """Of each order 70 conditions and more are true at once, and as many false: more than the engine's stack holds."""
    rules = "checks:\n" + "".join(check(n, f"order.amounts.total > {n}") for n in range(checks))
    totals = (70, checks // 2, checks, 0)
    documents = [order(str(n), f'"amounts": {{"total": {total}}}') for n, total in enumerate(totals)]
    made = big(tmp_path, rules, [*documents, order("9", '"remark": "unknown"')])
    assert made.outcomes(load_native, made.facts) == list(made.plain)
    passed = [
        sum(row == (Verdict.PASS,) for row in outcome.verdicts)
        for outcome in made.plain
        if isinstance(outcome, Judgement)
    ]
    assert passed == [*totals, 0]


def test_many_rules_fire_for_one_fact(tmp_path: Path) -> None:
    """Every way to fulfil a condition is a rule; where all are fulfilled at once, all fire."""
    names = ("product", "shipping", "insurance", "tax", "duty", "total")
    rules = "checks:\n" + "".join(
        check(n, " or ".join(f"order.amounts.{name} > {n}" for name in names)) for n in range(60)
    )
    amounts: tuple[dict[str, int], ...] = (dict.fromkeys(names, 100), dict.fromkeys(names, 0), {"total": 30}, {})
    documents = [order(str(n), f'"amounts": {json.dumps(each)}') for n, each in enumerate(amounts)]
    made = big(tmp_path, rules, documents)
    assert made.outcomes(load_native, made.facts) == list(made.plain)


def test_many_children(tmp_path: Path) -> None:
    rules = (
        "derive:\n  - {fact: made, each: payment, when: payment.paid_at is present}\n"
        "  - {fact: settled, each: order, when: all(p.made for p in order.payments)}\n"
        "checks:\n"
        + check(1, "payment.amount > 0", "payment")
        + check(2, "item.amount > 0", "item")
        + check(3, "payment.amount < 1500 and order.currency == 'USD'", "payment")
        + check(4, "settled")
    )
    payments = [{"amount": n, **({"paid_at": "2026-03-01T00:00:00Z"} if n % 3 else {})} for n in range(2_000)]
    rest = f'"payments": {json.dumps(payments)}, "items": {json.dumps([{"amount": 1}] * 2_000)}'
    made = big(tmp_path, rules, [order("1", rest), order("2")])
    assert made.outcomes(load_native, made.facts) == list(made.plain)
    first = made.plain[0]
    assert isinstance(first, Judgement)
    assert [len(row) for row in first.verdicts] == [2_000, 2_000, 2_000, 1]
    assert set(first.verdicts[0]) == {Verdict.PASS, Verdict.VIOLATION}


def chains(*lengths: int) -> str:
    """Derived facts that rest on each other, a chain an entity: each has its own stratum, and so its own kind."""
    entries: list[str] = []
    starts = ("order.amounts.total > 0", "item.quantity > 0", "payment.received > 0")
    for start, length in zip(starts, lengths, strict=True):
        entity = start.partition(".")[0]
        entries.append(f"  - {{fact: {entity}_0, each: {entity}, when: {start}}}\n")
        entries += (f"  - {{fact: {entity}_{n}, each: {entity}, when: {entity}_{n - 1}}}\n" for n in range(1, length))
    return "derive:\n" + "".join(entries) + "checks:\n" + check(1, f"order_{lengths[0] - 1}")


@pytest.mark.parametrize(("kinds", "lengths"), [(MAX_KINDS, (100, 99, 99)), (MAX_KINDS + 2, (100, 100, 100))])
def test_many_kinds(tmp_path: Path, kinds: int, lengths: tuple[int, ...]) -> None:
    """Receipts are of kinds, too: over twice as many the engine never ends to load them."""
    made = big(tmp_path, chains(*lengths), [order("1"), order("2", '"amounts": {"total": 0}')])
    if kinds <= MAX_KINDS:
        assert made.outcomes(load_native, made.facts) == list(made.plain)
        return
    with pytest.raises(EngineUnavailableError) as caught:
        made.engine()
    assert caught.value.reason == "the rule set needs 402 kinds of facts; the rules engine holds 400"
    report = made.report(load_native, "both")
    assert codes(report) == {"engine.unavailable"}
    assert [document.verdict for document in report.documents] == ["pass", "violation"]


def test_memory_does_not_grow(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "1.json").write_text(order("1", f'{FAULTY}, "payments": [{{"method": "tt"}}]'), encoding="utf-8")
    made = ready(str(tmp_path / "rules.yaml"), [str(tmp_path / "1.json")])
    log = tmp_path / "memory"
    calls = 0

    def measured(real: Hook, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls in (2_000, 20_000):
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss} ")
        return real(*arguments)

    engine = made.engine(hooked(delete_state=measured))
    try:
        for _ in range(20):
            assert engine.judge(made.facts * 1_000) == list(made.plain) * 1_000
    finally:
        engine.close()
    first, last = map(int, log.read_text(encoding="utf-8").split())
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    assert (last - first) * unit < 6 << 20
