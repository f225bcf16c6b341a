"""The library of presets with cards in every state, and a region's stack of them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from prismdesk.adapters.sidecar import Sidecar, sidecar_path, write_sidecar
from prismdesk.project.edits import set_region_adapter_muted, set_region_adapters
from prismdesk.session.presets import PRESETS_VARIABLE, library
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from prismdesk.project.model import Region
    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]

MODEL = "selva-medium_44k"
_RATE_HZ = 16_000
_SECONDS = 4


def show_library(
    workspace: Workspace, region: Region, trigger: Callable[[str], None], until: Until
) -> None:
    """Show the library over the whole window, held against a region's model."""
    _write_presets()
    references = _references()
    workspace.document.apply(
        "Use Harbour planks",
        lambda p: set_region_adapters(p, region.id, ((references["Harbour planks"], 0.8),)),
    )
    trigger("view.adapters")
    trigger("view.fill_window")
    side = workspace.adapters.library
    until(lambda: side.listing.total >= len(references) and bool(side.wall.cards))
    side.wall.pick(0)
    # Nothing is trained in this picture: most of the room is for the cards.
    workspace.adapters.share_room(library_percent=68)
    until(lambda: all(one.wave.is_drawn for one in side.wall.cards if one.play.isEnabled()))


def show_stack(workspace: Workspace, region: Region, until: Until) -> None:
    """Show the inspector of a region with presets: one on, one off, one of another model."""
    _write_presets()
    references = _references()
    stack = (("Harbour planks", 0.8), ("Old diesel", -0.35), ("Marsh birds", 1.0))
    adapters = tuple((references[name], strength) for name, strength in stack)
    workspace.document.apply("Use", lambda p: set_region_adapters(p, region.id, adapters))
    workspace.document.apply(
        "Mute",
        lambda p: set_region_adapter_muted(p, region.id, references["Old diesel"], muted=True),
    )
    workspace.panels["inspector"].show_in_front()
    rows = workspace.sound.inspector.adapters.rows
    until(lambda: any(row.problem.text() for row in rows.values()))


def _references() -> dict[str, str]:
    return {preset.name: preset.reference for preset in library().scan()}


def _write_presets() -> None:
    root = Path(tempfile.mkdtemp()) / "presets"
    root.mkdir()
    os.environ[PRESETS_VARIABLE] = str(root)
    own = Sidecar(sound_from="Own recordings", licence="My own", strength=0.8)
    _write(root, "Clockwork", _hits(9, 40), Sidecar(trigger="clockwork"), alpha=None)
    _write(root, "Tin roof rain", _noise(0.02), _with(own, "tin roof, steady rain", 0.5), base="")
    _write(root, "Marsh birds", _hits(5, 6), Sidecar(trigger="marsh birds", sound_from="CC0"),
           base="selva-small_16k")  # fmt: skip
    diesel = Sidecar(
        trigger="old diesel, idle", sound_from="CC BY 4.0, name the author", strength=0.65
    )
    _write(root, "Old diesel", _noise(0.9), diesel)
    shutil.copy(root / "Old diesel.safetensors", root / "Old diesel copy.safetensors")
    (root / "Half fetched.safetensors").write_bytes(b"<html>Log in</html>" * 20)
    planks = _with(own, "harbour planks", 0.8, is_favourite=True, negative="speech, waves")
    _write(root, "Harbour planks", _hits(6, 14), planks)
    _write(root, "Harbour planks v2", _hits(7, 12), _with(own, "harbour planks", 0.8), rank=32)


def _with(card: Sidecar, trigger: str, strength: float, **more: object) -> Sidecar:
    said = {"sound_from": card.sound_from, "licence": card.licence}
    return Sidecar(trigger=trigger, strength=strength, **said, **more)  # type: ignore[arg-type]  # fields of its own


def _write(
    root: Path,
    name: str,
    sound: npt.NDArray[np.float32],
    card: Sidecar,
    *,
    alpha: float | None = 16.0,
    base: str = MODEL,
    rank: int = 16,
) -> None:
    seed = sum(name.encode())
    own: dict[str, Any] = {"base_model": base} if base else {}
    path = write_preset(root / f"{name}.safetensors", seed=seed, rank=rank, alpha=alpha, **own)
    write_sidecar(sidecar_path(path), card)
    soundfile.write(path.with_suffix(".wav"), sound, _RATE_HZ)


def _hits(count: int, decay: float) -> npt.NDArray[np.float32]:
    """Return hits that ring off, evenly apart."""
    random = np.random.default_rng(count)
    times = np.arange(_SECONDS * _RATE_HZ) / _RATE_HZ
    sound = np.zeros_like(times)
    for number in range(count):
        since = times - (number + 0.1) * _SECONDS / count
        ring = np.exp(-decay * np.clip(since, 0, None)) * (since >= 0)
        sound += (0.5 + 0.5 * random.random()) * ring * random.standard_normal(len(times))
    return (0.2 * sound).astype(np.float32)


def _noise(depth: float) -> npt.NDArray[np.float32]:
    """Return noise that swells and sinks by some depth."""
    times = np.arange(_SECONDS * _RATE_HZ) / _RATE_HZ
    swell = 1 - depth * 0.5 * (1 + np.cos(2 * np.pi * 1.5 * times))
    noise = np.random.default_rng(3).standard_normal(len(times))
    return (0.1 * swell * noise).astype(np.float32)
