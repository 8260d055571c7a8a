"""Whole batches, as they are: mixtures of inputs, many files, any number of processes, constant memory."""

import csv
import gzip
import io
import json
import os
import pty
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from mapping_workbooks import WORKBOOKS
from program import COMMAND, FAULTY, RULES, Ended, injected, order, program, side_by_side
from reports import validated

ROOT = Path(__file__).parent.parent
ORDERS = ROOT / "fixtures" / "orders"
MAPPED = ROOT / "fixtures" / "mappings"
AS_OF = ("--as-of", "2026-04-10T00:00:00Z")

ACROSS = """\
  - id: shipment.no-shared-remark
    title: {en: No two orders have one remark}
    clause: "9"
    each: order
    when: order.remark is present
    by: order.remark
    require: count(distinct o.id for o in group) <= 1
    message: {en: "The remark {order.remark} stands in several orders."}
"""


def many(
    count: int, rest: Callable[[int], str] = lambda n: FAULTY if n % 97 == 0 else '"amounts": {"total": "5"}'
) -> str:
    return "".join(order(f"m{n}", rest(n)) for n in range(count))


# The same bytes


@pytest.fixture(scope="module")
def mixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all kinds of inputs, some of them broken, with groups and repeated ids across them."""
    path = tmp_path_factory.mktemp("mixture")
    (path / "rules.yaml").write_text(RULES + ACROSS, encoding="utf-8")
    lines = many(500, lambda n: f'"remark": "r{n // 2 if n % 100 == 1 else n}", "amonts": {{}}, {FAULTY}')
    pair = order("y1", FAULTY) + order("m7")
    files: Mapping[str, str | bytes] = {
        "a/long.ndjson": lines.replace('"amonts": {}, ', "", 1) + "{\n" + "\n" + order("m3"),
        "a/more.ndjson": order("n1", '"remark": "r0"') + order("n2", '"remark": "alone"'),
        "b/packed.ndjson.gz": gzip.compress(many(400).encode(), mtime=0),
        "b/cut.json.gz": gzip.compress(many(1).encode(), mtime=0)[:-9],
        "b/table.csv": "id,drafted_at,currency,amounts.total,amounts.collection\nt1,2026-03-01T00:00:00Z,USD,5,5\n"
        "t2,2026-03-01T00:00:00Z,USD,5,6\nm9,2026-03-01T00:00:00Z,USD,x,6\n",
        "c/several.yaml": f"---\nid: y0\n{_yaml()}---\nid: [\n---\nid: y2\n{_yaml()}",
        "c/list.json": f"[{pair.replace(chr(10), ',', 1)}]",
        "c/mistyped.json": order("c1", '"amonts": {"total": "5"}'),
        "c/empty.json": "",
        "c/latin.json": order("é").encode("latin-1"),
        "c/other.txt": "not read",
        "d/members.zip": _zipped({"one.json": order("z1", FAULTY), "two.ndjson": pair, "three.yaml": "id: ]"}),
        "d/broken.zip": b"PK\x03\x04 no more",
    }
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _yaml() -> str:
    return "drafted_at: 2026-03-01T00:00:00Z\ncurrency: USD\namounts: {total: 5, collection: 6}\n"


def _zipped(members: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


# Portions of a few lines, so that one file is the work of several.
SMALL = "import orderproof.portion as m\nm.LINES = 10_000\n"
FORMATS: Mapping[str, tuple[str, ...]] = {
    "text": ("--format", "text"),
    "json": ("--format", "json"),
    "ndjson": ("--format", "ndjson"),
    "ndjson-all": ("--format", "ndjson", "--every-document"),
}


@pytest.mark.parametrize("form", FORMATS)
def test_any_number_of_processes_gives_the_same_bytes(mixture: Path, form: str) -> None:
    environment = injected(mixture, "sitecustomize", SMALL)
    inputs = ("a", "b", "c", "d", "not-there.json", "a/m*.ndjson")

    engine = "auto" if form == "json" else "compiled"

    def run(jobs: str) -> Ended:
        arguments = (*inputs, "--rules", "rules.yaml", *AS_OF, "--jobs", jobs, "--engine", engine, *FORMATS[form])
        return program("check", *arguments, folder=mixture, environment=environment)

    one, *others = side_by_side(run, ("1", "2", "3", "8")).values()
    assert one.code == 3
    assert all(other == one for other in others)
    assert len(one.out) > 10_000
    for code in ("document.duplicate-id", "document.mistyped", "input.not-found", "input.damaged", "input.skipped"):
        assert code in one.out + one.err


def test_partners_documents_give_the_same_bytes(tmp_path: Path) -> None:
    names = (
        "api-new-values/*",
        "api-result-envelope",
        "api-wrong-sums",
        "xlsx-bilingual",
        "xlsx-findings",
        "csv-findings",
    )
    inputs = sorted(
        str(file.relative_to(MAPPED))
        for name in names
        for file in MAPPED.glob(f"{name.removesuffix('/*')}/*")
        if file.name in ("order.json", "orders.ndjson", "orders.xlsx", "orders.csv", "orders.json")
    )
    assert len(inputs) >= 6
    one, two = (
        program("check", *inputs, *AS_OF, "--jobs", jobs, "--format", "json", folder=MAPPED) for jobs in ("1", "2")
    )
    assert one == two
    assert validated(one.out)["not_judged"]


TELLING = """\
import os, signal
import orderproof.ledger as m
across, count = m.Ledger.across, 0
def torn(self, *more):
    global count
    count += 1
    if count == 2:
        os.kill(os.getpid(), signal.SIGINT)
    across(self, *more)
m.Ledger.across = torn
"""


def test_an_interrupt_while_groups_are_told(tmp_path: Path) -> None:
    """Each document is told in all reports with all that was found of it, or in none."""
    (tmp_path / "rules.yaml").write_text(RULES + ACROSS, encoding="utf-8")
    lines = many(6, lambda n: f'"remark": "{n // 2}"')
    (tmp_path / "long.ndjson").write_text(lines, encoding="utf-8")
    environment = injected(tmp_path, "sitecustomize", TELLING)
    ended = checked(tmp_path, "long.ndjson", "--format", "json", environment=environment)
    assert ended.code == 130
    report = validated(ended.out)
    assert report["interrupted"] is True
    assert [each["document"]["id"] for each in report["findings"]] == ["m0", "m1"]
    assert [each["verdict"] for each in report["documents"]] == ["violation"] * 2 + ["not_applicable"] * 4


# Many files


BROKEN = (
    "",
    "{",
    '{"id": "1", "id": "2"}',
    "[1]",
    '{"id": 7}',
    order("x").replace("USD", "dollars"),
    '{"id": "\\ud800"}',
    order("x", '"amounts": {"total": "NaN"}'),
    "nonsense",
    '{"id": "x", "drafted_at": "yesterday", "currency": "USD"}',
)


def test_a_thousand_files_of_which_fifty_are_broken(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "in").mkdir()
    for n in range(1000):
        text = BROKEN[n // 20 % 10] if n % 20 == 0 else order(str(n))
        (tmp_path / "in" / f"{n:04}.json").write_text(text, encoding="utf-8")
    ended = program("check", "in", "--rules", "rules.yaml", "--jobs", "2", *AS_OF, "--format", "json", folder=tmp_path)
    assert ended.code == 3
    report = validated(ended.out)
    verdicts = [each["verdict"] for each in report["documents"]]
    assert verdicts == ["unreadable" if n % 20 == 0 else "pass" for n in range(1000)]
    errors = [each for each in report["diagnostics"] if each["severity"] == "error"]
    assert len({each["path"] for each in errors}) == 50
    assert {each["path"] for each in errors} == {f"in/{n:04}.json" for n in range(0, 1000, 20)}
    assert len({(each["code"], each["message"]) for each in errors}) >= 10


# Inputs


def _book(rows: list[list[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("orders")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(number, column, value)
    return made.getvalue()


TABLE = [
    ["id", "drafted_at", "currency", "amounts.total", "amounts.collection"],
    ["1", "2026-03-01T00:00:00Z", "USD", "5.00", "5.01"],
]
STANDARD: Mapping[str, bytes] = {
    "json": order("1", FAULTY).encode(),
    "yaml": b"id: '1'\n" + _yaml().encode(),
    "ndjson": order("1", FAULTY).encode(),
    "csv": "".join(f"{','.join(row)}\n" for row in TABLE).encode(),
    "tsv": "".join("{}\n".format("\t".join(row)) for row in TABLE).encode(),
    "xlsx": _book(TABLE),
    "zip": _zipped({"one.json": order("1", FAULTY)}),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small")
    (path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (path / "in" / "deep").mkdir(parents=True)
    (path / "in" / "a b.json").write_text(order("1", FAULTY), encoding="utf-8")
    (path / "in" / "deep" / "c.json").write_text(order("2"), encoding="utf-8")
    (path / "-").write_text(order("3"), encoding="utf-8")
    (path / "two\nlines.json").write_text(order("4"), encoding="utf-8")
    return path


def checked(folder: Path, *arguments: str, **more: Any) -> Ended:
    return program("check", "--rules", "rules.yaml", "--engine", "compiled", *AS_OF, *arguments, folder=folder, **more)


def test_standard_input_in_every_format(small: Path) -> None:
    def run(name: str) -> Ended:
        options = ("--input-format", name, "--jobs", "2", "--format", "json")
        return checked(small, "-", *options, stdin=STANDARD[name])

    for name, ended in side_by_side(run, STANDARD).items():
        assert ended.code == 1, (name, ended.err)
        (document,) = validated(ended.out)["documents"]
        path = "-!one.json" if name == "zip" else "-"
        assert (document["path"], document["id"], document["verdict"]) == (path, "1", "violation")


def paths_of(ended: Ended) -> list[str]:
    return [each["path"] for each in validated(ended.out)["documents"]]


def test_lists_of_inputs(small: Path) -> None:
    said = b"in/a b.json\nin/deep/c.json\n"
    listed = checked(small, "--files-from", "-", "--format", "json", "--jobs", "2", stdin=said)
    assert paths_of(listed) == ["in/a b.json", "in/deep/c.json"]
    said = b"two\nlines.json\0in/deep/c.json\0"
    listed = checked(small, "in/a b.json", "--files-from", "-", "-0", "--format", "json", stdin=said)
    assert paths_of(listed) == ["in/a b.json", "two\nlines.json", "in/deep/c.json"]
    # A list names files: what is called like standard input is one, too.
    listed = checked(small, "--files-from", "-", "--input-format", "json", "--format", "json", stdin=b"-\n")
    assert (listed.code, paths_of(listed)) == (0, ["./-"])
    refused = checked(small, "-", "--files-from", "-", stdin=said)
    assert (refused.code, refused.out) == (2, "")
    assert "standard input cannot be the list of --files-from and an input too" in refused.err


def test_folders_that_are_not_entered_are_named(small: Path) -> None:
    ended = checked(small, "in", "--no-recursive", "--format", "json")
    assert paths_of(ended) == ["in/a b.json"]
    (said,) = validated(ended.out)["diagnostics"]
    assert said["code"] == "input.not-entered"
    assert "deep" in said["message"]


CHANGED = """\
import os
import orderproof.portion as m
m.LINES = 20_000
real, count = m._cut, 0
def changing(name, stream, position):
    for part in real(name, stream, position):
        yield part
        with open(name, "a") as file:
            file.write("\\n")
m._cut = changing
"""


CHANGED_AT_ONCE = """\
import orderproof.intake as m
real = m.read_file_raw
def changing(found, *options):
    for reading in real(found, *options):
        yield reading
    with open(found.name, "a") as file:
        file.write("\\n")
m.read_file_raw = changing
"""


@pytest.mark.parametrize("format_", ["text", "json", "ndjson"])
def test_lines_that_change_before_they_are_read(tmp_path: Path, format_: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    for jobs, change in (("1", CHANGED_AT_ONCE), ("2", CHANGED)):
        environment = injected(tmp_path, "sitecustomize", change)
        (tmp_path / "long.ndjson").write_text(many(1500), encoding="utf-8")
        options = ("--format", format_, "--jobs", jobs, "--output", "report.json")
        ended = checked(tmp_path, "long.ndjson", *options, environment=environment)
        assert ended.code == 3, ended.err
        assert "long.ndjson: error: this input changed while it was checked [input.changed]" in ended.err
        assert "As of " not in ended.out
        assert '"record":"end"' not in ended.out
        assert not (tmp_path / "report.json").exists()


# One order in many shapes


@dataclass(frozen=True)
class Verdicts:
    """What was said of the subjects of each check; and of the checks that the source does not carry."""

    said: Mapping[tuple[str, str, str], str]
    unjudged: frozenset[str]


def verdicts_of(paths: list[str]) -> list[Verdicts]:
    """The verdicts of every check over each document of some inputs, in this process."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from orderproof.check import conduct
    from orderproof.intake import Intake, Mappings
    from orderproof.judge import Judge
    from orderproof.labour import Labour, Mark, Task
    from orderproof.language.evaluate import Setting
    from orderproof.reading.inputs import find_inputs
    from orderproof.reading.table import TableOptions
    from orderproof.report.collect import Collector
    from orderproof.ruleset.open import compile_opened, open_rule_set
    from orderproof.run import Run

    opened = open_rule_set(None, {}, cases=False)
    program = compile_opened(opened, (), ())
    setting = Setting(datetime(2026, 4, 10, tzinfo=UTC), ZoneInfo(program.timezone))
    judge = Judge(Run(program, opened.schema, setting, None, "compiled", "en", details=True, every_document=True))
    intake = Intake(find_inputs(paths), Mappings(opened.path, opened.schema), None, TableOptions())
    labour, collector = Labour(judge, intake), Collector()
    outcomes = (outcome for portion in intake.portions() for outcome in labour(Task(portion), Mark([0])))
    conduct(outcomes, judge, [collector], intake.again, lambda ending: ending)
    judge.close()
    found: list[Verdicts] = []
    for document in collector.report.documents:
        assert document.verdict.value != "unreadable", collector.report.diagnostics
        said = {(o.rule, o.subject.entity, o.subject.key): o.verdict for o in document.outcomes}
        unjudged = frozenset(rule for (rule, _, _), verdict in said.items() if verdict == "not_judged")
        found.append(Verdicts(said, unjudged))
    return found


def _flat(document: Mapping[str, Any]) -> list[list[str]]:
    """A table of the order: its own fields, and its payments' in a row each."""
    own = dict(_leaves(document, ""))
    payments = [dict(_leaves(payment, "payments.")) for payment in document["payments"]]
    headers = [*own, *dict.fromkeys(header for payment in payments for header in payment)]
    return [headers, *([own.get(h, "") or payment.get(h, "") for h in headers] for payment in payments)]


def _leaves(value: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        if isinstance(item, dict):
            yield from _leaves(item, f"{before}{name}.")
        elif not isinstance(item, list):
            yield f"{before}{name}", str(item).lower() if isinstance(item, bool) else str(item)


def test_one_order_in_every_shape(tmp_path: Path) -> None:
    case = MAPPED / "api-new-values"
    payload = tmp_path / "payload.ndjson"
    payload.write_text((case / "orders.ndjson").read_text(encoding="utf-8").splitlines()[1], encoding="utf-8")
    line = (case / "converted.ndjson").read_text(encoding="utf-8").splitlines()[1]
    document = json.loads(line)
    table = io.StringIO()
    csv.writer(table).writerows(_flat(document))
    files: Mapping[str, bytes] = {
        "order.json": json.dumps(document, indent=1).encode(),
        "order.yaml": json.dumps(document, ensure_ascii=False, indent=2).encode(),
        "order.ndjson": line.encode(),
        "packed.ndjson.gz": gzip.compress(line.encode()),
        "order.csv": table.getvalue().encode(),
        "order.xlsx": _book(_flat(document)),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    whole = [verdicts_of([str(tmp_path / name)])[0] for name in list(files)[:4]]
    assert whole[1:] == whole[:1] * 3
    assert {"pass", "violation", "not_applicable"} <= set(whole[0].said.values())
    parts = [verdicts_of([str(path)])[0] for path in (tmp_path / "order.csv", tmp_path / "order.xlsx", payload)]
    assert parts[0] == parts[1]
    for part in parts:
        carried = {key: said for key, said in part.said.items() if key[0] not in part.unjudged}
        assert carried == {key: said for key, said in whole[0].said.items() if key[0] not in part.unjudged}
        assert len(carried) >= 6
        assert "violation" in carried.values()


def test_a_workbook_of_the_back_office_beside_its_converted_orders(tmp_path: Path) -> None:
    (tmp_path / "orders.xlsx").write_bytes(WORKBOOKS["xlsx-findings"])
    (tmp_path / "orders.ndjson").write_bytes((MAPPED / "xlsx-findings" / "converted.ndjson").read_bytes())
    of_book, of_lines = (verdicts_of([str(tmp_path / name)]) for name in ("orders.xlsx", "orders.ndjson"))
    assert len(of_book) == len(of_lines) > 1
    for mapped, own in zip(of_book, of_lines, strict=True):
        carried = {key: said for key, said in mapped.said.items() if key[0] not in mapped.unjudged}
        assert carried == {key: said for key, said in own.said.items() if key[0] not in mapped.unjudged}


# Memory and progress


def _peak(folder: Path, name: str, format_: str) -> int:
    """The most memory in KiB that one process took for a file."""
    out = folder / f"{name}.{format_}.out"
    command = [*COMMAND, "check", name, "--rules", "rules.yaml", *AS_OF, "--engine", "compiled", "--jobs", "1"]
    with out.open("wb") as written:
        process = subprocess.Popen([*command, "--format", format_], cwd=folder, stdout=written, stderr=subprocess.PIPE)
        assert process.stderr is not None
        with process.stderr:
            process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1
    return usage.ru_maxrss


def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    for count in (2_000, 40_000):
        (tmp_path / f"{count}.ndjson").write_text(
            many(count, lambda n: FAULTY if n % 97 == 0 else CLEAN), encoding="utf-8"
        )
    for format_ in ("ndjson", "json"):
        few, lots = (_peak(tmp_path, f"{count}.ndjson", format_) for count in (2_000, 40_000))
        assert lots - few < 20 << 10, (format_, few, lots)


CLEAN = '"amounts": {"total": "5.00", "collection": "5.00"}'
EAGER = "import orderproof.report.progress as m\nm.PATIENCE = m.PAUSE = 0.0\nimport orderproof.portion as p\np.LINES = 20_000\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_progress_tells_the_share_of_the_bytes(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "long.ndjson").write_text(many(1500), encoding="utf-8")
    environment = {"TERM": "xterm", **injected(tmp_path, "sitecustomize", EAGER)}
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMMAND, "check", "long.ndjson", "--rules", "rules.yaml", "--engine", "compiled", "--jobs", jobs],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
    finally:
        os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 1 << 16):
            shown += part
    except OSError:
        pass  # how a terminal ends
    finally:
        os.close(ours)
    assert process.wait(timeout=30) == 1
    shares = [int(share) for share in re.findall(rb"(\d+) ?%", shown)]
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert 0 < shares[-2] <= shares[-1] <= 100
    assert b"left" in shown
