"""Small PDF files for the tests: drawn by reportlab, or put together by hand where they must be wrong."""

import io
from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

PAPER = (400, 300)


def drawn(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    """A file whose pages are drawn so."""
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=PAPER, invariant=True, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def put_together(objects: dict[int, bytes], root: int = 1, extra: bytes = b"") -> bytes:
    """A file of these objects, with a right table of where they stand."""
    content, places = bytearray(b"%PDF-1.7\n"), {}
    for number, value in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    start, count = len(content), max(objects) + 1
    content += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        content += b"%010d 00000 %c \n" % (places.get(number, 0), ord("n") if number in places else ord("f"))
    content += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (count, root, extra, start)
    return bytes(content)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream with its length."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def one_page(
    drawing: bytes, page: bytes = b"", root: bytes = b"", others: dict[int, bytes] | None = None, fonts: bytes = b""
) -> bytes:
    """A file of one page with this drawing; objects from 10 on are free. /F1 is Helvetica."""
    fonts = fonts or b"/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    resources = b"" if b"/Resources" in page else b"/Resources << /Font << %s >> >>" % fonts
    return put_together(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % root,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R %s %s >>" % (resources, page),
            4: stream(drawing),
            **(others or {}),
        }
    )
