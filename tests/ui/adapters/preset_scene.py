"""A library of presets on the disk, and the panel before it, for tests of the window."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from prismdesk.adapters.sidecar import Sidecar, sidecar_path, write_sidecar
from prismdesk.project.ids import RegionId
from prismdesk.project.lookup import region_of
from prismdesk.project.model import Task
from prismdesk.session.presets import library, own_root
from prismdesk.ui.adapters.hearing import ExampleHearing
from prismdesk.ui.adapters.panel import AdaptersPanel
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.transport import Transport
from tests.adapters.preset_files import write_preset
from tests.builders import a_project, a_region
from tests.ui.making_scene import FakePlayer, Scene, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region
    from prismdesk.ui.adapters.card import PresetCard

MODEL = "selva-medium_44k"
OTHER_MODEL = "selva-small_16k"
PATIENCE_MS = 20_000
REGION = RegionId("region-1")
RATE_HZ = 16_000


def put_preset(
    name: str,
    *,
    seed: int = 0,
    base: str = MODEL,
    alpha: float | None = 8.0,
    has_example: bool = False,
    **card: Any,
) -> Path:
    """Write a preset into the library's own folder, with its card."""
    own: dict[str, Any] = {"base_model": base} if base else {}
    path = own_root() / f"{name}.safetensors"
    write_preset(path, seed=seed or sum(name.encode()), alpha=alpha, **own)
    if card:
        write_sidecar(sidecar_path(path), Sidecar(**card))
    if has_example:
        times = np.arange(RATE_HZ) / RATE_HZ
        soundfile.write(path.with_suffix(".wav"), 0.5 * np.sin(2770 * times), RATE_HZ)
    return path


def a_selva_region(name: str = "Steps", **fields: Any) -> Region:
    """A region that SelVA is to make."""
    values: dict[str, Any] = {"engine": "selva", "variant": MODEL, "task": Task.GENERATE}
    return a_region(REGION, 48_000, 96_000, name=name, **(values | fields))


def reference_of(name: str) -> str:
    """Return what projects call a preset of the library."""
    library().scan()
    return library().find(name).reference


@dataclass
class LibraryScene:
    """The panel over a project, and somebody who works with it."""

    scene: Scene
    panel: AdaptersPanel
    player: FakePlayer
    qtbot: QtBot

    @property
    def region(self) -> Region:
        return region_of(self.scene.project, REGION)

    @property
    def shown(self) -> list[str]:
        """The names of the presets that are listed."""
        return [entry.preset.name for entry in self.panel.library.listing.entries]

    def wait(self, is_so: Any) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Wait until all work is done."""
        self.wait(lambda: not self.scene.desktop.background.tasks)

    def card(self, name: str) -> PresetCard:
        cards = self.panel.library.wall.cards
        return next(one for one in cards if one.preset is not None and one.preset.name == name)


@contextmanager
def open_library(
    folder: Path, qtbot: QtBot, *regions: Region, width_px: int = 800
) -> Iterator[LibraryScene]:
    """Show the panel over a project with a region of SelVA, which is selected."""
    scene = open_scene(folder, a_project(regions=regions or (a_selva_region(),)))
    player = FakePlayer()
    transport = Transport(scene.document, scene.selection, player)  # type: ignore[arg-type]  # as much of a player as is needed
    audition = Audition(scene.document, scene.selection, transport, scene.desktop)
    hearing = ExampleHearing(scene.document, transport, audition, scene.desktop)
    panel = AdaptersPanel(scene.document, scene.selection, hearing, scene.desktop)
    # As the window tells it.
    scene.desktop.presets.shown.connect(panel.library.show_preset)
    scene.selection.select_region(REGION)
    panel.resize(width_px, 700)
    panel.show()
    shown = LibraryScene(scene, panel, player, qtbot)
    try:
        shown.wait(lambda: scene.desktop.presets.is_known)
        shown.settle()
        yield shown
    finally:
        hearing.close()
        panel.close()
        panel.deleteLater()
        scene.close()
