"""Documents are handed to the rules engine while the caller does other things; nothing waits for ever, nothing is mixed up."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native import Hook, at_call, hooked, in_first_worker
from program import order
from ready import Ready, big, check, ready, reporting_its_number

from orderproof.engine.channel import Channel, EndedError, GarbledError, Line, pair
from orderproof.engine.judgement import Judgement, Outcome, Refusal
from orderproof.engine.loaded import Native
from orderproof.engine.lot import Patience
from orderproof.engine.panel import Judged, Panel
from orderproof.engine.rete import LOT, MAX_AHEAD, MAX_DEATHS, PATIENCE, ReteEngine, load_native

ORDERS = Path(__file__).parent.parent / "fixtures" / "orders"
LOTS = MAX_AHEAD // LOT
DEATH = "the rules engine's worker was killed by SIGKILL"
LATE = "the rules engine did not answer in time"


@pytest.fixture(scope="module")
def policy() -> Ready:
    names = ("faulty/half-exported.json", "faulty/paid-and-overdue.yaml", "healthy/closed-after_receipt.yaml")
    return ready(None, [str(ORDERS / name) for name in names])


@pytest.fixture
def late(policy: Ready) -> Iterator[Callable[..., ReteEngine]]:
    """Builds engines whose workers are started late, and closes them."""
    engines: list[ReteEngine] = []

    def build(
        load: Callable[[], Native] = load_native, patience: Patience = PATIENCE, of: Ready = policy
    ) -> ReteEngine:
        engines.append(ReteEngine(of.program, of.run.setting, load, patience, late=True))
        return engines[-1]

    yield build
    for engine in engines:
        engine.close()


def _killed(real: Hook, *arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


# Ahead


def test_tickets_are_collected_in_any_order(policy: Ready, late: Callable[..., ReteEngine]) -> None:
    engine = late()
    sizes = (1, 0, LOT, 3, LOT + 1, 3 * LOT)
    tickets = [engine.submit((policy.facts * size)[:size]) for size in sizes]
    for number in (3, 0, 5, 1, 4, 2):
        size = sizes[number]
        assert engine.collect(tickets[number]) == list((policy.plain * size)[:size])
    assert engine.collect(tickets[5]) == engine.collect(tickets[5]), "what was collected stays"


def test_the_caller_goes_on_while_documents_are_judged(policy: Ready, late: Callable[..., ReteEngine]) -> None:
    def slow(real: Hook, *arguments: Any) -> Any:
        time.sleep(0.02)
        return real(*arguments)

    engine = late(hooked(delete_state=slow))
    engine.judge(policy.facts[:1])
    count = 2 * LOT
    before = time.monotonic()
    ticket = engine.submit((policy.facts * count)[:count])
    assert time.monotonic() - before < 0.02 * count / 4
    time.sleep(0.02 * count)
    before = time.monotonic()
    assert engine.collect(ticket) == list((policy.plain * count)[:count])
    assert time.monotonic() - before < 0.02 * count / 2


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """A document of which neither facts nor judgement fit into what a channel holds."""
    payments = json.dumps([{"method": f"method {n % 7}", "amount": n} for n in range(3_000)])
    rules = "checks:\n" + "".join(check(n, f"payment.amount > {n}", "payment") for n in range(60))
    return big(tmp_path_factory.mktemp("large"), rules, [order("1", f'"payments": {payments}')])


def test_both_ends_have_more_to_say_than_the_channel_holds(large: Ready, late: Callable[..., ReteEngine]) -> None:
    engine = late(of=large)
    tickets = [engine.submit(large.facts) for _ in range(8)]
    assert [engine.collect(ticket) for ticket in tickets] == [list(large.plain)] * len(tickets)


def test_no_more_than_some_documents_are_on_their_way(
    policy: Ready, late: Callable[..., ReteEngine], tmp_path: Path
) -> None:
    """A worker that takes nothing stops its caller when that many are on their way; it is replaced when it is late."""
    file = tmp_path / "pid"
    engine = late(reporting_its_number(file), Patience(start=30.0, document=0.5))
    engine.judge(policy.facts)
    os.kill(int(file.read_text(encoding="utf-8")), signal.SIGSTOP)
    before = time.monotonic()
    documents = (policy.facts * LOT)[:LOT]
    expected = list((policy.plain * LOT)[:LOT])
    tickets = [engine.submit(documents) for _ in range(LOTS)]
    assert time.monotonic() - before < 0.4
    tickets.append(engine.submit(documents[:1]))
    assert 0.4 < time.monotonic() - before < 20
    outcomes = [engine.collect(ticket) for ticket in tickets]
    assert outcomes == [[Refusal(LATE)] * LOT, *[expected] * (LOTS - 1), expected[:1]]


def test_who_comes_late_finds_the_worker_in_time(large: Ready, late: Callable[..., ReteEngine]) -> None:
    """A worker that nobody listens to cannot go on: the time that it takes is not its own."""
    engine = late(patience=Patience(start=30.0, document=3.0), of=large)
    engine.judge(large.facts)
    tickets = [engine.submit(large.facts) for _ in range(4)]
    time.sleep(4)
    assert [engine.collect(ticket) for ticket in tickets] == [list(large.plain)] * 4


# Deaths


@pytest.mark.parametrize("call", ["assert_facts", "complete_and_start_action", "delete_state"])
def test_a_death_costs_one_lot(policy: Ready, late: Callable[..., ReteEngine], tmp_path: Path, call: str) -> None:
    """The lots behind it were not begun: they go to a new worker."""
    starts = tmp_path / "starts"

    def load() -> Native:
        with starts.open("a", encoding="utf-8") as file:
            file.write("x")
        return hooked(**{call: at_call(5, in_first_worker(tmp_path / "dead", _killed))})()

    engine = late(load)
    documents = (policy.facts * LOT)[:LOT]
    expected = list((policy.plain * LOT)[:LOT])
    tickets = [engine.submit(documents) for _ in range(LOTS + 2)]
    outcomes = [engine.collect(ticket) for ticket in tickets]
    assert outcomes == [[Refusal(DEATH)] * LOT, *[expected] * (LOTS + 1)]
    assert starts.read_text(encoding="utf-8") == "xx"


def test_the_engine_is_given_up_with_lots_on_their_way(policy: Ready, late: Callable[..., ReteEngine]) -> None:
    engine = late(hooked(assert_facts=_killed))
    tickets = [engine.submit(policy.facts[:1]) for _ in range(MAX_DEATHS + 2)]
    given_up = Refusal(f"the rules engine was given up after {MAX_DEATHS} crashes")
    outcomes = [outcome for ticket in tickets for outcome in engine.collect(ticket)]
    assert outcomes == [*[Refusal(DEATH)] * MAX_DEATHS, given_up, given_up]
    assert engine.unavailable is None


def test_what_is_on_its_way_when_the_engine_is_closed_is_refused(
    policy: Ready, late: Callable[..., ReteEngine]
) -> None:
    engine = late()
    ticket = engine.submit(policy.facts)
    engine.close()
    assert engine.collect(ticket) == [Refusal("the rules engine was closed")] * len(policy.facts)


# Late


def test_no_worker_is_started_before_it_is_needed(
    policy: Ready, late: Callable[..., ReteEngine], tmp_path: Path
) -> None:
    file = tmp_path / "pid"
    engine = late(reporting_its_number(file))
    engine.close()
    assert engine.collect(engine.submit([])) == []
    assert not file.exists()
    assert engine.judge(policy.facts) == list(policy.plain)
    assert file.exists()


def test_a_worker_loads_while_the_caller_goes_on(policy: Ready, late: Callable[..., ReteEngine]) -> None:
    def load() -> Native:
        time.sleep(0.5)
        return load_native()

    engine = late(load)
    before = time.monotonic()
    engine.start()
    engine.start()
    ticket = engine.submit(policy.facts)
    assert time.monotonic() - before < 0.4
    assert engine.collect(ticket) == list(policy.plain)
    assert time.monotonic() - before >= 0.5


def _missing() -> Native:
    raise ImportError("hidden")


def _slow() -> Native:
    time.sleep(60)
    return load_native()


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (_missing, "the rules engine cannot be loaded (ImportError: hidden)"),
        (_slow, f"{LATE} while the rules were loaded"),
        (lambda: _killed(_killed), f"{DEATH} while the rules were loaded"),
    ],
)
def test_an_engine_that_is_not_there_says_so_late(
    policy: Ready, late: Callable[..., ReteEngine], load: Callable[[], Native], reason: str
) -> None:
    engine = late(load, Patience(start=0.5, document=30.0))
    assert engine.unavailable is None
    tickets = [engine.submit(policy.facts) for _ in range(3)]
    outcomes: list[Outcome] = [outcome for ticket in tickets for outcome in engine.collect(ticket)]
    assert outcomes == [Refusal(reason)] * 3 * len(policy.facts)
    assert engine.unavailable == reason
    assert engine.judge(policy.facts) == [Refusal(reason)] * len(policy.facts)


def test_what_is_on_its_way_when_the_engine_is_missed_is_confirmed_by_another(policy: Ready) -> None:
    panel = Panel(policy.program, policy.run.setting, "auto", partial(ReteEngine, load=_missing))
    try:
        sittings = [panel.begin(policy.facts, [True] * len(policy.facts)) for _ in range(3)]
        answers = [answer for sitting in sittings for answer in sitting.settle()]
    finally:
        panel.close()
    assert [isinstance(answer, Judged) and answer.by for answer in answers] == [("compiled", "reference")] * len(
        answers
    )
    assert panel.unavailable == "the rules engine cannot be loaded (ImportError: hidden)"


# Firings that are not what they should be


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":true", ":false"),
        (":false", ":true"),
        ('"sid":"d0"', '"sid":"d1"'),
        (',"A', ', "A'),
        ('"kind":"k', '"kind":"K'),
        ('{"m":', '{"M":'),
        ("}}}", "}}} "),
        ("}}}", '},"n":{"id":"0"}}}'),
    ],
)
def test_a_fact_that_comes_back_as_another_is_refused(policy: Ready, old: str, new: str) -> None:
    """A firing speaks of a fact only when it holds it as it was given, letter for letter."""

    def changed(real: Hook, *arguments: Any) -> Any:
        action = real(*arguments)
        return action and action.replace(old, new, 1)

    spoiled = at_call(3, changed)
    outcomes = policy.outcomes(hooked(complete_and_start_action=spoiled), policy.facts)
    assert isinstance(outcomes[0], Refusal)
    assert "out of turn" in outcomes[0].reason
    assert all(isinstance(outcome, Judgement) for outcome in outcomes[1:])
    assert outcomes[1:] == list(policy.plain[1:])


# Messages


def _echo(channel: Channel) -> None:
    try:
        while True:
            channel.send_bytes(channel.recv_bytes())
    except EndedError:
        channel.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 600_000), max_size=12), st.booleans())
def test_messages_come_back_whole_and_in_order(sizes: list[int], at_once: bool) -> None:
    """However long they are, and though nothing is read before all is written."""
    messages = [bytes([number % 251]) * size for number, size in enumerate(sizes)]
    line, channel = pair()
    echoing = Thread(target=_echo, args=(channel,), daemon=True)
    echoing.start()
    found: list[bytes] = []
    for message in messages:
        line.send(message)
        if not at_once:
            found += line.exchange(0)
    while len(found) < len(messages):
        found += line.exchange(5)
    assert found == messages
    assert line.sent == line.put
    line.close()
    echoing.join(5)


def test_what_was_said_before_the_end_is_heard() -> None:
    line, channel = pair()
    channel.send_bytes(b"one")
    channel.send_bytes(b"two")
    channel.close()
    line.send(b"nobody hears this")
    assert line.exchange(5) == [b"one", b"two"]
    with pytest.raises(EndedError):
        line.exchange(5)
    line.close()


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", b"\x04\x00\x00\x01", b"\x80\x00\x00\x00and more"])
def test_a_length_that_is_none_is_noticed(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    line = Line(ours)
    theirs.sendall(data)
    with pytest.raises(GarbledError):
        line.exchange(5)
    line.close()
    theirs.close()


def test_waiting_ends_when_the_time_is_up() -> None:
    line, channel = pair()
    before = time.monotonic()
    assert line.exchange(0.05) == []
    assert 0.04 < time.monotonic() - before < 5
    line.close()
    channel.close()
