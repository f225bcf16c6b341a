"""Filling a long gap with texture from its surroundings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.ambience.bands import band_powers, make_grid, to_db
from prismdesk.engines.ambience.course import Course, read_side
from prismdesk.engines.ambience.dropout import mend_dropout
from prismdesk.engines.ambience.laying import Layer
from prismdesk.engines.ambience.material import Material, gather_material, in_range
from prismdesk.engines.ambience.pieces import PieceChooser
from prismdesk.engines.ambience.tone_bridge import bridge_tones
from prismdesk.engines.contract import Phase
from prismdesk.engines.joining.linear_prediction import fit_model, simulate

if TYPE_CHECKING:
    from prismdesk.engines.ambience.bands import BandGrid, Levels
    from prismdesk.engines.ambience.course import Side
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.settings import AmbienceSettings
    from prismdesk.engines.ambience.surroundings import Signal, Surroundings

_SEAM_SECONDS = 0.008
_SEAM_ORDER = 256
_SAMPLES_AT_ONCE = 1 << 18
_LEAST_MATERIAL_SECONDS = 0.25
_SYNTHETIC_SECONDS = 3.0
_LEAST_MEMORY_SECONDS = 0.5


def fill_with_texture(
    around: Surroundings,
    settings: AmbienceSettings,
    *,
    carries_on: bool,
    generator: np.random.Generator,
    monitor: RunMonitor,
) -> tuple[Signal, tuple[str, ...]]:
    """Fill the gap of ``around`` with pieces of its surroundings.

    Args:
        around: what stands around the gap; at least one stretch of it has sound.
        settings: of the run.
        carries_on: whether sound that was dying away goes on dying (continuing past an end)
            or is taken as a chance of the moment (filling).
        generator: all chance comes from it.
        monitor: progress and cancelling.

    Returns:
        (channels, gap samples) that joins both ends, and notes on how it was made.
    """
    grid = make_grid(around.rate_hz)
    notes: list[str] = []
    monitor.at(Phase.ANALYSING, 0.05)
    bridge = bridge_tones(around, monitor) if settings.keep_tones else None
    whole = around
    if bridge is not None:
        around = replace(around, left=bridge.left, right=bridge.right)
        tones = "1 steady tone was" if bridge.count == 1 else f"{bridge.count} steady tones were"
        notes.append(f"{tones} carried through in phase.")
    named = [("left", around.left), ("right", around.right)]
    named += [("neither", other) for other in around.others]
    named = [(name, side) for name, side in named if side.shape[1]]
    stretches = [side for _, side in named]
    material = gather_material(stretches, [name for name, _ in named], grid, monitor)
    if material is None or grid.seconds(material.frames) < _LEAST_MATERIAL_SECONDS:
        material = _synthetic_material(stretches, grid, generator, monitor)
        notes.append("So little sound is around that its spectrum was imitated with noise.")
    course, edges = _read_course(around, grid, carries_on=carries_on, monitor=monitor)
    if course.is_decaying:
        notes.append("The sound before was dying away; it goes on doing so.")
    chooser = PieceChooser(
        material,
        course,
        before_db=edges[0],
        after_db=edges[1],
        variation=settings.variation,
        generator=generator,
    )
    layer = Layer(
        material,
        course,
        around.gap_samples,
        left=around.left,
        right=around.right,
    )
    count = _lay_pieces(layer, chooser, around.gap_samples, monitor)
    notes.append(f"Made of {count} {'piece' if count == 1 else 'pieces'} of the surroundings.")
    fill = layer.sound
    if bridge is not None:
        _add_tones(fill, bridge.sound, monitor)
    return _joined(fill, whole, generator, monitor), tuple(notes)


def _lay_pieces(layer: Layer, chooser: PieceChooser, gap_samples: int, monitor: RunMonitor) -> int:
    """Lay pieces until the gap is full; return how many it took."""
    done, count = 0, 0
    while done < gap_samples:
        monitor.at(Phase.STEP, 0.2 + 0.75 * done / gap_samples, step=count)
        piece = chooser.next_piece(done, gap_samples - done)
        layer.lay(piece)
        done += piece.length_samples
        count += 1
    return count


def _add_tones(fill: Signal, tones: Signal, monitor: RunMonitor) -> None:
    """Add the tones that were carried through the gap, in place."""
    for first in range(0, fill.shape[1], _SAMPLES_AT_ONCE):
        monitor.check()
        part = slice(first, first + _SAMPLES_AT_ONCE)
        fill[:, part] += tones[:, part]


def _read_course(
    around: Surroundings, grid: BandGrid, *, carries_on: bool, monitor: RunMonitor
) -> tuple[Course, tuple[Levels, Levels]]:
    """The course of levels, and the frames at both edges (frames, bands) over all channels.

    The frames run forward in time on both sides.
    """
    gap_seconds = around.gap_samples / around.rate_hz
    sides: list[Side | None] = []
    edges: list[Levels] = []
    for sound, may_decay in ((around.left, carries_on), (around.right[:, ::-1], False)):
        if sound.shape[1] == 0:
            sides.append(None)
            edges.append(np.zeros((0, len(grid.centres_hz))))
            continue
        powers = band_powers(_ending_on_a_frame(sound, grid), grid, monitor)
        memory_seconds = max(_LEAST_MEMORY_SECONDS, gap_seconds)
        side = read_side(
            powers,
            grid,
            gap_seconds=gap_seconds,
            memory_seconds=memory_seconds,
            may_decay=may_decay,
        )
        sides.append(side)
        near = powers[:, :-2] if powers.shape[1] > 4 else powers
        edges.append(in_range(to_db(near.mean(axis=0))))
    if sides[0] is None and sides[1] is None:
        rest = np.concatenate(around.others, axis=1)
        powers = band_powers(rest, grid, monitor)
        sides[0] = read_side(
            powers,
            grid,
            gap_seconds=gap_seconds,
            memory_seconds=max(_LEAST_MEMORY_SECONDS, gap_seconds),
            may_decay=False,
        )
    course = Course(left=sides[0], right=sides[1], length_seconds=gap_seconds)
    return course, (edges[0], edges[1][::-1])


def _ending_on_a_frame(sound: Signal, grid: BandGrid) -> Signal:
    """Drop the far samples that would keep the last frame from ending where the sound ends."""
    return sound[:, sound.shape[1] % grid.hop_samples :]


def _synthetic_material(
    stretches: list[Signal],
    grid: BandGrid,
    generator: np.random.Generator,
    monitor: RunMonitor,
) -> Material:
    """Noise with the spectrum and level of what little sound there is."""
    count = round(_SYNTHETIC_SECONDS * grid.rate_hz)
    channels = stretches[0].shape[0]
    noise = np.zeros((channels, max(count, 4 * grid.window_samples)))
    for channel in range(channels):
        monitor.check()
        model = fit_model([sound[channel] for sound in stretches], 32)
        noise[channel] = simulate(noise.shape[1], model, generator)
    material = gather_material([noise], ["neither"], grid, monitor)
    if material is None:
        raise ValueError("synthetic material is long enough by construction")
    return material


def _joined(
    fill: Signal, around: Surroundings, generator: np.random.Generator, monitor: RunMonitor
) -> Signal:
    """Mend a few milliseconds at each end so that the fill runs on from its neighbours."""
    gap = around.gap_samples
    seam = min(round(_SEAM_SECONDS * around.rate_hz), gap // 4)
    if seam < 2:
        return fill
    for is_left in (True, False):
        side = around.left if is_left else around.right
        if not side.shape[1]:
            continue
        inner = fill[:, seam:] if is_left else fill[:, : gap - seam]
        before, after = (side, inner) if is_left else (inner, side)
        mended = mend_dropout(
            before,
            after,
            seam,
            rate_hz=around.rate_hz,
            noise=1.0,
            generator=generator,
            monitor=monitor,
            longest_order=_SEAM_ORDER,
        )
        fill[:, slice(0, seam) if is_left else slice(gap - seam, gap)] = mended.sound
    return fill
