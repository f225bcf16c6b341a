from __future__ import annotations

from pathlib import Path

from prismdesk.engines.training.option_list import options_markdown

PAGE = Path(__file__).parents[3] / "docs" / "training-options.md"


def test_page_of_the_documentation_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == options_markdown()
