"""Receipts: what one says of a run, what verifying tells of files and verdicts, and what no receipt can make us do."""

import gzip
import hashlib
import json
import os
import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, injected, order, program, side_by_side
from reports import validator

from orderproof.cli import run
from orderproof.data import schemas_folder
from orderproof.diagnostic import IncompleteError
from orderproof.reading.inputs import find_inputs
from orderproof.receipt.attest import Witness
from orderproof.receipt.files import Read, name_below, parts_of, read_below

AS_OF = ("--as-of", "2026-03-20T00:00:00Z")
OWN = "orderproof.receipt/1"
API = Path(__file__).parent.parent / "fixtures" / "mappings" / "api-bare-object" / "order.json"
CONTRACTS = Path(__file__).parent.parent / "fixtures" / "orders" / "contracts"
GROUPED = """\
  - id: amount.unique
    title: {en: No two orders of one amount}
    clause: "2"
    by: order.amounts.collection
    each: order
    require: count(group) <= 1
    message: {en: "Orders of one amount: {count(group)}."}
"""
WAIVERS = """\
waivers:
  - rule: price.equal
    document: "b"
    reason: it is agreed
    owner: sales
    expires: 2026-12-31
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended."""

    code: int
    out: str
    err: str


class Place:
    """A folder with documents and rules, in which the program is called."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def call(self, *arguments: str) -> Ended:
        code = run(arguments)
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)

    def attest(self, *arguments: str, rules: str = "rules.yaml") -> dict[str, Any]:
        self.call("check", *arguments, "--rules", rules, *AS_OF, "--engine", "reference", "--attest", "receipt.json")
        return self.receipt

    @property
    def receipt(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "receipt.json").read_bytes())
        validator("receipt").validate(found)
        return found

    def verify(self, *arguments: str) -> Ended:
        return self.call("verify", "receipt.json", *arguments)

    def differences(self, *arguments: str) -> list[str]:
        """The first two parts of each line that tells a difference."""
        ended = self.verify(*arguments)
        lines = [line.split(": ") for line in ended.out.splitlines()]
        found = [": ".join(parts[:2]) for parts in lines if parts[0].islower()]
        assert ended.code == (1 if found else 0), ended
        return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    monkeypatch.chdir(tmp_path)
    found = Place(tmp_path, capsys)
    found.write("rules.yaml", RULES)
    found.write("orders/a.json", order("a"))
    found.write("orders/b.json", order("b"))
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def document(name: str, folder: Path) -> dict[str, object]:
    return {
        "name": name,
        "digest": {"sha256": sha256(folder / name)},
        "annotations": {"orderproof.kind": "document"},
    }


# What one says


def test_a_clean_run(place: Place) -> None:
    receipt = place.attest("orders")
    assert receipt["_type"] == "https://in-toto.io/Statement/v1"
    assert receipt["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert receipt["subject"] == [document(f"orders/{name}.json", place.folder) for name in "ab"]
    predicate = receipt["predicate"]
    own = predicate.pop(OWN)
    names = [(each["name"], *each["annotations"].values()) for each in predicate.pop("configuration")]
    assert names == [("rules.yaml", "rules", "root"), ("order.schema.json", "schema", "shipped")]
    assert predicate == {
        "result": "PASSED",
        "passedTests": ["price.equal", "price.positive"],
        "warnedTests": [],
        "failedTests": [],
    }
    assert (own["exit_code"], own["complete"], own["cross_run_complete"]) == (0, True, True)
    assert own["as_of"] == "2026-03-20T00:00:00Z"
    assert own["searched"] == ["orders"]
    assert own["never_applicable"] == ["payment.method", "shipment.by-agreed-time"]
    assert own["parameters"] == {"allowed": "0", "methods": ["tt", "e_checking"], "timezone": "Asia/Shanghai"}
    assert own["limits"]["document_bytes"] == 64 << 20
    assert own["findings"] == {"count": 0, "sha256": hashlib.sha256().hexdigest()}


PAID = '"amounts": {"total": "5.00", "collection": "5.00"}'
RESULTS: dict[str, tuple[str, tuple[str, ...], str, int, list[str], list[str], list[str]]] = {
    "warned": (WARNED, (), "WARNED", 0, ["price.equal"], ["price.positive"], []),
    "warning that fails": (WARNED, ("--fail-on", "warning"), "FAILED", 1, ["price.equal"], ["price.positive"], []),
    "faulty": (FAULTY, (), "FAILED", 1, ["price.positive"], [], ["price.equal"]),
    "undetermined": (UNKNOWN, (), "FAILED", 1, ["price.positive"], [], ["price.equal"]),
    "faulty, but nothing fails": (
        FAULTY,
        ("--fail-on", "never"),
        "FAILED",
        0,
        ["price.positive"],
        [],
        ["price.equal"],
    ),
    "waived": (FAULTY, ("--waivers", "waivers.yaml"), "WARNED", 0, ["price.positive"], ["price.equal"], []),
    "a field looks mistyped": (
        f'{PAID}, "submited_at": "x"',
        (),
        "WARNED",
        0,
        ["price.equal", "price.positive"],
        [],
        [],
    ),
    "nothing applies": (NOTHING, ("--only", "payment.*"), "FAILED", 3, [], [], []),
    "nothing applies, which is allowed": (NOTHING, ("--only", "payment.*", "--allow-empty"), "WARNED", 0, [], [], []),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results(place: Place, name: str) -> None:
    said, options, result, code, passed, warned, failed = RESULTS[name]
    place.write("waivers.yaml", WAIVERS)
    place.write("one/b.json", order("b", said))
    predicate = place.attest("one", *options)["predicate"]
    assert (predicate["result"], predicate[OWN]["exit_code"]) == (result, code)
    assert (predicate["passedTests"], predicate["warnedTests"], predicate["failedTests"]) == (passed, warned, failed)
    assert place.differences("--replay") == []


def test_of_an_incomplete_run_nothing_passed(place: Place) -> None:
    place.write("orders/c.json", "{")
    predicate = place.attest("orders", "gone.json")["predicate"]
    assert (predicate["result"], predicate["passedTests"]) == ("FAILED", [])
    assert (predicate[OWN]["exit_code"], predicate[OWN]["complete"]) == (3, False)
    assert predicate[OWN]["unread"] == ["gone.json"]
    ended = place.verify("--replay")
    assert (ended.code, "[verify.unread]" in ended.err) == (3, True)


@pytest.mark.parametrize(("options", "result", "code"), [((), "FAILED", 3), (("--allow-not-judged",), "WARNED", 0)])
def test_what_a_source_does_not_carry_did_not_pass(
    place: Place, options: tuple[str, ...], result: str, code: int
) -> None:
    place.write("order.json", API.read_bytes())
    predicate = place.attest("order.json", *options, rules="credit-guarantee")["predicate"]
    assert (predicate["result"], predicate[OWN]["exit_code"]) == (result, code)
    assert predicate["passedTests"] == ["price.total-adds-up", "price.steps-add-up"]
    assert "price.total-equals-collection" in predicate["warnedTests"]


def test_a_check_across_documents_that_missed_some_did_not_pass(place: Place) -> None:
    place.write("rules.yaml", RULES + GROUPED)
    place.write("orders/b.json", order("b", UNKNOWN))
    predicate = place.attest("orders", "--only", "amount.unique")["predicate"]
    assert "amount.unique" not in predicate["passedTests"]
    assert predicate["result"] != "PASSED"


def test_attachments(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--only", "contract.*", *AS_OF, "--engine", "reference", "--attest")
    monkeypatch.chdir(CONTRACTS)
    cases = ("account", "no-account", "waybill", "missing", "outside")
    documents = [f"{case}/order.json" for case in cases]
    receipts = []
    for jobs in ("1", "3"):
        file = place.folder / f"{jobs}.json"
        place.call("check", *documents, "--jobs", jobs, *options, str(file))
        receipts.append(file.read_bytes())
    assert receipts[0] == receipts[1]
    subjects = json.loads(receipts[0])["subject"]
    attached = [each for each in subjects if each["annotations"]["orderproof.kind"] == "attachment"]
    assert [each["name"] for each in attached] == [
        "account/papers/contract.docx",
        "no-account/contract.docx",
        "no-account/terms.txt",
    ]
    assert all(each["digest"]["sha256"] == sha256(CONTRACTS / each["name"]) for each in attached)
    ended = place.call("verify", str(place.folder / "1.json"), "--replay")
    assert (ended.code, ended.err) == (0, "")


def test_everything_that_verdicts_rest_on(place: Place) -> None:
    folder = place.folder
    place.write("policy/rules.yaml", RULES)
    place.write("policy/inputs/partner.yaml", "")
    place.write("waivers.yaml", WAIVERS)
    place.write("orders/b.json", order("b", FAULTY))
    place.call("check", "orders", "--rules", "rules.yaml", *AS_OF, "--output", "json:baseline.json")
    (folder / "policy/inputs/partner.yaml").unlink()
    place.write("orderproof.toml", 'waivers = "waivers.yaml"\n\n[parameters]\nallowed = "0.5"\n')
    receipt = place.attest("orders", "--baseline", "baseline.json", rules="policy")
    found = {each["name"]: tuple(each["annotations"].values()) for each in receipt["predicate"]["configuration"]}
    assert found == {
        "policy": ("rules", "root"),
        "order.schema.json": ("schema", "shipped"),
        "waivers.yaml": ("waivers", "root"),
        "baseline.json": ("baseline", "root"),
        "orderproof.toml": ("config", "root"),
    }
    assert receipt["predicate"][OWN]["options"]["parameters"] == {"allowed": "0.5"}
    assert place.differences("--replay") == []
    for name in ("waivers.yaml", "baseline.json", "orderproof.toml"):
        place.write(name, (folder / name).read_text() + "\n")
    place.write("policy/more.yaml", "parameters: {more: 1}\n")
    assert place.differences() == [
        "changed: policy",
        "changed: waivers.yaml",
        "changed: baseline.json",
        "changed: orderproof.toml",
    ]


def test_the_same_bytes(tmp_path: Path) -> None:
    """For any hash seed, zone, locale, number of jobs and order of arguments, and whatever reports there are."""
    (tmp_path / "rules.yaml").write_text(RULES + GROUPED, encoding="utf-8")
    kinds = ('"amounts": {"total": "5.00", "collection": "5.00"}', FAULTY, UNKNOWN, WARNED, NOTHING)
    lines = "".join(order(str(number), kinds[number % 5]) for number in range(200))
    (tmp_path / "many.ndjson").write_text(lines, encoding="utf-8")
    (tmp_path / "one.json").write_text(order("one"), encoding="utf-8")
    small = injected(tmp_path, "sitecustomize", "import orderproof.portion as m\nm.LINES = 2_000\n")
    runs: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
        "plain": ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, ("many.ndjson", "one.json", "--jobs", "1")),
        "other": (
            {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8"},
            ("one.json", "many.ndjson", "--jobs", "3", "--lang", "zh"),
        ),
        "details": (
            {"PYTHONHASHSEED": "9"},
            ("many.ndjson", "one.json", "--jobs", "2", "--details", "--output", "json:details.json"),
        ),
    }

    def one(name: str) -> Any:
        environment, arguments = runs[name]
        options = ("--rules", "rules.yaml", *AS_OF, "--attest", f"{name}.receipt")
        return program("check", *arguments, *options, folder=tmp_path, environment={**environment, **small})

    ends = side_by_side(one, runs)
    assert {ended.code for ended in ends.values()} == {1}
    first, *others = ((tmp_path / f"{name}.receipt").read_bytes() for name in runs)
    assert all(other == first for other in others)


# What no receipt is written of


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-",), "standard input"),
        (("orders", "--changed-since", "main"), "--changed-since"),
        (("linked.json",), "[attest.name]"),
        (("linked/a.json",), "[attest.name]"),
        (("../elsewhere.json",), "[attest.name]"),
        (("orders", "--waivers", "../waivers.yaml"), "[attest.name]"),
        (("orders", "--attachments-root", ".."), "[attest.name]"),
        (("orders", "--attest", "orders/a.json"), "[output.is-input]"),
        (("orders", "--attest", "rules.yaml"), "[output.is-input]"),
        (("orders", "--config", "policy.toml", "--attest", "policy.toml"), "[output.is-input]"),
        (("orders", "--output", "json:receipt.json"), "[output.twice]"),
        (("orders", "--attest", "no/folder.json"), "[output.failed]"),
    ],
)
def test_no_receipt_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    (place.folder / "in").mkdir()
    monkeypatch.chdir(place.folder / "in")
    place.write("elsewhere.json", order("x"))
    place.write("waivers.yaml", WAIVERS)
    place.write("in/rules.yaml", RULES)
    place.write("in/policy.toml", "details = false\n")
    place.write("in/orders/a.json", order("a"))
    (place.folder / "in/linked.json").symlink_to("orders/a.json")
    (place.folder / "in/linked").symlink_to("orders")
    before = sorted(place.folder.rglob("*"))
    attest = () if "--attest" in arguments else ("--attest", "receipt.json")
    ended = place.call("check", *arguments, *attest, "--rules", "rules.yaml", *AS_OF, "--engine", "reference")
    assert (ended.code, said in ended.err) == (2, True), ended
    assert sorted(place.folder.rglob("*")) == before
    assert (place.folder / "in/rules.yaml").read_text() == RULES


@pytest.mark.parametrize("kept", [False, True])
def test_a_file_that_changes_while_it_is_judged(place: Place, kept: bool) -> None:
    """Also where its size and its time are made what they were."""
    witness = Witness()
    assert len(list(witness.watched(find_inputs(("orders",))))) == 2
    path = place.folder / "orders/a.json"
    before = path.stat()
    path.write_text(order("z"), encoding="utf-8")
    if kept:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(IncompleteError, match="changed while it was checked"):
        list(witness.files())


LATE = """\
import signal
import orderproof.receipt.attest as m
real = m.AttestStream.{name}
def late(self, told):
    {deed}
    real(self, told)
m.AttestStream.{name} = late
"""


@pytest.mark.parametrize("changed", ["orders/a.json", "order.schema.json"])
def test_a_run_during_which_something_changes_leaves_no_receipt(place: Place, changed: str) -> None:
    place.write("receipt.json", "before")
    place.write("order.schema.json", (schemas_folder() / "order.schema.json").read_bytes())
    environment = injected(
        place.folder, "sitecustomize", LATE.format(name="end", deed=f"open({changed!r}, 'a').write('\\n')")
    )
    arguments = ("check", "orders", "--rules", "rules.yaml", *AS_OF, "--attest", "receipt.json")
    ended = program(*arguments, folder=place.folder, environment=environment)
    assert (ended.code, "changed while it was checked" in ended.err) == (3, True), ended
    assert (place.folder / "receipt.json").read_text() == "before"


def test_a_run_that_is_interrupted_leaves_no_receipt(place: Place) -> None:
    place.write("receipt.json", "before")
    place.write("orders/b.json", order("b", FAULTY))
    environment = injected(
        place.folder, "sitecustomize", LATE.format(name="document", deed="signal.raise_signal(signal.SIGINT)")
    )
    arguments = ("check", "orders", "--rules", "rules.yaml", *AS_OF, "--attest", "receipt.json")
    ended = program(*arguments, folder=place.folder, environment=environment)
    assert (ended.code, "interrupted" in ended.out + ended.err) == (130, True), ended
    assert (place.folder / "receipt.json").read_text() == "before"


def test_an_attachment_that_changes_while_it_is_judged(place: Place) -> None:
    witness = Witness()
    witness.attachments.add("orders", "contract.txt", "a" * 64)
    witness.attachments.add("orders", "./contract.txt", "a" * 64)
    assert list(witness.files()) == [("attachment", "orders/contract.txt", "a" * 64)]
    witness.attachments.add("orders", "contract.txt", "b" * 64)
    with pytest.raises(IncompleteError):
        list(witness.files())


def test_no_room_for_what_is_put_aside(place: Place) -> None:
    code = "import tempfile\ndef none(*_, **__):\n    raise OSError(28, 'No space left on device')\ntempfile.TemporaryFile = none\n"
    environment = injected(place.folder, "sitecustomize", code)
    arguments = ("check", "orders", "--rules", "rules.yaml", *AS_OF, "--attest", "receipt.json")
    ended = program(*arguments, folder=place.folder, environment=environment)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: cannot write a temporary file: no space left on device [output.failed]")
    assert not (place.folder / "receipt.json").exists()


def test_a_run_that_fails_leaves_no_receipt(place: Place) -> None:
    """Here standard output is full; what was there stays as it was."""
    place.write("receipt.json", "before")
    with Path("/dev/full").open("wb") as full:
        ended = program(
            *("check", "orders", "--rules", "rules.yaml", *AS_OF, "--attest", "receipt.json"),
            folder=place.folder,
            stdout=full.fileno(),
        )
    assert ended.code == 2
    assert (place.folder / "receipt.json").read_text() == "before"


# Files


def _links(place: Place) -> None:
    (place.folder / "orders/b.json").rename(place.folder / "b.json")
    (place.folder / "orders/b.json").symlink_to("../b.json")


def _linked_folder(place: Place) -> None:
    (place.folder / "orders").rename(place.folder / "elsewhere")
    (place.folder / "orders").symlink_to("elsewhere")


def _folder(place: Place) -> None:
    (place.folder / "orders/b.json").unlink()
    (place.folder / "orders/b.json").mkdir()


def _pipe(place: Place) -> None:
    (place.folder / "orders/b.json").unlink()
    os.mkfifo(place.folder / "orders/b.json")


CHANGES: dict[str, tuple[Callable[[Place], object], list[str]]] = {
    "nothing": (lambda _: None, []),
    "touched": (lambda place: os.utime(place.folder / "orders/a.json", (1, 1)), []),
    "changed": (lambda place: place.write("orders/b.json", order("b", FAULTY)), ["changed: orders/b.json"]),
    "missing": (lambda place: (place.folder / "orders/b.json").unlink(), ["missing: orders/b.json"]),
    "extra": (lambda place: place.write("orders/in/c.ndjson", order("c")), ["extra: orders/in/c.ndjson"]),
    "other ending": (lambda place: place.write("orders/c.txt", "c"), []),
    "beside": (lambda place: place.write("c.json", order("c")), []),
    "renamed": (
        lambda place: (place.folder / "orders/b.json").rename(place.folder / "orders/c.json"),
        ["missing: orders/b.json", "extra: orders/c.json"],
    ),
    "link": (_links, ["refused: orders/b.json"]),
    "linked folder": (_linked_folder, ["refused: orders/a.json", "refused: orders/b.json", "refused: orders"]),
    "folder": (_folder, ["refused: orders/b.json"]),
    "pipe": (_pipe, ["refused: orders/b.json"]),
    "rules": (lambda place: place.write("rules.yaml", RULES + "\n"), ["changed: rules.yaml"]),
    "broken rules": (lambda place: place.write("rules.yaml", "{"), ["unreadable: rules.yaml"]),
    "no rules": (lambda place: (place.folder / "rules.yaml").unlink(), ["missing: rules.yaml"]),
    "new mapping": (lambda place: place.write("inputs/x.yaml", ""), ["extra: rules.yaml"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes(place: Place, name: str) -> None:
    place.attest("orders")
    change, expected = CHANGES[name]
    change(place)
    assert place.differences() == expected


def test_what_is_told(place: Place) -> None:
    place.attest("orders")
    was, rules = sha256(place.folder / "orders/a.json"), "small 1"
    place.write("orders/a.json", order("a", FAULTY))
    place.write("orders/c.json", order("c"))
    is_ = sha256(place.folder / "orders/a.json")
    assert place.verify("--replay") == Ended(
        1,
        f"changed: orders/a.json: its digest is {is_}, in the receipt {was}\n"
        "extra: orders/c.json: the receipt does not name it, and the same call would check it\n"
        "Files that the receipt names: 4; 1 changed, 1 extra\n"
        f"It says: PASSED, exit code 0, as of 2026-03-20T00:00:00Z; rules: {rules}\n",
        "not judged once more: the files are not those of the receipt\n",
    )


def test_patterns_are_looked_through_again(place: Place) -> None:
    place.attest("ord*/*.json")
    assert place.receipt["predicate"][OWN]["searched"] == ["ord*/*.json"]
    place.write("orders2/c.json", order("c"))
    assert place.differences() == ["extra: orders2/c.json"]


def test_elsewhere(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents that were moved, and rules that were never below the folder of the run."""
    monkeypatch.chdir(place.folder / "orders")
    place.call("check", ".", "--rules", "../rules.yaml", *AS_OF, "--engine", "reference", "--attest", "../receipt.json")
    monkeypatch.chdir(place.folder)
    (place.folder / "orders").rename(place.folder / "moved")
    assert place.receipt["subject"][0]["name"] == "a.json"
    assert place.differences("--root", "moved") == ["missing: rules.yaml"]
    assert place.differences("--root", "moved", "--rules", "rules.yaml", "--replay") == []


# Verdicts


@pytest.mark.parametrize("name", ["lines", "packed", "archive", "table", "parameters", "selected", "names"])
def test_the_same_verdicts(place: Place, name: str) -> None:
    lines = order("a") + order("b", FAULTY) + "{\n" + order("a", WARNED)
    arguments: tuple[str, ...] = (f"{name}.in",)
    match name:
        case "lines":
            place.write("lines.in/x.ndjson", lines)
        case "packed":
            place.write("packed.in/x.ndjson.gz", gzip.compress(lines.encode(), mtime=0))
        case "archive":
            (place.folder / "archive.in").mkdir()
            with zipfile.ZipFile(place.folder / "archive.in/x.zip", "w") as archive:
                archive.writestr("a.json", order("a"))
                archive.writestr("b.ndjson", lines)
        case "table":
            place.write("table.in", lines)
            arguments = ("table.in", "--input-format", "ndjson", "--mapping", "none")
        case "parameters":
            place.write("parameters.in/x.ndjson", lines)
            arguments = ("parameters.in", "--parameter", "allowed=0.5", "--timezone", "Asia/Shanghai")
        case "selected":
            place.write("selected.in/x.ndjson", lines)
            arguments = ("selected.in", "--only", "price.*", "--skip", "price.positive", "--fail-on", "warning")
        case _:
            for each in ("-", "-x", "--lang=zh", "a b", "two\nlines", "*", "ö"):
                place.write(f"names.in/{each}.json", order(each, FAULTY))
            place.write("-.json", order("-"))
            arguments = ("names.in", "./-.json")
    place.attest(*arguments)
    assert place.differences("--replay") == []


FORGERIES: dict[str, tuple[tuple[str | int, ...], object, list[str]]] = {
    "result": (("predicate", "failedTests"), [], ["verdict: checks that failed"]),
    "passed": (("predicate", "passedTests"), ["price.equal"], ["verdict: checks that passed"]),
    "count": (("predicate", OWN, "findings", "count"), 0, ["verdict: findings"]),
    "findings": (("predicate", OWN, "findings", "sha256"), "0" * 64, ["verdict: findings"]),
    "summary": (("predicate", OWN, "summary", "violation"), 0, ["verdict: summary, violation"]),
    "code": (("predicate", OWN, "exit_code"), 0, ["verdict: exit code"]),
    "parameters": (("predicate", OWN, "parameters", "allowed"), "9", ["verdict: parameters"]),
    "as of": (("predicate", OWN, "as_of"), "2026-03-21T00:00:00Z", []),
    "name of the rules": (("predicate", OWN, "rules", "id"), "large", ["changed: rules.yaml"]),
    "version of the rules": (("predicate", OWN, "rules", "version"), "2", ["changed: rules.yaml"]),
    "engines": (("predicate", OWN, "engines"), [], []),
    "fewer files": (("subject", 1), None, ["extra: orders/b.json"]),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_receipt_that_says_something_else(place: Place, name: str) -> None:
    place.write("orders/b.json", order("b", FAULTY))
    receipt = place.attest("orders")
    path, value, expected = FORGERIES[name]
    inner: Any = receipt
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    place.write("receipt.json", json.dumps(receipt))
    assert place.differences("--replay") == expected


def test_what_else_differs_is_said(place: Place) -> None:
    receipt = place.attest("orders")
    own = receipt["predicate"][OWN]
    own["tool"]["version"] = "0.0.9"
    own["limits"]["depth"] = 63
    own["engines"][0]["judged"] = 1
    place.write("receipt.json", json.dumps(receipt))
    ended = place.verify("--replay")
    assert (ended.code, ended.err.splitlines()) == (
        0,
        [
            "the receipt is of version 0.0.9, this is 0.1.0: verdicts may differ for that",
            "the limit depth was 63, and is 64",
            "judged by reference 2; the receipt says reference 1",
        ],
    )


# What is none, and what one cannot do


def _with(path: tuple[str | int, ...], value: object) -> Callable[[Any], str]:
    def changed(receipt: Any) -> str:
        inner = receipt
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        return json.dumps(receipt)

    return changed


_NAME = ("subject", 0, "name")
_FIRST = ("predicate", "configuration", 0)
_OPTIONS = ("predicate", OWN, "options")
NONE: dict[str, Callable[[Any], str]] = {
    "empty": lambda _: "",
    "no JSON": lambda _: "not a receipt",
    "list": lambda _: "[]",
    "deep": lambda _: "[" * 100_000,
    "twice": lambda receipt: json.dumps(receipt).replace('"_type"', '"_type": "x", "_type"', 1),
    "twice inside": lambda receipt: json.dumps(receipt).replace('"exit_code": 0', '"exit_code": 1, "exit_code": 0'),
    "NaN": lambda receipt: json.dumps(receipt).replace('"exit_code": 0', '"exit_code": NaN'),
    "digits": lambda receipt: json.dumps(receipt).replace('"exit_code": 0', f'"exit_code": {"9" * 5000}'),
    "statement": _with(("_type",), "https://in-toto.io/Statement/v0.1"),
    "predicate": _with(("predicateType",), "https://slsa.dev/provenance/v1"),
    "absolute": _with(_NAME, "/etc/passwd"),
    "above": _with(_NAME, "../orders/a.json"),
    "above inside": _with(_NAME, "orders/../../x"),
    "NUL": _with(_NAME, "orders/a.json\0"),
    "no name": _with(_NAME, ""),
    "itself": _with(_NAME, "."),
    "the same twice": _with(_NAME, "orders//b.json"),
    "digest": _with(("subject", 0, "digest", "sha256"), "0" * 63),
    "digest with a line end": _with(("subject", 0, "digest", "sha256"), "0" * 64 + "\n"),
    "other digest": _with(("subject", 0, "digest"), {"md5": "0" * 32}),
    "resource above": _with((*_FIRST, "name"), "../rules.yaml"),
    "no rules": _with(_FIRST[:-1], []),
    "rules above": _with(("predicate", OWN, "rules", "name"), "../rules.yaml"),
    "searched above": _with(("predicate", OWN, "searched"), ["../*"]),
    "searched everywhere": _with(("predicate", OWN, "searched"), ["/"]),
    "attachments above": _with((*_OPTIONS, "attachments_root"), ".."),
    "unknown option": _with((*_OPTIONS, "reveal"), True),
    "contradiction": _with(("predicate", OWN, "exit_code"), 1),
    "failed and passed": _with(("predicate", "failedTests"), ["price.equal"]),
}


@pytest.mark.parametrize("name", NONE)
def test_no_receipt(place: Place, name: str) -> None:
    receipt = place.attest("orders")
    place.write("receipt.json", NONE[name](receipt))
    ended = place.verify("--replay")
    assert (ended.code, ended.out, "[verify.form]" in ended.err) == (2, "", True), ended


def test_fields_of_others_are_passed_over(place: Place) -> None:
    receipt = place.attest("orders")
    receipt["example.com/x"] = {"deep": [1.5e300]}
    receipt["subject"][0]["uri"] = "https://example.com"
    receipt["subject"][0]["digest"]["sha512"] = "0"
    receipt["predicate"]["url"] = "https://example.com"
    place.write("receipt.json", json.dumps(receipt))
    assert place.differences("--replay") == []


@pytest.mark.parametrize("name", ["gone.json", "orders", "pipe"])
def test_a_receipt_that_cannot_be_read(place: Place, name: str) -> None:
    os.mkfifo(place.folder / "pipe")
    ended = place.call("verify", name)
    assert (ended.code, ended.out, "[verify.unreadable]" in ended.err) == (3, "", True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("timezone",), "Nowhere/At-All"),
        (("timezone",), "\ud800"),
        (("encoding",), "--lang=zh"),
        (("mapping",), "--rules=/etc"),
        (("engine",), "--output=json:x.json"),
        (("parameters",), {"--output": "x.json"}),
        (("parameters",), {"allowed": "0\n--output=x.json"}),
        (("only",), ["--output=x.json"]),
    ],
)
def test_no_option_of_a_receipt_is_another_option(place: Place, path: tuple[str, ...], value: object) -> None:
    receipt = place.attest("orders")
    place.write("receipt.json", _with((*_OPTIONS, *path), value)(receipt))
    before = sorted(place.folder.rglob("*"))
    ended = place.verify("--replay")
    # No JSON is read in another encoding than UTF-8, so that one changes nothing.
    assert ended.code in ((0,) if path == ("encoding",) else (1, 2, 3))
    assert sorted(place.folder.rglob("*")) == before


def test_no_pattern_of_a_receipt_leads_away(place: Place) -> None:
    receipt = place.attest("orders")
    (place.folder / "outside").mkdir()
    place.write("outside/secret.json", order("x"))
    (place.folder / "root").mkdir()
    (place.folder / "orders").rename(place.folder / "root/orders")
    place.write("root/rules.yaml", RULES)
    (place.folder / "root/orders/link").symlink_to(place.folder / "outside")
    for pattern in ("orders/link", "orders/link/*", "*/link/*.json", "**/link/**"):
        place.write("receipt.json", _with(("predicate", OWN, "searched"), [pattern])(receipt))
        assert place.differences("--root", "root") == [f"refused: {pattern}"]


@given(st.lists(st.sampled_from(["a", "..", ".", "", "/", "\\", "b c", "..."]), max_size=8), st.sampled_from("/\\"))
def test_a_name_that_is_read_lies_below(parts: list[str], sign: str) -> None:
    name = sign.join(parts)
    found = parts_of(name)
    if not isinstance(found, str):
        assert posixpath.normpath(posixpath.join("/root", *found)).startswith("/root/")
        assert name_below(name, "/root") == "/".join(found)
    elif not name.startswith("/"):
        assert name_below(name, "/root") in (None, ".")


def test_a_large_file_is_read_in_parts(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (3 << 20))
    found = read_below(str(tmp_path), "large")
    assert isinstance(found, Read)
    assert found.sha256 == hashlib.sha256(b"x" * (3 << 20)).hexdigest()
