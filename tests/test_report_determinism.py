"""The same input gives the same bytes in every format, whatever the surroundings and the number of processes are."""

import pytest
from hostile_report import write_hostile_documents
from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, Ended, injected, order, program, side_by_side

from orderproof.report.formats import TABLE

GROUPED = """\
  - id: amount.unique
    title: {en: No two orders of one amount}
    clause: "2"
    by: order.amounts.collection
    each: order
    require: count(group) <= 1
    message: {en: "Orders of one amount: {count(group)}."}
"""
# Portions of a few lines, so that one file is the work of several.
SMALL = "import orderproof.portion as m\nm.LINES = 2_000\n"
RUNS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "plain": ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, ("--jobs", "1")),
    "elsewhere": ({"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8"}, ("--jobs", "1")),
    "several": ({"PYTHONHASHSEED": "7", "TZ": "America/Los_Angeles", "LANG": "de_DE.UTF-8"}, ("--jobs", "2")),
    "crowd": ({"PYTHONHASHSEED": "9", "COLUMNS": "40", "PYTHONIOENCODING": "cp1252"}, ("--jobs", "5")),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The reports of all formats, by the run and the format."""
    folder = tmp_path_factory.mktemp("determinism")
    (folder / "rules.yaml").write_text(RULES + GROUPED, encoding="utf-8")
    kinds = ('"amounts": {"total": "5.00", "collection": "5.00"}', FAULTY, UNKNOWN, WARNED, NOTHING)
    lines = (order(str(number), kinds[number % 5]) for number in range(200))
    (folder / "many.ndjson").write_text("".join(lines), encoding="utf-8")
    names = write_hostile_documents(folder)

    def run(name: str) -> Ended:
        environment, options = RUNS[name]
        surroundings = {**environment, **injected(folder, "sitecustomize", SMALL)}
        outputs = [part for each in TABLE for part in ("--output", f"{each}:{name}.{each}.report")]
        arguments = ("many.ndjson", *names, "--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z")
        return program("check", *arguments, *options, *outputs, folder=folder, environment=surroundings)

    ends = side_by_side(run, RUNS)
    assert {ended.code for ended in ends.values()} == {3}, ends["plain"].err
    assert len({ended.out for ended in ends.values()}) == 1
    return {run: {each: (folder / f"{run}.{each}.report").read_bytes() for each in TABLE} for run in RUNS}


@pytest.mark.parametrize("format_", TABLE)
def test_the_same_bytes(reports: dict[str, dict[str, bytes]], format_: str) -> None:
    first, *others = (of[format_] for of in reports.values())
    assert len(first) > 1000
    assert all(other == first for other in others)
