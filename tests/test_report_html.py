"""The report as a page: what stands in it, what it does in a real browser, and that nothing in it can act."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser, browser
from hostile_report import ATTACKS, HOSTILE_REPORTS, MARKER, write_hostile_documents
from hypothesis import given
from made_reports import (
    ANY_REPORT,
    BROKEN,
    ENGLISH,
    FULL,
    REPORTS,
    UNDETERMINED,
    assert_harmless,
    document,
    finding,
    report,
)
from openpyxl import load_workbook
from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, order, program

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Waived
from orderproof.report.formats import FORMATS
from orderproof.report.html import kept, stream
from orderproof.report.model import Excused, Options, Report
from orderproof.report.quoting import shown

with_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

ELEMENTS = frozenset(
    "a b bdi body code details div h1 h2 h3 head header html li main meta ol p pre rect script section span style summary"
    " svg table tbody td th thead title tr ul button".split()
)

UNIQUE = """\
  - id: amount.unique
    title: {en: No two orders of one amount}
    clause: "2"
    by: order.amounts.collection
    each: order
    require: count(group) <= 1
    message: {en: "Orders of one amount: {count(group)}."}
"""


class Page(HTMLParser):
    """A page taken apart by a parser that is not ours: its elements, its texts, and the data in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.data: dict[str, Any] = {}
        self._open: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open = (tag, dict(attrs))

    def handle_data(self, data: str) -> None:
        tag, attributes = self._open
        if tag == "script" and attributes.get("type") == "application/json":
            self.data[attributes["id"] or ""] = json.loads(data)
            self._open = ("", {})
        elif tag not in ("script", "style"):
            self.text.append(data)


def page(of: Report, options: Options = ENGLISH) -> str:
    return FORMATS["html"](of, options)


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """The page of a run of the program: findings of both kinds, warnings, a file that cannot be read."""
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    lines = [order("1", FAULTY), order("2", WARNED), order("3", UNKNOWN), order("4"), order("5", NOTHING)]
    (tmp_path / "orders.ndjson").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    inputs = ("orders.ndjson", "broken.json", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z")
    ended = program("check", *inputs, "--output", "report.html", folder=tmp_path)
    assert ended.code == 3, ended.err
    return tmp_path / "report.html"


# What stands in it


def test_it_is_one_file_of_known_elements_that_refers_to_nothing() -> None:
    made = Page(page(FULL))
    assert set(made.names) <= ELEMENTS
    assert [value for name, value in made.attributes if name in ("src", "href", "action", "style")] == [
        "#findings",
        "#messages",
    ]
    assert not [name for name, _ in made.attributes if name.startswith("on")]
    policy = next(value for name, value in made.attributes if name == "content" and "default-src" in value)
    style, script = (
        b64encode(sha256(re.findall(f"<{part}>(.*?)</{part}>", page(FULL), re.DOTALL)[0].encode()).digest()).decode()
        for part in ("style", "script")
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )


def test_it_says_first_whether_it_is_complete() -> None:
    text = "".join(Page(page(FULL)).text)
    assert text.index("Incomplete") < text.index("Documents") < text.index("Findings") < text.index("By rule")
    assert "Documents that could not be read: 1." in text
    whole = "".join(Page(page(report(document(finding())))).text)
    assert "Complete" in whole
    assert "Every document was read, and every check was evaluated on it." in whole
    stopped = "".join(Page(page(report(document(finding()), interrupted=True))).text)
    assert "Interrupted" in stopped
    none = "".join(Page(page(report(checks=FULL.checks.__class__(0, 0, 0, 3)))).text)
    assert "Nothing was checked" in none
    assert "已中断" in "".join(Page(page(report(interrupted=True), Options("zh"))).text)


def test_without_scripts_the_first_findings_can_be_read() -> None:
    many = report(
        *(document(finding(message=f"message {n:03}"), name=DocumentName(f"{n}.json", 0, None)) for n in range(40))
    )
    made = Page(page(many))
    text = "".join(made.text)
    assert "message 000" in text
    assert "message 024" in text
    assert "message 025" not in text
    assert "the first 25 findings of 40" in text
    assert len(made.data["rows-0"]) == 40


def test_a_page_of_very_many_findings_says_how_many_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FINDINGS", 10)
    monkeypatch.setattr(kept, "OF_EACH_RULE", 2)
    monkeypatch.setattr(kept, "OF_EACH_DOCUMENT", 0)
    monkeypatch.setattr(kept, "DOCUMENTS", 3)
    noisy = [document(finding(), name=DocumentName(f"{n}.json", 0, None)) for n in range(30)]
    quiet = [document(name=DocumentName(f"quiet{n}.json", 0, None)) for n in range(4)]
    last = document(finding(rule="rare"), finding(rule="rare"), finding(rule="rare"))
    data = Page(page(report(*noisy, *quiet, last))).data
    assert data["data"]["findings"] == 33
    assert data["data"]["held"] == 12
    assert data["data"]["documents_in_all"] == 35
    assert [row[3] for row in data["rows-0"]] == [*range(10), 10, 10]
    assert [each[1] for each in data["documents-0"]] == [*(f"{n}.json" for n in range(10)), "orders/march.json"]


def test_a_document_of_very_many_findings_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FINDINGS", 10)
    monkeypatch.setattr(kept, "OF_EACH_RULE", 2)
    monkeypatch.setattr(kept, "MORE", 7)
    names = [DocumentName(f"{n}.json", 0, None) for n in range(5)]
    others = [document(*[finding(document=name)] * 9, name=name) for name in names]
    data = Page(page(report(document(*[finding()] * 20), *others))).data
    assert [row[3] for row in data["rows-0"]] == [*[0] * 10, *[1] * 3, *[2] * 3, 3], "of each the first three"
    assert (data["data"]["findings"], data["data"]["held"]) == (65, 17)


def test_of_messages_errors_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "DIAGNOSTICS", 3)
    warnings = [Diagnostic("a", f"warning {n}", severity=Severity.WARNING) for n in range(9)]
    made = Page(page(report(document(), diagnostics=(*warnings, Diagnostic("b", "the error")), complete=False)))
    text = " ".join(made.text)
    assert text.index("the error") < text.index("warning 0") < text.index("warning 1")
    assert "warning 2" not in text
    assert "and 7 more" in text
    assert "Messages about inputs, which say why: 10" in text, "the banner leads to them"


def test_it_has_the_status_of_every_rule_in_every_document(checked: Path) -> None:
    data = Page(checked.read_text(encoding="utf-8")).data
    ids = [rule[0] for rule in data["data"]["rules"]]
    assert ids == ["price.equal", "price.positive", "payment.method", "shipment.by-agreed-time"]
    assert [(each[1], each[2], each[3], each[4]) for each in data["documents-0"]] == [
        ("broken.json", None, "unreadable", "eeee"),
        ("orders.ndjson", "1", "violation", "vpnn"),
        ("orders.ndjson #1", "2", "pass", "pvnn"),
        ("orders.ndjson #2", "3", "undetermined", "upnn"),
        ("orders.ndjson #3", "4", "pass", "ppnn"),
        ("orders.ndjson #4", "5", "not_applicable", "nnnn"),
    ]
    reasons = data["data"]["reasons"]
    told = {
        (place, rule): reasons[reason] for place, said in data["outcomes-0"] for rule, *_, reason in said if reason >= 0
    }
    assert told[3, 0] == "cannot tell: amounts.collection is missing"
    never = "".join(Page(checked.read_text(encoding="utf-8")).text).partition("Never applicable")[2]
    assert "payment.method" in never
    assert [rule[0] for rule in data["data"]["rules"] if rule[5]] == ["payment.method", "shipment.by-agreed-time"]


@ANY_REPORT
@given(REPORTS)
def test_any_report_makes_a_page_of_known_elements(of: Report) -> None:
    text = page(of)
    assert_harmless(text)
    made = Page(text)
    assert set(made.names) <= ELEMENTS
    assert sum(len(block) for name, block in made.data.items() if name.startswith("rows-")) == len(
        [found for each in of.documents for found in each.findings]
    )
    assert text.encode() == page(of).encode()


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_makes_a_page_of_known_elements(attack: str) -> None:
    text = page(HOSTILE_REPORTS[attack], Options("zh"))
    assert_harmless(text)
    made = Page(text)
    assert set(made.names) <= ELEMENTS
    assert len(text) < 1_000_000
    assert made.data["rows-0"][0][4] == shown(ATTACKS[attack], 2000)


# What it does


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as made:
        yield made


def quiet(made: Browser, path: Path) -> None:
    """Nothing ran, was asked for, or went wrong beside the page itself."""
    assert made.told("Page.javascriptDialogOpening", "Runtime.exceptionThrown", "Log.entryAdded") == []
    assert {each["request"]["url"] for each in made.told("Network.requestWillBeSent")} == {path.resolve().as_uri()}
    assert made.run("document.title") != MARKER


@with_browser
def test_findings_are_filtered_sorted_searched_and_opened(chromium: Browser, checked: Path) -> None:
    chromium.open(checked)
    status = "document.querySelector('.status').textContent"
    rows = "[...document.querySelectorAll('.found .row')].map(row => row.querySelector('.opener').textContent)"
    messages = [
        "The total is 5.00, collected is 5.01.",
        "The total is -5.00.",
        "cannot tell: amounts.collection is missing",
    ]
    assert chromium.run(status) == "3 of 3 findings"
    assert chromium.run(rows) == messages
    choose = "((box, value) => {{ box.value = value; box.dispatchEvent(new Event('change')) }})({box}, '{value}')"
    boxes = "document.querySelectorAll('#findings select')[{}]"
    chromium.run(choose.format(box=boxes.format(0), value="1"))
    assert chromium.run(rows) == messages[2:]
    chromium.run(choose.format(box=boxes.format(0), value=""))
    chromium.run(choose.format(box=boxes.format(1), value="1"))
    assert chromium.run(rows) == messages[1:2]
    chromium.run("document.querySelector('.filters .quiet').click()")
    assert chromium.run(rows) == messages
    search = "document.querySelector('#findings input')"
    chromium.run(f"{search}.value = 'COLLECTED is'; {search}.dispatchEvent(new Event('input'))")
    chromium.run("new Promise(done => setTimeout(done, 300))")
    assert chromium.run(status) == "1 of 3 findings"
    chromium.run("document.querySelector('.filters .quiet').click()")
    chromium.run("document.querySelector('[data-key=finding]').click()")
    assert chromium.run(rows) == sorted(messages)
    assert chromium.run("document.querySelector('th.of-finding').getAttribute('aria-sort')") == "ascending"
    chromium.run("document.querySelector('[data-key=finding]').click()")
    assert chromium.run(rows) == sorted(messages, reverse=True)
    chromium.run("document.querySelector('[data-key=document]').click()")
    chromium.run("document.querySelector('.found .opener').click()")
    opened = chromium.run("document.querySelector('.found .details:not([hidden])').innerText")
    assert "price.equal · Clause 3 · The total is what is collected" in opened
    assert "orders.ndjson:1:" in opened
    assert chromium.run("document.querySelector('.excerpt mark').textContent") == '"5.01"'
    assert chromium.run("document.querySelector('.carets').innerText").strip() == "^^^^^^"
    quiet(chromium, checked)


@with_browser
def test_what_checks_across_documents_say_is_in_a_documents_row(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES + UNIQUE, encoding="utf-8")
    (tmp_path / "orders.ndjson").write_text(order("1") + order("2", FAULTY) + order("3"), encoding="utf-8")
    inputs = ("orders.ndjson", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z")
    outputs = ("--output", "report.html", "--output", "report.xlsx")
    assert program("check", *inputs, *outputs, folder=tmp_path).code == 1
    chromium.open(tmp_path / "report.html")
    row = "[...document.querySelectorAll('.statuses > tbody > tr:not(.details)')].map(row => [row.querySelector('.id').textContent, row.querySelector('.badge').textContent, ...[...row.querySelectorAll('.sign')].map(sign => sign.firstChild.textContent)].join(' '))"
    assert chromium.run(row) == ["1 violation ✓ ✓ – – ✗", "2 violation ✗ ✓ – – ✓", "3 violation ✓ ✓ – – ✗"]
    chromium.run("document.querySelector('.statuses .opener').click()")
    told = chromium.run("document.querySelector('.outcomes').innerText")
    assert "amount.unique\torder 5.00\t✗ violation\tOrders of one amount: 2." in told
    documents = load_workbook(tmp_path / "report.xlsx")["Documents"]
    assert [(row[4], row[5]) for row in documents.iter_rows(min_row=2, values_only=True)] == [("violation", 1)] * 3


@with_browser
def test_it_speaks_both_languages(chromium: Browser, checked: Path) -> None:
    chromium.open(checked)
    chromium.run("document.querySelector('[data-switch=zh]').click()")
    text = chromium.run("document.body.innerText")
    for word in ("订单检查报告", "不完整", "按规则", "总额等于收款", "发现", "每份单据的每条规则", "违规"):
        assert word in text
    assert chromium.run("[document.documentElement.lang, document.title]") == ["zh-Hans", "订单检查报告"]
    chromium.run("document.querySelector('[data-switch=en]').click()")
    assert "Order check report" in chromium.run("document.body.innerText")


@with_browser
def test_it_is_used_with_the_keyboard_alone(chromium: Browser, checked: Path) -> None:
    chromium.open(checked)
    focused = "(each => `${each.className} ${each.textContent}`.trim())(document.activeElement)"
    seen: list[str] = []
    for _ in range(40):
        chromium.press("Tab")
        seen.append(chromium.run(focused))
        if seen[-1].startswith("opener"):
            break
    assert seen[0] == "skip Skip to the findings"
    assert "opener The total is 5.00, collected is 5.01." in seen
    assert chromium.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    chromium.press("Enter")
    assert chromium.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    named = chromium.call("Accessibility.getFullAXTree")["nodes"]
    controls = [
        each.get("name", {}).get("value")
        for each in named
        if each.get("role", {}).get("value") in ("button", "combobox", "searchbox", "link") and not each["ignored"]
    ]
    assert len(controls) > 15
    assert all(controls)
    assert {"status", "table", "columnheader", "rowheader", "main", "banner"} <= {
        each.get("role", {}).get("value") for each in named if not each["ignored"]
    }


@with_browser
def test_all_of_a_finding_is_shown(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page(report(document(UNDETERMINED), BROKEN)), encoding="utf-8")
    chromium.open(path)
    chromium.run("document.querySelector('.found .opener').click()")
    text = chromium.run("document.querySelector('.found .details').innerText")
    for part in (
        "guarantee.within-quota-limit · Clause 4 · Quota stays within the seller's limit",
        "consignment seller 1",
        "seller.paused\tfalse",
        "seller.quota_limit\n",
        "receipt_taken is unknown",
        "by = absent",
        "receipt_deadline holds",
        "shipment.shipped_at = 2026-03-01T00:00:00Z",
        "(as above)",
        "clearance does not hold",
        "consignment 0",
        "orders/四月.json:2:1",
        "orders/may.ndjson #3",
        "1:0123456789abcdef0123456789abcdef",
    ):
        assert part in text, (part, text)
    nested = "document.querySelector('.chain > li > ul > li > ul > li > ul > li').innerText"
    assert "shipment.shipped_at" in chromium.run(nested)


@with_browser
def test_waived_and_known_findings_are_shown_as_such(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    waived = Waived("agreed <b>twice</b>", "li.wei", None, date(2026, 6, 30), "waivers.yaml:2:5")
    of = report(document(finding(waived=waived), finding(is_new=False), UNDETERMINED), excused=Excused(1, 1))
    path.write_text(page(of), encoding="utf-8")
    chromium.open(path)
    verdicts = "[...document.querySelectorAll('.found .row > .of-verdict')].map(each => each.innerText.split('\\n'))"
    assert chromium.run(verdicts) == [
        ["violation", "error", "waived"],
        ["violation", "error", "known"],
        ["undetermined", "warning"],
    ]
    assert "waived 1known 1" in chromium.run("document.querySelector('.by-rule th[scope=row]').textContent")
    chromium.run("document.querySelector('.found .opener').click()")
    opened = chromium.run("document.querySelector('.found .details').innerText")
    assert "agreed <b>twice</b> – li.wei, until 2026-06-30" in opened
    assert "waivers.yaml:2:5" in opened
    box = "document.querySelectorAll('#findings select')[3]"
    assert chromium.run(f"[...{box}.options].map(each => each.text)") == ["All", "counts", "waived", "known"]
    chromium.run(f"{box}.value = '2'; {box}.dispatchEvent(new Event('change'))")
    assert chromium.run(verdicts) == [["violation", "error", "known"]]


@with_browser
def test_it_prints_every_finding_opened(chromium: Browser, checked: Path) -> None:
    chromium.open(checked)
    opened = "document.querySelectorAll('.found .details:not([hidden])').length"
    assert chromium.run(opened) == 0
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    assert chromium.run(opened) == 3
    assert chromium.run("[...document.querySelectorAll('details')].every(each => each.open)")
    chromium.run("dispatchEvent(new Event('afterprint'))")
    assert chromium.run(opened) == 0
    assert len(chromium.call("Page.printToPDF")["data"]) > 10_000


CONTRAST = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const mixed = colours => { canvas.clearRect(0, 0, 1, 1); for (const each of colours) { canvas.fillStyle = each; canvas.fillRect(0, 0, 1, 1); } return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const faint = [];
  for (const each of document.querySelectorAll("body *")) {
    if (![...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) || !each.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (each.closest(":disabled")) continue;
    const behind = [];
    for (let node = each; node; node = node.parentElement) behind.unshift(getComputedStyle(node).backgroundColor);
    const [a, b] = [light(mixed(behind)), light(mixed([...behind, getComputedStyle(each).color]))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) faint.push(`${each.className} ${each.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return faint;
})()
"""


@with_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_it_is_read_in_light_and_in_dark_and_on_a_phone(checked: Path, width: int, dark: bool) -> None:
    with browser(width=width, height=800, dark=dark) as made:
        made.open(checked)
        made.run("for (const each of document.querySelectorAll('.opener')) each.click()")
        assert made.run("document.documentElement.scrollWidth") == width
        assert made.run("getComputedStyle(document.body).backgroundColor") == (
            "rgb(17, 22, 29)" if dark else "rgb(246, 247, 249)"
        )
        assert made.run(CONTRAST) == []


@with_browser
def test_ten_thousand_findings_stay_quick(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    each = (finding(message=f"message {n}", fingerprint=f"1:{n:032x}") for n in range(10_000))
    made = (document(one, name=DocumentName(f"orders/{n}.json", 0, str(n))) for n, one in enumerate(each))
    path.write_text(page(report(*made)), encoding="utf-8")
    # a third of a second where nothing else runs
    assert chromium.open(path) < 5
    assert chromium.run("document.querySelectorAll('.found .row').length") == 100
    assert chromium.run("document.querySelector('#findings .pager span').textContent") == "1 – 100 of 10,000"
    chromium.run("document.querySelectorAll('#findings .pager button')[1].click()")
    assert chromium.run("document.querySelector('.found .opener').textContent") == "message 100"
    chromium.run("document.querySelector('.found .opener').click()")
    assert f"1:{100:032x}" in chromium.run("document.querySelector('.found .details').innerText")


# That nothing in it can act


@with_browser
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_a_hostile_report_acts(chromium: Browser, tmp_path: Path, attack: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(page(HOSTILE_REPORTS[attack]), encoding="utf-8")
    chromium.open(path)
    chromium.run("for (const each of document.querySelectorAll('.opener, .link, [data-switch]')) each.click()")
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    quiet(chromium, path)
    assert chromium.run("document.querySelector('.found .opener').textContent") == shown(ATTACKS[attack], 2000)
    elements = set(chromium.run("[...document.querySelectorAll('body *')].map(each => each.localName)"))
    assert elements <= ELEMENTS | set(
        "bdi button caption dd dl dt form i input label mark nav option select wbr q".split()
    )
    acting = "[...document.querySelectorAll('*')].flatMap(each => [...each.attributes]).filter(each => /^on|^style$|^src$/.test(each.name)).length"
    assert chromium.run(acting) == 0


@with_browser
def test_nothing_of_hostile_documents_acts_with_or_without_scripts(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "orders").mkdir()
    write_hostile_documents(tmp_path / "orders")
    arguments = (
        "check",
        "orders",
        "--rules",
        "rules.yaml",
        "--as-of",
        "2026-04-01T00:00:00Z",
        "--output",
        "report.html",
    )
    assert program(*arguments, folder=tmp_path).code == 3
    path = tmp_path / "report.html"
    for scripts in (True, False):
        with browser(scripts=scripts) as made:
            made.open(path)
            quiet(made, path)
            text = made.run("document.body.innerText")
            assert "<img src=x onerror=alert(1)>.json" in text
            assert ("Every rule in every document" in text) is scripts


@with_browser
def test_what_got_into_the_page_all_the_same_would_not_run(chromium: Browser, tmp_path: Path) -> None:
    injected = f"<script>document.title='{MARKER}'</script><img src='https://evil.example/x' onerror=\"document.title='{MARKER}'\">"
    path = tmp_path / "report.html"
    path.write_text(page(FULL).replace("<main>", f"<main>{injected}"), encoding="utf-8")
    chromium.open(path)
    assert chromium.run("document.title") == "Order check report"
    assert len(chromium.told("Log.entryAdded")) == 3  # what the page's policy refused
    assert {each["response"]["url"] for each in chromium.told("Network.responseReceived")} <= {path.resolve().as_uri()}
