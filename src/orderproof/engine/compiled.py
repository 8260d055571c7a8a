"""The compiled engine: one generated Python function judges a document; see ``generate``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, TypeAlias

from orderproof.engine.generate import operations
from orderproof.engine.generate.function import HELPERS, generate
from orderproof.engine.judgement import EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.facts.record import Facts, Subject
from orderproof.language.currency import MINOR_UNITS
from orderproof.language.evaluate import Setting
from orderproof.language.typed import exact_context
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, Program, Verdict

_States: TypeAlias = tuple[tuple[int, ...], ...]
_Judge: TypeAlias = Callable[[Mapping[str, tuple[Subject, ...]]], tuple[_States, _States]]


def namespace(setting: Setting) -> dict[str, Any]:
    """All that generated code can name: of Python's own functions only those that it uses."""
    helpers = {name: getattr(operations, name) for name in HELPERS}
    verdicts = {verdict.name: int(verdict) for verdict in Verdict}
    states = {"DOES_NOT_HOLD": DOES_NOT_HOLD, "UNKNOWN_FACT": UNKNOWN_FACT}
    builtins = {"len": len, "max": max, "min": min, "set": set, "tuple": tuple, "frozenset": frozenset}
    types = {"Decimal": Decimal, "Fraction": Fraction, "date": date, "datetime": datetime, "timedelta": timedelta}
    run = {"AS_OF": setting.as_of, "ZONE": setting.zone, "UTC": UTC, "MINOR_UNITS": MINOR_UNITS}
    own = {"__builtins__": {}, "ArithmeticError": ArithmeticError}
    return {**own, **builtins, **types, **helpers, **run, **verdicts, **states}


class CompiledEngine:
    """Judges in this process, by a function generated from the Program.

    Raises EngineUnavailableError where Python cannot compile it.
    """

    name = "compiled"

    def __init__(self, program: Program, setting: Setting) -> None:
        self._context = exact_context()
        try:
            code = compile(generate(program), "<generated from the rules>", "exec")
            names = namespace(setting)
            exec(code, names)  # noqa: S102 - the text is ours; what rules write stands in it as literals only
        except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
            reason = f"the rules cannot be compiled ({type(error).__name__}: {error})"
            raise EngineUnavailableError(reason) from None
        self._function: _Judge = names["judge"]

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        with localcontext(self._context):
            return [self._judge(facts) for facts in documents]

    def _judge(self, facts: Facts) -> Outcome:
        try:
            return Judgement(*self._function(facts.subjects))
        except Exception as error:  # noqa: BLE001 - whatever it is, the document is not judged here
            return Refusal(f"the compiled engine failed ({type(error).__name__}: {error})")

    def close(self) -> None:
        """Nothing is held."""
