"""Random orders over the shipped policy: a healthy order late in its life, with random defects and absences."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from orderproof.check import Run
from orderproof.language.evaluate import Setting
from orderproof.language.scope import ParameterValue
from orderproof.rulebook.cases import _read_object, _read_plan
from orderproof.ruleset.compile import compile_rule_set
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.parameters import bind_values
from orderproof.schema import Field, Kind, Leaf, Object, RecordList, ScalarList

from .healthy import START, Json, healthy, written

_STEPS = (
    timedelta(0),
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(microseconds=-1),
    timedelta(seconds=1),
    timedelta(seconds=-1),
    timedelta(hours=8),
    timedelta(days=1),
    timedelta(days=-1),
)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "status": ("unpay", "paid", "delivering", "trade_close", "frozen", "charge_back", "trade_success", "?", ""),
    "mode": ("none", "before_shipment", "after_receipt", "both", "", "NONE"),
    "method": ("e_checking", "credit_card", "tt", "western_union", "", "TT"),
    "id": ("C1", "C2", "S1", "S2", "180000000000000001", "180000000000000002", "", "0"),
    "number": ("6222 0210-01", "6222021001", "6222021002", "", " - "),
    "account": ("6222021001", "6222-0210-01", "buyer7", "BUYER7", "a@b.example", "other"),
    "email": ("a@b.example", "A@B.example", "a@b", "a b@c.example", "", "名@例.example"),
    "currency": ("USD", "EUR", "JPY", "XXX", "BHD", "ZZZ"),
    "bank_country": ("US", "CN", "DE"),
}
_MONEY = (
    "0",
    "0.00",
    "1000.00",
    "1000.01",
    "999.99",
    "300.00",
    "700.00",
    "-0.01",
    "12345678901234567890.123456789012345678",
)
_ZONES = ("Asia/Shanghai", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu", "Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Worlds:
    """The shipped policy, opened once, with what a source supplies read from the documents."""

    opened: OpenRuleSet
    schema_root: Object

    @classmethod
    def of(cls, opened: OpenRuleSet) -> "Worlds":
        return cls(opened, _read_object(opened.schema.root))

    def run(self, random: Random) -> Run:
        """A run of the policy at a random instant, with random parameters."""
        values = _parameters(random)
        bound = bind_values(self.opened.rule_set.parameters, self.opened.parameters, values)
        program = compile_rule_set(self.opened.rule_set, self.opened.schema, bound)
        program = replace(program, plan=_read_plan(program.plan))
        setting = Setting(_instant(random), ZoneInfo(program.timezone))
        schema = replace(self.opened.schema, root=self.schema_root)
        return Run(program, schema, setting, None, "all", random.choice(("en", "zh")), details=True)


def _parameters(random: Random) -> dict[str, ParameterValue]:
    values: dict[str, ParameterValue] = {}
    if random.random() < 0.5:
        values["timezone"] = random.choice(_ZONES)
    if random.random() < 0.3:
        values["auto_confirm_days"] = {
            method: Decimal(random.choice(("15", "0", "0.5", "0.1", "1", "30")))
            for method in random.sample(("air", "land", "sea", "express", "multimodal"), random.randint(1, 5))
        }
    if random.random() < 0.3:
        values["payment_methods"] = tuple(random.sample(("e_checking", "credit_card", "tt", ""), random.randint(1, 3)))
    for name, choices in (
        ("release_grace_days", ("0", "1", "0.5")),
        ("confirm_grace_days", ("0", "1", "2")),
        ("received_tolerance", ("0", "0.01", "5")),
        ("yidatong_above", ("0", "1000", "1000.01")),
    ):
        if random.random() < 0.3:
            values[name] = Decimal(random.choice(choices))
    return values


def _instant(random: Random) -> datetime:
    return (
        START + timedelta(days=random.choice((0, 1, 3, 9, 20, 24, 25, 26, 40, 55, 56, 90, 400))) + random.choice(_STEPS)
    )


def documents(random: Random, worlds: Worlds) -> tuple[str, ...]:
    """The texts of the documents of one run."""
    count = random.choice((1, 1, 2, 3, 4, 6))
    if random.random() < 0.02:
        count = 14
    texts: list[str] = []
    for number in range(count):
        order = healthy(random, number)
        defects = random.choice((0, 1, 1, 2, 3, 5, 8, 15))
        for _ in range(defects):
            _spoil(random, order, worlds.schema_root)
        texts.append(json.dumps(order, ensure_ascii=random.random() < 0.5, indent=1))
    return tuple(texts)


# Defects


def _spoil(random: Random, order: dict[str, Json], root: Object) -> None:
    """One random defect or absence anywhere in an order."""
    places = list(_places(order, root))
    at, key, field = random.choice(places)
    value = at.get(key)
    required = at is order and key in root.required
    chance = random.random()
    if chance < 0.35 and not required:
        at.pop(key, None)
    elif chance < 0.42 and not required:
        at[key] = None
    elif isinstance(field, RecordList) and isinstance(value, list):
        _spoil_list(random, value, field, order)
    else:
        at[key] = _other(random, field, key, order)


def _places(value: dict[str, Json], of: Object) -> Iterator[tuple[dict[str, Json], str, Field]]:
    """Every known place of an order, also absent ones of what is there."""
    for name, field in of.members.items():
        yield value, name, field
        found = value.get(name)
        match field:
            case Object() if isinstance(found, dict):
                yield from _places(found, field)
            case RecordList(_, item) if isinstance(found, list):
                for each in found:
                    yield from _places(each, item)
            case _:
                pass


def _spoil_list(random: Random, values: list[Json], field: RecordList, order: dict[str, Json]) -> None:
    chance = random.random()
    if chance < 0.2:
        values.clear()
    elif chance < 0.6 and values:
        values.append(json.loads(json.dumps(random.choice(values))))
    elif chance < 0.7 and values:
        values.reverse()
    else:
        values.append(_filled(random, field.item, order))


def _filled(random: Random, of: Object, order: dict[str, Json]) -> dict[str, Json]:
    return {name: _other(random, field, name, order) for name, field in of.members.items() if random.random() < 0.6}


def _other(random: Random, field: Field, name: str, order: dict[str, Json]) -> Json:
    match field:
        case Leaf():
            return _leaf(random, field, name, order)
        case ScalarList(element):
            return [_leaf(random, element, "id", order) for _ in range(random.randint(0, 3))]
        case Object():
            return _filled(random, field, order)
        case RecordList(_, item):
            return [_filled(random, item, order) for _ in range(random.randint(0, 3))]


def _leaf(random: Random, leaf: Leaf, name: str, order: dict[str, Json]) -> Json:
    match leaf.kind:
        case Kind.BOOLEAN:
            return random.random() < 0.5
        case Kind.TEXT:
            if leaf.choices is not None:
                return random.choice(leaf.choices)
            return random.choice(
                (*_TEXTS.get(name, ("", "a", "中 文")), *_own(order))
                if name == "id"
                else _TEXTS.get(name, ("", "a", "中 文"))
            )
        case Kind.INTEGER:
            return random.randint(1, 3)
        case Kind.DECIMAL:
            return _money(random, order)
        case Kind.TIMESTAMP:
            return _moved(random, order)
        case Kind.DATE:
            return (
                (START + timedelta(days=random.choice((0, 5, 9, 10, 11, 20)), hours=random.choice((0, 8))))
                .date()
                .isoformat()
            )


def _own(order: dict[str, Json]) -> tuple[str, ...]:
    own = order.get("id")
    return (own,) if isinstance(own, str) else ()


def _money(random: Random, order: dict[str, Json]) -> Json:
    amounts = order.get("amounts")
    known = [each for each in amounts.values() if isinstance(each, str)] if isinstance(amounts, dict) else []
    value = Decimal(random.choice((*known, *_MONEY)))
    if len(value.as_tuple().digits) < 20:
        value += Decimal(random.choice(("0", "0", "0.01", "-0.01", "0.001")))
    return str(value) if random.random() < 0.8 or value != int(value) else int(value)


def _moved(random: Random, order: dict[str, Json]) -> str:
    """An instant near one that stands in the order; now and then one at the ends of the calendar."""
    if random.random() < 0.02:
        return random.choice(("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"))
    known = [START + timedelta(days=day) for day in (0, 1, 2, 5, 8, 9, 20, 24)]
    for part in ("submitted_at", "drafted_at"):
        text = order.get(part)
        if isinstance(text, str):
            known.append(datetime.fromisoformat(text.upper()))
    base = random.choice(known)
    try:
        return written(base + random.choice(_STEPS), random)
    except OverflowError:
        return written(base, random)
