"""The text of one paragraph of a Word document, gathered run by run: what is seen of it, and what is not."""

import re

_CONTEXT = re.compile(r"(?:\d[\d \-.]*|\D*)\Z")
_MAX_CONTEXT = 120


class Paragraph:
    """The pieces of a paragraph, each with the reason why it is not seen, if it is not."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, str]] = []

    def add(self, text: str, hidden: str) -> None:
        if text:
            self.pieces.append((text, hidden))

    def tail(self) -> str:
        """The words at the end of what is seen so far, which may be the label of what is to follow."""
        return words_before("".join(text for text, hidden in self.pieces if not hidden))

    def drop_seen(self, hidden: str) -> None:
        """Take out the texts that are hidden for this reason where they are seen anyway."""
        if any(reason == hidden for _, reason in self.pieces):
            seen = "".join(text for text, reason in self.pieces if not reason)
            self.pieces = [(text, reason) for text, reason in self.pieces if reason != hidden or text not in seen]

    def texts(self) -> list[tuple[str, str]]:
        """What is seen, as lines; then each text that is not, behind the words that it follows, with the reason."""
        seen: list[str] = []
        unseen: list[list[str]] = []
        reasons: list[str] = []
        last = ""
        for text, hidden in _joined(self.pieces):
            if not hidden:
                seen.append(text)
            elif hidden == last:
                unseen[-1].append(text)
            else:
                unseen.append([_context("".join(seen), text), text])
                reasons.append(hidden)
            last = hidden
        found = [(line, "") for line in "".join(seen).split("\n")]
        for parts, reason in zip(unseen, reasons, strict=True):
            found += [(line, reason) for line in "".join(parts).split("\n")]
        return [(line, reason) for line, reason in found if line.strip()]


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pieces, with the blanks between two hidden ones hidden as they are: they belong to the same text."""
    found: list[tuple[str, str]] = []
    for at, (text, hidden) in enumerate(pieces):
        before = found[-1][1] if found else ""
        if not hidden and before and not text.strip() and at + 1 < len(pieces) and pieces[at + 1][1] == before:
            found.append((text, before))
        else:
            found.append((text, hidden))
    return found


def words_before(seen: str) -> str:
    """The words at the end of a text, which may be the label of what follows; no number that is there."""
    return _context(seen, "")


def _context(seen: str, hidden: str) -> str:
    """The words right before a hidden text, which may be its label, without a number that is seen anyway."""
    line = seen[-_MAX_CONTEXT:].rpartition("\n")[2]
    found = _CONTEXT.search(line)
    tail = "" if found is None else found.group()
    if tail[:1].isdigit() and not (line[-1:].isdigit() and hidden[:1].isdigit()):
        # The number is not continued, and was told with what is seen.
        return ""
    return tail
