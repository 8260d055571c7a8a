"""Ids that stand more than once are found, whatever their hashes do, for a few bytes a document."""

import tracemalloc
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof import often, repeats
from orderproof.repeats import Repeats, repeated


def of(ids: list[str]) -> Repeats:
    repeats = Repeats()
    repeats.add(ids[:1])
    repeats.add(ids[1:])
    return repeats


@given(st.lists(st.text(st.characters(), max_size=2) | st.sampled_from(("a", "b", "\ud800"))))
def test_every_repeated_id_is_found(ids: list[str]) -> None:
    candidates = of(ids).candidates()
    assert candidates == sorted(candidates)
    first: dict[str, int] = {}
    expected = {n: first[id_] for n, id_ in enumerate(ids) if id_ and first.setdefault(id_, n) != n}
    read = {number: ids[number] for documents in candidates for number in documents}
    assert repeated(candidates, read) == expected


@given(st.lists(st.integers(-4, 4) | st.integers(-(2**63), 2**63 - 1)), st.integers(1, 9))
def test_numbers_are_compared_part_by_part(numbers: list[int], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(often, "_AT_ONCE", at_once)
        assert sorted(often.often(numbers)) == sorted(n for n, count in Counter(numbers).items() if count > 1)


@pytest.mark.parametrize("hashed", [0, -2, -(2**63), 2**63 - 1])
def test_ids_of_one_hash_are_candidates_and_documents_without_one_are_not(
    hashed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "hash", lambda _: hashed, raising=False)
    assert of(["a", "", "b", "", "a"]).candidates() == [[0, 2, 4]]


def test_ids_that_only_look_alike_are_told_apart() -> None:
    assert repeated([[1, 4, 6, 9]], {1: "a", 4: "b", 6: "a", 9: "b"}) == {6: 1, 9: 4}
    assert repeated([[1, 4]], {1: "a", 4: None}) == {}


def test_a_document_costs_a_few_bytes() -> None:
    count = 20_000
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    repeats = of([f"ORD-{number:010}" for number in range(count)])
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / count < 12
    assert repeats.candidates() == []
