"""Groups: packed members are judged as plain ones are, in any order, on disk or not; what they cost."""

import errno
import io
import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from group_checks import (
    PARTS,
    SHANGHAI,
    Joining,
    check_of,
    conditions,
    gatherings,
    policy,
    program_of,
    quantities,
    small_groups,
)
from hypothesis import given
from hypothesis import strategies as st
from typed_expressions import SPAN, constant

from orderproof.diagnostic import IncompleteError
from orderproof.engine.generate import logic
from orderproof.groups import MAX_UNSURE, Group, Groups
from orderproof.language import typed as t
from orderproof.language.evaluate import GroupMember
from orderproof.language.typed import UNKNOWN, Comparison, Quantifier, Truth
from orderproof.language.types import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Kind, ScalarType
from orderproof.members import store
from orderproof.members.judging import GroupFaultError
from orderproof.members.packing import Brought, pack, ready, unpack
from orderproof.members.reference import verdict_by
from orderproof.ruleset.program import Check, Verdict
from orderproof.wire import Wire

Members = list[tuple[int, int, Truth, str]]
Said = list[tuple[str, Verdict, Members]]
TEXTS = PARTS.index(TEXT)
NUMBERS = PARTS.index(DECIMAL)
WIRE = Wire(Brought)


def gathered(
    check: Check, members: Iterable[Joining], *, limit: int = 10**6, confirm: Literal["all", "some"] = "all"
) -> Groups:
    groups = Groups(program_of(check), SHANGHAI, "en", confirm=confirm, limit=limit)
    for each in members:
        assert groups.add_member(check.number, each.key, each.document, each.ordinal, each.belongs, each.parts)
    return groups


def said(groups: Groups) -> Said:
    """All groups as they are judged; the store is closed."""
    found = [_said(group) for group in groups.judged()]
    groups.close()
    return found


def _said(group: Group) -> tuple[str, Verdict, Members]:
    members = [(each.document, each.ordinal, each.belongs, repr(each.parts)) for each in group.members]
    return group.key, group.verdict, members


def plain(check: Check, members: Sequence[Joining]) -> list[tuple[Verdict, Members]]:
    """The same by a dict of tuples and the evaluator, nothing packed."""
    groups: dict[Any, list[Joining]] = {}
    for each in members:
        groups.setdefault(each.key, []).append(each)
    found = []
    for inside in groups.values():
        pairs: list[GroupMember] = [(each.belongs, each.parts) for each in inside]
        told = [(each.document, each.ordinal, each.belongs, repr(each.parts)) for each in inside]
        found.append((verdict_by(check, SHANGHAI, pairs, MAX_UNSURE), told))
    return found


@given(gatherings())
def test_packed_members_are_judged_as_plain_ones(case: tuple[Check, list[Joining]]) -> None:
    """The same groups with the same members in the same order, and both opinions agree on each."""
    check, members = case
    assert [(verdict, inside) for _, verdict, inside in said(gathered(check, members))] == plain(check, members)


@pytest.mark.parametrize("node", list(quantities()), ids=lambda node: f"{node.quantifier}-{node.element}-{node.filter}")
def test_both_opinions_agree_on_each_quantity(node: t.QuantifyGroup) -> None:
    members = small_groups(Random(1), 40)
    for condition in conditions(node):
        check = check_of([TEXT], condition)
        assert [(verdict, inside) for _, verdict, inside in said(gathered(check, members))] == plain(check, members)


@given(gatherings(), st.randoms(use_true_random=False))
def test_neither_order_nor_disk_nor_the_way_there_changes_anything(
    case: tuple[Check, list[Joining]], random: Random
) -> None:
    check, members = case
    expected = said(gathered(check, members))
    shuffled = random.sample(members, len(members))
    assert said(gathered(check, shuffled)) == expected
    assert said(gathered(check, shuffled, limit=0)) == expected
    merged = gathered(check, [])
    for part in (shuffled[::2], shuffled[1::2]):
        split = gathered(check, part, limit=random.choice((0, 10**6)))
        for document, member in split.gathered():
            travelled = WIRE.unpacked(WIRE.packed(member))
            merged.add_all([(document, [travelled])])
        split.close()
    assert said(merged) == expected


@given(gatherings(), st.sets(st.integers(0, 5)), st.sampled_from((10**6, 1000, 0)))
def test_documents_that_are_left_out_join_no_group(
    case: tuple[Check, list[Joining]], left: set[int], limit: int
) -> None:
    check, members = case
    groups = gathered(check, members, limit=limit)
    out = [(member.document, member.ordinal, member.key) for _, member in groups.leave_out(left)]
    assert out == [(each.document, each.ordinal, each.key) for each in members if each.document in left]
    assert said(groups) == said(gathered(check, [each for each in members if each.document not in left]))


@given(gatherings())
def test_what_is_not_handed_out_is_counted(case: tuple[Check, list[Joining]]) -> None:
    check, members = case
    every = list(gathered(check, members).judged())
    groups = gathered(check, members)
    found = (Verdict.VIOLATION, Verdict.UNDETERMINED)
    assert [_said(group) for group in groups.judged(every=False)] == [
        _said(group) for group in every if group.verdict in found
    ]
    counted: Counter[Verdict] = Counter()
    passed = bytearray(max((each.document + 1 for each in members), default=0))
    for group in every:
        documents = {member.document for member in group.members}
        if group.verdict not in found:
            counted[group.verdict] += len(documents)
        if group.verdict is Verdict.PASS:
            for document in documents:
                passed[document] = 1
    tally = groups.tally
    expected = (counted[Verdict.PASS], counted[Verdict.NOT_APPLICABLE], passed)
    assert (tally.passes, tally.not_applicable, tally.passed) == expected


# Values

_EXACT = {
    Kind.BOOLEAN: st.booleans(),
    Kind.TEXT: st.text(st.characters(), max_size=20) | st.text("\0\ud800a", max_size=3),
    Kind.INTEGER: st.integers() | st.sampled_from((2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**5000)),
    Kind.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from([Decimal(text) for text in ("1.00", "-0", "0E-64", "1E+64", "9" * 1000)])
    | st.integers(),
    Kind.TIMESTAMP: st.datetimes(timezones=st.just(UTC))
    | st.sampled_from((datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))),
    Kind.DATE: st.dates(),
    Kind.DURATION: st.timedeltas() | st.sampled_from((timedelta.min, timedelta.max, timedelta(microseconds=-1))),
}


@pytest.mark.parametrize("kind", list(Kind))
def test_packing_keeps_every_digit(kind: Kind) -> None:
    @given(_EXACT[kind])
    def law(value: Any) -> None:
        member = Brought(0, "", 0, True, (pack(value, kind),))
        found = unpack(WIRE.unpacked(WIRE.packed(member)).parts[0], kind)
        assert (type(found), found) == (type(value), value)
        if isinstance(value, Decimal):
            assert str(found) == str(value)

    law()


def test_instants_are_the_same_whatever_their_zone() -> None:
    local = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    found = unpack(pack(local, Kind.TIMESTAMP), Kind.TIMESTAMP)
    assert repr(found) == repr(datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=UTC))


def test_unknown_stays_unknown() -> None:
    assert all(unpack(pack(unknown, kind), kind) is UNKNOWN for kind in Kind for unknown in ready((UNKNOWN, None)))


# Keys


def count_at_most(most: int) -> t.Expression:
    count = t.QuantifyGroup(Quantifier.COUNT, TEXTS, None, True, INTEGER, SPAN)
    return t.Compare(Comparison.LESS_EQUAL, count, t.Constant(most, INTEGER, SPAN), SPAN)


def bringing(text: str = "", number: Any = UNKNOWN) -> tuple[Any, ...]:
    parts: list[Any] = [UNKNOWN] * len(PARTS)
    parts[TEXTS], parts[NUMBERS] = text, number
    return tuple(parts)


@pytest.mark.parametrize(
    ("kinds", "one", "other", "shown"),
    [
        ([DECIMAL], (Decimal("1.0"),), (Decimal("1.00"),), "1.0"),
        ([DECIMAL], (Decimal("1.00"),), (1,), "1.00"),
        ([DECIMAL], (Decimal("-0.0"),), (Decimal(0),), "0.0"),
        ([INTEGER], (10**40,), (Decimal("1E+40"),), "1" + "0" * 40),
        ([TEXT, DECIMAL], ("a", Decimal("2.50")), ("a", Decimal("2.5")), "a 2.50"),
        (
            [TIMESTAMP],
            (datetime(2026, 3, 1, tzinfo=UTC),),
            (datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8))),),
            "2026-03-01T08:00:00+08:00",
        ),
    ],
)
def test_equal_keys_are_one_group_as_its_first_member_writes_it(
    kinds: list[ScalarType], one: tuple[Any, ...], other: tuple[Any, ...], shown: str
) -> None:
    check = check_of(kinds, count_at_most(1))
    members = [Joining(one, 0, 0, True, bringing("A")), Joining(other, 1, 0, True, bringing("B"))]
    (group,) = said(gathered(check, members))
    assert group[:2] == (shown, Verdict.VIOLATION)


@pytest.mark.parametrize(
    ("kinds", "one", "other"),
    [
        ([TEXT, TEXT], ("a", "b1"), ("ab", "1")),
        ([TEXT, TEXT], ("1:a", ""), ("", "1:a")),
        ([TEXT], ("\ud800",), ("\0eda080",)),
        ([TEXT], ("a",), ("A",)),
        ([DECIMAL], (Decimal(1),), (Decimal(10),)),
        ([DECIMAL], (Decimal(1),), (Decimal(-1),)),
        ([BOOLEAN, TEXT], (True, ""), (False, "")),
    ],
)
def test_unlike_keys_are_two_groups(kinds: list[ScalarType], one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    check = check_of(kinds, count_at_most(1))
    members = [Joining(one, 0, 0, True, bringing("A")), Joining(other, 1, 0, True, bringing("B"))]
    assert [verdict for _, verdict, _ in said(gathered(check, members))] == [Verdict.PASS, Verdict.PASS]


def test_a_member_without_a_key_joins_no_group() -> None:
    check = check_of([TEXT, DECIMAL], count_at_most(1))
    groups = gathered(check, [])
    assert not any(
        groups.add_member(check.number, key, 0, 0, True, bringing())
        for key in (None, ("a", None), (UNKNOWN, Decimal(1)))
    )
    assert said(groups) == []


# Opinions


def many(count: int) -> list[Joining]:
    return [Joining((f"K{number}",), number, 0, True, bringing(f"D{number}")) for number in range(count)]


@pytest.mark.parametrize(("count", "confirmed"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_every_hundredth_pass_is_judged_twice(count: int, confirmed: int) -> None:
    groups = gathered(check_of([TEXT], count_at_most(1)), many(count), confirm="some")
    assert list(groups.judged(every=False)) == []
    assert (groups.tally.passes, groups.tally.confirmed) == (count, confirmed)


def test_what_is_no_sure_pass_is_judged_twice() -> None:
    unsure = [Joining(("K0",), 1000, 0, UNKNOWN, bringing("D0"))]
    wrong = [Joining(("K1",), 1001, 0, True, bringing("other"))]
    groups = gathered(check_of([TEXT], count_at_most(1)), [*many(50), *unsure, *wrong], confirm="some")
    assert [(group.key, group.verdict) for group in groups.judged(every=False)] == [("K1", Verdict.VIOLATION)]
    assert (groups.tally.passes, groups.tally.confirmed) == (50, 3)


def test_a_contradiction_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logic, "_OPPOSITES", {**logic._OPPOSITES, "<=": "<"})
    check = check_of([TEXT], count_at_most(1))
    members = [*many(1), Joining(("K0",), 7, 0, True, bringing("other"))]
    with pytest.raises(GroupFaultError) as error:
        list(gathered(check, members, confirm="some").judged(every=False))
    assert (error.value.check, error.value.key) == (check.id, "K0")
    assert error.value.reason == "the generated function says undetermined, the evaluator violation"


def test_a_condition_too_large_to_compile_is_judged_by_the_evaluator() -> None:
    """Of such a check there is one opinion only."""
    deep: t.Expression = t.Constant("0", TEXT, SPAN)
    for _ in range(400):
        deep = t.Choose(count_at_most(1), deep, constant("1", TEXT), TEXT, SPAN)
    groups = gathered(check_of([TEXT], t.Compare(Comparison.EQUAL, deep, constant("0", TEXT), SPAN)), many(3))
    assert [verdict for _, verdict, _ in said(groups)] == [Verdict.PASS] * 3


# Storage


@pytest.mark.parametrize("name", ["HASHED", "ALIKE"])
def test_more_members_than_hashes_are_kept_of_are_judged_all_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = check_of([TEXT], count_at_most(1))
    members = [*many(300), *(Joining((f"K{number}",), number, 1, True, bringing("other")) for number in range(20))]
    expected = said(gathered(check, members))
    assert [verdict for _, verdict, _ in expected].count(Verdict.VIOLATION) == 20
    monkeypatch.setattr(store, name, 10)
    for limit in (10**6, 1000, 0):
        assert said(gathered(check, members, limit=limit)) == expected


@pytest.mark.parametrize("hashed", [0, -1, -(2**63), 2**63 - 1])
def test_keys_whose_hashes_are_alike_are_told_apart(hashed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check = check_of([TEXT], count_at_most(1))
    members = [*many(50), *(Joining((f"K{number}",), number, 1, True, bringing("other")) for number in range(20))]
    expected = said(gathered(check, members))
    left = said(gathered(check, [each for each in members if each.document != 3]))
    monkeypatch.setattr(store, "_hashed", lambda _: hashed)
    for limit in (10**6, 1000, 0):
        assert said(gathered(check, members, limit=limit)) == expected
        groups = gathered(check, members, limit=limit)
        assert [(member.document, member.ordinal) for _, member in groups.leave_out({3})] == [(3, 0), (3, 1)]
        assert said(groups) == left


def test_a_member_costs_little() -> None:
    """Of the shipped policy's checks, with ids as long as real ones."""
    program = policy()
    groups = Groups(program, SHANGHAI, "en")
    values: dict[Kind, Any] = {Kind.BOOLEAN: True, Kind.DECIMAL: Decimal("123456.78")}
    count = 20_000
    tracemalloc.start()
    for check in program.checks:
        if check.grouping is None:
            continue
        before, _ = tracemalloc.get_traced_memory()
        for number in range(count):
            parts = [
                values.get(part.type.kind, f"18000000{number:010}")  # type: ignore[union-attr]
                for part in check.grouping.parts
            ]
            groups.add_member(check.number, (f"CO-2026-{number:012}",), number, 0, True, parts)
        after, _ = tracemalloc.get_traced_memory()
        assert (after - before) / count < 200, check.id
    tracemalloc.stop()
    assert list(groups.judged(every=False)) == []


def test_what_is_spilled_has_no_name_and_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    check = check_of([TEXT], count_at_most(1))
    groups = gathered(check, many(500), limit=1000)
    assert [group.key for group in groups.judged()] == [f"K{number}" for number in range(500)]
    assert list(tmp_path.iterdir()) == []
    groups.close()


def test_a_folder_that_takes_no_file_makes_the_run_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(IncompleteError) as error:
        gathered(check_of([TEXT], count_at_most(1)), many(500), limit=1000)
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == (
        "groups.storage",
        "what checks across documents compare cannot be kept in a temporary file: No such file or directory",
    )


class Breaking(io.BytesIO):
    """A file of which nothing can be read again, or only its beginning."""

    def __init__(self, error: OSError | None) -> None:
        super().__init__()
        self._error = error

    def read(self, size: int | None = -1, /) -> bytes:
        if self._error is not None:
            raise self._error
        return super().read(size)[:10]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(OSError(errno.EIO, "it broke"), "it broke"), (None, "less can be read than was written")],
    ids=["broken", "short"],
)
def test_a_temporary_file_that_cannot_be_read_again(
    error: OSError | None, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: Breaking(error))
    groups = gathered(check_of([TEXT], count_at_most(1)), many(500), limit=1000)
    with pytest.raises(IncompleteError) as raised:
        list(groups.judged())
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == (
        "groups.storage",
        f"what checks across documents compare cannot be kept in a temporary file: {reason}",
    )
