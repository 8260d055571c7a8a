"""The rules of a run as SARIF describes them."""

from collections.abc import Iterable

from orderproof.diagnostic import Severity
from orderproof.finding import Finding
from orderproof.report.encode import Json
from orderproof.report.model import RuleInfo
from orderproof.report.pipeline_words import PipelineWords
from orderproof.report.quoting import shown
from orderproof.report.sarif_places import fitted, message

UNREADABLE = "orderproof.unreadable-document"
_NAME = 200
_DESCRIPTION = 1000
"""Characters of names and descriptions; GitHub takes 255 and 1,024."""


class Rules:
    """The rules that results name by number: those of the run, then what else has a result."""

    def __init__(self, rules: Iterable[RuleInfo], words: PipelineWords) -> None:
        self._words = words
        self._rules = list(rules)
        self._numbers = {rule.id: number for number, rule in enumerate(self._rules)}

    def number_of(self, finding: Finding) -> int:
        """The number of a finding's rule."""
        return self._number(RuleInfo(finding.rule, finding.title, finding.clause, finding.severity))

    def unreadable(self) -> int:
        """The number of the rule that a document can be read."""
        words = self._words
        return self._number(
            RuleInfo(
                id=UNREADABLE,
                title=words.unreadable_title,
                clause="",
                severity=Severity.ERROR,
                message=words.unreadable_message,
                note=words.unreadable_note,
            )
        )

    def id_of(self, number: int) -> str:
        """The id by which results name a rule."""
        return shown(self._rules[number].id)

    def _number(self, rule: RuleInfo) -> int:
        number = self._numbers.setdefault(rule.id, len(self._rules))
        if number == len(self._rules):
            self._rules.append(rule)
        return number

    def descriptors(self) -> Json:
        """All of them, in the order of their numbers."""
        return [_descriptor(rule) for rule in self._rules]


def _descriptor(rule: RuleInfo) -> Json:
    title = rule.title or rule.id
    clause = f"§ {rule.clause}. " if rule.clause else ""
    return {
        "id": shown(rule.id),
        "name": fitted(title, _NAME),
        "shortDescription": message(title, _DESCRIPTION, rule.id),
        "fullDescription": message(f"{clause}{title}", _DESCRIPTION, rule.id),
        "help": message(_help(rule), _DESCRIPTION, rule.id),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "tags": [f"clause {fitted(rule.clause, _NAME)}"] if rule.clause else [],
            "problem.severity": rule.severity.value,
            "precision": "very-high",
        },
    }


def _help(rule: RuleInfo) -> str:
    """What a violation asks for, with the names of values in angles: braces would be doubled; and the author's note."""
    asked = rule.message.replace("{", "‹").replace("}", "›")
    return " ".join(part for part in (asked, rule.note) if part) or rule.title
