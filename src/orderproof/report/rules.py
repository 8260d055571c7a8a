"""The rules of a run as reports tell them, also of those that found nothing."""

from collections.abc import Iterable

from orderproof.messages import in_language, message_of
from orderproof.report.model import RuleInfo
from orderproof.ruleset.program import Check, Message


def rules_of(checks: Iterable[Check], lang: str) -> tuple[RuleInfo, ...]:
    """What there is to tell of checks, in their order, in a language."""
    return tuple(
        RuleInfo(
            id=check.id,
            title=in_language(check.titles, lang),
            clause=check.clause,
            severity=check.severity,
            message=_written(message_of(check.messages, lang)),
            note=check.note,
            titles=check.titles,
        )
        for check in checks
    )


def _written(message: Message) -> str:
    """A message as the rule set has it, with its placeholders."""
    return "".join(part if isinstance(part, str) else f"{{{part.text}}}" for part in message.parts)
