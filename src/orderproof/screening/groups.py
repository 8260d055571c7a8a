"""Numbers in groups: which pieces beside one another are one number, and where it begins and ends."""

import re

from msgspec import Struct

_TOKEN = re.compile(r"[0-9A-Za-z]+")
_PIECE = re.compile(r"[0-9OoIl][0-9OoIlSsBZz]*")
_TIGHT = "-./_·~'*"
_GAPS = (" ", " - ", "- ", " -", " / ", " . ", " · ")
_LOOKS_LIKE = str.maketrans("OoIlSsBZz", "001155822")
_GLUED = re.compile(
    r"(?P<label>[A-Za-z]{5,}|[Nn][Oo]|[Nn][Rr]|[Aa][Cc]{1,2}|[Aa][Cc][Cc][Tt]|[Uu][Ss][Dd]|[Ee][Uu][Rr]|[Rr][Mm][Bb]|[Cc][Nn][Yy]|[Hh][Kk][Dd]|"
    r"[Gg][Bb][Pp]|[Ss][Tt][Kk]|[Kk][Tt][Oo]|[Cc][Tt][Aa])?(?P<number>[0-9]{6,34})(?P<after>[A-Za-z]{3,})?"
)
_LABELS_BY_LETTERS = ("a/c", "c/c", "a.c")
_LONGEST_GROUP = 5
_ARTICLE = re.compile(
    r"(?<![0-9A-Za-z])(?!(?:NO|NR|AC|CC|USD|EUR|RMB|CNY|HKD|GBP|KTO|CTA|STK|ACC)[-/])[A-Z]{1,4}[0-9]{0,4}[-/]\Z"
)
"""What the number of an article begins with, such as the `HD-` of `HD-7`: no group follows its end."""
_ARTICLE_WIDTH = 12
_LONGEST_BODY = 9
_LONG_NUMBER = 14
MOST_DIGITS = 40


class Piece(Struct, frozen=True):
    """A run of digits, or of what is mostly digits: where it stands, and its digits."""

    start: int
    end: int
    digits: str
    is_pure: bool


class Joined(Struct, frozen=True):
    """Pieces that make one number, as digits."""

    start: int
    end: int
    digits: str


def pieces_and_words(text: str) -> tuple[list[Piece], list[tuple[int, int]]]:
    """The runs of digits of a text, and the runs that mix letters and digits, as places from and to."""
    pieces: list[Piece] = []
    words: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token.isdigit():
            pieces.append(Piece(match.start(), match.end(), token, is_pure=True))
        elif token.isalpha():
            continue
        elif token[1:].isdigit() and text[max(0, match.start() - 2) : match.start() + 1].lower() in _LABELS_BY_LETTERS:
            pieces.append(Piece(match.start() + 1, match.end(), token[1:], is_pure=True))
        elif (glued := _GLUED.fullmatch(token)) is not None:
            number = glued.span("number")
            pieces.append(
                Piece(match.start() + number[0], match.start() + number[1], glued.group("number"), is_pure=True)
            )
        elif _is_piece(token):
            pieces.append(Piece(match.start(), match.end(), token.translate(_LOOKS_LIKE), is_pure=False))
        else:
            words.append((match.start(), match.end()))
    return pieces, words


def _is_piece(token: str) -> bool:
    """Whether a word is mostly digits, or one group of a number with `O` for zeros, such as the `9OOO` of `9OOO 1234`."""
    if _PIECE.fullmatch(token) is None:
        return False
    is_group = len(token) <= _LONGEST_GROUP and token[0].isdigit() and token.strip("0123456789OoIl") == ""
    return is_group or 2 * sum(letter.isdigit() for letter in token) >= len(token)


def joined(text: str, pieces: list[Piece]) -> list[Joined]:
    """The numbers that the pieces make: what marks join without spaces first, then groups with equal gaps."""
    units = _by_marks(text, pieces)
    made: list[Joined] = []
    at = 0
    while at < len(units):
        end = _row_end(text, units, at)
        while end > at + 1 and not _is_one_number(units[at:end]):
            end -= 1
        made.append(_joined(text, [piece for unit in units[at:end] for piece in unit]))
        at = end
    return [number for number in made if number.digits]


def _by_marks(text: str, pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces that single marks join: dates, amounts, accounts with dashes."""
    units: list[list[Piece]] = []
    for piece in pieces:
        if units and _is_joined_by_mark(text, units[-1], piece):
            units[-1].append(piece)
        else:
            units.append([piece])
    return units


def _is_joined_by_mark(text: str, unit: list[Piece], piece: Piece) -> bool:
    last = unit[-1]
    between = text[last.end : piece.start]
    if len(between) != 1 or len(unit) >= MOST_DIGITS:
        return False
    if between == ",":
        return len(piece.digits) in (3, 4) and len(last.digits) <= len(piece.digits)
    if between not in _TIGHT:
        return False
    both = min(len(last.digits), len(piece.digits))
    # Two long numbers with a mark between are a range or a list, such as `10000001-10000099`.
    return not (len(unit) == 1 and both >= 8 and between in "-/~") and not (both >= 11)


def _row_end(text: str, units: list[list[Piece]], at: int) -> int:
    """How far units of one piece go on with the same gap."""
    end = at + 1
    if len(units[at]) > 1 or _ARTICLE.search(text, max(0, units[at][0].start - _ARTICLE_WIDTH), units[at][0].start):
        return end
    gap = None
    are_single = len(units[at][0].digits) == 1  # digit by digit, what is between may change
    while end < len(units) and len(units[end]) == 1 and end - at < MOST_DIGITS:
        between = text[units[end - 1][-1].end : units[end][0].start]
        if between not in _GAPS or (gap is not None and between != gap and not are_single):
            break
        are_single = are_single and len(units[end][0].digits) == 1
        gap = between
        end += 1
    return end


def _is_one_number(units: list[list[Piece]]) -> bool:
    """Whether groups look like the groups of one number rather than numbers in a row."""
    lengths = [len(unit[0].digits) for unit in units]
    total = sum(lengths)
    if not 7 <= total <= MOST_DIGITS or max(lengths) > 10:
        return False
    if len(lengths) == 2:
        is_years = all(unit[0].digits[:2] in ("19", "20") and len(unit[0].digits) == 4 for unit in units)
        is_short = lengths[0] == lengths[1] <= 6 or 3 <= min(lengths) <= 5
        return is_short and max(lengths) <= 8 and total >= 8 and not is_years
    if lengths[0] < 3 and set(lengths[1:]) == {3}:
        return True  # as thousands are written, and as some banks write accounts
    if max(lengths[:-1]) > _LONGEST_BODY:
        return False  # a code of goods, and how many of them
    body = set(lengths[:-1])
    if len(body) == 1:
        most = 3 if lengths[0] == 2 else max(lengths[0], 4)  # `85 07 60 00 90 1000` is a code of goods and a quantity
        return lengths[-1] <= most or len(lengths) == 3
    return total >= 9 and len(lengths) <= 7 and not (min(lengths[:-1]) == 1 and lengths.count(1) > 2)


def _joined(text: str, pieces: list[Piece]) -> Joined:
    digits = "".join(piece.digits for piece in pieces)
    start, end = pieces[0].start, pieces[-1].end
    if not all(piece.is_pure for piece in pieces):
        written = [letter for piece in pieces for letter in text[piece.start : piece.end]]
        plain = sum(letter.isdigit() for letter in written)
        starts_or_ends_falsely = written[0] in "SsBZz" or written[-1] in "SsBZz"
        is_clear = all(letter.isdigit() or letter in "OoIl" for letter in written)
        most_are_plain = 2 * plain >= len(written) if is_clear else 5 * plain >= 4 * len(written)
        is_long = len(written) >= _LONG_NUMBER and 4 * plain >= 3 * len(written)
        if plain < 6 or not (most_are_plain or is_long) or starts_or_ends_falsely:
            return Joined(start, end, "")
    return Joined(start, end, digits)
