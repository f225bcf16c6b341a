from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.case_file import read_case
from tests.conformance.checking import check_case

CASES = sorted((Path(__file__).parent / "cases").glob("*.safetensors"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_is_reproduced(path: Path) -> None:
    case = read_case(path)

    comparisons = check_case(case)

    assert {one.output for one in comparisons} == set(case.expected)
    assert [one for one in comparisons if not one.is_ok] == []
