"""Training on real recordings: the whole way from sounds to a preset that fits others better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.adapting.facts import facts_of
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.training.trainer import Trainer
from tests.engines.training.real_effects import (
    distance_to_set,
    encoded_effects,
    subject_of,
    train_base,
)
from tests.engines.training.tiny import Hands

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_media("arcade/earth.mp4"),
    pytest.mark.usefixtures("small_models"),
]


# Small checkpoints are random numbers. All weights of the network learn tones first, so that
# there is a base that knows something; the adapter then learns impacts from eight recordings.
@pytest.mark.parametrize(
    ("model_id", "base_steps", "steps", "share"),
    [
        ("custom-selva-tiny-16k-untrained", 100, 80, 0.85),
        ("custom-audiox-tiny-maf-untrained", 40, 40, 0.85),
    ],
)
def test_adapter_fits_effects_that_it_never_heard_and_its_sound_nears_the_set(
    tmp_path: Path, model_id: str, base_steps: int, steps: int, share: float
) -> None:
    known, wanted = encoded_effects(tmp_path, model_id)
    base = train_base(model_id, known, base_steps)
    options = from_mapping(
        {"steps": steps, "save_every": steps, "rank": 8, "lr": 3e-3, "warm_up": 10, "batch": 8},
        start=default_options(wanted.index.family),
    )
    folder = RunFolder(tmp_path / "run")
    folder.make({"options": {"method": "lora"}})

    subject = subject_of(model_id, options, base)
    far = distance_to_set(subject, wanted)

    Trainer(subject, wanted, options, folder, Hands()).run()

    near = distance_to_set(subject, wanted)
    before, after = folder.course().held_out
    print(f"{model_id}: held-out loss {before.loss:.4f} of the base, {after.loss:.4f} adapted")  # noqa: T201  (the figures are what one wants to read)
    print(f"{model_id}: distance to the set {far:.4f} of the base, {near:.4f} adapted")  # noqa: T201  (as above)
    assert before.loss == before.base_loss
    assert near < 0.9 * far
    assert after.loss < share * before.loss
    assert facts_of(folder.checkpoint_files()[-1].adapter).kind == "low-rank"
