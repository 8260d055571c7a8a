"""The program as users start it, for tests: a process of its own, with what came out."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-m", "orderproof")

RULES = """\
rule_set: small
version: "1"
document: order
parameters:
  allowed: 0
  methods: [tt, e_checking]
  timezone: Asia/Shanghai
derive:
  - fact: shipping
    each: order
    when: order.shipment.shipped_at is present
    values: {at: order.shipment.shipped_at}
  - fact: late
    each: order
    when: shipping and date(shipping.at) > order.shipment.agreed_by
checks:
  - id: price.equal
    title: {en: The total is what is collected, zh: 总额等于收款}
    clause: "3"
    each: order
    when: order.amounts.total is present
    require: abs(order.amounts.total - order.amounts.collection) <= parameters.allowed
    where: order.amounts.collection
    message: {en: "The total is {order.amounts.total}, collected is {order.amounts.collection}.", zh: "总额 {order.amounts.total}，收款 {order.amounts.collection}。"}
  - id: price.positive
    title: {en: The total is not negative}
    clause: "3"
    severity: warning
    each: order
    when: order.amounts.total is present
    require: order.amounts.total >= 0
    message: {en: "The total is {order.amounts.total}."}
  - id: payment.method
    title: {en: The method is allowed}
    clause: "7"
    each: payment
    require: payment.method in parameters.methods
    where: payment.method
    message: {en: "The method is {payment.method}."}
  - id: shipment.by-agreed-time
    title: {en: Shipped in time}
    clause: "8"
    each: shipping
    require: not late
    message: {en: "Shipped at {shipping.at}, agreed was {order.shipment.agreed_by}."}
"""
"""A small rule set over orders, with two strata, two entities and both severities."""

HEAD = '"drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"'


def order(id_: str, rest: str = '"amounts": {"total": "5.00", "collection": "5.00"}') -> str:
    """An order as JSON; it passes unless ``rest`` says otherwise."""
    return f'{{"id": "{id_}", {HEAD}, {rest}}}\n'


FAULTY = '"amounts": {"total": "5.00", "collection": "5.01"}'
WARNED = '"amounts": {"total": "-5.00", "collection": "-5.00"}'
UNKNOWN = '"amounts": {"total": "5.00"}'
NOTHING = '"remark": "nothing applies"'


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str


def started(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    stdout: "int | None" = subprocess.PIPE,
    command: Sequence[str] = COMMAND,
) -> "subprocess.Popen[bytes]":
    """The program at work in a folder; of the surroundings it sees only what every process needs."""
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    return subprocess.Popen(
        [*command, *arguments],
        cwd=folder,
        env={**inherited, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def program(
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    stdout: int | None = subprocess.PIPE,
    command: Sequence[str] = COMMAND,
) -> Ended:
    """Run the program to its end."""
    process = started(arguments, folder, environment, stdout, command)
    out, err = process.communicate(stdin, timeout=60)
    return Ended(process.returncode, (out or b"").decode("utf-8"), err.decode("utf-8"))


def side_by_side(run: Callable[[str], Ended], names: Iterable[str]) -> dict[str, Ended]:
    """The ends of runs by their names, a few of which go on at a time."""
    known = tuple(names)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(known, pool.map(run, known), strict=True))


def injected(folder: Path, name: str, code: str) -> dict[str, str]:
    """An environment in which Python finds this module before any other of its name."""
    path = folder / f"python-{name}"
    path.mkdir(exist_ok=True)
    (path / f"{name}.py").write_text(code, encoding="utf-8")
    return {"PYTHONPATH": str(path)}
