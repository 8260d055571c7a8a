"""The native rules engine with its calls spoiled, as tests of the worker process load it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, cast

from orderproof.engine.loaded import Native
from orderproof.engine.rete import load_native

Hook: TypeAlias = Callable[..., Any]
"""What is done instead of a call: the call itself, then its arguments."""


class _Hooked:
    """The engine, with hooks by the names of its calls."""

    def __init__(self, hooks: dict[str, Hook]) -> None:
        self._real: Any = load_native()
        self._hooks = hooks

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        hook = self._hooks.get(name)
        return real if hook is None else lambda *arguments: hook(real, *arguments)


def hooked(**hooks: Hook) -> Callable[[], Native]:
    """A loader of the engine with these hooks; what they count begins anew in each worker."""
    return lambda: cast("Native", _Hooked(hooks))


def at_call(number: int, instead: Hook) -> Hook:
    """A hook that acts at one call only, counted from 1."""
    calls = 0

    def hook(real: Hook, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        return instead(real, *arguments) if calls == number else real(*arguments)

    return hook


def in_first_worker(marker: Path, instead: Hook) -> Hook:
    """A hook that acts once, in whichever worker comes first."""

    def hook(real: Hook, *arguments: Any) -> Any:
        if marker.exists():
            return real(*arguments)
        marker.touch()
        return instead(real, *arguments)

    return hook


def tampered(change: Callable[[bytes], list[bytes]], first: bytes = b'"verdicts"') -> Callable[[], Native]:
    """A loader after which what the worker sends is changed, from the first message that holds ``first``."""

    def load() -> Native:
        channel = sys._getframe(1).f_locals["channel"]
        send = channel.send_bytes

        def send_bytes(*messages: bytes) -> None:
            for message in messages:
                for part in change(message) if first in message else [message]:
                    send(part)

        channel.send_bytes = send_bytes
        return load_native()

    return load


def raw(data: bytes) -> Callable[[], Native]:
    """A loader after which these bytes are on the channel, outside any message, before the first judgement."""

    def load() -> Native:
        channel = sys._getframe(1).f_locals["channel"]

        def write(real: Hook, *arguments: Any) -> Any:
            import os
            import time

            os.write(channel.fileno(), data)
            time.sleep(60)

        return hooked(assert_facts=write)()

    return load


def compact(value: Any) -> str:
    """JSON as facts and firings are written: the engine gives a fact back letter for letter."""
    return json.dumps(value, separators=(",", ":"))


Spoil: TypeAlias = Callable[[str, int], list[tuple[str, int]]]
"""A firing, the name of its rule and the number of its fact, and the firings that come instead."""


class _Swept:
    """The engine in which the firing of a number is spoiled in the document of that number."""

    def __init__(self, spoil: Spoil) -> None:
        self._real: Any = load_native()
        self._spoil = spoil
        self._document = -1
        self._firing = 0
        self._pending: list[str] = []
        self._facts: dict[int, Any] = {}

    def create_ruleset(self, name: str, rules: str) -> Any:
        return self._real.create_ruleset(name, rules)

    def assert_facts(self, handle: int, facts: str) -> Any:
        if '"receipt0"' in facts:
            self._document += 1
            self._firing = 0
            self._pending = []
            self._facts = {}
        self._facts |= {int(fact["id"]): fact for fact in json.loads(facts)}
        return self._real.assert_facts(handle, facts)

    def start_action_for_state(self, handle: int, state: int) -> Any:
        started = self._real.start_action_for_state(handle, state)
        return started and (started[0], self._next(handle, state, started[1]))

    def complete_and_start_action(self, handle: int, state: int) -> Any:
        if self._pending:
            return self._pending.pop(0)
        return self._next(handle, state, self._real.complete_and_start_action(handle, state))

    def delete_state(self, handle: int, session: str) -> Any:
        return self._real.delete_state(handle, session)

    def _next(self, handle: int, state: int, action: str | None) -> str | None:
        while action is not None:
            self._firing += 1
            if self._firing - 1 != self._document:
                return action
            ((rule, matched),) = json.loads(action).items()
            spoiled = self._spoil(rule, int(matched["m"]["id"]))
            if spoiled:
                first, *self._pending = (self._firing_of(rule, fact) for rule, fact in spoiled)
                return first
            action = self._real.complete_and_start_action(handle, state)
        return None

    def _firing_of(self, rule: str, fact: int) -> str:
        return compact({rule: {"m": self._facts.get(fact, {"id": str(fact)})}})


def swept(spoil: Spoil) -> Callable[[], Native]:
    """A loader: in the n-th document the n-th firing is spoiled, so that one document many times shows each."""
    return lambda: _Swept(spoil)


def dropping(tail: bool) -> Callable[[], Native]:
    """A loader: in the n-th document the n-th fact never reaches the engine, with ``tail`` nor those behind it."""
    document = -1
    before = 0
    last: tuple[int, int] = (0, 0)

    def hook(real: Hook, handle: int, text: str) -> Any:
        nonlocal document, before, last
        facts = json.loads(text)
        if facts[-1]["kind"] == "receipt0":
            document += 1
            before = 0
        lost = document - before
        before += len(facts)
        if 0 <= lost < len(facts):
            facts = facts[:lost] if tail else facts[:lost] + facts[lost + 1 :]
        # The engine must not be given an empty batch, which says nothing of what is lost.
        last = real(handle, compact(facts)) if facts else last
        return 0, last[1]

    return hooked(assert_facts=hook)
