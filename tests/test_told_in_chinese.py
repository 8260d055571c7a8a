"""What people read of a mention or a gap is in their language, as far as the vocabulary and the table of reasons go."""

import json
from pathlib import Path

import pytest

from orderproof.report.contracts import ScreenedFile, plain_screening, render_file
from orderproof.report.encode import indented
from orderproof.screening.detect import detect
from orderproof.screening.extract import extract
from orderproof.screening.mention import Own
from orderproof.screening.text import Gap, Spot
from orderproof.screening.vocabulary import Spoken, load_vocabulary
from orderproof.screening.wording import place_of, told_gap

VOCABULARY = load_vocabulary((Path(__file__).parents[1] / "rules" / "credit-guarantee" / "accounts.yaml").read_bytes())
TEXT = b"Bank account no.: 99501234567890123"


def screened() -> ScreenedFile:
    return ScreenedFile("a.txt", None, detect(extract("a.txt", TEXT), VOCABULARY, Own()))


@pytest.mark.parametrize(
    ("lang", "spoken", "start"),
    [
        ("en", VOCABULARY.spoken, "  account: account (China) 9950*********0123, beside “Bank account no”, line 1"),
        ("zh", VOCABULARY.spoken, "  账号: 中国账号 9950*********0123，旁边为“Bank account no”，第 1 行"),
        ("zh", Spoken(VOCABULARY.spoken.reasons, {}), "  账号: cn_account 9950*********0123，"),
    ],
)
def test_a_kind_is_told_by_its_name_where_it_has_one(lang: str, spoken: Spoken, start: str) -> None:
    assert render_file(screened(), spoken, lang).splitlines()[1].startswith(start)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reports_for_machines_keep_the_name_that_the_vocabulary_gives(lang: str) -> None:
    report = json.loads(indented(plain_screening([screened()], VOCABULARY.spoken, lang)))
    assert [each["kind"] for each in report["files"][0]["mentions"]] == ["cn_account"]


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (Gap("damaged", "this is no zip archive, or a damaged one"), "文件已损坏（不是 zip 压缩包，或压缩包已损坏）"),
        (Gap("embedded", "this member is a link: `a.docx`"), "内嵌文件未能读取（该成员是链接：`a.docx`）"),
        (
            Gap("damaged", "its part `word/a.xml` cannot be read: members of the archive share the same bytes"),
            "文件已损坏（其中的 `word/a.xml` 未能读取：压缩包的成员共用同一段数据）",
        ),
        (Gap("refused", "no waybill is read as a contract"), "该路径不予读取（waybill 不作为合同读取）"),
        (Gap("limit", "it holds more than 2,000 pages"), "超出读取上限（超过 2,000 页）"),
        (Gap("damaged", "told by nobody"), "文件已损坏（told by nobody）"),
    ],
)
def test_a_gap_is_told_in_chinese(gap: Gap, told: str) -> None:
    assert told_gap(gap, "zh") == told


def test_a_place_in_a_table_is_told_in_chinese() -> None:
    assert place_of(Spot(cell="table 5!B3"), "zh") == "表格 5!B3"
