"""The columns of a table as a mapping names them, and how they are found again among a table's headers."""

from collections.abc import Sequence
from unicodedata import normalize

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.mapping.model import MappingFile
from orderproof.ruleset.model import Text


class Column(Struct, frozen=True):
    """A column by its short name, with the headers that it may have, the first of which is how it is spoken of."""

    name: str
    headers: tuple[str, ...]

    @property
    def header(self) -> str:
        return self.headers[0]


def folded(header: str) -> str:
    """A header without what does not tell it from another: case, width, blanks."""
    return "".join(normalize("NFKC", header).casefold().split())


class Columns:
    """The columns of a mapping; without a declaration of them every name is a header itself."""

    def __init__(self, file: MappingFile, faults: list[Diagnostic]) -> None:
        self.declared = file.columns is not None
        self.faults = faults
        self.known: dict[str, Column] = {}
        self.used: set[str] = set()
        self.shared: set[str] = set()
        """Those that say something of a whole document."""
        self.read: set[str] = set()
        """Those that a field is read from."""
        owners: dict[str, Text] = {}
        for name, headers in file.columns or ():
            self.known[name.value] = Column(name.value, tuple(header.value for header in headers))
            for header in headers:
                owner = owners.setdefault(folded(header.value), name)
                if owner is not name:
                    message = f"the header `{header.value}` is one of the column `{owner.value}` already"
                    help_ = "case, width and blanks of headers do not matter"
                    faults.append(Diagnostic("mapping.column", message, span=header.span, help=help_))

    def column(self, text: Text) -> str | None:
        """The name of a column that the mapping reads, None with a fault where there is none of this name."""
        name = text.value
        if not self.declared:
            self.known.setdefault(name, Column(name, (name,)))
        elif name not in self.known:
            help_ = did_you_mean(name, self.known) or f"columns: {', '.join(self.known)}"
            message = f"`columns` does not name `{name}`"
            self.faults.append(Diagnostic("mapping.unknown-column", message, span=text.span, help=help_))
            return None
        self.used.add(name)
        return name

    def check_used(self, file: MappingFile) -> None:
        """A column that is declared is read, or left out on purpose."""
        for name, _ in file.columns or ():
            if name.value not in self.used:
                message = f"the column `{name.value}` is read nowhere"
                help_ = "map it, or list it under `ignored` with the reason"
                self.faults.append(Diagnostic("mapping.unused-column", message, span=name.span, help=help_))


class Twice(Struct, frozen=True):
    """A column that two headers of a table mean, by their places."""

    column: Column
    first: int
    second: int


def find_columns(columns: Sequence[Column], headers: Sequence[str]) -> tuple[dict[str, int], Twice | None]:
    """The places of the columns that a table has, of each the first; and one that two of its headers mean."""
    places: dict[str, int] = {}
    twice: Twice | None = None
    known = {folded(header): column for column in columns for header in column.headers}
    for place, header in enumerate(headers):
        column = known.get(folded(header))
        if column is not None and places.setdefault(column.name, place) != place:
            twice = twice or Twice(column, places[column.name], place)
    return places, twice
