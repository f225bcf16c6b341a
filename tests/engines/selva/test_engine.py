"""The engine as its users call it, with small checkpoints."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.errors import (
    UnsupportedError,
    UnusableContextError,
    WeightsMissingError,
)
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.sampling.preview import SoundPreview
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.selva.offer import selva_offer
from prismdesk.engines.selva.planning import plan_run
from prismdesk.engines.setting_values import SettingError
from prismdesk.errors import Cancelled
from prismdesk.media.film_stretch import film_stretch
from tests.engines.selva.asking import (
    MMAUDIO,
    QUICK,
    RATE_HZ,
    SELVA,
    KeptInMemory,
    MovingSquare,
    a_request,
    difference,
    first,
    ignore,
    made,
)
from tests.media_files import PictureSpec, make_film

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from prismdesk.engines.capabilities import SettingValue
    from prismdesk.engines.request import Request
    from prismdesk.engines.sound import AudioBlock

pytestmark = pytest.mark.usefixtures("small_models")
_ROUNDING = 1e-4


def test_same_request_gives_the_same_samples() -> None:
    request = a_request(picture=MovingSquare())
    assert np.array_equal(first(request), first(request))


def test_seed_changes_the_sound() -> None:
    assert difference(first(a_request()), first(a_request(seed=8))) > 0.01


def test_prompt_changes_the_sound() -> None:
    assert difference(first(a_request()), first(a_request(prompt="rain"))) > 0.002


def test_negative_prompt_changes_the_sound() -> None:
    assert difference(first(a_request()), first(a_request(negative_prompt="music"))) > 0.002


def test_negative_prompt_does_not_matter_below_guidance_of_one() -> None:
    settings = {**QUICK, "guidance": 0.5}
    plain = first(a_request(settings=settings))
    assert np.array_equal(plain, first(a_request(settings=settings, negative_prompt="music")))


@pytest.mark.parametrize("variant", [SELVA, MMAUDIO])
def test_picture_changes_the_sound(variant: str) -> None:
    one = first(a_request(variant=variant, picture=MovingSquare(seed=1)))
    other = first(a_request(variant=variant, picture=MovingSquare(seed=2)))
    without = first(a_request(variant=variant))
    assert min(difference(one, other), difference(one, without)) > 0.01


def test_prompt_reaches_the_video_encoder_of_selva_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    features = []
    for variant in (SELVA, MMAUDIO):
        store = KeptInMemory()
        for prompt in ("a dog barks", "rain"):
            first(a_request(variant=variant, picture=MovingSquare(), prompt=prompt, features=store))
        features.append([key for key in store.kept if key.startswith("selva-sync-tokens") is False])
    counts = [sum(key.startswith("selva-sync-") for key in keys) for keys in features]
    assert counts == [2, 1]


def test_takes_of_one_batch_equal_those_made_singly() -> None:
    takes = made(a_request(takes=3, seed=20, picture=MovingSquare()))
    assert [take.seed for take in takes] == [20, 21, 22]
    for take in takes:
        alone = first(a_request(seed=take.seed, picture=MovingSquare()))
        assert difference(alone, take.audio) < _ROUNDING


@pytest.mark.parametrize("variant", [v.id for v in selva_offer().variants])
def test_published_variants_say_how_to_get_their_weights(variant: str) -> None:
    with pytest.raises(WeightsMissingError, match=f"models get {variant}"):
        made(a_request(variant=variant))


@pytest.mark.parametrize(
    "name",
    [
        "selva-tiny-16k",
        "selva-tiny-44k",
        "mmaudio-tiny-16k",
        "mmaudio-tiny-44k",
        "mmaudio-tiny-44k-v2",
    ],
)
def test_every_kind_of_checkpoint_makes_sound_of_the_exact_length(name: str) -> None:
    request = a_request(
        variant=f"custom-{name}-untrained",
        picture=MovingSquare(),
        head_samples=100,
        tail_samples=50,
    )
    take = made(request)[0]
    assert take.audio.shape == (1, RATE_HZ + 150)
    assert (take.head_samples, take.tail_samples) == (100, 50)
    assert np.isfinite(take.audio).all()
    assert 1e-3 < float(np.abs(take.audio).max()) <= 1.0


def test_without_a_name_the_first_variant_that_is_here_is_used() -> None:
    assert "tiny_16k" in " ".join(made(a_request(variant=""))[0].notes)


@pytest.mark.parametrize(
    ("task", "rate_hz", "seconds"),
    [
        (EngineTask.GENERATE, 44_100, 0.05),
        (EngineTask.GENERATE, 96_000, 0.6401),
        (EngineTask.INPAINT, 48_000, 0.05),
        (EngineTask.INPAINT, 44_100, 1.2345),
        (EngineTask.CONTINUE, 96_000, 0.6401),
    ],
)
def test_any_length_at_any_rate_is_exact(task: EngineTask, rate_hz: int, seconds: float) -> None:
    request = a_request(
        0.5, 0.5 + seconds, context_seconds=2.0, rate_hz=rate_hz, channels=2, task=task
    )
    take = made(request)[0]
    samples = request.region_end_samples - request.region_start_samples
    assert take.audio.shape == (2, samples)
    assert np.isfinite(take.audio).all()


def test_a_region_that_is_the_whole_context_can_be_generated() -> None:
    assert first(a_request(0.0, 0.3, context_seconds=0.3)).shape == (1, round(0.3 * RATE_HZ))


def test_a_real_film_is_read_and_heard(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    make_film(film, picture=PictureSpec(frames=50))
    stretch = film_stretch(film, start_seconds=Fraction(0), end_seconds=Fraction(2))
    request = a_request(0.5, 1.5, context_seconds=2.0, picture=stretch, variant=MMAUDIO)
    assert difference(first(request), first(a_request(0.5, 1.5, context_seconds=2.0))) > 0.01


def test_a_still_image_is_looked_at_once() -> None:
    still = MovingSquare(0.03)
    assert len(still.frame_times_seconds) == 1
    audio = first(a_request(picture=still, variant=MMAUDIO))
    assert still.reads == 1
    assert difference(audio, first(a_request(variant=MMAUDIO))) > 0.01


def test_cancel_stops_at_the_next_step() -> None:
    seen: list[Progress] = []

    def cancelled() -> bool:
        return any(one.phase is Phase.STEP and one.step == 3 for one in seen)

    with pytest.raises(Cancelled):
        SelvaEngine().run(a_request(settings={"steps": 50}), seen.append, cancelled)
    assert seen[-1].step == 3


@pytest.mark.parametrize("phase", [Phase.LOADING, Phase.PICTURE_FEATURES, Phase.DECODING])
def test_cancel_is_heard_in_every_phase(phase: Phase) -> None:
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        SelvaEngine().run(
            a_request(picture=MovingSquare()),
            seen.append,
            lambda: bool(seen) and seen[-1].phase is phase,
        )
    assert seen[-1].phase is phase


def test_progress_names_its_phases_and_ends_at_one() -> None:
    seen: list[Progress] = []
    request = a_request(picture=MovingSquare(), takes=2, settings={"steps": 5})
    SelvaEngine().run(request, seen.append, lambda: False)
    fractions = [one.fraction for one in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [one.step for one in seen if one.phase is Phase.STEP] == [0, 1, 2, 3, 4, 5]
    assert {one.phase for one in seen} >= {Phase.LOADING, Phase.PICTURE_FEATURES, Phase.DECODING}


@pytest.fixture
def eager_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny networks are done before there would be anything to show."""
    eager = partial(SoundPreview, most_share=1e6)
    monkeypatch.setattr("prismdesk.engines.hosting.previewing.SoundPreview", eager)
    monkeypatch.setattr("prismdesk.engines.sampling.preview._LEAST_INTERVAL_SECONDS", 0.0)


def envelopes_of(request: Request) -> tuple[list[tuple[float, ...]], AudioBlock]:
    """What the lane was shown while a request was sampled, and the first take."""
    seen: list[Progress] = []
    audio = SelvaEngine().run(request, seen.append, lambda: False).sounds[0].audio
    return [one.envelope for one in seen if one.phase is Phase.STEP and one.envelope], audio


@pytest.mark.usefixtures("eager_preview")
@pytest.mark.parametrize("offload", ["keep", "offload"])
def test_lane_sees_the_sound_while_it_is_sampled(offload: Literal["keep", "offload"]) -> None:
    request = a_request(settings={"steps": 12}, machine=MachineOptions(offload=offload))
    envelopes, audio = envelopes_of(request)
    assert envelopes
    assert all(0.0 <= value <= 1.0 for value in envelopes[-1])
    assert max(envelopes[-1]) == pytest.approx(float(np.abs(audio).max()), rel=0.5)


@pytest.mark.usefixtures("eager_preview")
def test_lane_sees_nothing_where_the_decoder_has_no_room_beside_the_generator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("prismdesk.engines.hosting.previewing.free_bytes", lambda _: 1000)
    machine = MachineOptions(offload="offload")
    envelopes, _ = envelopes_of(a_request(settings={"steps": 12}, machine=machine))
    assert not envelopes


@pytest.mark.usefixtures("eager_preview")
def test_lane_sees_windows_that_are_made_one_after_the_other() -> None:
    settings: dict[str, SettingValue] = {"steps": 8, "long": "sequential"}
    request = a_request(0.0, 12.0, context_seconds=12.0, settings=settings)
    envelopes, _ = envelopes_of(request)
    first_window, whole = envelopes[0], envelopes[-1]
    # 8 of 12 s lie in the first window, and no more is known while it is made.
    assert min(first_window[:100]) > 0.0
    assert max(first_window[110:]) == 0.0
    assert min(whole) > 0.0


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_lower_precision_stays_near(precision: str) -> None:
    exact = first(a_request(picture=MovingSquare()))
    settings: dict[str, SettingValue] = {**QUICK, "precision": precision}
    take = made(a_request(picture=MovingSquare(), settings=settings))[0]
    assert 0.0 < difference(exact, take.audio) < 0.03
    assert f"in {precision}." in take.notes[0]


def test_t5_counts_whole_where_it_is_kept_whole() -> None:
    def words_bytes(precision: str) -> int:
        settings: dict[str, SettingValue] = {**QUICK, "precision": precision}
        needs = plan_run(a_request(picture=MovingSquare(), settings=settings)).needs
        return [need.weight_bytes for need in needs if need.name == "words"][1]

    assert words_bytes("fp16") == words_bytes("fp32") == 2 * words_bytes("bf16")


@pytest.mark.parametrize(
    ("channels", "placement", "sounding"),
    [
        (1, "centre", {0}),
        (2, "centre", {0, 1}),
        (2, "auto", {0, 1}),
        (6, "auto", {2}),
        (6, "left_right", {0, 1}),
        (6, "all", {0, 1, 2, 4, 5}),
    ],
)
def test_mono_sound_lies_on_the_track_where_it_is_wanted(
    channels: int, placement: str, sounding: set[int]
) -> None:
    request = a_request(channels=channels, settings={**QUICK, "placement": placement})
    silence = np.zeros_like(request.context)
    audio = first(replace(request, context=silence))
    assert len(audio) == channels
    assert set(np.flatnonzero(np.abs(audio).max(axis=1)).tolist()) == sounding


def test_result_tells_weights_and_licence() -> None:
    result = SelvaEngine().run(a_request(picture=MovingSquare()), ignore, lambda: False)
    names = {name for name, _ in result.weights}
    assert {"generator_tiny_16k_sup_5.pth", "video_enc_sup_5.pth", "flan-t5-base"} <= names
    assert all(len(checksum) == 64 for _, checksum in result.weights)
    assert result.licence == "CC0-1.0"
    assert result.allows_commercial_use is True


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (a_request(takes=0), UnsupportedError, "At least one take"),
        (a_request(settings={"steps": 0}), SettingError, "steps"),
        (a_request(settings={"magic": 1}), SettingError, "magic"),
        (a_request(channels=9), UnsupportedError, "9 channels"),
        (a_request(machine=MachineOptions(device="cuda:63")), UnsupportedError, "cuda:63"),
        (a_request(2.0, 2.0), UnusableContextError, "region"),
    ],
)
def test_what_cannot_be_done_is_said(request_: Request, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        made(request_)


def test_release_forgets_every_network_and_prepare_brings_them_back() -> None:
    engine = SelvaEngine()
    before = first(a_request(), engine)
    engine.release()
    assert engine.loaded_count == 0
    engine.prepare(ignore)
    assert np.array_equal(before, first(a_request(), engine))


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_graphics_processor_gives_nearly_the_same(precision: str) -> None:
    torch.backends.cuda.matmul.allow_tf32 = False
    on_cpu = first(a_request(picture=MovingSquare()))
    settings = {**QUICK, "precision": precision}
    machine = MachineOptions(device="cuda")
    there = first(a_request(picture=MovingSquare(), settings=settings, machine=machine))
    assert difference(on_cpu, there) < (1e-3 if precision == "fp32" else 0.2)
