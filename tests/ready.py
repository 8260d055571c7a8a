"""A rule set and documents made ready for the engines, for tests."""

import faulthandler
import os
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orderproof.check import Run, check_by
from orderproof.document import Document
from orderproof.engine.judgement import Outcome
from orderproof.engine.loaded import Native
from orderproof.engine.lot import Patience
from orderproof.engine.panel import Choice, Panel
from orderproof.engine.reference import ReferenceEngine
from orderproof.engine.rete import PATIENCE, ReteEngine, load_native
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.reading.inputs import find_inputs
from orderproof.reading.reader import read_documents
from orderproof.report.model import Report
from orderproof.ruleset.open import compile_opened, open_rule_set
from orderproof.ruleset.program import Program
from orderproof.tree import plain

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ready:
    """A rule set and documents, ready to be judged; the report that the reference engine gives."""

    run: Run
    documents: tuple[Document, ...]
    facts: tuple[Facts, ...]
    plain: tuple[Outcome, ...]

    @property
    def program(self) -> Program:
        return self.run.program

    def engine(self, load: Callable[[], Native] = load_native, patience: Patience = PATIENCE) -> ReteEngine:
        return ReteEngine(self.program, self.run.setting, load, patience)

    def outcomes(
        self, load: Callable[[], Native], facts: Sequence[Facts], patience: Patience = PATIENCE
    ) -> list[Outcome]:
        engine = self.engine(load, patience)
        try:
            return engine.judge(facts)
        finally:
            engine.close()

    def report(self, load: Callable[[], Native], choice: Choice = "rete", patience: Patience = PATIENCE) -> Report:
        panel = Panel(self.program, self.run.setting, choice, lambda p, s: ReteEngine(p, s, load, patience))
        try:
            return check_by(panel, self.documents, self.run)
        finally:
            panel.close()


def ready(rules: str | None, paths: Sequence[str]) -> Ready:
    opened = open_rule_set(rules)
    compiled = compile_opened(opened)
    run = Run(compiled, opened.schema, Setting(AS_OF, ZoneInfo(compiled.timezone)), None, "rete", "en")
    documents = tuple(each for each in read_documents(find_inputs(paths)) if isinstance(each, Document))
    reader = FactReader(opened.schema, compiled.plan, None)
    facts: list[Facts] = []
    for document in documents:
        read = reader.read(plain(document.root))  # type: ignore[arg-type]
        assert isinstance(read, Facts)
        facts.append(read)
    reference = ReferenceEngine(compiled, run.setting)
    return Ready(run, documents, tuple(facts), tuple(reference.judge(facts)))


HEAD = "rule_set: big\nversion: '1'\ndocument: order\n"


def big(tmp_path: Path, rules: str, documents: Sequence[str]) -> Ready:
    file = tmp_path / "rules.yaml"
    file.write_text(HEAD + rules, encoding="utf-8")
    for number, document in enumerate(documents):
        (tmp_path / f"{number:04}.json").write_text(document, encoding="utf-8")
    return ready(str(file), [str(tmp_path / f"{number:04}.json") for number in range(len(documents))])


def check(number: int, require: str, each: str = "order") -> str:
    return f"  - {{id: c.n{number}, title: {{en: T}}, clause: '1', each: {each}, require: \"{require}\", message: {{en: M}}}}\n"


def quiet() -> None:
    """A crash that is meant leaves no trace on the terminal and no file."""
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def reporting_its_number(file: Path, load: Callable[[], Native] = load_native) -> Callable[[], Native]:
    def loading() -> Native:
        quiet()
        file.write_text(str(os.getpid()), encoding="utf-8")
        return load()

    return loading
