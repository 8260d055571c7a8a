"""The mappings that a run may use: those beside its rule set, and one that a user names."""

from collections.abc import Iterator
from pathlib import Path

from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.mapping.choose import NONE
from orderproof.mapping.compile import InputMapping, compile_mapping
from orderproof.mapping.load import SUFFIXES, load_mapping
from orderproof.mapping.model import MappingFile
from orderproof.ruleset.load import INPUTS
from orderproof.schema import Schema

_LEFT = ("~", ".bak", ".orig", ".swp", ".tmp", ".rej", ".md")
"""Endings of files that may stand among mappings: what editors leave, and notes."""


class Catalogue:
    """The mappings in the folder ``inputs`` of a rule set, for documents of one type; read when they are asked for."""

    def __init__(self, rules: Path, schema: Schema) -> None:
        self._folder = (rules if rules.is_dir() else rules.parent) / INPUTS
        self._all: tuple[InputMapping, ...] | None = None
        self.schema = schema

    def all(self) -> tuple[InputMapping, ...]:
        """All of them, in the order of their files; raises OrderproofError with everything that is wrong with them."""
        if self._all is None:
            self._all = tuple(self._loaded())
        return self._all

    def named(self, name: str) -> InputMapping | None:
        """The mapping of a file, or one of these by its name; raises OrderproofError.

        ``none`` is none: then there are no mappings from now on, and all documents are read as they are.
        """
        if name == NONE:
            self._all = ()
            return None
        path = Path(name)
        if path.suffix.lower() in SUFFIXES:
            return self._compiled(load_mapping(path))
        known = {mapping.name: mapping for mapping in self.all()}
        if name in known:
            return known[name]
        names = ", ".join((*known, NONE))
        help_ = (
            did_you_mean(name, (*known, NONE))
            or f"known mappings: {names}; a file's name ends in {' or '.join(SUFFIXES)}"
        )
        raise OrderproofError([Diagnostic("mapping.not-found", f"there is no mapping `{name}`", path=name, help=help_)])

    def _loaded(self) -> Iterator[InputMapping]:
        diagnostics: list[Diagnostic] = []
        loaded: dict[str, InputMapping] = {}
        for path in self._files():
            if isinstance(path, Diagnostic):
                diagnostics.append(path)
                continue
            try:
                file = load_mapping(path)
                mapping = self._compiled(file)
            except OrderproofError as error:
                diagnostics += error.diagnostics
                continue
            if mapping.name in loaded:
                message = f"a second mapping is called `{mapping.name}`"
                diagnostics.append(Diagnostic("mapping.name", message, span=file.name.span, help="rename one of them"))
            loaded[mapping.name] = mapping
        if diagnostics:
            raise OrderproofError(diagnostics)
        yield from loaded.values()

    def _files(self) -> Iterator[Path | Diagnostic]:
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if path.name.startswith(".") or path.name.endswith(_LEFT):
                continue
            if path.suffix.lower() not in SUFFIXES or not path.is_file():
                help_ = f"mappings end in {', '.join(SUFFIXES)}; rename it, or take it out of the folder"
                message = "this is no mapping, and stands among the mappings"
                yield Diagnostic("mapping.ending", message, path=path.as_posix(), help=help_)
            else:
                yield path

    def _compiled(self, file: MappingFile) -> InputMapping:
        if file.document.value != self.schema.name:
            message = f"this mapping makes documents of type `{file.document.value}`, not `{self.schema.name}`"
            help_ = did_you_mean(file.document.value, [self.schema.name]) or f"write `document: {self.schema.name}`"
            raise OrderproofError([Diagnostic("mapping.document", message, span=file.document.span, help=help_)])
        if file.name.value == NONE:
            message = f"no mapping can be called `{NONE}`: `--mapping {NONE}` reads documents as they are"
            raise OrderproofError([Diagnostic("mapping.name", message, span=file.name.span, help="rename it")])
        return compile_mapping(file, self.schema)
