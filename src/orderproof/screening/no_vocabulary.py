"""What is said of rules that ask for the accounts in contracts without a vocabulary that says what accounts are called."""

from orderproof.diagnostic import Diagnostic
from orderproof.ruleset.load import ACCOUNTS
from orderproof.ruleset.model import RuleSet

FACTS = "contract-screening"
"""The schema of the facts that need a vocabulary."""


def missing_vocabulary(rule_set: RuleSet) -> Diagnostic | None:
    """The error of a rule set that has these facts and no vocabulary; None for others."""
    asked = next((name for name in rule_set.fact_schemas if name.value == FACTS), None)
    if asked is None or rule_set.accounts is not None:
        return None
    message = f"no contract can be read for accounts: `{ACCOUNTS}` is missing beside these rules"
    hint = (
        f"name a folder of rules that holds `{ACCOUNTS}`, such as a copy of that of `credit-guarantee`, or take out "
        f"`{FACTS}` and the checks that read it"
    )
    return Diagnostic("accounts.missing", message, span=asked.span, help=hint)
