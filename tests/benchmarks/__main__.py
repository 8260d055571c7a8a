"""How fast the program is, beside programs written by hand for the same 25 checks.

    python -m tests.benchmarks --bench FOLDER [--orders 200000] [--rounds 5] [--growth] [--start-up]

FOLDER holds the workload: a generator of orders, the programs to compare with, and what times commands in turn.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WORKLOAD = HERE / "workload.yaml"
AS_OF = "2026-01-01T00:00:00Z"
GROWTH = (10_000, 100_000, 1_000_000)


def _ours(*options: str) -> str:
    words = (sys.executable, str(HERE / "checker.py"), "{in}", "{out}", "--as-of", AS_OF, *options)
    return " ".join(words)


def _commands(bench: Path) -> dict[str, str]:
    """Every program by its name. The whole policy leaves out what reads the texts of contracts: there are none."""
    rules = ("--rules", str(WORKLOAD))
    policy = _ours("--skip", "contract.*", "--engine", "compiled", "--jobs", "1").replace("{out}", "/dev/null")
    return {
        "fast": f"{sys.executable} {bench / 'handwritten_fast.py'} {{in}} {{out}}",
        "duckdb-2": f"{sys.executable} {bench / 'duckdb_sql.py'} {{in}} {{out}} 2",
        "compiled": _ours(*rules, "--engine", "compiled", "--jobs", "1"),
        "auto": _ours(*rules, "--engine", "auto", "--jobs", "1"),
        "compiled-2": _ours(*rules, "--engine", "compiled", "--jobs", "2"),
        "policy": policy,
    }


def _orders(bench: Path, folder: Path, count: int) -> tuple[Path, Path]:
    """A file of orders and the violations in it; the same count gives the same bytes."""
    orders, truth = folder / f"orders-{count}.ndjson", folder / f"truth-{count}.ndjson"
    if not truth.exists():
        make = [sys.executable, str(bench / "generate.py"), "--orders", str(count)]
        subprocess.run([*make, "--out", str(orders), "--truth", str(truth)], check=True)
    return orders, truth


def _measure(bench: Path, files: tuple[Path, Path], rounds: int, names: list[str]) -> int:
    commands = _commands(bench)
    chosen = [f"{name}={commands[name]}" for name in names]
    words = [sys.executable, str(bench / "measure.py"), str(files[0]), "--truth", str(files[1])]
    return subprocess.run([*words, "--rounds", str(rounds), *chosen], check=False).returncode


def _start_up() -> None:
    """What is imported for one order, the slowest first."""
    order = HERE.parent.parent / "fixtures/orders/healthy/closed-before_shipment.json"
    words = [sys.executable, "-X", "importtime", "-m", "orderproof", "check", str(order)]
    said = subprocess.run(words, check=False, capture_output=True, text=True).stderr
    rows = [line.split("|") for line in said.splitlines() if line.count("|") == 2 and "cumulative" not in line]
    slowest = sorted(rows, key=lambda row: -int(row[0].rpartition(":")[2]))[:25]
    for row in slowest:
        print(f"{int(row[0].rpartition(':')[2]):>8} us  {row[2].strip()}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="the folder of the workload")
    parser.add_argument("--data", type=Path, default=Path("build/benchmarks"), help="where generated orders are kept")
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="names with commas; all are: " + ", ".join(_commands(Path())))
    parser.add_argument("--growth", action="store_true", help=f"one round each of {GROWTH} orders")
    parser.add_argument("--start-up", action="store_true", help="what is imported for one order")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    names = options.only.split(",") if options.only else list(_commands(options.bench))
    if options.start_up:
        _start_up()
        return 0
    if options.growth:
        codes = [_measure(options.bench, _orders(options.bench, options.data, n), 1, names) for n in GROWTH]
        return max(codes)
    files = _orders(options.bench, options.data, options.orders)
    return _measure(options.bench, files, options.rounds, names)


if __name__ == "__main__":
    sys.exit(main())
