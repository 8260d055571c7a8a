"""Places on a page: matrices as PDF writes them, and boxes."""

from typing import TypeAlias

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""``(a, b, c, d, e, f)``: x' = a x + c y + e, y' = b x + d y + f."""
Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
UNIT: Box = (0.0, 0.0, 1.0, 1.0)
_FAR = 1e7
"""No page is so large; it keeps made-up coordinates from growing without end."""


def product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does the first, then the other."""
    a, b, c, d, e, f = first
    a2, b2, c2, d2, e2, f2 = then
    return (
        a * a2 + b * c2,
        a * b2 + b * d2,
        c * a2 + d * c2,
        c * b2 + d * d2,
        e * a2 + f * c2 + e2,
        e * b2 + f * d2 + f2,
    )


def moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    """Where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return (_bounded(a * x + c * y + e), _bounded(b * x + d * y + f))


def _bounded(value: float) -> float:
    return max(-_FAR, min(_FAR, value))


def moved_box(box: Box, matrix: Matrix) -> Box:
    """The upright box around a box that was moved."""
    points = [moved(x, y, matrix) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def shared(one: Box, other: Box) -> Box:
    """What two boxes have in common; its right is left of its left where they have nothing."""
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def area(box: Box) -> float:
    """The area of a box, 0 for one that is empty."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def holds(box: Box, x: float, y: float, slack: float = 0.0) -> bool:
    """Whether a point lies in a box, or no further from it than the slack."""
    return box[0] - slack <= x <= box[2] + slack and box[1] - slack <= y <= box[3] + slack
