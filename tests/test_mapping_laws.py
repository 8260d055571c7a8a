"""What holds of mappings whatever the partner sends."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_workbooks import Cell, Raw, book

from orderproof.cli_convert import convert, json_text, yaml_text
from orderproof.diagnostic import OrderproofError
from orderproof.document import Document, Notice, Unreadable
from orderproof.facts.literal import CONVERTERS
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, RecordPlan
from orderproof.mapping.apply import MAX_VALUES, Mapped
from orderproof.mapping.catalogue import Catalogue
from orderproof.mapping.groups import MAX_HELD, Seen
from orderproof.mapping.stream import apply, mapped
from orderproof.mapping.times import Times, read_instant, time_form
from orderproof.mapping.unseen import seen, unseen
from orderproof.reading.inputs import find_inputs
from orderproof.reading.json_tree import json_documents
from orderproof.reading.reader import read_documents
from orderproof.reading.table import TableOptions
from orderproof.ruleset.load import load_rule_set
from orderproof.ruleset.open import open_rule_set
from orderproof.schema import Leaf, Object, RecordList, ScalarList
from orderproof.source import Source
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Plain, Pointer, Scalar, find, plain

OPENED = open_rule_set(None, {}, cases=False)
CATALOGUE = Catalogue(OPENED.path, OPENED.schema)
API = next(mapping for mapping in CATALOGUE.all() if mapping.name == "platform-api")
READER = FactReader(OPENED.schema, RecordPlan("order", (), ()), None)
FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def documents_of(path: Path, options: TableOptions | None = None) -> list[Mapped]:
    return list(mapped(read_documents(find_inputs([str(path)]), options=options or TableOptions()), CATALOGUE))


def document(value: Any) -> Document:
    """A partner's document, from JSON."""
    source = Source("x.json", json.dumps(value, ensure_ascii=False))
    (root,) = json_documents(source)
    assert isinstance(root, MappingNode)
    return Document("x.json", 0, root, "0" * 64)


def orders(value: Any) -> list[dict[str, Plain]]:
    """The orders that the API mapping makes of a document."""
    return [made.values for made in apply(API, document(value)) if isinstance(made, Document)]


def typed(value: Plain, field: Object | Leaf | ScalarList | RecordList) -> Any:
    """A value by its type in the schema, so that 12.5 and "12.50" are one."""
    match field:
        case Leaf():
            return CONVERTERS[field.kind](value, field, None)
        case ScalarList():
            assert isinstance(value, list)
            return [typed(item, field.element) for item in value]
        case RecordList():
            assert isinstance(value, list)
            return [typed(item, field.item) for item in value]
        case Object():
            assert isinstance(value, dict)
            return {key: typed(inner, field.members[key]) for key, inner in value.items()}


# One order in every form


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
AMOUNTS = st.decimals(0, 10**9, places=2).map(str)
INSTANTS = st.datetimes(datetime(2001, 9, 10), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=0)
)
LINES = st.fixed_dictionaries({"sku": NAMES, "quantity": AMOUNTS}, optional={"unit_price": AMOUNTS, "name": NAMES})
ORDERS = st.fixed_dictionaries(
    {"drafted_at": INSTANTS.map(lambda i: i.isoformat()), "currency": st.sampled_from(["USD", "EUR"])},
    optional={
        "remark": NAMES,
        "amounts": st.fixed_dictionaries({"total": AMOUNTS}, optional={"collection": AMOUNTS}),
        "seller": st.fixed_dictionaries({"service_paused": st.booleans()}),
        "shipment": st.fixed_dictionaries({"agreed_by": st.dates().map(lambda day: day.isoformat())}),
        "items": st.lists(LINES, min_size=1, max_size=3),
        "payments": st.lists(st.fixed_dictionaries({"received": AMOUNTS}), min_size=1, max_size=2),
    },
)
SEVERAL = st.lists(ORDERS, min_size=1, max_size=4).map(
    lambda made: [{"id": f"88210003000{number:07}", **order} for number, order in enumerate(made)]
)
HEADERS = (
    *("id", "drafted_at", "currency", "remark", "amounts.total", "amounts.collection", "seller.service_paused"),
    *("shipment.agreed_by", "items.sku", "items.quantity", "items.unit_price", "items.name", "payments.received"),
)


def rows_of(order: Mapping[str, Any]) -> Iterator[list[Any]]:
    """An order as rows of a table, its own values in each."""
    count = max(1, len(order.get("items", [])), len(order.get("payments", [])))
    for number in range(count):
        values: list[Any] = []
        for header in HEADERS:
            first, _, rest = header.partition(".")
            found = order.get(first)
            if isinstance(found, list):
                found = found[number] if number < len(found) else None
            values.append(found.get(rest) if isinstance(found, dict) else found)
        yield values


def as_csv(made: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    for order in made:
        for values in rows_of(order):
            writer.writerow(["" if v is None else str(v).lower() if isinstance(v, bool) else v for v in values])
    return out.getvalue().encode()


def as_book(made: Sequence[Mapping[str, Any]]) -> bytes:
    """A workbook in which amounts are numbers and truths are truths."""

    def cell(header: str, value: Any) -> Cell:
        if isinstance(value, bool):
            return Raw(f'<c r="@" t="b"><v>{int(value)}</v></c>')
        is_amount = header.startswith(("amounts.", "payments.")) or header in ("items.quantity", "items.unit_price")
        return Decimal(value) if is_amount and value is not None else value

    rows = [[cell(header, v) for header, v in zip(HEADERS, values, strict=True)] for o in made for values in rows_of(o)]
    return book([list(HEADERS), *rows])


@settings(FILES, max_examples=40)
@given(SEVERAL)
def test_the_same_orders_in_every_form_have_the_same_values(tmp_path: Path, made: list[dict[str, Any]]) -> None:
    files = {
        "json": json.dumps(made).encode(),
        "ndjson": "".join(json.dumps(order) + "\n" for order in made).encode(),
        "yaml": "".join("---\n" + yaml_text(order) for order in made).encode(),
        "csv": as_csv(made),
        "xlsx": as_book(made),
    }
    found: dict[str, Any] = {}
    for ending, content in files.items():
        path = tmp_path / f"orders.{ending}"
        path.write_bytes(content)
        readings = documents_of(path)
        assert all(isinstance(reading, Document) for reading in readings), readings
        found[ending] = [
            (r.index, typed(dict(r.values), OPENED.schema.root)) for r in readings if isinstance(r, Document)
        ]
    assert all(each == found["json"] for each in found.values())


@settings(FILES, max_examples=40)
@given(SEVERAL, st.randoms())
def test_the_order_of_rows_changes_only_that_of_the_parts(
    tmp_path: Path, made: list[dict[str, Any]], random: Any
) -> None:
    lines = as_csv(made).decode().split("\r\n")[:-1]
    head, rows = lines[0], lines[1:]
    shuffled = random.sample(rows, len(rows))
    for name, given_rows in (("a", rows), ("b", shuffled)):
        (tmp_path / f"{name}.csv").write_text("\r\n".join([head, *given_rows, ""]), "utf-8", newline="")
    first, second = (
        {r.values["id"]: r.values for r in documents_of(tmp_path / f"{n}.csv") if isinstance(r, Document)} for n in "ab"
    )
    assert len(first) == len(made)

    def sets(values: dict[str, Plain]) -> dict[str, Any]:
        return {k: sorted(map(json.dumps, v)) if isinstance(v, list) else v for k, v in values.items()}

    assert {id_: sets(values) for id_, values in first.items()} == {id_: sets(values) for id_, values in second.items()}


# What is written is read back


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(c) for c in range(32)]), max_size=12)
NUMBERS = st.integers(-(10**20), 10**20) | st.decimals(-(10**12), 10**12, places=4)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@FILES
@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), min_size=1, max_size=3))
def test_what_is_written_is_read_back(tmp_path: Path, made: list[dict[str, Any]]) -> None:
    texts = {
        "ndjson": "".join(f"{json_text(value)}\n" for value in made),
        "json": "[" + ",".join(json_text(value) for value in made) + "]",
        "yaml": "".join(f"---\n{yaml_text(value)}" for value in made),
    }
    for ending, text in texts.items():
        path = tmp_path / f"x.{ending}"
        path.write_text(text, "utf-8", newline="")
        readings = list(read_documents(find_inputs([str(path)])))
        assert [r.values for r in readings if isinstance(r, Document)] == made, text
        assert len(readings) == len(made)


# Payloads of the API


MONEY = st.builds(lambda amount: {"amount": amount, "currency": "USD"}, AMOUNTS)
ANY_MONEY = MONEY | AMOUNTS | AMOUNTS.map(Decimal).map(float) | st.none() | st.just("null")
FORM = "%b. %d, %Y, %H:%M:%S"


def written(instant: datetime) -> str:
    """An instant as the platform formats it."""
    return instant.astimezone(timezone(timedelta(hours=-7))).strftime(FORM) + " PDT."


TIMES = INSTANTS.flatmap(
    lambda i: st.sampled_from(
        [
            {"timestamp": int(i.timestamp()) * 1000, "format_date": written(i)},
            {"timestamp": str(int(i.timestamp()) * 1000)},
            {"timestamp": int(i.timestamp())},
            {"format_date": written(i)},
            int(i.timestamp()) * 1000,
            i.isoformat(),
        ]
    )
)
PRODUCTS = st.lists(
    st.fixed_dictionaries({"name": NAMES, "quantity": AMOUNTS, "unit_price": ANY_MONEY}, optional={"sku_id": NAMES}),
    max_size=3,
)
PAYS = st.lists(
    st.fixed_dictionaries(
        {"pay_step": st.sampled_from(["ADVANCE", "BALANCE", "FULL"]), "should_pay_amount": ANY_MONEY},
        optional={
            "receive_amount": ANY_MONEY,
            "pay_time": TIMES,
            "receive_time": TIMES | st.none(),
            "pay_method": NAMES,
        },
    ),
    max_size=3,
)
PAYLOADS = st.fixed_dictionaries(
    {"trade_id": NAMES.filter(lambda text: text != "null"), "create_date": TIMES, "total_amount": MONEY},
    optional={
        "trade_status": st.sampled_from(["unpay", "PAID", "new_status"]),
        "shipment_fee": ANY_MONEY,
        "discount_amount": ANY_MONEY,
        "shipment_method": st.sampled_from(["air", "Sea", "EXPRESS"]),
        "order_products": PRODUCTS,
        "fund_pay_list": PAYS,
        "remark": NAMES,
        "unread": VALUES.map(lambda value: json.loads(json_text(value))),
    },
)


def wrapped(payload: dict[str, Any]) -> dict[str, Any]:
    """The same with its lists in objects of one key, as the older gateway has them."""
    keys = {"order_products": "trade_ecology_order_product", "fund_pay_list": "fund_pay"}
    return {key: {keys[key]: value} if key in keys else value for key, value in payload.items()}


@given(PAYLOADS)
def test_an_envelope_and_the_form_of_lists_change_nothing(payload: dict[str, Any]) -> None:
    bare = orders(payload)
    assert len(bare) == 1
    envelopes = [
        {"alibaba_seller_order_get_response": {"value": wrapped(payload)}},
        {"result": {"success": True, "value": payload}},
        {"code": "0", "value": wrapped(payload), "request_id": "1"},
        {"code": "0", "value": [payload]},
    ]
    assert [orders(each) for each in envelopes] == [bare] * 4


def leaves(value: Plain, pointer: Pointer = ()) -> Iterator[Pointer]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*pointer, index))
    else:
        yield pointer


@given(PAYLOADS, st.booleans())
def test_every_value_has_its_place_in_the_partners_file(payload: dict[str, Any], wrap: bool) -> None:
    given_ = document({"code": "0", "value": [wrapped(payload) if wrap else payload]})
    (made,) = (each for each in apply(API, given_) if isinstance(each, Document))
    assert plain(made.root) == made.values
    for pointer in leaves(made.values):
        there = find(given_.root, made.original(pointer))
        here = find(made.root, pointer)
        assert isinstance(there, Scalar)
        assert isinstance(here, Scalar)
        assert here.span == there.span
        if isinstance(here.value, str) and pointer[-1] in ("name", "sku", "id", "remark", "quantity"):
            assert here.value == there.value
    assert made.original(("amounts", "collection")) == made.original(("amounts",)) == ("value", 0)
    assert made.original(("payments", 99, "amount"))[:2] == ("value", 0)


def edited(tree: Any, data: st.DataObject) -> Any:
    """A payload of which one value is another."""
    node = tree
    while True:
        key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = data.draw(st.sampled_from([None, True, 0, -1, "", "null", "x", [], {}, [None], {"a": 1}, 10**20]))
        return tree


@settings(max_examples=400)
@given(PAYLOADS.map(lambda payload: json.loads(json.dumps({"code": "0", "value": [payload]}))), st.data())
def test_whatever_a_partner_sends_is_an_order_in_good_order_or_told(payload: Any, data: st.DataObject) -> None:
    given_ = document(edited(payload, data))
    readings = [each for each in apply(API, given_) if not isinstance(each, Notice)]
    assert readings
    for each in readings:
        if isinstance(each, Unreadable):
            assert all(d.span is not None and d.span.source is given_.root.span.source for d in each.diagnostics)
            assert each.diagnostics
        else:
            assert isinstance(READER.read(each.values), Facts)
            assert plain(each.root) == each.values


@given(INSTANTS, st.integers(0, 999))
def test_an_instant_is_exact_in_every_form(instant: datetime, milli: int) -> None:
    form = time_form("MMM. d, yyyy, HH:mm:ss z.")
    assert not isinstance(form, tuple)
    times = Times(None, {"PDT": "-07:00"}, (form,), epoch=True)
    seconds = int(instant.timestamp())
    text = instant.replace(tzinfo=None).isoformat()
    assert read_instant(seconds, times) == read_instant(str(seconds * 1000), times) == f"{text}Z"
    assert read_instant(written(instant), times) == f"{text}Z"
    exact = read_instant(Decimal(seconds * 1000 + milli), times)
    assert exact == (instant + timedelta(milliseconds=milli)).replace(tzinfo=None).isoformat() + "Z"


# Streams


def test_what_no_list_knows_is_told_once_and_keeps_its_value(tmp_path: Path) -> None:
    payload = {"trade_id": "1", "create_date": 1774981780, "total_amount": {"amount": "1", "currency": "USD"}}
    lines = [{**payload, "trade_id": str(n), "trade_status": "odd" if n % 2 else "strange"} for n in range(6)]
    (tmp_path / "x.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    readings = documents_of(tmp_path / "x.ndjson")
    keys = [reading.key for reading in readings if isinstance(reading, Notice)]
    assert keys == [("platform-api", "status", "strange"), ("platform-api", "status", "odd")]
    assert [r.values["status"] for r in readings if isinstance(r, Document)] == ["strange", "odd"] * 3


def test_indexes_count_documents_not_envelopes(tmp_path: Path) -> None:
    def payload(number: int) -> dict[str, Any]:
        return {"trade_id": str(number), "create_date": 1774981780, "total_amount": {"amount": "1", "currency": "USD"}}

    lines = [
        {"code": "0", "value": [payload(1), payload(2), {"trade_id": "3"}]},
        {"id": "4", "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"},
        "no document",
        payload(5),
    ]
    (tmp_path / "a.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "b.ndjson").write_text(json.dumps(payload(6)) + "\n")
    found = [
        (Path(r.path).name, r.index, r.values["id"] if isinstance(r, Document) else None)
        for r in documents_of(tmp_path)
        if not isinstance(r, Notice)
    ]
    assert found == [
        ("a.ndjson", 0, "1"),
        ("a.ndjson", 1, "2"),
        ("a.ndjson", 2, None),
        ("a.ndjson", 3, "4"),
        ("a.ndjson", 4, None),
        ("a.ndjson", 5, "5"),
        ("b.ndjson", 0, "6"),
    ]


def test_rows_of_one_order_may_stand_apart_only_so_far(tmp_path: Path) -> None:
    head = "id,drafted_at,currency,items.sku\n"
    rows = [f"{n},2026-03-01T00:00:00Z,USD,A\n" for n in range(MAX_HELD + 10)]
    again = ["3,2026-03-01T00:00:00Z,USD,B\n", f"{MAX_HELD},2026-03-01T00:00:00Z,USD,B\n"]
    (tmp_path / "x.csv").write_text(head + "".join(rows + again))
    readings = documents_of(tmp_path / "x.csv")
    broken = [reading for reading in readings if isinstance(reading, Unreadable)]
    assert [[d.code for d in reading.diagnostics] for reading in broken] == [["mapping.apart"]]
    (told,) = broken[0].diagnostics
    assert "the one with index 3, from row 5 on, was judged without this row" in told.message
    assert [r.values["id"] for r in readings if isinstance(r, Document) and r.index == 3] == ["3"]
    late = [r for r in readings if isinstance(r, Document) and r.values["id"] == str(MAX_HELD)]
    assert [r.values["items"] for r in late] == [[{"sku": "A"}, {"sku": "B"}]]
    assert len(readings) == MAX_HELD + 11


@given(st.lists(st.tuples(st.integers(0, 5000)), max_size=3000), st.lists(st.tuples(st.integers(0, 9999)), max_size=50))
def test_what_was_seen_is_known(keys: list[tuple[int]], asked: list[tuple[int]]) -> None:
    seen = Seen()
    places: dict[tuple[int], tuple[int, int]] = {}
    for number, key in enumerate(keys):
        seen.add(key, number, number + 2)
        places.setdefault(key, (number, number + 2))
    assert all(seen.get(key) == place for key, place in places.items())
    assert [seen.get(key) for key in asked] == [places.get(key) for key in asked]


UNSEEN = st.sampled_from("\u00a0\u200b\u200d\u2060\ufeff\u3000\u3164\u202e\u00ad\t\u2800\ufe0f")


@given(st.from_regex("[0-9A-Za-z\u4e00-\u9fff]{1,8}", fullmatch=True), UNSEEN, st.data())
def test_what_nobody_sees_in_an_id_is_told_wherever_it_stands(text: str, character: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    hidden = text[:at] + character + text[at:]
    wrong = unseen(hidden)
    assert wrong is not None
    assert f"U+{ord(character):04X}" in wrong.message
    assert seen(hidden) == text
    assert unseen(text) is None
    assert unseen(f" {text}") is not None
    assert unseen(f"{text} ") is not None
    assert unseen(f"{text} {text}") is None


# Which mapping it is


def test_mappings_are_named_or_recognised(tmp_path: Path) -> None:
    assert [mapping.name for mapping in CATALOGUE.all()] == ["back-office-xlsx", "platform-api"]
    for name, code in (
        ("platform-apy", "mapping.not-found"),
        ("no/such.yaml", "mapping.unreadable"),
        ("", "mapping.not-found"),
    ):
        with pytest.raises(OrderproofError) as caught:
            CATALOGUE.named(name)
        assert [each.code for each in caught.value.diagnostics] == [code]


MINIMAL = """\
mapping: {name}
version: "1"
document: order
source: json
recognise:
  - [number]
fields: {{id: number, drafted_at: at, currency: {{constant: USD}}}}
"""


def rules_with(tmp_path: Path, **files: str) -> Catalogue:
    """A rule set of nothing but input mappings."""
    folder = tmp_path / "rules"
    (folder / "inputs").mkdir(parents=True)
    for name, text in files.items():
        (folder / "inputs" / name.replace("__", ".")).write_text(text)
    return Catalogue(folder, OPENED.schema)


def test_two_mappings_that_recognise_one_document_are_not_guessed_between(tmp_path: Path) -> None:
    catalogue = rules_with(tmp_path, a__yaml=MINIMAL.format(name="a"), b__yaml=MINIMAL.format(name="b"))
    given_ = document({"number": "1", "at": "2026-03-01T00:00:00Z"})
    (made,) = mapped([given_], catalogue)
    assert isinstance(made, Unreadable)
    assert [d.code for d in made.diagnostics] == ["mapping.ambiguous"]
    (made,) = mapped([given_], catalogue, catalogue.named("b"))
    assert isinstance(made, Document)
    assert made.source is not None
    assert made.source.mapping == "b"
    assert made.values == {"id": "1", "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"}


OURS = {"id": "1", "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"}


def test_a_document_of_ours_that_is_a_partners_too_is_not_guessed_at(tmp_path: Path) -> None:
    catalogue = rules_with(tmp_path, a__yaml=MINIMAL.format(name="a"))
    both = document({**OURS, "number": "2", "at": "2026-03-01T00:00:00Z"})
    (made,) = mapped([both], catalogue)
    assert isinstance(made, Unreadable)
    assert [d.code for d in made.diagnostics] == ["mapping.ambiguous"]
    (made,) = mapped([both], catalogue, catalogue.named("a"))
    assert isinstance(made, Document)
    assert made.values["id"] == "2"
    for other in (OURS, {**OURS, "at": "x", "unknown": 1}):
        (made,) = mapped([document(other)], catalogue)
        assert isinstance(made, Document)
        assert made.values == other
    assert catalogue.named("none") is None
    for given_ in (both, document({"number": "2"})):
        (made,) = mapped([given_], catalogue)
        assert made == given_


def test_a_mapping_may_recognise_what_any_document_of_ours_has(tmp_path: Path) -> None:
    text = MINIMAL.format(name="a").replace("[number]", "[id, currency]")
    (made,) = mapped([document({**OURS, "unknown": 1})], rules_with(tmp_path, a__yaml=text))
    assert isinstance(made, Document)
    assert made.source is None


def test_a_root_that_holds_another_one_is_an_envelope(tmp_path: Path) -> None:
    text = MINIMAL.format(name="a").replace("[number]", "[data]") + "root: [data.order, data, $]\n"
    catalogue = rules_with(tmp_path, a__yaml=text)
    order = {"number": "1", "at": "2026-03-01T00:00:00Z"}
    right: list[Any] = [{"data": {"order": order}}, {"data": {"order": order, "number": "5"}}, {"data": order}]
    for value in right:
        (made,) = mapped([document(value)], catalogue)
        assert isinstance(made, Document)
        assert made.values["id"] == "1"
    wrong: list[Any] = [{"data": {"order": order, **order}}, {"data": {"order": order}, **order}]
    for value in wrong:
        (made,) = mapped([document(value)], catalogue)
        assert isinstance(made, Unreadable)
        assert [d.code for d in made.diagnostics] == ["mapping.contradiction"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a__yaml": MINIMAL.format(name="none")}, "mapping.name"),
        ({"a__yaml": MINIMAL.format(name="a"), "b__yml": MINIMAL.format(name="a")}, "mapping.name"),
        ({"a__ymal": MINIMAL.format(name="a")}, "mapping.ending"),
        ({"a__yaml": "checks: []\n"}, "mapping.form"),
    ],
)
def test_nothing_among_the_mappings_is_lost_in_silence(tmp_path: Path, files: dict[str, str], code: str) -> None:
    with pytest.raises(OrderproofError) as caught:
        rules_with(tmp_path, **files).all()
    assert [each.code for each in caught.value.diagnostics] == [code]


def test_copies_and_notes_may_stand_among_the_mappings(tmp_path: Path) -> None:
    files = {"a__yaml": MINIMAL.format(name="a"), "a__yaml__bak": "x", "README__md": "x", "__hidden": "x"}
    assert [mapping.name for mapping in rules_with(tmp_path, **files).all()] == ["a"]


RULES = """\
rule_set: r
version: "1"
document: order
checks:
  - {id: a.b, title: {en: t}, clause: c, each: order, require: order.id == "x", message: {en: m}}
"""


def test_input_mappings_are_no_part_of_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    before = load_rule_set(tmp_path).sha256
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "a.yaml").write_text(MINIMAL.format(name="a"))
    assert load_rule_set(tmp_path).sha256 == before
    (tmp_path / "inputs" / "b.yaml").write_text(RULES)
    with pytest.raises(OrderproofError) as caught:
        load_rule_set(tmp_path)
    assert [each.code for each in caught.value.diagnostics] == ["rules.misplaced"]


# The zone of times


def test_a_time_without_a_zone_waits_for_the_runs_zone() -> None:
    """Nothing is guessed: where the mapping knows no zone the value stays as it is, and the run says or refuses it."""
    (values,) = orders(
        {"trade_id": "1", "create_date": "2026-03-01T10:00:00", "total_amount": {"amount": "1", "currency": "USD"}}
    )
    assert values["drafted_at"] == "2026-03-01T10:00:00"
    assert not isinstance(READER.read(values), Facts)


# The command


def test_documents_are_written_in_three_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    payload = {"trade_id": "1", "create_date": 1774981780, "total_amount": {"amount": "1", "currency": "USD"}}
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"code": "0", "value": [payload, {**payload, "trade_id": "2"}]}))
    expected = orders(payload)[0]
    for format_ in ("ndjson", "json", "yaml"):
        assert convert.main([str(path), "--output-format", format_], standalone_mode=False) == 0
        text = capsys.readouterr().out
        again = tmp_path / f"again.{format_}"
        again.write_text(text, "utf-8")
        found = [r.values for r in read_documents(find_inputs([str(again)])) if isinstance(r, Document)]
        assert found == [expected, {**expected, "id": "2"}]


def test_nothing_to_write_is_written_as_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_text('{"error_response": {"code": 1, "msg": "no"}}')
    assert convert.main([str(tmp_path / "x.json"), "--output-format", "json"], standalone_mode=False) == 3
    assert capsys.readouterr().out == "[]\n"


def test_of_many_values_that_no_list_knows_only_the_first_are_told() -> None:
    pays = [{"pay_step": "FULL", "pay_method": f"method {n}"} for n in range(200)]
    payload = {"trade_id": "1", "create_date": 1774981780, "total_amount": {"amount": "1", "currency": "USD"}}
    *notices, made = apply(API, document({**payload, "fund_pay_list": pays}))
    assert isinstance(made, Document)
    assert len(notices) == MAX_VALUES + 1
    assert {notice.key for notice in notices if isinstance(notice, Notice)} >= {("platform-api", "payments.method")}


def test_a_document_of_nothing_but_mistakes_is_left_soon() -> None:
    payload = {"trade_id": "1", "create_date": 1774981780, "total_amount": {"amount": "1", "currency": "USD"}}
    (made,) = apply(API, document({**payload, "fund_pay_list": [{"pay_step": "x"}] * 5000}))
    assert isinstance(made, Unreadable)
    assert made.diagnostics[-1].message == "4,980 more values are not what the mapping expects"
