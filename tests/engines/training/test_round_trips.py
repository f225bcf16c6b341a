"""Whether training moves what a model makes towards the set, on real recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.request import MachineOptions
from prismdesk.engines.training.evaluation import Evaluation, evaluate
from prismdesk.engines.training.pair_decoding import CheckpointDecoder
from prismdesk.engines.training.reference_sound import read_sound
from prismdesk.engines.training.round_trips import round_trips
from prismdesk.engines.training.set_profile import SetProfile
from prismdesk.engines.training.tasks import AdapterTold
from prismdesk.engines.training.trainer import Trainer
from tests.engines.audiox.asking import BASE
from tests.engines.selva.asking import SELVA
from tests.engines.training.real_effects import HELD_OUT_IMPACTS, IMPACTS, EffectPair
from tests.engines.training.runs import ASmallRun, NobodyWatches

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("small_models")

STEPS, SEED = 100, 42


def test_sounds_that_are_given_back_are_as_long_as_the_recordings(
    trained_selva: ASmallRun,
) -> None:
    (sound,) = round_trips(trained_selva.pairs, CheckpointDecoder(trained_selva.checkpoint))

    assert sound.shape == (1, pytest.approx(2 * 16_000, abs=512))


@pytest.mark.slow
@pytest.mark.real_media("arcade/earth.mp4")
@pytest.mark.parametrize(("model_id", "share"), [(SELVA, 0.9), (BASE, 0.7)])
def test_adapted_model_makes_sounds_nearer_to_the_set_than_the_base_with_the_same_noise(
    tmp_path: Path, model_id: str, share: float
) -> None:
    pairs = [
        *(EffectPair(name) for name in IMPACTS),
        *(EffectPair(name, "hold out") for name in HELD_OUT_IMPACTS),
    ]
    run = ASmallRun(
        tmp_path,
        model_id,
        pairs,
        steps=STEPS,
        save_every=STEPS,
        rank=16,
        lr=3e-3,
        batch=4,
        start="standard",
        lr_schedule="cosine",
        warm_up=10,
    )
    Trainer(run.subject, run.pairs, run.options, run.folder, NobodyWatches()).run()
    adapter = run.folder.checkpoint_files()[-1].adapter
    results = evaluate(
        [AdapterTold(name="base", path=None), AdapterTold(name="adapted", path=adapter)],
        run.pairs,
        run.folder.encoded,
        tmp_path / "out",
        Evaluation(model_id=model_id, steps=25, seed=SEED, machine=MachineOptions(device="cpu")),
    )
    # The decoder's weights are random: the set is what it makes of the set, not the recordings.
    given_back = round_trips(run.pairs, CheckpointDecoder(run.checkpoint))
    profile = SetProfile.of(given_back, results.rate_hz)
    distances = {}
    for name in ("base", "adapted"):
        sounds = [tmp_path / "out" / one.path for one in results.sounds if one.adapter == name]
        found = [profile.distance_db(*read_sound(path)) for path in sounds]
        distances[name] = float(np.mean([one for one in found if one is not None]))

    print(f"{model_id}: distance to the set in dB {distances}")  # noqa: T201  (the figures are what one wants to read)
    assert len(results.prompts) == len(HELD_OUT_IMPACTS)
    assert distances["adapted"] < share * distances["base"], distances
