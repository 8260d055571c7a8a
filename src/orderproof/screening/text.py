"""What is written in a file, as its readers tell it: lines with their places, pictures, and what could not be read."""

from msgspec import Struct


class Spot(Struct, frozen=True, omit_defaults=True):
    """Where something stands in a file; what a format does not know is left out.

    ``page``, ``line`` and ``paragraph`` count from 1; a line counts on its page where there are pages, else in the
    file. ``cell`` is ``Sheet1!B7``. ``part`` names what is not the body: ``header``, ``footer``, ``comment``,
    ``footnote``, ``text box``, ``deleted text``, ``document property``, ``alternative text``, ``embedded file `x```.
    """

    part: str = ""
    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    cell: str = ""


class Line(Struct, frozen=True, omit_defaults=True):
    """Text that a reader sees as one: a line of a page or file, a paragraph, a cell of a table.

    Lines stand in reading order. ``frame`` numbers what is laid out together: the running text of a part, one table,
    one page. In a frame, lines of one ``row`` stand side by side, in the order of ``left``; rows count downwards.
    ``left`` and ``right`` are the numbers of columns (right past the last one) in a table, else points from the left
    edge; in running text 0 and 1. ``hidden`` says why a person does not see it, such as ``hidden text``,
    ``white text``, ``tiny text``, ``outside the page``, ``deleted text``, ``hidden sheet``; empty where it is seen.
    """

    text: str
    spot: Spot
    hidden: str = ""
    frame: int = 0
    row: int = 0
    left: float = 0.0
    right: float = 1.0


class Picture(Struct, frozen=True, omit_defaults=True):
    """A picture that was not read: how many lines stand before it, and what share of its page or sheet it covers.

    ``share`` is from 0 to 1, and 0 where the format does not say. ``alone`` where its page or sheet holds no text.
    ``is_drawn`` where it is no picture but letters that are drawn in lines, ``is_head`` where it stands at the top of its
    page, as a letterhead does.
    """

    spot: Spot
    after: int
    share: float = 0.0
    alone: bool = False
    is_drawn: bool = False
    is_head: bool = False


class Gap(Struct, frozen=True):
    """Something that could not be read, so that the absence of an account is not known: a stable code and why.

    Codes: ``encrypted``, ``damaged``, ``limit``, ``empty``, ``format``, ``picture``, ``embedded``, ``missing``,
    ``refused``, ``timeout``, and ``internal`` where the program is to blame and not the file. The reason is half a
    sentence in lower case: "it is encrypted, and needs a password".
    """

    code: str
    reason: str
    spot: Spot = Spot()


class Extract(Struct, frozen=True):
    """All that is written in a file. ``format`` is ``pdf``, ``docx``, ``xlsx``, ``html``, ``rtf``, ``text``, ``image``."""

    format: str
    lines: tuple[Line, ...] = ()
    pictures: tuple[Picture, ...] = ()
    gaps: tuple[Gap, ...] = ()
