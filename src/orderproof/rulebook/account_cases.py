"""The cases of a vocabulary of accounts, run: texts, and the gravest class of what they mention."""

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.screening.vocabulary import Case, Vocabulary, load_vocabulary
from orderproof.source import Source, Span
from orderproof.tree import find

_GRAVEST_FIRST = ("account", "account_like", "none")


class AccountsTested(Struct, frozen=True):
    """How many cases ran, and those that came out otherwise."""

    total: int
    failed: tuple[Diagnostic, ...]


def run_account_cases(content: bytes, name: str) -> AccountsTested:
    """Run the cases of a vocabulary file; raises OrderproofError where it is wrong."""
    vocabulary = load_vocabulary(content, name)
    tree = parse_yaml_one(Source(name, content.decode("utf-8-sig")), inner=True)
    failed = []
    for number, case in enumerate(vocabulary.cases):
        found = _class_of(case, vocabulary)
        if found != case.expect:
            node = find(tree, ("cases", number, "expect"))
            failed.append(_failed(case, found, None if node is None else node.span, name))
    return AccountsTested(len(vocabulary.cases), tuple(failed))


def _class_of(case: Case, vocabulary: Vocabulary) -> str:
    # Late: few rule sets have a vocabulary.
    from orderproof.screening.detect import detect
    from orderproof.screening.extract import extract
    from orderproof.screening.mention import Own

    screened = detect(extract("case.txt", case.text.encode()), vocabulary, Own())
    found = {mention.cls for mention in screened.mentions}
    return next((name for name in _GRAVEST_FIRST if name in found), "none")


def _failed(case: Case, found: str, span: Span | None, name: str) -> Diagnostic:
    message = f"this text is said to be `{case.expect}`, but it comes out as `{found}`"
    hint = "`orderproof screen` of a file with this text says why; mend the words, or the case"
    return Diagnostic("accounts.case-failed", message, path=None if span else name, span=span, help=hint)
