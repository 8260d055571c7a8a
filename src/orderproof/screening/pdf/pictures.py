"""The pictures of a page, and the letters that it draws in lines, with the share of the page that each covers."""

from collections.abc import Sequence
from itertools import chain

from orderproof.screening.pdf.canvas import Canvas, Drawn
from orderproof.screening.pdf.matrix import Box, area, shared
from orderproof.screening.pdf.outlines import HEAD
from orderproof.screening.picture_size import LITTLE_TEXT, stands_alone
from orderproof.screening.text import Picture, Spot

STRIP = 0.3
_MOST = 200
_TOUCHING, _SIDE = 1.5, 0.9
"""Points between two parts of a picture that was cut, and how much of a side they share."""


def pictures_of(canvas: Canvas, number: int, letters: int) -> list[tuple[Drawn, Picture]]:
    """The pictures of a page that shows so many letters, the parts of one that was cut as one; then letters in lines."""
    whole = area(canvas.box) or 1.0
    shown = [Drawn(shared(picture.box, canvas.box), picture.order, picture.source) for picture in canvas.pictures]
    shown = [picture for picture in shown if area(picture.box) > 0]
    shares = [area(picture.box) / whole for picture in shown]
    if sum(shares) >= 0.5 and all(share < STRIP for share in shares) and letters < LITTLE_TEXT:
        shown, shares = [Drawn(canvas.box, shown[0].order)], [sum(shares)]
    elif sum(shares) >= 0.5:
        joined = _joined(shown[:_MOST], shares[:_MOST])
        shown, shares = joined[0] + shown[_MOST:], joined[1] + shares[_MOST:]
    is_alone = stands_alone(letters, sum(shares))
    found = [
        (picture, Picture(Spot(page=number), 0, min(1.0, share), is_alone, is_head=_is_head(picture.box, canvas.box)))
        for picture, share in zip(shown, shares, strict=True)
    ]
    outlined = [Drawn(box, 0) for box in canvas.outlines.blocks()]
    return found + [
        (block, Picture(Spot(page=number), 0, is_drawn=True, is_head=_is_head(block.box, canvas.box)))
        for block in outlined
    ]


def _is_head(box: Box, page: Box) -> bool:
    """Whether a picture stands in the upper part of a page."""
    return box[1] > page[3] - HEAD * (page[3] - page[1])


def _joined(pictures: Sequence[Drawn], shares: Sequence[float]) -> tuple[list[Drawn], list[float]]:
    """The pictures with their shares, those that touch each other along a side as one."""
    groups: list[list[int]] = []
    for at, picture in enumerate(pictures):
        beside = [group for group in groups if any(_touch(pictures[other].box, picture.box) for other in group)]
        groups = [group for group in groups if group not in beside]
        groups.append([*chain.from_iterable(beside), at])
    drawn = [
        pictures[group[0]] if len(group) == 1 else Drawn(_around([pictures[at].box for at in group]), 0)
        for group in groups
    ]
    return drawn, [sum(shares[at] for at in group) for group in groups]


def _touch(one: Box, other: Box) -> bool:
    """Whether two boxes stand right beside or above each other, with sides that are as long."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if min(wide, high) < -_TOUCHING or min(wide, high) > _TOUCHING:
        return False
    if wide > high:
        return wide >= _SIDE * max(one[2] - one[0], other[2] - other[0])
    return high >= _SIDE * max(one[3] - one[1], other[3] - other[1])


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
