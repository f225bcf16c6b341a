"""How each component of the models is built and called for a case.

A module here names its components in ``RUNNERS``: from the component's id to a function that
takes a case and returns its outputs by name. Modules are found by themselves.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module

from torch import Tensor

from tests.conformance.case_file import Case

Runner = Callable[[Case], dict[str, Tensor]]


def all_runners() -> dict[str, Runner]:
    """Return the runner of every component there is."""
    runners: dict[str, Runner] = {}
    for module in pkgutil.iter_modules(__path__):
        found: dict[str, Runner] = import_module(f"{__name__}.{module.name}").RUNNERS
        runners.update(found)
    return runners
