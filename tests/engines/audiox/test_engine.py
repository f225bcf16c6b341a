"""The engine as its users call it, with small checkpoints."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.engines.audiox.conditioning.video_prompt import VideoPrompt
from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.errors import (
    OutOfMemoryError,
    UnsupportedError,
    UnusableContextError,
    WeightsMissingError,
)
from prismdesk.engines.nets.oobleck import OobleckEncoder
from prismdesk.engines.nets.synchformer import Synchformer
from prismdesk.engines.nets.t5 import T5TextEncoder
from prismdesk.engines.request import MachineOptions, PictureMask
from prismdesk.engines.sampling.preview import SoundPreview
from prismdesk.engines.setting_values import SettingError
from prismdesk.errors import Cancelled
from tests.engines.audiox.asking import (
    ALL,
    BASE,
    MAF,
    MMDIT,
    RATE_HZ,
    asked,
    first,
    made,
)
from tests.engines.selva.asking import KeptInMemory, MovingSquare, difference, ignore, noise

if TYPE_CHECKING:
    from prismdesk.engines.request import Request

pytestmark = pytest.mark.usefixtures("small_models")
_ROUNDING = 2e-4
_HEARD = 1e-3


@pytest.mark.parametrize("variant", ALL)
@pytest.mark.parametrize("task", list(EngineTask))
def test_every_variant_does_every_task(
    variant: str, task: EngineTask, engine: AudioxEngine
) -> None:
    request = asked(
        variant=variant, task=task, picture=MovingSquare(), head_samples=100, tail_samples=50
    )
    take = made(request, engine)[0]
    assert take.audio.shape == (2, RATE_HZ + 150)
    assert (take.head_samples, take.tail_samples) == (100, 50)
    assert np.isfinite(take.audio).all()
    assert float(np.abs(take.audio[:, 100:-50]).max()) > 1e-2


def test_same_request_gives_the_same_samples_and_another_seed_others() -> None:
    one = first(asked())
    assert np.array_equal(one, first(asked()))
    assert difference(one, first(asked(seed=8))) > 0.1


@pytest.mark.parametrize("variant", ALL)
def test_takes_of_one_batch_equal_those_made_singly(variant: str, engine: AudioxEngine) -> None:
    takes = made(asked(variant=variant, takes=2, seed=20, settings={"sampler": "dpmpp-3m-sde"}))
    for take, seed in zip(takes, (20, 21), strict=True):
        single = asked(variant=variant, seed=seed, settings={"sampler": "dpmpp-3m-sde"})
        assert take.seed == seed
        assert difference(first(single, engine), take.audio) < _ROUNDING


@pytest.mark.parametrize("variant", ALL)
def test_words_are_heard_wanted_or_not(variant: str, engine: AudioxEngine) -> None:
    plain = first(asked(variant=variant), engine)
    assert difference(plain, first(asked(variant=variant, prompt="rain"), engine)) > _HEARD
    unwanted = first(asked(variant=variant, negative_prompt="music"), engine)
    assert difference(plain, unwanted) > _HEARD


def test_unwanted_words_do_not_matter_without_guidance(engine: AudioxEngine) -> None:
    settings = {"guidance": 1.0}
    plain = first(asked(settings=settings), engine)
    assert np.array_equal(plain, first(asked(settings=settings, negative_prompt="music"), engine))


@pytest.mark.parametrize("variant", ALL)
def test_picture_is_heard(variant: str, engine: AudioxEngine) -> None:
    without = first(asked(variant=variant), engine)
    one = first(asked(variant=variant, picture=MovingSquare(seed=1)), engine)
    other = first(asked(variant=variant, picture=MovingSquare(seed=2)), engine)
    assert difference(without, one) > _HEARD
    assert difference(one, other) > _HEARD


def test_movement_alone_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    one = first(asked(variant=MAF, picture=MovingSquare()))
    monkeypatch.setattr(
        "prismdesk.engines.audiox.stages.picture.movement_features", lambda run: None
    )
    assert difference(one, first(asked(variant=MAF, picture=MovingSquare()))) > 1e-5


def test_a_still_image_is_read_once_and_needs_no_movement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Synchformer, "tokens", None)
    still = MovingSquare(0.03)
    one = first(asked(variant=MAF, picture=still))
    assert still.frames_read == 1
    assert difference(one, first(asked(variant=MAF))) > _HEARD


@pytest.mark.parametrize("variant", ALL)
def test_sound_on_the_lanes_is_heard_where_it_is_asked_for(
    variant: str, engine: AudioxEngine
) -> None:
    settings = {"audio_prompt": "on", "mel_span": "none"}
    silence = np.zeros((2, 4 * RATE_HZ), np.float32)
    sounds = [
        first(asked(variant=variant, context=context, settings=settings), engine)
        for context in (silence, noise(2, 4 * RATE_HZ), noise(2, 4 * RATE_HZ, seed=5))
    ]
    assert difference(sounds[0], sounds[1]) > 2e-4
    assert difference(sounds[1], sounds[2]) > 1e-5
    off = asked(variant=variant, settings={**settings, "audio_prompt": "auto"})
    assert difference(first(off, engine), sounds[0]) < _ROUNDING


def test_blanked_spans_follow_the_seed_or_are_left_out(engine: AudioxEngine) -> None:
    settings = {"audio_prompt": "on"}
    blanked = first(asked(variant=MAF, settings=settings), engine)
    whole = first(asked(variant=MAF, settings={**settings, "mel_span": "none"}), engine)
    assert difference(blanked, whole) > 1e-5


@pytest.mark.parametrize(
    "settings",
    [
        {"guidance": 3.0},
        {"guidance_rescale": 0.7},
        {"sampler": "unipc-2", "steps": 3},
        {"sampler": "k-heun"},
        {"sigma_min": 0.03},
        {"sigma_max": 80.0},
        {"work_length": "region"},
        {"strength": 0.5},
        {"noise_level": 0.5},
        {"precision": "bf16"},
    ],
)
def test_every_setting_of_sampling_is_heard(settings: dict[str, Any], engine: AudioxEngine) -> None:
    assert difference(first(asked(), engine), first(asked(settings=settings), engine)) > 1e-5


def test_presets_say_steps_and_sampler(engine: AudioxEngine) -> None:
    request = asked(settings={"preset": "draft", "steps": 0, "sampler": "preset"})
    assert "25 steps of unipc-2" in made(request, engine)[0].notes[0]


def test_published_frames_differ_from_those_on_screen(engine: AudioxEngine) -> None:
    film = MovingSquare(rate_hz=24.0)
    exact = first(asked(picture=film), engine)
    published = first(asked(picture=film, settings={"frames": "published"}), engine)
    assert difference(exact, published) > 1e-5


def test_published_variants_say_how_to_get_their_weights() -> None:
    with pytest.raises(WeightsMissingError, match="models get audiox-maf"):
        made(asked(variant="maf"))


class NoEncoder:
    """Makes every encoder fail that is asked for anything."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*arguments: object, **named: object) -> None:
            raise AssertionError("an encoder was asked")

        monkeypatch.setattr(T5TextEncoder, "encode", fail)
        monkeypatch.setattr(VideoPrompt, "encode", fail)
        monkeypatch.setattr(Synchformer, "tokens", fail)
        monkeypatch.setattr(OobleckEncoder, "posterior", fail)


@pytest.mark.parametrize("variant", ALL)
def test_a_second_take_needs_no_encoder(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    film, store = MovingSquare(), KeptInMemory()
    request = asked(variant=variant, picture=film, features=store, task=EngineTask.INPAINT)
    fresh, reads = first(request), film.reads
    NoEncoder(monkeypatch)
    stored = first(request)
    assert np.array_equal(fresh, stored)
    assert film.reads == reads


@pytest.mark.parametrize(
    "phase",
    [Phase.LOADING, Phase.ANALYSING, Phase.PICTURE_FEATURES, Phase.STEP, Phase.DECODING],
)
def test_cancel_is_heard_in_every_phase(phase: Phase) -> None:
    seen: list[Progress] = []
    picture = MovingSquare() if phase is Phase.PICTURE_FEATURES else None
    with pytest.raises(Cancelled):
        AudioxEngine().run(
            asked(variant=MAF, picture=picture),
            seen.append,
            lambda: bool(seen) and seen[-1].phase is phase,
        )
    assert seen[-1].phase is phase


def test_cancel_stops_at_the_next_step(engine: AudioxEngine) -> None:
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        engine.run(
            asked(settings={"steps": 50}),
            seen.append,
            lambda: any(one.phase is Phase.STEP and one.step == 3 for one in seen),
        )
    assert seen[-1].step == 3


def test_progress_only_rises_and_ends_at_one() -> None:
    seen: list[Progress] = []
    request = asked(variant=MMDIT, picture=MovingSquare(), takes=2, settings={"steps": 5})
    AudioxEngine().run(request, seen.append, lambda: False)
    fractions = [one.fraction for one in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [one.step for one in seen if one.phase is Phase.STEP] == [0, 1, 2, 3, 4, 5]


def test_lane_sees_the_sound_while_it_is_sampled(
    monkeypatch: pytest.MonkeyPatch, engine: AudioxEngine
) -> None:
    # The tiny networks are done before there would be anything to show.
    eager = partial(SoundPreview, most_share=1e6)
    monkeypatch.setattr("prismdesk.engines.hosting.previewing.SoundPreview", eager)
    monkeypatch.setattr("prismdesk.engines.sampling.preview._LEAST_INTERVAL_SECONDS", 0.0)
    seen: list[Progress] = []
    engine.run(asked(settings={"steps": 12}), seen.append, lambda: False)
    envelopes = [one.envelope for one in seen if one.phase is Phase.STEP and one.envelope]
    assert envelopes
    assert all(0.0 <= value <= 1.0 for value in envelopes[-1])


def test_result_tells_weights_and_licence() -> None:
    request = asked(variant=MAF, picture=MovingSquare())
    result = AudioxEngine().run(request, ignore, lambda: False)
    names = {name for name, _ in result.weights}
    assert names == {"config.json", "model.ckpt", "t5-base", "synchformer_state_dict.pth"}
    assert all(len(checksum) == 64 for _, checksum in result.weights)
    assert result.licence == "CC BY-NC 4.0"
    assert result.allows_commercial_use is False


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("placement", ["auto", "centre"])
def test_stereo_lies_on_tracks_of_any_width(
    channels: int, placement: str, engine: AudioxEngine
) -> None:
    request = asked(channels=channels, settings={"placement": placement})
    audio = first(request, engine)
    assert audio.shape == (channels, RATE_HZ)
    levels = np.sqrt((audio**2).mean(axis=1))
    if channels == 6:
        heard = {0, 1} if placement == "auto" else {2}
        assert set(np.flatnonzero(levels > 1e-6)) == heard
    elif channels == 2:
        assert (difference(audio[0], audio[1]) < 1e-6) == (placement == "centre")


def test_nothing_is_normalised(monkeypatch: pytest.MonkeyPatch, engine: AudioxEngine) -> None:
    from prismdesk.engines.audiox import making
    from prismdesk.engines.audiox.stages.decoding import decoded

    peaks: list[float] = []

    def spied(run: Any, latents: Any) -> Any:
        waves = decoded(run, latents)
        peaks.append(float(waves[0, :, 44_100:88_200].abs().max()))
        return waves

    monkeypatch.setattr(making, "decoded", spied)
    request = asked(context_seconds=12.0, rate_hz=44_100, start_seconds=1.0, end_seconds=2.0)
    audio = first(request, engine)
    assert float(np.abs(audio).max()) == pytest.approx(peaks[0], rel=1e-6)


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (asked(takes=0), UnsupportedError, "At least one take"),
        (
            asked(mask=PictureMask(weights=np.ones((1, 2, 2), np.float32))),
            UnsupportedError,
            "picture mask",
        ),
        (
            asked(task=EngineTask.INPAINT, settings={"sampler": "k-dpm-fast"}),
            UnsupportedError,
            "k-dpm-fast can't keep",
        ),
        (asked(settings={"magic": 1}), SettingError, "magic"),
        (asked(settings={"sigma_min": 90.0, "sigma_max": 80.0}), SettingError, "sigma_min"),
        (asked(channels=9), UnsupportedError, "9 channels"),
        (asked(machine=MachineOptions(device="cuda:63")), UnsupportedError, "cuda:63"),
        (asked(2.0, 2.0), UnusableContextError, "region"),
    ],
)
def test_what_cannot_be_done_is_said(request_: Request, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        made(request_)


def test_release_forgets_every_network_and_prepare_brings_them_back() -> None:
    engine = AudioxEngine()
    before = first(asked(), engine)
    engine.release()
    assert engine.loaded_count == 0
    engine.prepare(ignore)
    assert np.array_equal(before, first(asked(), engine))


@pytest.mark.parametrize("variant", [BASE, MMDIT])
def test_offloading_is_not_heard(variant: str, engine: AudioxEngine) -> None:
    request = asked(variant=variant, takes=2)
    offloaded = asked(variant=variant, takes=2, machine=MachineOptions(offload="offload"))
    lean = AudioxEngine()
    assert np.array_equal(first(request, engine), first(offloaded, lean))
    assert lean.loaded_count == 0


def test_what_does_not_fit_is_refused_with_advice() -> None:
    with pytest.raises(OutOfMemoryError, match="AudioX tiny-base"):
        AudioxEngine(free_memory=lambda device: 10_000).run(asked(), ignore, lambda: False)


@pytest.mark.gpu
@pytest.mark.parametrize("variant", ALL)
def test_a_graphics_processor_gives_nearly_the_same(variant: str) -> None:
    settings = {"precision": "fp32"}
    film = MovingSquare()
    on_cpu = first(asked(variant=variant, picture=film, settings=settings))
    machine = MachineOptions(device="cuda")
    there = first(asked(variant=variant, picture=film, settings=settings, machine=machine))
    assert difference(on_cpu, there) < 1e-2
