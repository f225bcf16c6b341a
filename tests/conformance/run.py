"""Check conformance cases: ``python tests/conformance/run.py [--tolerance-scale X] FILE...``.

Prints a line per output (case, output, relative error, ok or FAIL) and exits 1 on any failure.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.conformance.case_file import UnreadableCase, read_case
from tests.conformance.checking import check_case


def main(arguments: list[str] | None = None) -> int:
    """Check every file; return 0 if all are as they must be, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tolerance-scale", type=float, default=1.0, metavar="X")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    results = [_is_ok(path, options.tolerance_scale) for path in options.files]
    print(f"{sum(results)} of {len(results)} cases ok")  # noqa: T201  (the runner's answer)
    return 0 if all(results) else 1


def _is_ok(path: Path, tolerance_scale: float) -> bool:
    try:
        comparisons = check_case(read_case(path), tolerance_scale=tolerance_scale)
    except UnreadableCase as error:
        _say(path.stem, "-", "-", f"FAIL ({error})")
        return False
    except Exception as error:  # noqa: BLE001  (one bad case must not keep the others from running)
        _say(path.stem, "-", "-", f"FAIL ({type(error).__name__}: {error})")
        return False
    for one in comparisons:
        verdict = "ok" if one.is_ok else "FAIL" + (f" ({one.remark})" if one.remark else "")
        _say(path.stem, one.output, f"{one.relative_error:.3g}", verdict)
    return bool(comparisons) and all(one.is_ok for one in comparisons)


def _say(case: str, output: str, error: str, verdict: str) -> None:
    print(f"{case}  {output}  {error}  {verdict}", flush=True)  # noqa: T201  (the runner's answer)


if __name__ == "__main__":
    sys.exit(main())
