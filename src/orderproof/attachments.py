"""What the screening adds to the facts of a document: what became of each attachment, and the accounts it mentions."""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from orderproof.diagnostic import OrderproofError
from orderproof.document import Document
from orderproof.facts.record import Access, Facts, Record, RecordPlan, SlotValue, facts_of
from orderproof.reading.inputs import MEMBER_MARK
from orderproof.ruleset.model import RuleSet
from orderproof.screening.mention import Mention, Own, Screened
from orderproof.screening.no_vocabulary import missing_vocabulary
from orderproof.screening.text import Gap
from orderproof.tree import Plain, Pointer, value_at

if TYPE_CHECKING:
    from orderproof.screening.process import Screener
    from orderproof.screening.vocabulary import Spoken

TEXT = "attachment_text"
MENTION = "account_mention"
"""The entities that are supplied, below the records of the attachments."""
MAX_ATTACHMENTS = 50
"""Attachments of one document that are read."""
MAX_SECONDS = 300.0
"""Seconds that reading the attachments of one document may take together; a worker process is given up after twice
as long.
"""
MAX_MENTIONS = 1000
"""Mentions of one attachment that become facts, the gravest of them."""
_IN_ARCHIVE = "contracts beside an order in an archive are not read; unpack the archive, or give --attachments-root"
_KEPT = 1000
_KEPT_MENTIONS = 20_000
_NOT_SCREENED = frozenset(("waybill",))
"""Roles of attachments that no policy takes for contracts; mostly pictures, which take long to read."""
_GRAVITY = {"account": 0, "account_like": 1, "none": 2}

_Values = Mapping[str, SlotValue]
Log: TypeAlias = Callable[[str, str, str], None]
"""Is told the folder, the path in it and the digest of each attachment that is read."""


def asks_for_attachments(plan: RecordPlan) -> bool:
    """Whether rules read what is known of attachments only by reading them."""
    return plan.supplied or any(asks_for_attachments(child.plan) for child in plan.children)


def attachments_for(
    rule_set: RuleSet,
    plan: RecordPlan,
    lang: str,
    root: str | None = None,
    *,
    reveal: bool = False,
    log: Log | None = None,
) -> "Attachments | None":
    """What reads attachments for a rule set, by its vocabulary; None where nothing of them is asked.

    Raises OrderproofError where the vocabulary is missing.
    """
    if not asks_for_attachments(plan):
        return None
    missing = missing_vocabulary(rule_set)
    if missing is not None:
        raise OrderproofError([missing])
    if rule_set.accounts is None:
        return None
    return Attachments(rule_set.accounts, lang, root=root, reveal=reveal, log=log)


class Attachments:
    """Reads the attachments of documents that lie beside these, or below ``root``.

    ``vocabulary`` is the file that says what accounts are called; ``log`` is told of each file that is read. The
    process that reads starts with the first attachment, one for each process that judges; what it said of a file is
    kept, for a contract is often attached to many orders.
    """

    def __init__(
        self, vocabulary: bytes, lang: str, *, root: str | None = None, reveal: bool = False, log: Log | None = None
    ) -> None:
        self._vocabulary = vocabulary
        self._lang = lang
        self._root = root
        self._reveal = reveal
        self._log = log
        self._ready: tuple[int, Screener, Spoken] | None = None
        self._known: OrderedDict[tuple[str, str, Own], Screened] = OrderedDict()
        self._mentions = 0

    def added(self, plan: RecordPlan, document: Document, facts: Facts) -> Facts:
        """The facts of a document with what its attachments supply, where the plan asks for it."""
        if not asks_for_attachments(plan):
            return facts
        return facts_of(plan, _Reading(self, document).record(plan, facts.root), supplied=True)

    def screened(self, name: str, document: Document, deadline: float) -> Screened:
        """What is known of a file by its path in a document."""
        from orderproof.screening.attachment import open_attachment  # late: few documents have attachments

        folder = self._folder(document)
        if folder is None and MEMBER_MARK in document.path:
            return Screened("", (), (Gap("missing", _IN_ARCHIVE),))
        found = open_attachment(folder, name)
        if isinstance(found, Gap):
            return Screened("", (), (found,))
        if self._log is not None:
            self._log(folder or "", name, found.sha256)
        own = _own(document.values)
        key = (found.sha256, PurePosixPath(name.lower()).suffix, own)
        known = self._known.get(key)
        if known is None:
            if monotonic() > deadline:
                reason = f"the attachments of one document may take {MAX_SECONDS:g} seconds together"
                return Screened("", (), (Gap("timeout", reason),))
            known = self._screener().screen(name, found.content, own)
            self._keep(key, known)
        self._known.move_to_end(key)
        return known

    def told(self, mention: Mention, screened: Screened) -> str:
        """A mention in words, and under them its line with a mark."""
        from orderproof.screening.mention_line import marked  # late: most documents mention no account
        from orderproof.screening.wording import told_mention

        told = told_mention(mention, self._spoken(), self._lang, reveal=self._reveal)
        return "\n".join((told, *marked(mention, screened.mentions, reveal=self._reveal)))

    def unread(self, name: str, screened: Screened) -> str:
        """Why a file was not read whole, in words."""
        from orderproof.screening.wording import told_gaps  # late: as above

        return told_gaps(name, screened, self._lang)

    def close(self) -> None:
        """End the process that reads."""
        if self._ready is not None and self._ready[0] == os.getpid():
            self._ready[1].close()
        self._ready = None

    def _keep(self, key: tuple[str, str, Own], screened: Screened) -> None:
        self._known[key] = screened
        self._mentions += len(screened.mentions)
        while len(self._known) > 1 and (len(self._known) > _KEPT or self._mentions > _KEPT_MENTIONS):
            _, forgotten = self._known.popitem(last=False)
            self._mentions -= len(forgotten.mentions)

    def _folder(self, document: Document) -> str | None:
        """Where the paths of a document begin; None where it came from no file of its own."""
        if self._root is not None:
            return self._root
        path = Path(document.path)
        return path.parent.as_posix() if path.is_file() else None

    def _screener(self) -> "Screener":
        return self._made_ready()[1]

    def _spoken(self) -> "Spoken":
        return self._made_ready()[2]

    def _made_ready(self) -> "tuple[int, Screener, Spoken]":
        """The reader of this process; one that was started before a fork is its parent's."""
        if self._ready is None or self._ready[0] != os.getpid():
            from orderproof.screening.process import Screener  # late: few documents have attachments
            from orderproof.screening.vocabulary import load_vocabulary

            vocabulary = load_vocabulary(self._vocabulary)
            self._ready = (os.getpid(), Screener(self._vocabulary), vocabulary.spoken)
        return self._ready


class _Reading:
    """One walk through the records of a document, which fills those that are supplied."""

    def __init__(self, source: Attachments, document: Document) -> None:
        self._source = source
        self._document = document
        self._deadline = monotonic() + MAX_SECONDS
        self._ordinals: dict[str, int] = {}
        self._screened: dict[Pointer, tuple[str, Screened]] = {}

    def record(self, plan: RecordPlan, record: Record) -> Record:
        """A record with what is supplied below it."""
        if not asks_for_attachments(plan):
            return record
        children = tuple(
            tuple(self._supplied(child.plan, record.pointer, child.path))
            if child.plan.supplied
            else tuple(self.record(child.plan, each) for each in found)
            for child, found in zip(plan.children, record.children, strict=True)
        )
        return Record(record.entity, record.ordinal, record.values, children, record.pointer)

    def _supplied(self, plan: RecordPlan, owner: Pointer, path: Pointer) -> Iterator[Record]:
        if plan.entity not in (TEXT, MENTION):
            return
        name, screened = self._of(owner)
        for index, (values, told) in enumerate(self._facts(plan.entity, name, screened)):
            ordinal = self._ordinals.get(plan.entity, 0)
            self._ordinals[plan.entity] = ordinal + 1
            slots = tuple(_slot(values, slot.path, slot.access) for slot in plan.slots)
            yield Record(plan.entity, ordinal, slots, tuple(() for _ in plan.children), (*owner, *path, index), told)

    def _facts(self, entity: str, name: str, screened: Screened) -> Iterator[tuple[_Values, str]]:
        if entity == TEXT:
            told = self._source.unread(name, screened)
            reason = "; ".join(gap.reason for gap in screened.gaps) or None
            yield {"read": screened.is_read, "reason": reason, "path": name}, told or f"{name}: {screened.format}"
        else:
            for mention in _gravest(screened.mentions):
                yield _mention_values(mention), self._source.told(mention, screened)

    def _of(self, owner: Pointer) -> tuple[str, Screened]:
        """The path of an attachment, and what is known of the file."""
        found = self._screened.get(owner)
        if found is None:
            value = value_at(self._document.values, owner)
            found = self._screened[owner] = self._screen(value if isinstance(value, dict) else {})
        return found

    def _screen(self, attachment: Mapping[str, Plain]) -> tuple[str, Screened]:
        path, role = attachment.get("path"), attachment.get("role")
        name = path if isinstance(path, str) else ""
        if not name:
            gap = Gap("missing", "no path says which file it is")
        elif isinstance(role, str) and role in _NOT_SCREENED:
            gap = Gap("refused", f"no {role} is read as a contract")
        elif len(self._screened) >= MAX_ATTACHMENTS:
            gap = Gap("limit", f"of one document {MAX_ATTACHMENTS} attachments are read")
        else:
            return name, self._source.screened(name, self._document, self._deadline)
        return name or "attachment", Screened("", (), (gap,))


def _slot(values: _Values, path: tuple[str, ...], access: Access) -> SlotValue:
    found = values.get(path[0]) if len(path) == 1 else None
    return found if access is Access.VALUE else found is not None


def _gravest(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """So many mentions as become facts, in reading order."""
    if len(mentions) <= MAX_MENTIONS:
        return mentions
    numbers = sorted(range(len(mentions)), key=lambda number: _GRAVITY[mentions[number].cls])[:MAX_MENTIONS]
    return tuple(mentions[number] for number in sorted(numbers))


def _mention_values(mention: Mention) -> _Values:
    from orderproof.screening.wording import place_of  # late: most documents mention no account

    return {
        "class": mention.cls,
        "kind": mention.kind,
        "label": mention.label or None,
        "masked": mention.masked or None,
        "checksum": mention.checksum,
        "confidence": mention.confidence,
        "page": mention.spot.page,
        "place": place_of(mention.spot) or None,
    }


def _own(values: Mapping[str, Plain]) -> Own:
    """The accounts that a document says itself."""
    return Own(_text(values, "collection_account", "number"), _text(values, "buyer", "account"))


def _text(values: Mapping[str, Plain], of: str, name: str) -> str:
    found = values.get(of)
    text = found.get(name) if isinstance(found, dict) else None
    return text if isinstance(text, str) else ""
