"""Documents read fast: a line of JSON decoded straight into records, or left to the reader that explains.

**The law.** A line that is decoded here is accepted by the reader with places too, and every field that rules read has
the same value. What makes it so, beside the types of the classes:

- Escapes of ASCII characters, controls and half characters are left out, so a key or value is spelled in one way.
- Numbers and instants are only taken in forms that both readers read alike; ``suspicious`` looks for all others.
- No key is lost. Unknown ones are refused by the classes, and of a repeated one only the last is kept: so the record is
  written again, and must have as many commas as the line. What is kept has the same commas in both, in its keys and
  texts (no escape of a comma was read, and none is written) and between its members and items; numbers and instants
  have none. An object that repeats a key has a member less when it is written, and one at least: so a comma less.
  Text that is written again just as it stood cannot have lost anything.
- Nothing is null but where null is absence: elsewhere it would be lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder
from msgspec.json import decode as decode_json
from msgspec.structs import fields

from orderproof.facts.layout import Layout
from orderproof.facts.limits import within_limits
from orderproof.facts.record import RecordPlan
from orderproof.facts.suspicious import suspicious, unusual_escape
from orderproof.schema import Schema
from orderproof.tree import Plain

MAX_LINE = 1 << 16
"""Bytes of a line that is decoded here: no key of it passes the limits that the other reader sets, nor does a text."""
MAX_BUILDS = 200
"""How often classes are made anew in a run; after that nothing more is learned."""
_MOST_WAITING = 64


class Decode(Protocol):
    """Gives the record of a line's document, or None where the other reader must read it.

    ``looked``: nothing suspicious was found in this line and others together.
    """

    def __call__(self, line: bytes, looked: bool = False, /) -> Any: ...


class FastReader:
    """Decodes lines of documents of one schema; it knows the fields of documents that it was shown.

    ``decode`` is another function after something was learned.
    """

    def __init__(self, schema: Schema, plan: RecordPlan, derived: Mapping[str, tuple[str, ...]]) -> None:
        self._layout = Layout(schema, plan, derived)
        self._suspicious = suspicious(schema.root)
        self._escape = unusual_escape()
        self._within = within_limits(schema.root)
        self._unlikes = 0
        self._id = ""
        self._builds = 0
        self._pending = False
        self._waiting = 0
        self.decode: Decode = _nothing

    def learn(self, values: dict[str, Plain]) -> bool:
        """Take up the form of a document that the other reader accepted; whether ``decode`` is another one now.

        Making classes costs as much as reading some documents, so it waits for more of them each time.
        """
        if self._builds >= MAX_BUILDS:
            return False
        self._pending = self._layout.learn(values) or self._pending
        if not self._pending:
            return False
        self._waiting += 1
        if self._waiting < min(1 << max(0, self._builds - 2), _MOST_WAITING):
            return False
        self._builds += 1
        self._pending, self._waiting = False, 0
        self.decode = self._made()
        return True

    def records(self, lines: Sequence[bytes]) -> Iterator[Any]:
        """The records of lines, as ``decode`` gives them one by one; what stands in none need not be looked for in each.

        Whoever drops each before the next finds all of them in the same memory, which is half as fast otherwise.
        """
        looked = self._suspicious(b"\n".join(lines)) is None
        decode = self.decode
        for line in lines:
            yield decode(line, looked)

    def _unlike(self, line: bytes) -> None:
        """Look now and then at the keys of a line that is written in another way, to expect them in its order."""
        self._unlikes += 1
        if self._unlikes < _MOST_WAITING or not self._unlikes & (self._unlikes - 1):
            self.learn(decode_json(line))

    def id_of(self, record: Any) -> str | None:
        """A document's own id, where it is a text that names something."""
        found = getattr(record, self._id, None)
        return found if isinstance(found, str) and found else None

    def _made(self) -> Decode:
        suspect, escape, within = self._suspicious, self._escape, self._within
        made = self._layout.record()
        self._id = next((each.name for each in fields(made) if each.encode_name == "id"), "")
        unlike = self._unlike
        decode = Decoder(made).decode
        encode = Encoder().encode_into
        again = bytearray(MAX_LINE)

        def decoded(line: bytes, looked: bool = False) -> Any:
            if len(line) > MAX_LINE or (b"\\" in line and escape(line) is not None):
                return None
            if not looked and suspect(line) is not None:
                return None
            try:
                record = decode(line)
            except (MsgspecError, UnicodeDecodeError, RecursionError):
                return None
            encode(record, again)
            if again != line:
                if again.count(b",") != line.count(b","):
                    return None
                unlike(line)
            return record if within(record) else None

        return decoded


def _nothing(_: bytes, __: bool = False) -> Any:
    return None
