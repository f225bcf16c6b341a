"""The panel of models in its states: loaded, narrow, adding a checkpoint, damaged, broken off."""

from __future__ import annotations

import json
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.weights.published import published_models
from prismdesk.ui.models.add_dialog import AddCheckpointDialog
from tests.checkpoints.generator_layout import generator_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]

LOADED = "custom-selva-tiny-16k-untrained"


def show_loaded(workspace: Workspace, until: Until) -> None:
    """Show the panel over the whole window with a model in memory."""
    _show_panel(workspace, until)
    workspace.models.side.only_installed.setChecked(True)
    workspace.device.warm_up("selva", LOADED)
    until(lambda: workspace.device.now.loaded_variant == LOADED)
    until(lambda: workspace.models.cards[LOADED].card_state.is_loaded)


def show_adding(workspace: Workspace, until: Until) -> None:
    """Show the dialog that makes a model of a file."""
    _show_panel(workspace, until)
    dialog = AddCheckpointDialog(workspace.models._desktop, workspace.models)
    dialog.look_at((_a_generator(Path(tempfile.mkdtemp())),))
    until(lambda: dialog.proposal is not None)
    dialog.licence.setEditText("CC BY 4.0")
    dialog.where.setText("on the page it came from")
    dialog.may_be_sold.setChecked(True)
    dialog.show()


def show_damaged(workspace: Workspace, until: Until) -> None:
    """Show what is told when a file's checksum is another than it was."""
    _show_panel(workspace, until)
    desktop = workspace.models._desktop
    desktop.models.tell_damage(LOADED, desktop)
    workspace.models.show_model(LOADED)


def _show_panel(workspace: Workspace, until: Until) -> None:
    workspace.models.side.only_installed.setChecked(False)
    # Where this computer keeps its files is nobody's business.
    workspace.models.folders.hide()
    workspace.panels["models"].show_in_front()
    workspace.models.show_list()
    until(lambda: LOADED in workspace.models.cards)


def _a_generator(folder: Path) -> Path:
    """Write a file with the tensors of a generator, which takes no room."""
    model = next(one for one in published_models() if one.variant == "medium_44k")
    stated: dict[str, object] = {}
    end_bytes = 0
    for name, shape in generator_shapes(model.hyper_parameters["generator"]).items():
        size_bytes = 2
        for length in shape:
            size_bytes *= length
        offsets = [end_bytes, end_bytes + size_bytes]
        stated[name] = {"dtype": "F16", "shape": shape, "data_offsets": offsets}
        end_bytes += size_bytes
    header = json.dumps(stated).encode()
    path = folder / "cloth_and_leather.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + end_bytes)
    return path
