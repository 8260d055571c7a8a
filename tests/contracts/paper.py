"""A contract as a writer of any format sees it: blocks in reading order, with the payment details set apart."""

import hashlib
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from .numbers import WRITTEN, digits, made

HERE = Path(__file__).parent
OWN = "9990017004201"
"""The account that the platform generated for the order of a case with ``order: own``."""

_PLACEHOLDER = re.compile(r"\{(=?)([a-z0-9.]+)(?:\|([a-z0-9-]+))?\}")


@dataclass(frozen=True)
class Block:
    """``kind``: title, heading, para (one row of one cell), pairs (label and value), table, break.

    ``special`` blocks hold the payment details where the case puts them somewhere out of the ordinary.
    """

    kind: str
    rows: tuple[tuple[str, ...], ...] = ()
    special: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        between = ": " if self.kind == "pairs" else "   "
        return tuple(between.join(row) for row in self.rows)


@dataclass(frozen=True)
class Job:
    """One file to write. ``shown`` are the lines of a picture, if the case has one."""

    case: dict[str, Any]
    language: str
    format: str
    variant: str
    place: str
    seed: str
    accounts: tuple[dict[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def rng(self) -> random.Random:
        return random.Random(self.seed)


@dataclass
class Filler:
    """Fills placeholders in, and keeps the numbers that must be found."""

    rng: random.Random
    kind: str
    values: dict[str, str]
    accounts: list[dict[str, str]] = field(default_factory=list)

    def fill(self, text: str) -> str:
        return _PLACEHOLDER.sub(self._number, text)

    def _number(self, match: re.Match[str]) -> str:
        wanted, kind, style = match[1], match[2], match[3] or "plain"
        number = self.values.get(kind) or made(kind, self.rng)
        written = WRITTEN[style](number)
        if wanted:
            plain = (
                "".join(letter for letter in written if letter.isdigit()) if style in {"masked", "stars"} else number
            )
            self.accounts.append({"written": written, "normalised": plain, "kind": self.kind})
        return written


def jobs(cases: Path = HERE / "cases.yaml", wording: Path = HERE / "wording.yaml") -> list[Job]:
    """All files of the set, in the order of the cases."""
    frames = yaml.safe_load(wording.read_text("utf-8"))
    found = []
    for case in yaml.safe_load(cases.read_text("utf-8")):
        for text in case["in"]:
            language, variant, *rest = text.split()
            place = rest[0] if rest else "payment"
            seed = hashlib.sha256(f"{case['case']} {case['kind']} {text} {case.get('lines')}".encode()).hexdigest()
            job = Job(case, language, variant.partition(".")[0], variant, place, seed)
            found.append(_written(job, frames[language]))
    return found


def _written(job: Job, frame: dict[str, Any]) -> Job:
    rng = job.rng
    number = rng.choice(("TD-26-{0}", "YW2026{0}", "{0}/FM", "P26{0}")).format(digits(rng, 4))
    mail = f"cashier{rng.randint(10, 99)}@example.com"
    values = {
        "number": number,
        "mail": mail,
        "own": OWN,
        "bl": digits(rng, 9),
        "date": f"{rng.randint(1, 28):02d}.02.2026",
    }
    filler = Filler(rng, job.case.get("account", ""), values)
    payment = _payment(job, filler)
    blocks = _ordered(job, frame, filler, payment)
    shown = tuple(filler.fill(line) for line in job.case.get("shown", ()))
    unread = job.case["kind"] == "unreadable"
    accounts = () if unread and not job.case.get("ocr") else tuple(filler.accounts)
    return replace(job, blocks=blocks, accounts=accounts, shown=shown)


def _payment(job: Job, filler: Filler) -> tuple[Block, ...]:
    special = job.place not in {"payment", "after", "annex", "split"}
    case = job.case
    if "pairs" in case:
        rows = tuple((label, filler.fill(value)) for label, value in case["pairs"])
        return (Block("pairs", rows, special),)
    if "rows" in case:
        return (Block("table", tuple(tuple(filler.fill(cell) for cell in row) for row in case["rows"]), special),)
    return tuple(Block("para", ((filler.fill(line),),), special) for line in case["lines"])


def _ordered(job: Job, frame: dict[str, Any], filler: Filler, payment: tuple[Block, ...]) -> tuple[Block, ...]:
    rng = filler.rng
    clauses = [(head, filler.fill(body)) for head, body in frame["clauses"]]
    rng.shuffle(clauses)
    clauses = clauses[: rng.randint(3, len(clauses))]
    at = rng.randint(1, len(clauses))
    inline = () if job.place in {"after", "annex"} else payment
    if job.place == "split":
        inline = (payment[0], Block("break"), *payment[1:])
    paid = (Block("heading", ((frame["pay_head"],),)), Block("para", ((frame["pay"],),)), *inline)
    body: list[Block] = []
    for index, (head, text) in enumerate(clauses):
        if index == at:
            body.extend(paid)
        body += [Block("heading", ((f"{index + 1}. {head}",),)), Block("para", ((text,),))]
    if at == len(clauses):
        body.extend(paid)
    sign = Block("table", ((frame["seller"], frame["buyer"]), (frame["sign"], frame["sign"])))
    after = payment if job.place == "after" else ()
    annex = (Block("break"), Block("heading", ((frame["annex"],),)), *payment) if job.place == "annex" else ()
    return (*_head(frame, filler), _goods(frame, rng), *body, sign, *after, *annex)


def _head(frame: dict[str, Any], filler: Filler) -> tuple[Block, ...]:
    rng = filler.rng
    label = frame["number"][rng.randrange(len(frame["number"]))]
    first = [
        (label, filler.values["number"]),
        (frame["date"], f"2026-02-{rng.randint(1, 28):02d}"),
        (frame["place"], "Yiwu"),
    ]
    parties = [
        (frame["seller"], frame["seller_name"]),
        (frame["tax"], made("uscc", rng)),
        (frame["address"], f"No. {rng.randint(2, 90)} Sample Avenue, Yiwu 322000"),
        (frame["phone"], made("phone", rng)),
        (frame["mail"], f"export{rng.randint(10, 99)}@example.com"),
        (frame["buyer"], frame["buyer_name"]),
    ]
    title = frame["titles"][rng.randrange(len(frame["titles"]))]
    intro = Block("para", ((frame["intro"],),))
    return Block("title", ((title,),)), Block("pairs", tuple(first)), Block("pairs", tuple(parties)), intro


def _goods(frame: dict[str, Any], rng: random.Random) -> Block:
    goods = rng.sample(frame["goods"], rng.randint(2, min(4, len(frame["goods"]))))
    rows, total = [tuple(frame["goods_head"])], 0
    for item in goods:
        count, cents = rng.choice((144, 480, 1000, 2400, 5000)), rng.randint(95, 7900)
        total += count * cents
        hs = f" (HS {made('hs10', rng)})" if rng.random() < 0.3 else ""
        rows.append((f"TD{digits(rng, 5)}", item + hs, str(count), f"{cents / 100:.2f}", f"{count * cents / 100:,.2f}"))
    rows.append(("", frame["total"], "", "", f"USD {total / 100:,.2f}"))
    return Block("table", tuple(rows))
