"""Contracts as plain text, HTML and RTF."""

import base64
from collections.abc import Callable, Iterator
from html import escape

from .paper import Block, Job
from .pictures import png


def write_txt(job: Job) -> bytes:
    """Columns padded with blanks, in the encoding that the variant names."""
    if job.place == "empty":
        return b""
    encoding = job.variant.partition(".")[2]
    text = "\r\n".join(line for block in job.blocks for line in _plain(block))
    return text.encode({"utf-16": "utf-16"}.get(encoding, encoding), "replace")


def _plain(block: Block) -> Iterator[str]:
    match block.kind:
        case "title":
            yield block.rows[0][0].center(76)
        case "heading":
            yield from ("", block.rows[0][0].upper())
        case "break":
            yield "\f"
        case "para":
            yield block.rows[0][0]
        case _:
            widths = [
                max(len(row[at]) for row in block.rows if at < len(row)) + 3
                for at in range(5)
                if at < len(block.rows[0])
            ]
            colon = ":" if block.kind == "pairs" else ""
            for row in block.rows:
                first = (row[0] + colon).ljust(widths[0] + 1)
                rest = (cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=False))
                yield (first + "".join(rest)).rstrip()


_UNSEEN: dict[str, Callable[[str], str]] = {
    "none": lambda text: f'<div style="display:none">{escape(text)}</div>',
    "comment": lambda text: f"<!-- {escape(text)} -->",
    "title": lambda text: f'<p>See <abbr title="{escape(text)}">remark</abbr>.</p>',
    "input": lambda text: f'<form><input name="r" value="{escape(text)}"></form>',
    "white": lambda text: f'<p style="color:#fff;background:#ffffff">{escape(text)}</p>',
    "entities": lambda text: "<p>" + "".join(f"&#{ord(letter)};" for letter in text) + "</p>",
}


def write_html(job: Job) -> bytes:
    """Tables as tables; details in an unusual place where the case has one; UTF-8."""
    direction = ' dir="rtl"' if job.language == "ar" else ""
    body = "\n".join(_tagged(job, block) for block in job.blocks)
    title = escape(job.blocks[0].rows[0][0])
    head = f'<!doctype html>\n<html{direction}><head><meta charset="utf-8"><title>{title}</title></head><body>'
    return f"{head}\n{body}\n</body></html>\n".encode()


def _tagged(job: Job, block: Block) -> str:
    if block.special and job.place in _UNSEEN:
        return _UNSEEN[job.place](" ".join(block.lines))
    if block.special and job.place == "picture":
        picture = base64.b64encode(png(job.shown)).decode()
        return f'<p>{escape(block.rows[0][0])}</p><p><img src="data:image/png;base64,{picture}"></p>'
    match block.kind:
        case "title":
            return f"<h1>{escape(block.rows[0][0])}</h1>"
        case "heading":
            return f"<h3>{escape(block.rows[0][0])}</h3>"
        case "break":
            return '<div style="page-break-after:always"></div>'
        case "para":
            return f"<p>{escape(block.rows[0][0])}</p>"
        case _:
            rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
            return f"<table border=1>{rows}</table>"


def write_rtf(job: Job) -> bytes:
    r"""Unicode as \\u escapes for most languages, bytes of GB2312 for Chinese, as word processors write them."""
    info = ""
    if job.place == "property":
        details = " ".join(line for block in job.blocks if block.special for line in block.lines)
        info = rf"{{\info{{\title Draft}}{{\doccomm {_escaped(details, job.language)}}}}}"
    font = r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}}" if job.language == "zh" else r"{\fonttbl{\f0 Arial;}}"
    code = r"\ansicpg936" if job.language == "zh" else r"\ansicpg1252"
    body = "\n".join(_rich(job, block) for block in job.blocks)
    return rf"{{\rtf1\ansi{code}\deff0{font}{info}\f0\fs20 {body}}}".encode("ascii")


def _rich(job: Job, block: Block) -> str:
    lines = [_escaped(line, job.language) for line in block.lines]
    if block.special:
        text = " ".join(lines)
        return {
            "hidden": rf"{{\v {text}}}\par",
            "footnote": rf"Remarks{{\footnote {text}}}\par",
            "header": rf"{{\header {text}\par}}",
        }.get(job.place, "")
    if block.kind == "break":
        return r"\page"
    if block.kind in {"pairs", "table"}:
        return "\n".join(_row([_escaped(cell, job.language) for cell in row]) for row in block.rows)
    bold = r"\b " if block.kind in {"title", "heading"} else ""
    return "\n".join(rf"\pard {{{bold}{line}}}\par" for line in lines)


def _row(cells: list[str]) -> str:
    edges = "".join(rf"\cellx{2000 * at}" for at in range(1, len(cells) + 1))
    return rf"\trowd{edges}" + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row\pard"


def _escaped(text: str, language: str) -> str:
    return "".join(_letter(letter, language) for letter in text)


def _letter(letter: str, language: str) -> str:
    if letter in "\\{}":
        return f"\\{letter}"
    if letter.isascii():
        return letter
    if language == "zh":
        return "".join(rf"\'{byte:02x}" for byte in letter.encode("gb18030"))
    return rf"\u{(ord(letter) + 0x8000) % 0x10000 - 0x8000}?"
