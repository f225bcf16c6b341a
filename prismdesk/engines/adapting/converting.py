"""An adapter's file of any known form made into one of the library's, or into a folder for PEFT."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.conversion import as_true_difference
from prismdesk.engines.adapting.description import described_as
from prismdesk.engines.adapting.layer_names import layer_of
from prismdesk.engines.adapting.read import read_adapter
from prismdesk.engines.adapting.write import write_adapter
from prismdesk.engines.loading.state_file import CheckpointError, read_state
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import files_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.weights.model import Model


def convert_adapter(
    source: Path,
    target: Path,
    *,
    alpha: float | None = None,
    model_id: str = "",
    title: str = "",
) -> None:
    """Write an adapter under the library's names, with every alpha stated and its scale kept.

    Args:
        source: a file or PEFT folder.
        target: a file, or without ``.safetensors`` at its end a folder for PEFT.
        alpha: of layers whose alpha the file doesn't state.
        model_id: of the model that it was trained on; empty goes by what the file says. Needed
            where the file holds a changed base instead of a difference.
        title: what it is called from now on; empty leaves it as it is.

    Raises:
        AdapterFileError: it can't be used, or its alpha or its model is lacking.
        UnknownModelError: there is no such model.
        WeightsMissingError: the model isn't installed, and its weights are needed.
    """
    stored = read_adapter(source, alpha=alpha)
    adapter, about = stored.adapter, described_as(stored.facts)
    if model_id:
        about = replace(about, base_model=model_of(model_id).id)
    if stored.facts.kind == "residual-base":
        if not about.base_model:
            raise AdapterFileError(
                f"{source.name} holds a changed base, so it is told apart only with the model that "
                "it was trained on; say which."
            )
        adapter = as_true_difference(adapter, _parameters_of(model_of(about.base_model)))
    about = replace(about, title=title or about.title)
    is_file = target.suffix == ".safetensors"
    write_adapter(target, adapter, description=about, form="safetensors" if is_file else "peft")


def _parameters_of(model: Model) -> Callable[[str], Tensor]:
    """Return what gives the model's own parameters by the names of adapters' layers."""
    try:
        state = read_state(files_of(model)[model.base_role])
    except CheckpointError as error:
        raise AdapterFileError(str(error)) from error
    named = {layer_of(name): tensor for name, tensor in state.items()}
    return named.__getitem__
