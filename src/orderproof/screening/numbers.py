"""All that a line holds that may be the number of an account, in the order of its text."""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from orderproof.screening.candidate import Candidate
from orderproof.screening.check_digits import letter_checks, number_checks
from orderproof.screening.fold import Folded
from orderproof.screening.groups import MOST_DIGITS, Joined, joined, pieces_and_words
from orderproof.screening.looks import looks
from orderproof.screening.shapes import compact, shaped

FEWEST_DIGITS = 6
_LONG = 12
"""Digits of a number that goes on from words for an account in the path of an address."""
_ANYTHING = re.compile(r"[0-9@/]|\$[A-Za-z]|[A-Z]{6}|[A-Z]{4} [A-Z]{2} ")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+ ?\(?[0-9]|\(\+?[0-9]{1,4}\))(?:[ ().\-/]{0,2}[0-9]){5,15}(?![0-9])")
_FLOAT = re.compile(r"(?<![0-9A-Za-z.,])[0-9]\.[0-9]{5,24}[eE]\+?[0-9]{1,2}(?![0-9A-Za-z])")
_REFERENCE = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{1,6})[0-9]{0,8}[-/](?:(?P<last>[0-9A-Za-z]{1,8})[-/])?\Z")
# After these, `/` or `-` stands between a label and a number; after other short words it is part of a reference.
_LABEL_ENDS = frozenset(
    [
        "no",
        "nr",
        "ac",
        "a",
        "c",
        "acc",
        "acct",
        "account",
        "iban",
        "usd",
        "eur",
        "rmb",
        "cny",
        "hkd",
        "gbp",
        "konto",
        "kto",
        "cta",
        "cc",
        "rib",
        "clabe",
        "num",
        "number",
        "id",
        "card",
        "stk",
        "ban",
        "n",
        "bank",
        "swift",
        "bic",
        "bsb",
        "ifsc",
        "code",
        "routing",
        "aba",
        "rtn",
        "branch",
        "ag",
        "agencia",
        "conta",
        "cuenta",
        "compte",
        "hesap",
        "tel",
        "fax",
    ]
)
_NAMED = re.compile(
    r"[^0-9A-Za-z\n]{0,4}(?:[A-Z]{2,3})?[^0-9A-Za-z\n]{0,2}(?P<number>[0-9](?:[^0-9A-Za-z\n]{0,3}[0-9]){5,33})(?![0-9A-Za-z])"
)
_MIXED_MARKS = re.compile(
    r"[^0-9A-Za-z\n]{0,4}(?P<number>(?:[0-9]{3,6}[ \-]){1,6}[0-9]{3,6}|(?P<pair>(?P<one>[0-9]{7,10}) [0-9]{7,10}))"
    r"(?![0-9A-Za-z]|[ \-./,][0-9])"
)
_HALVES = re.compile(
    r"(?i)[^0-9A-Za-z\n]{0,4}(?:(?:the )?(?:first|1st) (?:part|half)|前半段?|前段|第一部分|上半段?|part 1)\W{0,3}(?P<first>[0-9]{4,17})"
    r"\W{1,4}(?:and (?:the )?)?(?:(?:second|2nd|last) (?:part|half)|后半段?|後半段?|后段|第二部分|下半段?|part 2)\W{0,3}(?P<second>[0-9]{2,17})"
)
_NO_DIGITS = re.compile(r"[A-Za-z\u4e00-\u9fff:：,，;；。]+")
_UNLIKE = re.compile("[%$€¥£°@]|_{3}")
_STRONG = frozenset({"clabe", "cbu", "ccc", "nib", "nz", "rib"})
_CARD_STARTS = ("62", "4", "5", "34", "37", "60", "35", "81")


def candidates(fold: Folded) -> tuple[Candidate, ...]:
    """What may be an account, in the order of the text, none over another.

    Blanks and numbers of fewer than six digits are left out. A grouped number is one where its groups look like one's.
    """
    if _ANYTHING.search(fold.text) is None and not any(mark in fold.text for mark in "*●•"):
        return ()
    found: list[Candidate] = []
    taken = bytearray(len(fold.text))
    for candidate in (*shaped(fold), *_phones(fold), *_floats(fold)):
        if taken.find(1, candidate.start, candidate.end) < 0:
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
            found.append(candidate)
    text = _without(fold.text, found)
    pieces, words = pieces_and_words(text)
    numbers = (number for number in joined(text, pieces) if FEWEST_DIGITS <= len(number.digits) <= MOST_DIGITS)
    found.extend(_number(fold, number) for number in numbers)
    found.extend(word for start, end in words if (word := _mixed(fold, start, end)) is not None)
    return tuple(sorted(found, key=lambda candidate: candidate.start))


def _spans_in_parts(fold: Folded, places: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Numbers right behind words for an account that anywhere else would be several: from, to, and their digits."""
    for place in places:
        halves = _HALVES.match(fold.text, place)
        if halves is not None:
            yield halves.start("first"), halves.end("second"), halves.group("first") + halves.group("second")
            continue
        mixed = _MIXED_MARKS.match(fold.text, place)
        if mixed is not None and ("-" in mixed.group("number") or mixed.group("pair")):
            yield *mixed.span("number"), compact(mixed.group("number"))


def _with_parts(fold: Folded, found: tuple[Candidate, ...], places: Sequence[int]) -> tuple[Candidate, ...]:
    """The candidates, with those that are parts of one number right behind words for an account as that number."""
    for start, end, value in _spans_in_parts(fold, places):
        parts = [other for other in found if other.start < end and start < other.end]
        is_whole = any(other.start == start and other.end == end for other in parts)
        if not is_whole and all(start <= other.start and other.end <= end for other in parts):
            whole = replace(_of_digits(fold, start, end, value, frozenset()), written=_digits_written(fold, start, end))
            found = (*(other for other in found if other not in parts), whole)
    return tuple(sorted(found, key=lambda candidate: candidate.start))


def _digits_written(fold: Folded, start: int, end: int) -> str:
    """What was written of a number, without words between its parts."""
    return " ".join(_NO_DIGITS.sub(" ", fold.original(start, end)).split())


def with_named(fold: Folded, found: tuple[Candidate, ...], places: Sequence[int]) -> tuple[Candidate, ...]:
    """The candidates, and where none begins right after a place at which words for an account end, what digits do.

    There anything but letters may stand between the digits.
    """
    more: list[Candidate] = []
    found = _with_parts(fold, found, places) if places else found
    for place in places:
        named = _NAMED.match(fold.text, place)
        if named is None or sum(map(str.isdigit, named.group())) < FEWEST_DIGITS or _UNLIKE.search(named.group()):
            continue
        start, end = named.span("number")
        if not any(other.start < end and start < other.end for other in (*found, *more)):
            value = "".join(filter(str.isalnum, named.group("number")))
            more.append(_of_digits(fold, start, end, value, frozenset()))
    return tuple(sorted((*found, *more), key=lambda candidate: candidate.start)) if more else found


def _without(text: str, found: list[Candidate]) -> str:
    """The text, as long as before, with nothing left to find where something was found."""
    parts: list[str] = []
    reached = 0
    for candidate in sorted(found, key=lambda candidate: candidate.start):
        parts.extend((text[reached : candidate.start], "\n" * (candidate.end - candidate.start)))
        reached = candidate.end
    parts.append(text[reached:])
    return "".join(parts)


def _phones(fold: Folded) -> list[Candidate]:
    if "+" not in fold.text and "(" not in fold.text:
        return []
    return [
        _of_digits(fold, match.start(), match.end(), compact(match.group()), frozenset({"phone"}))
        for match in _PHONE.finditer(fold.text)
    ]


def _floats(fold: Folded) -> list[Candidate]:
    """Whole numbers that a workbook shows with an exponent, such as `9.97346769728317E+14`."""
    made = []
    for match in _FLOAT.finditer(fold.text):
        mantissa, _, exponent = match.group().upper().partition("E")
        digits = mantissa.replace(".", "")
        missing = int(exponent) - (len(digits) - 1)
        if 0 <= missing <= 12:
            made.append(_of_digits(fold, match.start(), match.end(), digits + "0" * missing, frozenset()))
    return made


def _number(fold: Folded, number: Joined) -> Candidate:
    """A number of digits, or the reference that it is the end of, such as `PI-20230519001`."""
    start, end, value = number.start, number.end, number.digits
    written = fold.text[start:end]
    whole, point, fraction = written.rpartition(".")
    if point and whole.isdigit() and len(whole) >= 10 and fraction in ("0", "00"):
        end, value = start + len(whole), whole
    reference = _REFERENCE.search(fold.text, max(0, start - 24), start)
    is_path = (
        reference is not None
        and (reference.group("last") or "").lower() in _LABEL_ENDS
        and reference.group().endswith("/")
        and len(value) >= _LONG
    )
    if (
        reference is not None
        and not is_path
        and reference.group(1).lower() not in _LABEL_ENDS
        and len(reference.group(1)) > 1
    ):
        start = reference.start()
        value = compact(fold.text[start:end])
        return _made(fold, start, end, value, "alnum", frozenset({"order_number"}))
    return _of_digits(fold, start, end, value, frozenset())


def _of_digits(fold: Folded, start: int, end: int, value: str, also: frozenset[str]) -> Candidate:
    return _made(fold, start, end, value, "digits", also)


def _made(fold: Folded, start: int, end: int, value: str, shape: str, also: frozenset[str]) -> Candidate:
    checks = number_checks(value) if shape == "digits" else letter_checks(value)
    is_card = "luhn" in checks and 16 <= len(value) <= 19 and value.startswith(_CARD_STARTS)
    before, after = fold.text[max(0, start - 24) : start], fold.text[end : end + 16]
    return Candidate(
        start,
        end,
        value,
        fold.original(start, end),
        "digits" if shape == "digits" else "alnum",
        sum(1 for letter in value if letter.isdigit()),
        "valid" if is_card or not _STRONG.isdisjoint(checks) else "none",
        checks,
        looks(value, fold.text[start:end], before, after, checks) | also,
    )


def _mixed(fold: Folded, start: int, end: int) -> Candidate | None:
    """A word of letters and digits that is long enough to name an account."""
    value = fold.text[start:end].upper()
    digits = sum(1 for letter in value if letter.isdigit())
    if digits < FEWEST_DIGITS and not (digits >= 4 and len(value) >= 8):
        return None
    return _made(fold, start, end, value, "alnum", frozenset()) if len(value) <= 64 else None
