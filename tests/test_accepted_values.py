"""The values that a finding rests on: the same ones hold wherever they stand, and any other one is told."""

from hypothesis import given
from hypothesis import strategies as st

from orderproof.accepted_values import Shown, difference, joined
from orderproof.diagnostic import Severity
from orderproof.finding import DocumentName, Finding, Read, SubjectName
from orderproof.tree import Pointer, write_pointer

VALUES = st.one_of(st.none(), st.booleans(), st.sampled_from(["", "true", "5.00", "5.01"]))
POINTERS = st.one_of(
    st.tuples(st.sampled_from(["id", "a.b", "[0]"])),
    st.tuples(st.just("payments"), st.integers(0, 9), st.sampled_from(["amount", "parts"])),
    st.tuples(st.just("payments"), st.integers(0, 3), st.just("parts"), st.integers(0, 3)),
)
READS = st.dictionaries(POINTERS, VALUES, max_size=8)


def finding(values: dict[Pointer, Shown]) -> Finding:
    evidence = tuple(Read(pointer, value, None) for pointer, value in values.items())
    name, subject = DocumentName("a", 0, "A"), SubjectName("order", "A")
    return Finding(
        "r", "violation", Severity.ERROR, "", "", "", name, (), None, subject, evidence, (), (), (), fingerprint="1:a"
    )


def moved(pointer: Pointer, by: int) -> Pointer:
    return tuple(part + by if isinstance(part, int) else part for part in pointer)


@given(values=READS, by=st.integers(0, 1000))
def test_values_that_move_together_are_the_same(values: dict[Pointer, Shown], by: int) -> None:
    accepted = joined([{write_pointer(pointer): value for pointer, value in values.items()}])
    assert difference(accepted, finding({moved(pointer, by): value for pointer, value in values.items()})) is None


@given(values=READS.filter(bool), value=VALUES, data=st.data())
def test_any_other_value_is_told(values: dict[Pointer, Shown], value: Shown, data: st.DataObject) -> None:
    accepted = joined([{write_pointer(pointer): value for pointer, value in values.items()}])
    pointer = data.draw(st.sampled_from(list(values)))
    is_same = repr(values[pointer]) == repr(value)
    assert (difference(accepted, finding({**values, pointer: value})) is None) is is_same
    rest = {other: of for other, of in values.items() if other != pointer}
    assert difference(accepted, finding(rest)) is not None
