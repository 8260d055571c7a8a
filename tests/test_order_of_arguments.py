"""In which order inputs are said on the command line changes nothing: the same bytes in every format."""

from pathlib import Path

from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, Ended, order, program, side_by_side

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
KINDS = ('"amounts": {"total": "5.00", "collection": "5.00"}', FAULTY, UNKNOWN, WARNED, NOTHING)
ORDERS = {
    "said": ("more.ndjson", "orders", "x*.json", "gone.json", "broken.json", "orders/b.json"),
    "turned": ("orders/b.json", "broken.json", "gone.json", "x*.json", "orders", "more.ndjson"),
    "mixed": ("x*.json", "broken.json", "orders", "more.ndjson", "orders/b.json", "orders", "gone.json"),
}


def test_every_report(tmp_path: Path) -> None:
    """Two documents of one id are there, too: which of them is the first does not depend on the order."""
    (tmp_path / "rules.yaml").write_text(RULES + GROUPED, encoding="utf-8")
    lines = "".join(order(str(number), KINDS[number % 5]) for number in range(30))
    (tmp_path / "more.ndjson").write_text(lines, encoding="utf-8")
    (tmp_path / "orders").mkdir()
    for at, name in enumerate(("orders/a.json", "orders/b.json", "x1.json", "x2.json")):
        (tmp_path / name).write_text(order("same" if "b" in name or "2" in name else name, KINDS[at]), encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")

    def run(name: str) -> Ended:
        outputs = [part for each in TABLE for part in ("--output", f"{each}:{name}.{each}.report")]
        options = ("--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z", "--attest", f"{name}.receipt")
        return program("check", *ORDERS[name], *options, *outputs, folder=tmp_path)

    ends = side_by_side(run, ORDERS)
    assert {(ended.code, ended.out, ended.err) for ended in ends.values()} == {(3, ends["said"].out, ends["said"].err)}
    for each in (*(f"{format_}.report" for format_ in TABLE), "receipt"):
        first, *others = ((tmp_path / f"{name}.{each}").read_bytes() for name in ORDERS)
        assert len(first) > 500
        assert all(other == first for other in others), each
