"""Inpainting, continuing, varying, and regions of several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from prismdesk.engines.audiox import making
from prismdesk.engines.audiox.stages import decoding, known_sound
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS
from tests.engines.audiox.asking import ALL, BASE, MAF, MMDIT, RATE_HZ, asked, first, made
from tests.engines.selva.asking import MovingSquare, difference, noise

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.engine import AudioxEngine
    from prismdesk.engines.audiox.run_state import RunState

pytestmark = pytest.mark.usefixtures("small_models")
_FRAMES_PER_SECOND = 44_100 / 2048


class Latents:
    """What a run knew of the latents and what it made of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decoded, known_latents = decoding.decoded, known_sound.known_latents
        self.made = torch.empty(0)
        self.known: Tensor | None = None

        def spied_decoded(run: RunState, latents: Tensor) -> Tensor:
            self.made = latents
            return decoded(run, latents)

        def spied_known(*arguments: Any) -> Tensor | None:
            self.known = known_latents(*arguments)
            return self.known

        monkeypatch.setattr(making, "decoded", spied_decoded)
        monkeypatch.setattr(making, "known_latents", spied_known)

    def error(self, first_second: float, last_second: float) -> float:
        """How far what was made is from what was known, over some of the stretch."""
        assert self.known is not None
        start, end = (round(at * _FRAMES_PER_SECOND) for at in (first_second, last_second))
        wanted = self.known[0, :, start:end]
        return float((self.made[0, :, start:end] - wanted).norm() / wanted.norm())


@pytest.mark.parametrize("variant", ALL)
@pytest.mark.parametrize("task", [EngineTask.INPAINT, EngineTask.CONTINUE])
def test_known_sound_comes_back_untouched_and_the_region_is_new(
    variant: str, task: EngineTask, monkeypatch: pytest.MonkeyPatch, engine: AudioxEngine
) -> None:
    latents = Latents(monkeypatch)
    request = asked(variant=variant, task=task, head_samples=4800, tail_samples=10**9)
    take = made(request, engine)[0]
    assert latents.error(0.0, 0.9) == 0.0
    assert latents.error(2.1, 3.9) == 0.0
    assert latents.error(1.0, 2.0) > 0.1
    assert take.seam_samples == 0
    before = request.context[:, RATE_HZ - 4800 : RATE_HZ]
    assert np.array_equal(take.audio[:, :4800], before)
    assert np.array_equal(take.audio[:, 4800 + RATE_HZ :], request.context[:, 2 * RATE_HZ :])


@pytest.mark.parametrize("sampler", [name for name in SAMPLER_KINDS if name != "k-dpm-fast"])
def test_what_the_gap_held_is_not_heard_whatever_the_sampler(
    sampler: str, monkeypatch: pytest.MonkeyPatch, engine: AudioxEngine
) -> None:
    latents = Latents(monkeypatch)
    middles, held = [], []
    for seed in (1, 5):
        request = asked(
            1.0, 3.0, task=EngineTask.INPAINT, settings={"sampler": sampler, "steps": 3}
        )
        inside = slice(RATE_HZ, 3 * RATE_HZ)
        request.context[:, inside] = noise(2, 2 * RATE_HZ, seed=seed) * seed
        first(request, engine)
        start, end = round(1.5 * _FRAMES_PER_SECOND), round(2.5 * _FRAMES_PER_SECOND)
        middles.append(latents.made[0, :, start:end].numpy())
        assert latents.known is not None
        held.append(latents.known[0, :, start:end].numpy())
    moved, meant = (np.linalg.norm(one - other) for one, other in (middles, held))
    assert moved < 0.3 * meant


def test_surroundings_are_heard_in_the_region(engine: AudioxEngine) -> None:
    settings = {"audio_prompt": "off"}
    one = asked(task=EngineTask.INPAINT, settings=settings)
    context = noise(2, one.context.shape[1], seed=2)
    other = asked(task=EngineTask.INPAINT, context=context, settings=settings)
    assert difference(first(one, engine), first(other, engine)) > 0.01


@pytest.mark.parametrize("settings", [{"softness": 0.0}, {"marination": 0.7}])
def test_softness_and_marination_are_heard(
    settings: dict[str, float], engine: AudioxEngine
) -> None:
    fine = {"steps": 6, "softness": 0.4}
    usual = first(asked(task=EngineTask.INPAINT, settings=fine), engine)
    changed = asked(task=EngineTask.INPAINT, settings={**fine, **settings})
    assert difference(usual, first(changed, engine)) > 1e-3


def test_marination_stays_near_what_was_there(
    monkeypatch: pytest.MonkeyPatch, engine: AudioxEngine
) -> None:
    latents = Latents(monkeypatch)
    errors = []
    for marination in (0.0, 0.9):
        settings = {"steps": 10, "marination": marination}
        first(asked(task=EngineTask.INPAINT, settings=settings), engine)
        errors.append(latents.error(1.1, 1.9))
    assert errors[1] < 0.8 * errors[0]


@pytest.mark.parametrize("variant", ALL)
def test_continuing_hears_the_sound_before_or_else_the_sound_after(
    variant: str, engine: AudioxEngine
) -> None:
    whole = noise(2, 4 * RATE_HZ)
    for region, known in (((2.0, 4.0), (0, 2)), ((0.0, 2.0), (2, 4))):
        valid = np.zeros(4 * RATE_HZ, bool)
        valid[known[0] * RATE_HZ : known[1] * RATE_HZ] = True
        fields: dict[str, Any] = {"variant": variant, "task": EngineTask.CONTINUE, "valid": valid}
        settings = {"mel_span": "none"}
        sounds = [
            first(
                asked(
                    *region, context=whole, settings={**settings, "audio_prompt": wish}, **fields
                ),
                engine,
            )
            for wish in ("auto", "off")
        ]
        assert sounds[0].shape == (2, 2 * RATE_HZ)
        assert difference(*sounds) > 1e-5


def test_what_the_region_held_is_not_kept_at_full_strength(engine: AudioxEngine) -> None:
    request = asked(task=EngineTask.GENERATE)
    silent = asked(context=np.zeros_like(request.context))
    assert np.array_equal(first(request, engine), first(silent, engine))


def test_where_no_clip_lies_nothing_is_kept(engine: AudioxEngine) -> None:
    nowhere = np.zeros(4 * RATE_HZ, bool)
    take = made(asked(task=EngineTask.INPAINT, valid=nowhere), engine)[0]
    assert "stands alone" in " ".join(take.notes)
    assert take.seam_samples > 0


def test_a_variation_stays_the_nearer_the_less_its_strength(
    monkeypatch: pytest.MonkeyPatch, engine: AudioxEngine
) -> None:
    latents = Latents(monkeypatch)
    source = noise(2, RATE_HZ, seed=5)
    errors = []
    for settings in ({"strength": 0.05}, {"strength": 0.5}, {"noise_level": 100.0}):
        first(asked(source=source, settings={"steps": 10, **settings}), engine)
        errors.append(latents.error(1.0, 2.0))
    assert errors[0] < 0.3 * errors[1]
    assert errors == sorted(errors)


def test_a_variation_depends_on_its_source(engine: AudioxEngine) -> None:
    settings = {"strength": 0.5}
    one = first(asked(settings=settings, source=noise(2, RATE_HZ, seed=5)), engine)
    other = first(asked(settings=settings, source=noise(2, RATE_HZ, seed=6)), engine)
    assert difference(one, other) > 2e-4


@pytest.mark.parametrize(
    ("variant", "long", "windows"),
    [
        (BASE, "joint", True),
        (BASE, "sequential", True),
        (BASE, "single", False),
        (MMDIT, "joint", True),
        (MMDIT, "single", True),
    ],
)
@pytest.mark.parametrize("task", [EngineTask.GENERATE, EngineTask.INPAINT])
def test_long_regions_are_made_in_every_way(
    variant: str, long: str, windows: bool, task: EngineTask, engine: AudioxEngine
) -> None:
    request = asked(
        1.0, 15.0, context_seconds=16.0, variant=variant, settings={"long": long}, task=task
    )
    take = made(request, engine)[0]
    assert take.audio.shape == (2, 14 * RATE_HZ)
    assert np.isfinite(take.audio).all()
    assert any("windows of 11 s" in note for note in take.notes) == windows


def test_the_movement_of_a_long_picture_is_read_once(engine: AudioxEngine) -> None:
    film = MovingSquare(14.0)
    first(asked(0.0, 14.0, context_seconds=14.0, picture=film, variant=MAF), engine)
    windows = 2
    segments = 8 * round(14.0 / 0.32)
    assert film.frames_read <= windows * 10 + segments
