from __future__ import annotations

from importlib import metadata

from prismdesk.engines.processor import processor_name, versions_of


def test_the_processor_has_a_name() -> None:
    assert processor_name().strip() == processor_name() != ""


def test_only_what_is_installed_has_a_version() -> None:
    assert versions_of(("numpy", "no-such-library")) == (("numpy", metadata.version("numpy")),)
