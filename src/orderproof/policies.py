"""What documents are judged by: the Program of a run, as it is for documents of each kind of source."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from orderproof.document import Document, Provenance
from orderproof.engine.judgement import Judgement
from orderproof.engine.panel import Panel
from orderproof.engine.reference import settled
from orderproof.explain import Known
from orderproof.facts.mistyped import Speller
from orderproof.facts.read import FactReader, Problem
from orderproof.facts.record import Facts, RecordPlan
from orderproof.outcome import Outcome
from orderproof.ruleset.program import Program
from orderproof.ruleset.uncarried import without
from orderproof.run import Run
from orderproof.tree import Pointer

if TYPE_CHECKING:
    from orderproof.fast import Fast


class Policies:
    """The policies of a run, each made when the first document of its source comes; ``panel`` serves where it is given."""

    def __init__(self, run: Run, panel: Panel | None = None) -> None:
        self._run = run
        self._policies: dict[frozenset[tuple[str, ...]], Policy] = {}
        self._fast: Fast | Literal[False] | None = None
        if panel is not None:
            self._policies[frozenset()] = Policy(run, run.program, panel, frozenset())

    @property
    def run(self) -> Run:
        return self._run

    def policy(self, source: Provenance | None) -> "Policy":
        """What documents of a source are judged by: what it does not carry is unknown in all of them."""
        uncarried = frozenset() if source is None else source.not_carried
        found = self._policies.get(uncarried)
        if found is None:
            program = without(self._run.program, uncarried)
            found = self._policies.setdefault(uncarried, Policy(self._run, program, None, uncarried))
        return found

    def made(self) -> Iterator["Policy"]:
        """Those that were made so far."""
        yield from self._policies.values()

    def known_again(self, document: Document) -> Known | None:
        """What is known of a document that was judged before and is read once more; None where it is another now."""
        policy = self.policy(document.source)
        facts = policy.facts(document)
        if not isinstance(facts, Facts):
            return None
        _, conclusions = settled(policy.program, self._run.setting, facts)
        return Known(policy.program, self._run.setting, facts, Judgement((), conclusions.states()))

    @property
    def fast(self) -> "Fast | None":
        """What judges lines without reading them first, where the compiled engine judges and nothing more is asked."""
        if self._fast is None and self._run.engine in ("auto", "compiled") and not self._run.details:
            from orderproof.fast import fast_of  # late: only for lines

            self._fast = fast_of(self._run)
        return self._fast or None

    def add_up(self, result: Outcome) -> None:
        """Count the documents that were only met since the last time."""
        if self._fast:
            self._fast.add_up(result)

    def close(self) -> None:
        for policy in self._policies.values():
            if policy.ready is not None:
                policy.ready.close()


class Policy:
    """A Program made ready, and what reads the facts it asks for."""

    def __init__(self, run: Run, program: Program, panel: Panel | None, uncarried: frozenset[tuple[str, ...]]) -> None:
        self.program = program
        self.ready = panel
        self._run = run
        self.uncarried = uncarried
        self.reader = FactReader(run.schema, program.plan, run.document_zone)
        self.speller = Speller(run.schema)
        self.places = dict(_places(program.plan, ()))

    def facts(self, document: Document) -> Facts | tuple[Problem, ...]:
        """The facts of a document and of what it names, or everything that is wrong with it."""
        found = self.reader.read(document.values)
        if self._run.attachments is None or not isinstance(found, Facts):
            return found
        return self._run.attachments.added(self.program.plan, document, found)

    @property
    def panel(self) -> Panel:
        """The engines, built when the first document is to be judged."""
        if self.ready is None:
            self.ready = Panel(self.program, self._run.setting, self._run.engine)
        return self.ready


def _places(plan: RecordPlan, path: Pointer) -> Iterator[tuple[str, Pointer]]:
    """Where the records of each entity lie in the document type."""
    yield plan.entity, path
    for child in plan.children:
        yield from _places(child.plan, (*path, *child.path))
