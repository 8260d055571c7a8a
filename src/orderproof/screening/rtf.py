"""A document in RTF: its text as a reader sees it, and what it hides."""

import re
from copy import copy

from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.gathered import Gathered
from orderproof.screening.metafile import add_metafile
from orderproof.screening.rtf_picture import PictureSize
from orderproof.screening.rtf_state import State
from orderproof.screening.rtf_words import CHARACTERS, CODE_PAGES, PARTS, SKIPPED, SYMBOLS, Piece, pieces_of
from orderproof.screening.text import Extract, Line, Spot
from orderproof.screening.word_paragraph import words_before

_MOST_DEPTH = 1000
_WHITE = 0xE8
_ANSWERS = frozenset({"field", "footnote", "form field"})
"""Parts that may hold what the words before them ask for."""
_ELSEWHERE = re.compile(r".*\b(INCLUDEPICTURE|INCLUDETEXT|RD)\b", re.DOTALL)
_LIST = PARTS["leveltext"]
_LEAST = 6
"""Digits of a number, as short as an account is."""
_SAME_SHARE = 0.02
_HEX = re.compile(rb"[0-9a-fA-F\s]+")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_rtf(content: bytes, budget: Budget) -> Extract:
    """What is written in a document of RTF; each table is a frame, a paragraph or cell is a line."""
    gathered = Gathered(budget)
    reading = _Reading(gathered)
    try:
        for piece in pieces_of(content):
            reading.take(piece)
        reading.finish()
    except SpentError as error:
        gathered.gap("limit", error.reason)
    return gathered.extract("rtf")


class _Reading:
    """A document as its pieces come."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._groups: list[State] = []
        self._now = State()
        self._default = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._colours: list[int] = []
        self._colour = [0, 0, 0]
        self._starred = False
        self._skipping = 0
        self._high = 0xD800
        self._bytes = bytearray()
        self._line: list[tuple[str, str, str]] = []
        self._frames: dict[str, int] = {}
        self._row = self._paragraph = 0
        self._table: int | None = None
        self._cell = 0
        self._in_table = False
        self._data: list[bytes] = []
        self._size = PictureSize()

    def take(self, piece: Piece) -> None:
        """Take one more piece; raises SpentError."""
        if piece.kind not in ("byte", "text"):
            self._decode()
        match piece.kind:
            case "open":
                if len(self._groups) > _MOST_DEPTH:
                    raise SpentError("it is nested too deep to be read")
                self._groups.append(copy(self._now))
                self._starred = False
            case "close":
                self._close()
            case "word":
                self._word(piece.text.decode(), piece.number)
            case "byte":
                self._raw(piece.text)
            case "symbol":
                self._symbol(piece.text)
            case _:
                self._raw(piece.text)

    def _raw(self, content: bytes) -> None:
        if self._now.takes in ("pict", "objdata"):
            self._data.append(content)
            return
        if self._now.takes == "colortbl":
            for _ in range(content.count(b";")):
                self._colours.append(min(self._colour) if any(self._colour) else 0)
                self._colour = [0, 0, 0]
            return
        if self._skipping:
            dropped = min(self._skipping, len(content))
            self._skipping -= dropped
            content = content[dropped:]
        if not self._now.skips:
            self._bytes += content

    def _decode(self) -> None:
        if self._bytes:
            self._text(self._bytes.decode(self._now.codec, "replace"))
            self._bytes.clear()

    def _text(self, text: str) -> None:
        if not self._now.skips and text:
            self._line.append((text, self._now.hidden(), self._now.part))

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._starred = True
        elif symbol in (b"\n", b"\r"):
            self._end_line()
        else:
            self._text(SYMBOLS.get(symbol.decode("latin-1"), ""))

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word in SKIPPED or word in ("pict", "objdata") or word in PARTS or starred:
            self._destination(word)
        elif word in CHARACTERS:
            self._text(CHARACTERS[word])
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word in ("par", "line", "sect", "page", "column", "softline", "cell", "nestcell", "row", "nestrow"):
            self._end_line()
            self._table_word(word)
        elif word in ("trowd", "intbl", "pard"):
            self._in_table = word != "pard"
        else:
            self._format(word, number)

    def _destination(self, word: str) -> None:
        now = self._now
        if word == "leveltext":
            now.takes, now.skips = word, False
        if word in ("pict", "objdata"):
            now.takes, now.skips = word, True
            self._data, self._size = [], PictureSize()
        elif word in SKIPPED:
            now.takes, now.skips = word, True
        elif PARTS.get(word):
            self._begin_part(PARTS[word])
        elif word not in PARTS and word not in ("shppict", "nonshppict", "shpinst", "object", "result", "ud", "upr"):
            # What is marked so may be passed over by who does not know it; its text is kept, as unseen.
            self._begin_part(f"destination `{word}`")
            now.is_vanished = True

    def _begin_part(self, part: str) -> None:
        """Text of its own begins inside a line, which goes on behind it."""
        if self._now.part == part:
            self._end_line()
            return
        seen = "".join(text for text, _, _ in self._line)
        if part in _ANSWERS:
            self._now.before = f"{self._now.before} {words_before(seen)}".strip()
        elif part in PARTS.values():
            self._now.before = ""
        self._now.part = part
        self._now.around, self._line = self._line, []

    def _unicode(self, number: int) -> None:
        code = number & 0xFFFF if number < 0 else number
        if 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            self._text(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
        elif code <= 0x10FFFF:
            self._text(chr(code))
        self._skipping = self._now.fallback

    def _format(self, word: str, number: int | None) -> None:
        now = self._now
        on = number != 0
        if word == "ansicpg" and number:
            self._default = now.codec = _code_page(number)
        elif word == "uc":
            now.fallback = max(0, number or 0)
        elif word in ("f", "fcharset"):
            self._set_font(word, number or 0)
        elif word == "v":
            now.is_vanished = on
        elif word == "deleted":
            now.is_deleted = on
        elif word == "plain":
            now.is_vanished = now.is_deleted = now.is_white = False
            now.size = 24
        elif word == "fs" and number is not None:
            now.size = number
        elif word == "cf":
            at = number or 0
            now.is_white = 0 < at < len(self._colours) and self._colours[at] >= _WHITE
        elif word in ("red", "green", "blue"):
            self._colour[("red", "green", "blue").index(word)] = number or 0
        else:
            self._size.word(word, number or 0)

    def _set_font(self, word: str, number: int) -> None:
        if self._now.takes == "fonttbl":
            if word == "f":
                self._font = number
            elif number in CODE_PAGES and number:
                self._fonts[self._font] = CODE_PAGES[number]
        elif word == "f":
            self._now.codec = self._fonts.get(number, self._default)

    def _close(self) -> None:
        closed = self._now
        outer = self._groups.pop() if self._groups else State()
        if outer.part != closed.part:
            self._end_line()
            self._line = closed.around
        elif closed.part == "document property":
            self._end_line()
        if closed.takes in ("pict", "objdata") and outer.takes != closed.takes:
            self._end_data(closed.takes)
        self._now = outer
        self._skipping = 0

    def _end_data(self, kind: str) -> None:
        content = b"".join(self._data)
        self._data = []
        raw = bytes.fromhex(content.decode("latin-1")) if _HEX.fullmatch(content) and _is_even(content) else content
        if kind == "pict":
            known = len(self._gathered.pictures)
            self._end_picture(self._size.share())
            if len(self._gathered.pictures) > known:
                add_metafile(raw, self._gathered, Spot(part="picture", paragraph=self._paragraph + 1))
            return
        starts = [raw.find(mark) for mark in (b"PK\x03\x04", b"%PDF", b"{\\rtf") if mark in raw]
        if starts and _OLE not in raw[: min(starts)]:
            self._gathered.nested("object", raw[min(starts) :], self._spot(""))
        else:
            self._gathered.gap("embedded", "it holds an object of another program, which is not read", self._spot(""))

    def _end_picture(self, share: float) -> None:
        """Add a picture; one that is told again in another format, for other programs, is one."""
        told = self._gathered.pictures[-1:]
        if not (told and told[0].after == len(self._gathered.lines) and abs(told[0].share - share) < _SAME_SHARE):
            part = self._now.part
            self._gathered.picture(self._spot(part), share, is_head=part == "header")

    def _spot(self, part: str) -> Spot:
        return Spot(part=part, paragraph=self._paragraph + 1)

    def _table_word(self, word: str) -> None:
        if word in ("cell", "nestcell"):
            self._cell += 1
        elif word in ("row", "nestrow"):
            self._row += 1
            self._cell = 0
        elif word == "par" and not self._in_table:
            self._table = None

    def _end_line(self) -> None:
        """Write the line, and where some of it is hidden what is seen as a line of its own before it."""
        self._decode()
        pieces, self._line = self._line, []
        whole = "".join(text for text, _, _ in pieces).strip()
        part = pieces[0][2] if pieces else ""
        if not whole or (part == _LIST and sum(map(str.isdigit, whole)) < _LEAST):
            return
        if part and (before := self._now.before):
            whole, self._now.before = f"{before} {whole}", ""
        if found := _ELSEWHERE.match(whole) if part == "field" else None:
            self._elsewhere(found.group(1).upper())
        place = self._place(part)
        reasons = {hidden for text, hidden, _ in pieces if text.strip()}
        if len(reasons) > 1:
            seen = "".join(text for text, hidden, _ in pieces if not hidden).strip()
            self._gathered.line(Line(seen, self._spot(part), "", *place))
        self._gathered.line(Line(whole, self._spot(part), max(reasons), *place))
        if not part:
            self._paragraph += 1

    def _elsewhere(self, kind: str) -> None:
        """A field shows what is in another file."""
        if kind == "INCLUDEPICTURE":
            self._gathered.picture(self._spot(""))
        else:
            self._gathered.gap("embedded", "a field of it shows the text of another file, which is not in it")

    def _place(self, part: str) -> tuple[int, int, float, float]:
        if self._in_table and not part:
            if self._table is None:
                self._table = self._gathered.frame()
            return self._table, self._row, float(self._cell), self._cell + 1.0
        self._table = None
        if part not in self._frames:
            self._frames[part] = self._gathered.frame()
        self._row += 1
        return self._frames[part], self._row, 0.0, 1.0

    def finish(self) -> None:
        """Write what stands at the end."""
        self._end_line()
        if self._groups:
            self._gathered.gap("damaged", "it breaks off before its end")


def _is_even(content: bytes) -> bool:
    return len(b"".join(content.split())) % 2 == 0


def _code_page(number: int) -> str:
    names = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac_roman"}
    name = names.get(number, f"cp{number}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name
