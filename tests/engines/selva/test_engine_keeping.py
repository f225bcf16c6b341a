"""Inpainting, continuing, varying, and regions of several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.selva.stages import decoding, known_sound
from tests.engines.selva.asking import (
    QUICK,
    RATE_HZ,
    MovingSquare,
    a_request,
    difference,
    first,
    made,
    noise,
)

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.capabilities import SettingValue
    from prismdesk.engines.selva.run_state import RunState

pytestmark = pytest.mark.usefixtures("small_models")


class Latents:
    """What a run knew of the latent and what it made of it, not normalised."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decoded, known_latent = decoding.decoded, known_sound.known_latent
        self.made = torch.empty(0)
        self.known: Tensor | None = None

        def spied_decoded(run: RunState, latents: Tensor) -> Tensor:
            self.made = latents
            return decoded(run, latents)

        def spied_known(*arguments: object) -> Tensor | None:
            self.known = known_latent(*arguments)  # type: ignore[arg-type]  # passed through
            return self.known

        monkeypatch.setattr("prismdesk.engines.selva.making.decoded", spied_decoded)
        monkeypatch.setattr("prismdesk.engines.selva.making.known_latent", spied_known)

    def error(self, first_frame: int, last_frame: int) -> float:
        """How far what was made is from what was known, over some frames."""
        assert self.known is not None
        part = slice(first_frame, last_frame)
        wanted = self.known[0, part]
        return float((self.made[0, part] - wanted).norm() / wanted.norm())


@pytest.mark.parametrize("task", [EngineTask.INPAINT, EngineTask.CONTINUE])
@pytest.mark.parametrize("jumps", [0, 2])
def test_known_sound_comes_back_in_the_latent(
    task: EngineTask, jumps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    latents = Latents(monkeypatch)
    first(a_request(1.0, 2.0, task=task, settings={"steps": 8, "jumps": jumps}))
    frames_per_second = 31.25
    start, end = int(1.0 * frames_per_second), int(2.0 * frames_per_second)
    assert latents.error(0, start - 4) < 1e-5
    assert latents.error(end + 5, 124) < 1e-5
    assert latents.error(start, end) > 0.1


@pytest.mark.parametrize(("feather_frames", "is_kept"), [(0, True), (8, False)])
def test_feather_says_how_near_the_region_known_sound_is_kept_whole(
    feather_frames: int, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    latents = Latents(monkeypatch)
    settings: dict[str, SettingValue] = {"steps": 4, "feather_frames": feather_frames}
    first(a_request(1.0, 2.0, task=EngineTask.INPAINT, settings=settings))
    first_frame = int(1.0 * 31.25)
    assert (latents.error(first_frame - 4, first_frame) < 1e-5) is is_kept
    assert latents.error(0, first_frame - 9) < 1e-5


def test_surroundings_are_heard_in_the_region() -> None:
    one = a_request(task=EngineTask.INPAINT)
    other = a_request(task=EngineTask.INPAINT, context=noise(1, one.context.shape[1], seed=2))
    assert difference(first(one), first(other)) > 0.01


def test_handles_of_an_inpainted_region_are_the_real_sound() -> None:
    request = a_request(task=EngineTask.INPAINT, head_samples=200, tail_samples=10**9)
    take = made(request)[0]
    assert np.array_equal(take.audio[:, :200], request.context[:, RATE_HZ - 200 : RATE_HZ])
    assert np.array_equal(take.audio[:, 200 + RATE_HZ :], request.context[:, 2 * RATE_HZ :])
    assert take.seam_samples == 0


def test_handles_of_a_generated_region_are_made_too() -> None:
    request = a_request(head_samples=4800, tail_samples=4800)
    take = made(request)[0]
    assert take.seam_samples > 0
    assert difference(take.audio[:, :4800], request.context[:, RATE_HZ - 4800 : RATE_HZ]) > 0.5


def test_what_the_region_held_is_not_kept_at_full_strength() -> None:
    request = a_request(task=EngineTask.GENERATE)
    silent = a_request(context=np.zeros_like(request.context))
    assert np.array_equal(first(request), first(silent))


def test_where_no_clip_lies_nothing_is_kept() -> None:
    samples = 4 * RATE_HZ
    nowhere = np.zeros(samples, bool)
    take = made(a_request(task=EngineTask.INPAINT, valid=nowhere))[0]
    assert "stands alone" in " ".join(take.notes)
    assert take.seam_samples > 0


@pytest.mark.parametrize("strength", [0.05, 0.3])
def test_a_variation_stays_as_near_as_its_strength_says(
    strength: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    latents = Latents(monkeypatch)
    source = noise(1, RATE_HZ, seed=5)
    settings = {"steps": 20, "strength": strength}
    first(a_request(source=source, settings=settings))
    near = latents.error(0, 31)
    first(a_request(source=source, settings={**settings, "strength": 0.9}))
    assert near < 0.6 * latents.error(0, 31)


def test_a_variation_depends_on_its_source() -> None:
    settings = {**QUICK, "strength": 0.5}
    one = first(a_request(settings=settings, source=noise(1, RATE_HZ, seed=5)))
    other = first(a_request(settings=settings, source=noise(1, RATE_HZ, seed=6)))
    assert difference(one, other) > 0.002


@pytest.mark.parametrize("long", ["joint", "sequential", "single"])
@pytest.mark.parametrize("task", [EngineTask.GENERATE, EngineTask.INPAINT])
def test_long_regions_are_made_in_every_way(long: str, task: EngineTask) -> None:
    request = a_request(
        1.0,
        13.0,
        context_seconds=15.0,
        picture=MovingSquare(15.0),
        settings={**QUICK, "long": long},
        task=task,
    )
    take = made(request)[0]
    assert take.audio.shape == (1, 12 * RATE_HZ)
    assert np.isfinite(take.audio).all()
    windows = [note for note in take.notes if "windows of 8 s" in note]
    assert len(windows) == (long != "single")


def test_the_picture_is_read_once_however_many_windows() -> None:
    film = MovingSquare(20.0)
    first(a_request(0.0, 20.0, context_seconds=20.0, picture=film))
    # 496 frames in runs of 64: no frame is read twice.
    assert film.frames_read == 20 * 25 - 4


def test_natural_length_works_on_eight_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    latents = Latents(monkeypatch)
    settings = {**QUICK, "work_length": "natural"}
    audio = first(a_request(4.0, 5.0, context_seconds=12.0, settings=settings))
    assert latents.made.shape[1] == 250
    assert audio.shape == (1, RATE_HZ)
