"""What there is to say of what ``--rules`` names: a rule set with the mappings beside it, or one mapping."""

import re
from pathlib import Path

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.mapping.catalogue import Catalogue
from orderproof.mapping.load import SUFFIXES, load_mapping
from orderproof.ruleset.lint import lint
from orderproof.ruleset.load import ACCOUNTS, INPUTS
from orderproof.ruleset.open import DEFAULT, OpenRuleSet, open_rule_set
from orderproof.screening.no_vocabulary import missing_vocabulary

_MAPPING = re.compile(rb"""^(?:mapping|source)\s*:|"(?:mapping|source)"\s*:""", re.MULTILINE)
_RULES = re.compile(rb"""^(?:rule_set|derive|checks|tests)\s*:|"(?:rule_set|derive|checks|tests)"\s*:""", re.MULTILINE)


class Linted(Struct, frozen=True):
    """What there is to say of a rule set, or of a mapping, under the name by which people know it."""

    name: str
    diagnostics: tuple[Diagnostic, ...]
    is_mapping: bool = False


def lint_named(name: str | None) -> Linted:
    """All errors and warnings about what a name means (None: the default rule set), also where it cannot be opened."""
    if name is not None and _is_mapping(Path(name)):
        return _mapping(name)
    try:
        opened = open_rule_set(name)
    except OrderproofError as error:
        return Linted(DEFAULT if name is None else name, error.diagnostics)
    known = f"{opened.rule_set.name.value} {opened.rule_set.version.value}"
    return Linted(
        known if name is None else f"{name} ({known})", (*lint(opened), *_accounts(opened), *_mappings(opened))
    )


def _is_mapping(path: Path) -> bool:
    """Whether a file holds what only mappings hold, well-formed or not."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        content = path.read_bytes()
    except (OSError, ValueError):
        return False
    return _MAPPING.search(content) is not None and _RULES.search(content) is None


def _accounts(opened: OpenRuleSet) -> tuple[Diagnostic, ...]:
    """What is wrong with the vocabulary of accounts, or that it is missing."""
    missing = missing_vocabulary(opened.rule_set)
    if missing is not None:
        return (missing,)
    if opened.rule_set.accounts is None:
        return ()
    from orderproof.screening.vocabulary import lint_vocabulary  # late: few rule sets have one

    return lint_vocabulary(opened.rule_set.accounts, (opened.path / ACCOUNTS).as_posix())


def _mappings(opened: OpenRuleSet) -> tuple[Diagnostic, ...]:
    try:
        Catalogue(opened.path, opened.schema).all()
    except OrderproofError as error:
        return error.diagnostics
    return ()


def _mapping(name: str) -> Linted:
    """A mapping alone, for the documents of the rule set in whose folder it stands, else of the default one."""
    try:
        file = load_mapping(Path(name))
        opened = _rules_around(Path(name))
        Catalogue(opened.path, opened.schema).named(name)
    except OrderproofError as error:
        return Linted(name, error.diagnostics, is_mapping=True)
    return Linted(f"{name} ({file.name.value} {file.version.value})", (), is_mapping=True)


def _rules_around(path: Path) -> OpenRuleSet:
    folder = path.absolute().parent
    if folder.name == INPUTS:
        try:
            return open_rule_set(folder.parent.as_posix(), cases=False)
        except OrderproofError:
            # Rules that are broken, or are a file beside the folder, do not say what this mapping makes.
            pass
    return open_rule_set(None, cases=False)
