"""Laws of the JSON and YAML readers, and what hostile texts come to."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orderproof.diagnostic import Diagnostic, OrderproofError, render
from orderproof.facts.literal import CONVERTERS, Wrong
from orderproof.reading.decode import decode
from orderproof.reading.json_tree import MAX_DEPTH, MAX_KEY, MAX_TEXT, json_documents, parse_json
from orderproof.reading.yaml_tree import MAX_ALIASED_NODES, parse_yaml_one, yaml_documents
from orderproof.schema import Kind, Leaf, Value
from orderproof.source import Source, Span
from orderproof.tree import Mapping, Node, Plain, Scalar, Sequence, plain

Reader = Callable[[Source], Iterator[Node]]
READERS: tuple[Reader, ...] = (json_documents, yaml_documents)

CONTROLS = [chr(code) for code in range(32) if code not in (9, 10, 13)]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS))
NUMBERS = st.integers(-(10**63), 10**63) | st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20
)
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS


def values(leaves: st.SearchStrategy[Plain], keys: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Plain]:
    return st.recursive(
        leaves, lambda below: st.lists(below, max_size=4) | st.dictionaries(keys, below, max_size=4), max_leaves=20
    )


def written(value: Plain) -> str:
    """JSON of a value, with exact numbers."""
    match value:
        case Decimal():
            return str(value)
        case list():
            return f"[{', '.join(written(item) for item in value)}]"
        case dict():
            return f"{{{', '.join(f'{json.dumps(key)}: {written(item)}' for key, item in value.items())}}}"
        case _:
            return json.dumps(value)


def nodes(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        match node:
            case Sequence():
                stack.extend(node.items)
            case Mapping():
                stack.extend(entry.value for entry in node.entries)
            case Scalar():
                pass


def text_of(span: Span) -> str:
    return span.source.text[span.start : span.end]


def code(read: Callable[[], object]) -> str:
    """The code of the mistake that reading ends with."""
    with pytest.raises(OrderproofError) as caught:
        read()
    (diagnostic,) = caught.value.diagnostics
    render(diagnostic)
    return diagnostic.code


def one(reader: Reader, text: str) -> Plain:
    (root,) = reader(Source("x", text))
    return plain(root)


def refused(reader: Reader, text: str) -> str:
    return code(lambda: list(reader(Source("x", text))))


# Laws


@given(values(LEAVES))
def test_json_that_is_written_reads_back(value: Plain) -> None:
    read = plain(parse_json(Source("x", written(value))))
    assert read == value
    assert repr(read) == repr(json.loads(written(value), parse_float=Decimal))


@given(values(LEAVES))
def test_every_place_of_json_reads_as_its_value(value: Plain) -> None:
    for node in nodes(parse_json(Source("x", json.dumps(json.loads(written(value), parse_float=float), indent=1)))):
        assert plain(parse_json(Source("y", text_of(node.span)))) == plain(node)
        for entry in node.entries if isinstance(node, Mapping) else ():
            assert json.loads(text_of(entry.key_span)) == entry.key


# YAML's escapes know no pairs of surrogates, and its keys no merging.
SHORT_TEXTS = st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF, exclude_characters=CONTROLS), max_size=40)
KEYS = SHORT_TEXTS.filter(lambda key: key != "<<")


@given(values(st.none() | st.booleans() | NUMBERS | SHORT_TEXTS, KEYS))
def test_yaml_reads_json_alike(value: Plain) -> None:
    assert plain(parse_yaml_one(Source("x", written(value)))) == value


PLAIN_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    [
        "NO",
        "on",
        "012",
        "08",
        "2026-03-01",
        "12:30:45",
        "null",
        "~",
        "true",
        "1",
        "- a",
        "a: b",
        "# x",
        "a\nb",
        " a ",
        "0o17",
    ]
)
YAML_LEAVES = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | PLAIN_TEXTS


def as_yaml(value: object, *, flow: bool = False, wide: bool = False) -> str:
    return yaml.safe_dump(value, allow_unicode=wide, default_flow_style=flow, sort_keys=False)


def agrees(value: Plain) -> bool:
    """Whether YAML 1.1, which the dumper writes, and 1.2 mean the same by every unquoted text of a value."""
    match value:
        case str():
            quoted = as_yaml([value]).removeprefix("- ").removesuffix("\n") != value
            return quoted or re.fullmatch(r"[-+]?\.?[0-9].*", value) is None
        case list():
            return all(agrees(item) for item in value)
        case dict():
            return all(agrees(key) and agrees(item) for key, item in value.items())
        case _:
            return True


AGREEING = values(YAML_LEAVES, PLAIN_TEXTS.filter(lambda key: key != "<<")).filter(agrees)


@given(AGREEING, st.booleans())
@example({"id": "012", "no": "NO", "day": "2026-03-01", "time": "12:30:45"}, False)
def test_yaml_that_is_written_reads_back(value: Plain, flow: bool) -> None:
    assert plain(parse_yaml_one(Source("x", as_yaml(value, flow=flow)))) == value


@given(AGREEING, st.booleans())
def test_every_place_of_yaml_reads_as_its_value(value: Plain, flow: bool) -> None:
    source = Source("x", as_yaml({"value": value, "last": 1}, flow=flow))
    for node in nodes(parse_yaml_one(source)):
        column = node.span.position.column - 1
        text = " " * column + text_of(node.span)
        assert plain(parse_yaml_one(Source("y", text.strip() if isinstance(node, Scalar) else text))) == plain(node)


@given(AGREEING, st.booleans(), st.booleans())
def test_every_character_of_a_yaml_text_has_its_place(value: Plain, flow: bool, wide: bool) -> None:
    source = Source("x", as_yaml([value], flow=flow, wide=wide))
    try:
        root = parse_yaml_one(source, inner=True)
    except OrderproofError as error:
        if not wide or error.diagnostics[0].code != "document.character":
            raise
        return
    for node in nodes(root):
        if isinstance(node, Scalar) and isinstance(node.value, str):
            assert len(node.inner) == len(node.value) + 1
            assert list(node.inner) == sorted(node.inner)
            for character, at in zip(node.value, node.inner, strict=False):
                assert character.isspace() or source.text[at] in (character, "\\")


MARKUP = st.text(st.sampled_from(list("{}[]:,-?&*!|>'\"%@`#~ \t\n\\0129.eE+_ax<é宁\ufeff\u2028\x85\r")), max_size=60)


@settings(max_examples=400)
@given(st.text(max_size=60) | MARKUP)
@example("\ud800")
@example("a: \x00")
@example("? ")
@example("%YAML 99999999999999999999.1\n---\n")
@example("{}}")
@example("!<")
@example('"\\')
def test_random_text_is_read_or_refused(text: str) -> None:
    for reader in READERS:
        try:
            for root in reader(Source("x", text)):
                for node in nodes(root):
                    assert 0 <= node.span.start < node.span.end
        except OrderproofError as error:
            for diagnostic in error.diagnostics:
                assert diagnostic.span is not None
                assert render(diagnostic)


@given(MARKUP)
def test_rule_files_of_random_text_are_read_or_refused(text: str) -> None:
    try:
        parse_yaml_one(Source("x", text), inner=True, aliases=True)
    except OrderproofError as error:
        render(error.diagnostics[0])


@given(st.binary(max_size=80) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_random_bytes_are_text_or_refused(content: bytes) -> None:
    found = decode("x", content)
    if isinstance(found, Diagnostic):
        assert render(found)
    else:
        assert found.text.encode() == content.removeprefix(b"\xef\xbb\xbf")


@given(st.text(max_size=30).filter(lambda text: text.strip("\0 \t\r\n\ufeff") != ""))
def test_the_place_of_a_bad_byte(before: str) -> None:
    content = before.replace("\0", "").encode("utf-8", "ignore")
    found = decode("x", content + b"\xff rest", 7)
    assert isinstance(found, Diagnostic)
    assert found.span is not None
    line = content.removeprefix(b"\xef\xbb\xbf").decode().split("\n")[-1]
    assert found.span.position.line == 7 + content.count(b"\n")
    assert found.span.position.column == len(line) + 1
    assert text_of(found.span) == "\\xff"


# Depth: a list of documents counts for none


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
def test_the_limit_of_depth(reader: Reader, opening: str, closing: str) -> None:
    fits = '{"a": ' + opening * (MAX_DEPTH - 1) + "1" + closing * (MAX_DEPTH - 1) + "}"
    over = '{"a": ' + opening * MAX_DEPTH + "1" + closing * MAX_DEPTH + "}"
    assert one(reader, fits) == json.loads(fits)
    assert one(reader, f"[{fits}]") == json.loads(fits)
    assert refused(reader, over) == "document.too-deep"
    assert refused(reader, f"[{over}]") == "document.too-deep"


def test_the_limit_of_depth_in_blocks() -> None:
    def keys(count: int) -> str:
        return "".join(f"{' ' * depth}a:\n" for depth in range(count))

    assert json.dumps(one(yaml_documents, keys(MAX_DEPTH))).count("{") == MAX_DEPTH
    assert refused(yaml_documents, keys(MAX_DEPTH + 1)) == "document.too-deep"
    assert json.dumps(one(yaml_documents, "- " * (MAX_DEPTH + 1) + "1")).count("[") == MAX_DEPTH
    assert refused(yaml_documents, "- " * (MAX_DEPTH + 2) + "1") == "document.too-deep"


@pytest.mark.parametrize("levels", [1_000, 1_000_000])
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "opening", ["[", '{"a":', '[{"a":', '{"a": [', "{", "[{", "- ", "? ", "- - ", "[[[", "a: [", '{"a": "b", "c": ']
)
def test_nesting_without_end_is_refused(reader: Reader, opening: str, levels: int) -> None:
    refused_as = refused(reader, opening * levels)
    assert refused_as in ("document.too-deep", "document.json", "document.number", "document.yaml")
    if opening in ("[", '{"a":', '[{"a":', '{"a": [', "[[["):
        expected = (
            ("document.too-deep",)
            if reader is json_documents or "{" not in opening
            else ("document.too-deep", "document.yaml")
        )
        assert refused_as in expected


def test_parsing_one_value_counts_its_own_list() -> None:
    fits = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert plain(parse_json(Source("x", fits))) == json.loads(fits)
    assert code(lambda: parse_json(Source("x", f"[{fits}]"))) == "document.too-deep"
    assert plain(parse_yaml_one(Source("x", fits))) == json.loads(fits)
    assert code(lambda: parse_yaml_one(Source("x", f"[{fits}]"))) == "document.too-deep"


# Numbers


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("digits", [4_299, 4_300, 4_301, 1_000_000])
@pytest.mark.parametrize("form", ["{}", "-{}", "{}.5", "0.{}", "1e{}", "1e-{}"])
def test_numbers_of_many_digits_are_refused(reader: Reader, digits: int, form: str) -> None:
    assert refused(reader, '{"a": ' + form.format("1" * digits) + "}") == "document.number"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("fits", "over"),
    [
        ("1" * 64, "1" * 65),
        ("-" + "1" * 64, "-" + "1" * 65),
        ("1." + "1" * 37, "1." + "1" * 38),
        ("1e64", "1e65"),
        ("1e-64", "1e-65"),
        ("1E+" + "0" * 5_000 + "5", "1E+" + "0" * 5_000 + "65"),
    ],
)
def test_the_limits_of_numbers(reader: Reader, fits: str, over: str) -> None:
    assert one(reader, f'{{"a": {fits}}}') == {"a": Decimal(fits)}
    assert refused(reader, f'{{"a": {over}}}') == "document.number"


@pytest.mark.parametrize(
    "text", ["01", "-01", "+1", "1.", ".5", "1_0", "0x1F", "1e", "1e400", "-1e400", "NaN", "Infinity", "-Infinity", "-", "--1", "١٢", "-١", "１", "1١", "1.١", "1e١", "0b1", "1,5", "1 000"]
)  # fmt: skip
def test_what_is_no_number_of_json(text: str) -> None:
    assert refused(json_documents, f'{{"a": {text}}}') in ("document.number", "document.json")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, text) for text in ("NO", "no", "Yes", "on", "012", "-012", "+08", "00.5", "1_0", "2026-03-01", "12:30:45", "2026-03-01T08:30:00Z", "١٢", "１", "-١", "1.１", "1e١", "Infinity", "NaN", "0b1", "0xZ", "0o8", "-0x1", "1.2.3", "e5", ".", "+", "=")),
        ("0", 0), ("-0", 0), ("+5", 5), ("1e3", Decimal(1000)), (".5", Decimal("0.5")), ("5.", Decimal(5)), ("0.10", Decimal("0.10")),
        ("0x1F", 31), ("0o17", 15), ("~", None), ("null", None), ("Null", None), ("", None), ("TRUE", True), ("false", False),
        ("!!str 12", "12"), ("! 12", "12"), ("'12'", "12"), ("|\n  12\n", "12\n"),
    ],
)  # fmt: skip
def test_what_unquoted_yaml_means(text: str, value: Plain) -> None:
    read = one(yaml_documents, f"a: {text}")
    assert read == {"a": value}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e400", "0x" + "f" * 1_000_000, "0o" + "7" * 5_000])
def test_numbers_of_yaml_that_are_refused(text: str) -> None:
    assert refused(yaml_documents, f"a: {text}") == "document.number"


# Keys, texts, aliases


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', '{"x": [{"a": 1, "b": 2, "a": 1}]}', '{"a": 1, "\\u0061": 2}', '{"": 1, "": 2}']
)
def test_a_key_stands_once(reader: Reader, text: str) -> None:
    assert refused(reader, text) == "document.duplicate-key"
    assert refused(reader, f'[{{"id": 1}}, {text}]') == "document.duplicate-key"


@pytest.mark.parametrize(
    ("reader", "form"),
    [(json_documents, '{{"{}": "{}"}}'), (yaml_documents, '? "{}"\n: "{}"'), (yaml_documents, "? {}\n: {}")],
)
def test_the_limits_of_keys_and_texts(reader: Reader, form: str) -> None:
    key, text = "k" * MAX_KEY, "t" * MAX_TEXT
    assert one(reader, form.format(key, text)) == {key: text}
    assert refused(reader, form.format("k", text + "t")) == "document.too-large"
    assert refused(reader, form.format(key + "k", "t")) == "document.too-large"


@pytest.mark.parametrize("reader", READERS)
def test_the_limit_of_values(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("json_tree", "yaml_tree"):
        monkeypatch.setattr(f"orderproof.reading.{module}.MAX_NODES", 4)
    fits = '{"a": [1, 2]}' if reader is json_documents else '{"a": [1]}'
    for text in (fits, f"[{fits}, {fits}, {fits}]"):
        assert {json.dumps(plain(root)) for root in reader(Source("x", text))} == {fits}
    assert refused(reader, '{"a": [1, 2, 3]}') == "document.too-large"


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1b", "\x1f"])
def test_controls_are_refused(character: str) -> None:
    escaped = f'{{"a": "x\\u{ord(character):04x}"}}'
    for reader in READERS:
        assert refused(reader, escaped) == "document.character"
    assert refused(json_documents, f'{{"a": "{character}"}}') == "document.json"
    assert refused(yaml_documents, f'a: "{character}"') == "document.character"


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029", "\ufeff", "\x7f", "\x80", "\uffff"])
def test_characters_that_yaml_readers_do_not_agree_on(character: str) -> None:
    for text in (f"a: x{character}b: y", f'a: "x{character}y"'):
        assert refused(yaml_documents, text) == "document.character"
    assert one(yaml_documents, f'a: "x\\u{ord(character):04x}"') == {"a": f"x{character}"}
    assert one(json_documents, f'{{"a": "{character}"}}') == {"a": character}


def test_half_characters_are_refused() -> None:
    for text in ('{"a": "\\ud800"}', '{"a": "\\udc00\\ud800"}', '{"\\ud800": 1}'):
        assert refused(json_documents, text) == "document.character"
        assert refused(yaml_documents, text) == "document.yaml"
    assert one(json_documents, '{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize(
    "text", ["a: &x 1", "a: &x [1]", "&x a: 1", "&x {a: 1}", "- &x {a: 1}", "&x [1]", "a: *x", "- *x", "*x : 1", "a: &x [*x]", "<<: {a: 1}", "a: {<<: {b: 1}}"]
)  # fmt: skip
def test_documents_hold_no_aliases(text: str) -> None:
    assert refused(yaml_documents, text) == "document.alias"


def rule_file(text: str) -> Plain:
    return plain(parse_yaml_one(Source("x", text), aliases=True))


def test_aliases_of_rule_files_have_a_budget() -> None:
    assert rule_file("a: &x [1]\nb: *x\n") == {"a": [1], "b": [1]}
    assert code(lambda: rule_file("a: &x [*x]")) == "document.alias"
    assert code(lambda: rule_file("a: *x")) == "document.alias"
    bomb = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 1}]\n" for n in range(9))
    assert code(lambda: rule_file(bomb)) == "document.alias"
    ones = "a: &x 1\nb: [" + "*x, " * MAX_ALIASED_NODES
    assert rule_file(ones + "]") == {"a": 1, "b": [1] * MAX_ALIASED_NODES}
    assert code(lambda: rule_file(ones + "*x]")) == "document.alias"


def test_aliases_do_not_deepen_a_rule_file_beyond_the_limit() -> None:
    half = MAX_DEPTH // 2
    text = f"a: &x {'[' * half}{']' * half}\nb: {'[' * (half - 1)}*x{']' * (half - 1)}\n"
    assert json.dumps(rule_file(text)).count("[") == 3 * half - 1
    deeper = f"a: &x {'[' * half}{']' * half}\nb: {'[' * half}*x{']' * half}\n"
    assert code(lambda: rule_file(deeper)) == "document.too-deep"


@pytest.mark.parametrize(
    "text", ["!!int 1", "!!python/name:os.system x", "!!map x", "!!seq {a: 1}", "!!str [a]", "!x y", "!!binary aGk="]
)
def test_tags_are_refused(text: str) -> None:
    assert refused(yaml_documents, f"a: {text}") == "document.yaml"


def test_block_places_end_where_their_text_does() -> None:
    root = parse_yaml_one(Source("x", "a:\n  b: 1\n  c:\n    - x\n\n# remark\nd: |\n  text\n\n\ne: {f: 1}\n"))
    assert isinstance(root, Mapping)
    assert [text_of(entry.value.span) for entry in root.entries] == [
        "b: 1\n  c:\n    - x",
        "|\n  text\n\n\n",
        "{f: 1}",
    ]


# Large and honest


def test_honest_large_texts_are_read() -> None:
    order = '{"id": "1", "items": [{"sku": "A", "amount": "1.00"}]}'
    text = "[" + ",\n".join([order] * 20_000) + "]"
    assert sum(1 for _ in json_documents(Source("x", text))) == 20_000
    blocks = "- id: '1'\n  items:\n  - sku: A\n    amount: '1.00'\n" * 5_000
    assert sum(1 for _ in yaml_documents(Source("x", blocks))) == 5_000


# From a value to its type


def typed(kind: Kind, value: Plain, zone: str | None = None) -> Value | str:
    """The typed value, or the code of what is wrong."""
    found = CONVERTERS[kind](value, Leaf(kind), None if zone is None else ZoneInfo(zone))
    return found.code if isinstance(found, Wrong) else found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T08:30:00Z", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01t08:30:00z", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00+08:00", datetime(2026, 3, 1, 0, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00-00:00", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00.1Z", datetime(2026, 3, 1, 8, 30, 0, 100_000, tzinfo=UTC)),
        ("2026-03-01T08:30:00.123456000Z", datetime(2026, 3, 1, 8, 30, 0, 123_456, tzinfo=UTC)),
        ("2024-02-29T23:59:59-23:59", datetime(2024, 3, 1, 23, 58, 59, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_instants(text: str, expected: datetime) -> None:
    assert typed(Kind.TIMESTAMP, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-08T01:59:59", datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC)),
        ("2026-03-08T02:00:00", "document.timestamp"),
        ("2026-03-08T02:59:59.999999", "document.timestamp"),
        ("2026-03-08T03:00:00", datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
        ("2026-11-01T00:59:59", datetime(2026, 11, 1, 7, 59, 59, tzinfo=UTC)),
        ("2026-11-01T01:00:00", "document.timestamp"),
        ("2026-11-01T01:59:59.999999", "document.timestamp"),
        ("2026-11-01T02:00:00", datetime(2026, 11, 1, 10, 0, tzinfo=UTC)),
        ("9999-12-31T23:59:59", "document.timestamp"),
    ],
)
def test_local_times_around_a_change_of_the_clocks(text: str, expected: datetime | str) -> None:
    assert typed(Kind.TIMESTAMP, text, "America/Los_Angeles") == expected


@given(st.text(max_size=12) | st.from_regex(r"\A\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?\Z"))
def test_texts_with_other_digits_are_no_values(text: str) -> None:
    for kind in (Kind.DECIMAL, Kind.DATE, Kind.TIMESTAMP):
        assert text.isascii() or isinstance(typed(kind, text, "Asia/Shanghai"), str)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1250.50", Decimal("1250.50")),
        ("-0.01", Decimal("-0.01")),
        (7, Decimal(7)),
        (Decimal("1E+3"), Decimal(1000)),
        ("9" * 38, Decimal("9" * 38)),
        ("9" * 39, "document.number"),
        ("0." + "0" * 63 + "1", Decimal("1e-64")),
        ("0." + "0" * 64 + "1", "document.number"),
        (10**38, "document.number"),
        ("9" * 1_000_000, "document.number"),
        ("1250.50\n", "document.number"),
        (True, "document.type"),
    ],
)
def test_decimals(value: Plain, expected: Decimal | str) -> None:
    assert typed(Kind.DECIMAL, value) == expected
