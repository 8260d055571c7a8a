"""The labelled contracts of fixtures/contracts: they are what the script writes, and the screening tells them apart."""

import hashlib
import io
import json
import zipfile

import pytest
from contracts.docx_files import write_docx
from contracts.generate import FOLDER
from contracts.paper import Job, jobs
from contracts.score import (
    PRECISION,
    RECALL,
    Answer,
    answers,
    mistakes,
    number_recall,
    passed_unread,
    precision,
    recall,
)
from contracts.text_files import write_html, write_rtf, write_txt

TRUTHS = [json.loads(line) for line in (FOLDER / "truth.jsonl").read_text("utf-8").splitlines()]
WITHOUT_FONTS = {"txt": write_txt, "html": write_html, "rtf": write_rtf}
"""Writers that need nothing that a machine may lack."""


@pytest.fixture(scope="module")
def given() -> list[Answer]:
    return answers(FOLDER)


def test_the_set_is_large_and_whole() -> None:
    assert len(TRUTHS) >= 120
    assert {truth["format"] for truth in TRUTHS} == {"pdf", "docx", "xlsx", "html", "rtf", "txt", "png"}
    assert {truth["language"] for truth in TRUTHS} == set("en zh zht enzh es fr pt ru ar de tr vi".split())
    assert {truth["cls"] for truth in TRUTHS} == {"account", "warning", "none", "unreadable"}
    for truth in TRUTHS:
        content = (FOLDER / truth["path"]).read_bytes()
        assert (truth["path"], hashlib.sha256(content).hexdigest()) == (truth["path"], truth["sha256"])


def _pairs() -> list[tuple[Job, bytes]]:
    return [(job, (FOLDER / truth["path"]).read_bytes()) for job, truth in zip(jobs(), TRUTHS, strict=True)]


def test_the_script_writes_the_same_texts() -> None:
    for job, content in _pairs():
        if job.format in WITHOUT_FONTS and job.place != "picture":
            assert WITHOUT_FONTS[job.format](job) == content


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("word/embeddings")}


def test_the_script_writes_the_same_word_documents() -> None:
    drawn = {"picture", "logo", "alt", "encrypted", "truncated"}
    for job, content in _pairs():
        if job.format == "docx" and job.place not in drawn:
            assert _members(write_docx(job)) == _members(content)


def test_accounts_are_found(given: list[Answer]) -> None:
    assert recall(given) >= RECALL, "\n".join(mistakes(given))
    assert number_recall(given) >= RECALL, "\n".join(mistakes(given))


def test_what_is_no_account_is_not_taken_for_one(given: list[Answer]) -> None:
    assert precision(given) >= PRECISION, "\n".join(mistakes(given))


def test_what_cannot_be_read_does_not_pass(given: list[Answer]) -> None:
    assert passed_unread(given) == []
