"""The compiled engine: one generated Python function judges a document; see ``generate``."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, TypeAlias

from orderproof.engine.generate import operations
from orderproof.engine.generate.attributes import derived_attributes
from orderproof.engine.generate.function import HELPERS, generate
from orderproof.engine.judgement import EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.facts.attributes import NO_LIST
from orderproof.facts.record import Facts
from orderproof.facts.structs import Structs
from orderproof.language.currency import MINOR_UNITS
from orderproof.language.evaluate import Setting
from orderproof.language.typed import exact_context
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, Program, Verdict

Pattern: TypeAlias = tuple[int | tuple[int, ...], ...]
"""For each check or fact a number where it is of the root, else one for each of its subjects."""


def namespace(setting: Setting) -> dict[str, Any]:
    """All that generated code can name: of Python's own functions only those that it uses."""
    helpers = {name: getattr(operations, name) for name in HELPERS}
    verdicts = {verdict.name: int(verdict) for verdict in Verdict}
    states = {"DOES_NOT_HOLD": DOES_NOT_HOLD, "UNKNOWN_FACT": UNKNOWN_FACT}
    builtins = {"id": id, "len": len, "max": max, "min": min, "set": set, "tuple": tuple, "frozenset": frozenset}
    types = {"Decimal": Decimal, "Fraction": Fraction, "date": date, "datetime": datetime, "timedelta": timedelta}
    run = {"AS_OF": setting.as_of, "ZONE": setting.zone, "UTC": UTC, "MINOR_UNITS": MINOR_UNITS, "NO_LIST": NO_LIST}
    fixed = {"EPOCH": operations.EPOCH, "EPOCH_IN": operations.EpochIn(), "HALF_UP": operations.HALF_UP}
    own = {"__builtins__": {}, "ArithmeticError": ArithmeticError}
    return {**own, **builtins, **types, **helpers, **run, **fixed, **verdicts, **states}


def compiled(text: Callable[[], str], setting: Setting) -> Callable[[Any], tuple[Pattern, Any]]:
    """The function ``judge`` of a generated module; raises EngineUnavailableError where Python cannot compile it."""
    try:
        code = compile(text(), "<generated from the rules>", "exec")
        names = namespace(setting)
        exec(code, names)  # noqa: S102 - the text is ours; what rules write stands in it as literals only
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        reason = f"the rules cannot be compiled ({type(error).__name__}: {error})"
        raise EngineUnavailableError(reason) from None
    function: Callable[[Any], tuple[Pattern, Any]] = names["judge"]
    return function


def expanded(pattern: Pattern) -> tuple[tuple[int, ...], ...]:
    """A pattern as a Judgement has it."""
    return tuple([(each,) if isinstance(each, int) else each for each in pattern])


class CompiledEngine:
    """Judges in this process, by a function generated from the Program.

    Raises EngineUnavailableError where Python cannot compile it.
    """

    name = "compiled"

    def __init__(self, program: Program, setting: Setting) -> None:
        self._context = exact_context()
        self._structs = Structs(program.plan, derived_attributes(program))
        self._function = compiled(lambda: generate(program, conclusions=True), setting)

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        with localcontext(self._context):
            return [self._judge(facts) for facts in documents]

    def _judge(self, facts: Facts) -> Outcome:
        try:
            pattern, conclusions = self._function(self._structs.of(facts))
            return Judgement(expanded(pattern), expanded(conclusions))
        except Exception as error:  # noqa: BLE001 - whatever it is, the document is not judged here
            return Refusal(f"the compiled engine failed ({type(error).__name__}: {error})")

    def close(self) -> None:
        """Nothing is held."""
