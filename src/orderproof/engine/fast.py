"""The compiled engine over lines of JSON: documents without anything to tell of cost no more than reading and judging."""

from collections.abc import Callable, Sequence
from decimal import localcontext
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from orderproof.engine.compiled import Pattern, compiled, expanded
from orderproof.engine.generate.attributes import derived_attributes
from orderproof.engine.generate.function import generate
from orderproof.engine.generate.part import part_of
from orderproof.facts.fast import FastReader
from orderproof.facts.from_record import FactsOfRecords
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.language.typed import exact_context
from orderproof.ruleset.program import Program
from orderproof.schema import Schema
from orderproof.tree import Plain

_Answer = TypeVar("_Answer")
GroupMember: TypeAlias = tuple[int, int, tuple[Any, ...] | None, tuple[Any, ...]]
"""A member of a group: the numbers of its check and of the subject in the document, its key, and what it brings.

None in key or parts is unknown; a subject without a key has None as its key.
"""


class Judged(Struct, frozen=True, gc=False):
    """What is said of a line: the pattern of its verdicts, the members of groups in it, and the document's id.

    Equal patterns mean the same verdicts, so a caller may count them and look at each once.
    """

    pattern: Pattern
    members: tuple[GroupMember, ...] | list[GroupMember]
    id: str | None


class FastEngine:
    """Judges lines by the function that is generated from the Program; it knows documents like those it was shown.

    A line may get no answer: it is in no order, of another form than all before, or it could not be judged. The reader
    that explains must read it then, and what it finds in order can be learned. Raises EngineUnavailableError where
    Python cannot compile the rules.
    """

    def __init__(self, program: Program, setting: Setting, schema: Schema) -> None:
        part = part_of(program, frozenset(check.id for check in program.checks))
        self._function = compiled(lambda: generate(part), setting)
        self._context = exact_context()
        self._facts = FactsOfRecords(schema, program.plan)
        self._reader = FastReader(schema, program.plan, derived_attributes(part))

    def judge_lines(self, lines: Sequence[bytes]) -> list[Judged | None]:
        """An answer for each line, None where there is none; some ten or hundred are judged fastest together."""
        return self.answers(lines, lambda judged, _: judged)

    def answers(self, lines: Sequence[bytes], answer: Callable[[Judged, Any], _Answer | None]) -> list[_Answer | None]:
        """What ``answer`` makes of what is said of each line, and of the record that was judged; None also where there
        is nothing. A record that it keeps is for ``facts``.
        """
        answers: list[_Answer | None] = []
        with localcontext(self._context):
            for record in self._reader.records(lines):
                judged = None if record is None else self._judged(record)
                answers.append(None if judged is None else answer(judged, record))
        return answers

    def facts(self, record: Any) -> Facts:
        """The facts of a line that was judged, by its record, as the reader that explains would read them."""
        return self._facts.of(record)

    def judge_line(self, line: bytes) -> Judged | None:
        """The answer for one line."""
        return self.judge_lines((line,))[0]

    def _judged(self, record: Any) -> Judged | None:
        try:
            pattern, members = self._function(record)
        except Exception:  # noqa: BLE001 - whatever it is, the document is not judged here
            return None
        return Judged(pattern, members, self._reader.id_of(record))

    def learn(self, values: dict[str, Plain]) -> bool:
        """Know documents like this one from now on, or after more of them; it must be one that was read into facts."""
        return self._reader.learn(values)

    @staticmethod
    def expand(pattern: Pattern) -> tuple[tuple[int, ...], ...]:
        """The verdicts of a pattern, by check and subject, as a Judgement has them."""
        return expanded(pattern)
