"""The checkpoint of a run: which model, from which files, on which device, in which numbers."""

from __future__ import annotations

from prismdesk.engines.hosting.device import choose_device, choose_precision
from prismdesk.engines.hosting.installed import installed_model
from prismdesk.engines.hosting.network import Checkpoint


def chosen_checkpoint(
    engine: str, variant: str, *, device: str, precision: str = "auto"
) -> Checkpoint:
    """Return an installed model as it is to be computed.

    Args:
        engine: whose.
        variant: the model's name; empty for the first that is here.
        device: see ``choose_device``.
        precision: see ``choose_precision``.

    Raises:
        UnknownModelError: there is no such variant.
        WeightsMissingError: its files aren't all here.
        UnsupportedError: the device isn't there.
    """
    installed = installed_model(engine, variant)
    chosen = choose_device(device)
    return Checkpoint(
        model=installed.model,
        files=installed.files,
        device=chosen,
        precision=choose_precision(precision, chosen),
    )
