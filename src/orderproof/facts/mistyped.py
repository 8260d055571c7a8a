"""Fields that a document type does not know and that look like one that it knows and does not find."""

from collections.abc import Iterator

from orderproof.facts.read import Problem
from orderproof.schema import Object, RecordList, Schema
from orderproof.tree import Plain, Pointer

MISTYPED = "document.mistyped"
"""The code of the problems that are found here."""
_NEAR = 0.8
"""How alike two names must be: a letter or two apart. Partners' own fields are seldom that near by chance."""


class Speller:
    """Looks for mistyped fields in documents of one type; every name is judged once for its place."""

    def __init__(self, schema: Schema) -> None:
        self._root = schema.root
        self._known: dict[tuple[int, str], str | None] = {}

    def mistyped(self, document: dict[str, Plain]) -> Iterator[Problem]:
        """A problem for each field that is likely meant to be another one, which is absent beside it."""
        stack: list[tuple[Plain, Object, Pointer]] = [(document, self._root, ())]
        while stack:
            value, of, pointer = stack.pop()
            if not isinstance(value, dict):
                continue
            for name, inner in value.items():
                field = of.members.get(name)
                match field:
                    case None:
                        meant = self._meant(name, of)
                        if meant is not None and value.get(meant) is None:
                            message = "this is no field of the document type, so no check reads it"
                            yield Problem((*pointer, name), MISTYPED, message, f"did you mean `{meant}`?")
                    case Object():
                        stack.append((inner, field, (*pointer, name)))
                    case RecordList(supplied=False) if isinstance(inner, list):
                        stack += ((item, field.item, (*pointer, name, index)) for index, item in enumerate(inner))
                    case _:
                        pass

    def _meant(self, name: str, of: Object) -> str | None:
        key = (id(of), name)
        if key not in self._known:
            from difflib import get_close_matches  # late: most documents have no fields but ours

            folded = {member.casefold(): member for member in of.members}
            found = get_close_matches(name.casefold().replace("-", "_"), folded, n=1, cutoff=_NEAR)
            self._known[key] = folded[found[0]] if found else None
        return self._known[key]
