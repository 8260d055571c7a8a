r"""What a line of JSON may hold that the reader with places refuses or reads otherwise than the fast decoder.

The decoder takes more for a number or an instant than the schema's `decimal` and `date-time` are, and rounds some. So
one search in linear time looks for whatever may not be in order, and a line in which anything is found is left to the
other reader. The search knows nothing of structure: it finds the keys of such fields, whatever object they stand in.
"""

from collections.abc import Callable, Iterator, Sequence

from orderproof.schema import Field, Kind, Leaf, Object, RecordList, ScalarList

_MAX_LENGTH = 38
_BLANK = r"[ \t\r\n]*"
_DIGIT = "0-9"
_FAR = r"[0-9.]{" + str(_MAX_LENGTH + 1) + "}"
"""Digits and points: more of them than any number has that is surely read."""
_NOT_DECIMAL = "|".join(
    (
        r"-?[^0-9\-]",
        r"--",
        r"-?0[^.\"]",
        r"-?[1-9][0-9]*[^0-9.\"]",
        r"-?(?:0|[1-9][0-9]*)\.(?:[^0-9]|[0-9]+[^0-9\"])",
        rf"-?{_FAR}",
    )
)
"""Behind the quote of a text: what is no `-?(0|[1-9][0-9]*)(\\.[0-9]+)?`, or longer than it may be."""
_BARE = rf"[:,\[]{_BLANK}-?(?:{_FAR}|[0-9][0-9.]*[eE])"
"""Numbers with an exponent, and very long ones."""
_ESCAPES = r"\\u00[0-7]|\\u[dD][89a-fA-F]|\\[bf]"
"""Escapes that stand, or may stand, for ASCII characters, controls and halves of characters."""


def suspicious(root: Object) -> Callable[[bytes], object]:
    """A function that finds in a line of JSON of this form what may not be in order, or gives None."""
    fields = set(_leaves(root))
    parts = [_BARE]
    for kind, wrong in ((Kind.DECIMAL, _NOT_DECIMAL), (Kind.TIMESTAMP, _not_instant())):
        names = "|".join(sorted(name for name, of in fields if of is kind))
        if names:
            parts.append(rf'"(?:{names})"{_BLANK}:{_BLANK}"(?:{wrong})')
    return _search("|".join(parts))


def unusual_escape() -> Callable[[bytes], object]:
    """A function that finds escapes of characters that may be spelled otherwise or not at all, or gives None."""
    return _search(_ESCAPES)


def _leaves(of: Object) -> Iterator[tuple[str, Kind]]:
    for name, field in of.members.items():
        yield from _leaves_of(name, field)


def _leaves_of(name: str, field: Field) -> Iterator[tuple[str, Kind]]:
    match field:
        case Leaf(kind) | ScalarList(Leaf(kind)):
            yield name, kind
        case Object():
            yield from _leaves(field)
        case RecordList(item=item):
            yield from _leaves(item)


def _not_instant() -> str:
    """Behind the quote of a text: what is no RFC 3339 with zone, at most six digits of a second, and far from the ends
    of the calendar.
    """
    zone = _unlike([_DIGIT, _DIGIT, ":", _DIGIT, _DIGIT, '"'])
    zoned = rf'Z[^"]|[+\-](?:{zone})'
    fraction = rf"\.(?:[^{_DIGIT}]|[{_DIGIT}]{{1,6}}(?:[^{_DIGIT}Z+\-]|{zoned})|[{_DIGIT}]{{7}})"
    day = [_DIGIT] * 4 + ["\\-", _DIGIT, _DIGIT, "\\-", _DIGIT, _DIGIT]
    time = ["T", _DIGIT, _DIGIT, ":", _DIGIT, _DIGIT, ":", _DIGIT, _DIGIT]
    rest = rf"[^.Z+\-]|{fraction}|{zoned}"
    return f"000|9999|{_unlike([*day, *time], rest)}"


def _unlike(classes: Sequence[str], then: str | None = None) -> str:
    """What departs somewhere from a row of characters; ``then`` is what departs behind it."""
    found = then
    for each in reversed(classes):
        found = f"[^{each}]" if found is None else f"[^{each}]|[{each}](?:{found})"
    assert found is not None
    return found


def _search(pattern: str) -> Callable[[bytes], object]:
    import re2  # late: a native library, only for many documents

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    search: Callable[[bytes], object] = re2.compile(pattern.encode("ascii"), options=options).search
    return search
