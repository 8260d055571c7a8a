"""Contracts as Word documents, part by part."""

import io
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape, quoteattr

from .paper import Block, Job
from .pictures import logo, png
from .xlsx_files import small_sheet

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="{_DRAWING}/main" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:pic="{_DRAWING}/picture"'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_AUTHOR = 'w:id="7" w:author="Clerk" w:date="2026-02-03T08:00:00Z"'
_MINUTE = (2026, 2, 3, 8, 0, 0)

_DEFAULTS = (
    ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
    ("xml", "application/xml"),
    ("png", "image/png"),
    ("html", "text/html"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)

_SIDE_PARTS = {
    "header": ("hdr", "header", "header1.xml"),
    "footer": ("ftr", "footer", "footer1.xml"),
    "footnote": ("footnotes", "footnotes", "footnotes.xml"),
    "comment": ("comments", "comments", "comments.xml"),
}


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


_IN_PLACE: dict[str, Callable[[str], str]] = {
    "textbox": lambda text: (
        '<w:r><w:pict><v:shape style="width:300pt;height:40pt"><v:textbox><w:txbxContent>'
        f"{paragraph(run(text))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    ),
    "footnote": lambda _: run("See the note") + '<w:r><w:footnoteReference w:id="2"/></w:r>',
    "comment": lambda _: (
        f'<w:commentRangeStart w:id="0"/>{run("As agreed.")}<w:commentRangeEnd w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/></w:r>'
    ),
    "inserted": lambda text: f"<w:ins {_AUTHOR}>{run(text)}</w:ins>",
    "deleted": lambda text: (
        f'<w:del {_AUTHOR}><w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r></w:del>'
    ),
    "vanish": lambda text: run(text, "<w:rPr><w:vanish/></w:rPr>"),
    "alt": lambda text: _drawn(text, 3),
    "html-chunk": lambda _: "",
    "logo": run,
}


def _drawn(alternative: str, size: int) -> str:
    extent = f'cx="{size * 360000}" cy="{size * 360000}"'
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent {extent}/><wp:docPr id="1" name="Picture 1" descr={quoteattr(alternative)}/>'
        f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p.png"/><pic:cNvPicPr/>'
        '</pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdPicture"/></pic:blipFill><pic:spPr><a:xfrm>'
        f"<a:ext {extent}/></a:xfrm></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def write_docx(job: Job) -> bytes:
    """A package with the parts that the case needs, or the wreck of one."""
    if job.place == "encrypted":
        return (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le").ljust(1536, b"\0")
        )
    content = zipped(_parts(job))
    return content[: len(content) * 3 // 5] if job.place == "truncated" else content


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP archive with one time for all of its members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _MINUTE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return written.getvalue()


def _parts(job: Job) -> dict[str, bytes]:
    details = " ".join(line for block in job.blocks if block.special for line in block.lines)
    types, links, parts = [("/word/document.xml", f"{_WORD}.document.main+xml")], [], {}
    if job.place in _SIDE_PARTS:
        tag, kind, name = _SIDE_PARTS[job.place]
        inner = paragraph(run(details))
        inner = {
            "footnote": f'<w:footnote w:id="2">{inner}</w:footnote>',
            "comment": f"<w:comment {_AUTHOR.replace('7', '0', 1)}>{inner}</w:comment>",
        }.get(job.place, inner)
        parts[f"word/{name}"] = f"{_XML}<w:{tag} {_SPACES}>{inner}</w:{tag}>".encode()
        types.append((f"/word/{name}", f"{_WORD}.{kind}+xml"))
        links.append(("rIdSide", kind, name))
    if job.place in {"alt", "logo", "picture"}:
        parts["word/media/image1.png"] = png(job.shown) if job.place == "picture" else logo()
        links.append(("rIdPicture", "image", "media/image1.png"))
    if job.place == "embedded":
        parts["word/embeddings/Microsoft_Excel_Sheet1.xlsx"] = small_sheet([tuple(details.split(": ", 1))])
        links.append(("rIdBook", "package", "embeddings/Microsoft_Excel_Sheet1.xlsx"))
    if job.place == "html-chunk":
        parts["word/chunk1.html"] = f"<html><body><p>{escape(details)}</p></body></html>".encode()
        links.append(("rIdChunk", "aFChunk", "chunk1.html"))
    return {
        **_package(job, types, details),
        "word/document.xml": _document(job).encode(),
        "word/_rels/document.xml.rels": _linked(links),
        **parts,
    }


def _package(job: Job, types: list[tuple[str, str]], details: str) -> dict[str, bytes]:
    remark = escape(details) if job.place == "property" else ""
    core = (
        f'{_XML}<cp:coreProperties xmlns:cp="{_P}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>Contract</dc:title><dc:description>{remark}</dc:description></cp:coreProperties>"
    )
    kinds = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types)
    listed = "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in _DEFAULTS)
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_P}/content-types">{listed}{kinds}</Types>'.encode(),
        "_rels/.rels": (
            f'{_XML}<Relationships xmlns="{_P}/relationships"><Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="rId2" Type="{_P}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
        ).encode(),
        "docProps/core.xml": core.encode(),
    }


def _linked(links: list[tuple[str, str, str]]) -> bytes:
    inner = "".join(f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"/>' for key, kind, target in links)
    return f'{_XML}<Relationships xmlns="{_P}/relationships">{inner}</Relationships>'.encode()


def _document(job: Job) -> str:
    body = "".join(_laid(job, block) for block in job.blocks)
    side = {"header": "headerReference", "footer": "footerReference"}.get(job.place)
    reference = f'<w:{side} w:type="default" r:id="rIdSide"/>' if side else ""
    more = {
        "logo": paragraph(_drawn("logo", 2)),
        "html-chunk": '<w:altChunk r:id="rIdChunk"/>',
        "embedded": paragraph(
            '<w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Embed" ProgID="Excel.Sheet.12" r:id="rIdBook"/></w:object></w:r>'
        ),
    }.get(job.place, "")
    return f"{_XML}<w:document {_SPACES}><w:body>{body}{more}<w:sectPr>{reference}</w:sectPr></w:body></w:document>"


def _laid(job: Job, block: Block) -> str:
    if block.special and job.place == "picture":
        return paragraph(run(block.rows[0][0])) + paragraph(_drawn("", 12))
    if block.special and job.place != "truncated":
        inside = _IN_PLACE.get(job.place)
        return paragraph(inside(" ".join(block.lines))) if inside else ""
    match block.kind:
        case "title" | "heading":
            return paragraph(run(block.rows[0][0], "<w:rPr><w:b/></w:rPr>"))
        case "para":
            return paragraph(run(block.rows[0][0]))
        case "break":
            return paragraph('<w:r><w:br w:type="page"/></w:r>')
        case _:
            rows = "".join(
                "<w:tr>" + "".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) + "</w:tr>"
                for row in block.rows
            )
            return f"<w:tbl>{rows}</w:tbl>{paragraph('')}"
