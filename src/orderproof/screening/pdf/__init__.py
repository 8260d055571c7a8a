"""PDF files: the text of their pages with places, and all else that is written in them."""

from orderproof.screening.budget import Budget
from orderproof.screening.text import Extract


def read_pdf(content: bytes, budget: Budget) -> Extract:
    """What is written in a PDF file; what cannot be read is a gap, and nothing is raised for hostile content."""
    from orderproof.screening.pdf.document import read_document  # late: pypdf takes a tenth of a second to import

    return read_document(content, budget)
