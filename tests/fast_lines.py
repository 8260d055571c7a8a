"""The law of the fast reader, for tests: what it takes, the reader with places takes too, with the same values."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from orderproof.diagnostic import OrderproofError
from orderproof.facts.attributes import attribute, given
from orderproof.facts.fast import FastReader
from orderproof.facts.read import FactReader
from orderproof.facts.record import Access, Facts, Record, RecordPlan
from orderproof.reading.json_tree import parse_json
from orderproof.source import Source
from orderproof.tree import Mapping, Plain, plain


def slowly(line: bytes) -> dict[str, Plain] | None:
    """The values of a line as the reader with places takes them, None where it takes none."""
    try:
        root = parse_json(Source("line", line.decode("utf-8")))
    except (OrderproofError, UnicodeDecodeError):
        return None
    values = plain(root) if isinstance(root, Mapping) else None
    return values if isinstance(values, dict) else None


def same(line: bytes, fast: FastReader, reader: FactReader) -> bool:
    """Whether the fast reader takes a line; fails where it takes what the other refuses or reads otherwise."""
    record = fast.decode(line)
    if record is None:
        return False
    values = slowly(line)
    assert values is not None, f"taken, but refused: {line!r}"
    facts = reader.read(values)
    assert isinstance(facts, Facts), f"taken, but refused: {line!r} {facts}"
    _alike(record, facts.root, reader.plan, line)
    return True


def _alike(record: Any, other: Record, plan: RecordPlan, line: bytes) -> None:
    for slot, value in zip(plan.slots, other.values, strict=True):
        found = _at(record, slot.path)
        if slot.access is Access.PRESENCE:
            assert given(found) is value, (slot, found, value, line)
        elif isinstance(found, list):
            assert tuple(found) == value, (slot, found, value, line)
        else:
            assert found == value, (slot, found, value, line)
            assert isinstance(found, bool) is isinstance(value, bool), (slot, found, value, line)
            assert not isinstance(found, Decimal) or found.is_finite(), (slot, found, line)
    for child, records in zip(plan.children, other.children, strict=True):
        below = _at(record, child.path)
        assert len(below) == len(records), (child, below, records, line)
        for one, two in zip(below, records, strict=True):
            _alike(one, two, child.plan, line)


def _at(record: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        record = getattr(record, attribute(step))
    return record


_PIECES = (
    *("0", "00", "1", "-", "+", ".", "e", "E", "1e5", "E+5", "_", " ", "\t", "\n", "\r", "\x00", "\x1f", "\x7f"),
    *(",", ":", "::", "{", "}", "[", "]", "{}", "[]", "null", "true", "false", "NaN", "Infinity", "-Infinity", '""'),
    *("\\", '\\"', "\\\\", "\\/", "\\n", "\\b", "\\f", "\\u0041", "\\u003a", "\\u00e9", "\\ud83d", "\\ud83d\\ude00"),
    *("\\u0000", "\\u001f", "\\u007f", "é", "０", "１", "：", "\u2028", "\ud7ff", "😀", "Z", "z", "T", "t", "+00:00"),
    *(
        "-00:00",
        "+0800",
        "+23:59",
        "+24:00",
        "24:00:00",
        ":60",
        ".1234567",
        ".000000000",
        ".1",
        "0001-",
        "9999-",
        "0000-",
    ),
    *("9" * 38, "9" * 39, "0." + "1" * 37, "9" * 70, "id", '"id":', '"id":"x",', '"amount":', '"items":[],'),
)
_RAW = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc0\x80")


def mutated(random: Random, line: bytes, others: Sequence[bytes]) -> bytes:
    """A line with one to three bytes, pieces, or whole members changed, doubled, or taken from another line."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        line = _mutated(random, line, others)
    return line


def _mutated(random: Random, line: bytes, others: Sequence[bytes]) -> bytes:
    at = random.randrange(len(line) + 1)
    kind = random.randrange(12)
    piece = random.choice(_PIECES).encode("utf-8", "surrogatepass")
    match kind:
        case 0:
            return line[:at] + line[at + 1 :]
        case 1:
            return line[:at] + bytes([random.randrange(256)]) + line[at + 1 :]
        case 2:
            return line[:at] + piece + line[at:]
        case 3:
            return line[:at] + random.choice(_RAW) + line[at:]
        case 4 | 5 | 6:
            return _value_changed(random, line, piece)
        case 7 | 8:
            return _member_moved(random, line, line)
        case 9:
            return _member_moved(random, random.choice(others), line)
        case 10:
            return _member_dropped(random, line)
        case _:
            return _blank_added(random, line)


def _places(line: bytes, mark: bytes) -> list[int]:
    found, at = [], line.find(mark)
    while at >= 0:
        found.append(at)
        at = line.find(mark, at + 1)
    return found


def _member(random: Random, line: bytes) -> tuple[int, int] | None:
    """Where some member of an object stands that holds a scalar."""
    marks = _places(line, b'":')
    if not marks:
        return None
    mark = random.choice(marks)
    start = line.rfind(b'"', 0, mark)
    ends = [end for end in (line.find(each, mark + 2) for each in (b',"', b"}", b",{", b"]")) if end >= 0]
    return None if start < 0 or not ends else (start, min(ends))


def _value_changed(random: Random, line: bytes, piece: bytes) -> bytes:
    """Something put into a value, at its ends, in it, or in its place; with or without its quotes."""
    found = _member(random, line)
    if found is None:
        return line
    start = line.find(b":", found[0]) + 1
    value = line[start : found[1]]
    inner = value[1:-1] if value[:1] == b'"' else value
    at = random.randrange(len(inner) + 1)
    other = random.choice((piece + inner, inner + piece, inner[:at] + piece + inner[at:], piece, inner, inner[:at]))
    quoted = random.random() < (0.8 if value[:1] == b'"' else 0.2)
    return line[:start] + (b'"' + other + b'"' if quoted else other) + line[found[1] :]


def _member_moved(random: Random, source: bytes, line: bytes) -> bytes:
    """A member of an object written once more, somewhere in this line."""
    found = _member(random, source)
    places = _places(line, b'"')
    if found is None or not places:
        return line
    at = random.choice([each for each in places if line[each - 1 : each] in (b"{", b",")] or places)
    return line[:at] + source[found[0] : found[1]] + b"," + line[at:]


def _member_dropped(random: Random, line: bytes) -> bytes:
    found = _member(random, line)
    return line if found is None else line[: found[0]] + line[found[1] :].removeprefix(b",")


def _blank_added(random: Random, line: bytes) -> bytes:
    at = random.choice(_places(line, random.choice((b":", b",", b"{", b"}", b'"'))) or [0])
    return line[: at + 1] + random.choice((b" ", b"\t", b"\r", b"  ", b"\n")) + line[at + 1 :]
