from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
import torch

from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.request import Request
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.example_files import example_path, reference_example_path
from prismdesk.engines.training.examples import examples_of, heard_entries
from prismdesk.engines.training.pair_decoding import CheckpointDecoder, levelled
from prismdesk.engines.training.pair_sampling import sampler_of, undisturbed
from prismdesk.engines.training.trainer import NoExamples, Trainer
from tests.engines.audiox.asking import BASE, MMDIT
from tests.engines.selva.asking import SELVA, ignore
from tests.engines.training.pairs import APair, encoded
from tests.engines.training.runs import TWO_PAIRS, ASmallRun, NobodyWatches

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

pytestmark = pytest.mark.usefixtures("small_models")


def _trained(folder: Path, model_id: str, *, with_examples: bool) -> ASmallRun:
    run = ASmallRun(folder, model_id, dropout=0.2, start="standard")
    examples = (
        examples_of(run.subject, run.checkpoint, run.pairs, run.folder, run.options)
        if with_examples
        else NoExamples()
    )
    torch.manual_seed(5)
    Trainer(run.subject, run.pairs, run.options, run.folder, NobodyWatches(), examples).run()
    return run


def _learned(run: ASmallRun) -> dict[str, Tensor]:
    return {
        name: parameter.detach().clone()
        for group in run.subject.groups()
        for name, parameter in group.parameters.items()
    }


def test_training_selva_goes_on_to_the_bit_as_without_examples(
    tmp_path: Path, trained_selva: ASmallRun
) -> None:
    plain = _trained(tmp_path, SELVA, with_examples=False)

    _is_the_same_run(trained_selva, plain)
    records = trained_selva.folder.course().examples
    assert [(record.step, record.pair) for record in records] == [
        (step, pair) for step in (0, 2, 4) for pair in ("rain", "knocks")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("model_id", [BASE, MMDIT])
def test_training_audiox_goes_on_to_the_bit_as_without_examples(
    tmp_path: Path, model_id: str
) -> None:
    plain = _trained(tmp_path / "plain", model_id, with_examples=False)
    heard = _trained(tmp_path / "heard", model_id, with_examples=True)

    _is_the_same_run(heard, plain)


def _is_the_same_run(one: ASmallRun, other: ASmallRun) -> None:
    losses = [[record.loss for record in run.folder.course().steps] for run in (one, other)]
    assert losses[0] == losses[1]
    for name, tensor in _learned(one).items():
        assert torch.equal(tensor, _learned(other)[name]), name


def test_examples_lie_at_one_level_beside_what_was_recorded(trained_selva: ASmallRun) -> None:
    run = trained_selva

    for record in run.folder.course().examples:
        path = example_path(run.folder.examples, record.pair, record.step)
        assert run.folder.path / record.path == path
        audio, rate_hz = soundfile.read(path, dtype="float32")
        recorded, _ = soundfile.read(
            reference_example_path(run.folder.examples, record.pair), dtype="float32"
        )
        assert rate_hz == 16_000
        assert len(audio) == len(recorded)
        assert 20 * np.log10(np.sqrt(np.mean(audio**2))) == pytest.approx(-27.0, abs=0.01)
        assert 20 * np.log10(np.sqrt(np.mean(recorded**2))) <= -27.0 + 0.01
        assert record.metrics["log_mel_distance_db"] > 0.0
        assert "set_distance_db" in record.metrics


def test_example_of_a_short_pair_ends_with_its_sound(trained_selva: ASmallRun) -> None:
    run = trained_selva

    info = soundfile.info(example_path(run.folder.examples, "knocks", 0))

    assert info.duration == pytest.approx(2.0, abs=0.05)
    assert info.subtype == "FLOAT"


def test_examples_change_as_the_network_learns_and_for_no_other_reason(
    trained_selva: ASmallRun,
) -> None:
    run = trained_selva
    base, learned = (
        soundfile.read(example_path(run.folder.examples, "rain", step))[0] for step in (0, 4)
    )
    examples = examples_of(run.subject, run.checkpoint, run.pairs, run.folder, run.options)
    examples.make(7)

    again, _ = soundfile.read(example_path(run.folder.examples, "rain", 7))
    assert not np.array_equal(base, learned)
    assert np.array_equal(again, learned)


def test_example_of_the_base_is_what_selva_makes_with_the_same_seed(tmp_path: Path) -> None:
    run = ASmallRun(tmp_path, SELVA)
    entry = run.pairs.held_out[0]
    latents = sampler_of(run.subject).latents(run.pairs.pair(entry), steps=3, seed=7)
    (sound,) = CheckpointDecoder(run.checkpoint).sounds([latents])
    request = _region_of_eight_seconds(16_000, channels=1, variant=SELVA, guidance=0.5)
    made = SelvaEngine().run(request, ignore, lambda: False).sounds[0].audio

    assert sound.shape == made.shape
    assert float(np.abs(sound - made).max()) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("model_id", [BASE, MMDIT])
def test_example_of_the_base_is_what_audiox_makes_with_the_same_seed(
    tmp_path: Path, model_id: str
) -> None:
    run = ASmallRun(tmp_path, model_id)
    pair = run.pairs.pair(run.pairs.held_out[0])
    latents = sampler_of(run.subject).latents(pair, steps=3, seed=7)
    (sound,) = CheckpointDecoder(run.checkpoint).sounds([latents])
    rate_hz = run.checkpoint.model.native_rate_hz
    request = _region_of_eight_seconds(rate_hz, channels=2, variant=model_id, guidance=1.0)
    length = sound.shape[1]
    request = replace(
        request,
        context=np.zeros((2, length), np.float32),
        valid=np.ones(length, bool),
        region_end_samples=length,
    )
    made = AudioxEngine().run(request, ignore, lambda: False).sounds[0].audio

    assert sound.shape == made.shape
    assert float(np.abs(sound - made).max()) < 1e-4


def test_what_is_undisturbed_keeps_modes_and_random_states() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout(0.5))
    network.train()
    network[0].eval()
    state = torch.get_rng_state()

    with undisturbed(network):
        torch.randn(3)
        assert not network[1].training
        assert not network(torch.ones(1, 2)).requires_grad

    assert [module.training for module in network.modules()] == [True, False, True]
    assert torch.equal(torch.get_rng_state(), state)


def test_level_is_told_and_never_passes_full_scale() -> None:
    quiet = np.full((1, 100), 0.001, np.float32)
    click = np.zeros((1, 48_000), np.float32)
    click[0, 10] = 0.01

    sound, gain_db = levelled(quiet)
    clicked, click_gain_db = levelled(click)

    assert gain_db == pytest.approx(33.0, abs=0.01)
    assert 20 * np.log10(float(sound[0, 0])) == pytest.approx(-27.0, abs=0.01)
    assert float(np.abs(clicked).max()) == pytest.approx(1.0)
    assert click_gain_db == pytest.approx(40.0, abs=0.01)
    assert levelled(np.zeros((2, 5), np.float32))[1] == 0.0


def test_examples_that_are_not_wanted_any_more_end_quietly(tmp_path: Path) -> None:
    run = ASmallRun(tmp_path, SELVA)
    examples = examples_of(
        run.subject, run.checkpoint, run.pairs, run.folder, run.options, cancelled=lambda: True
    )

    assert examples.make(0) == []


def test_long_pair_is_heard_once_and_held_out_pairs_come_first(tmp_path: Path) -> None:
    encoded(tmp_path, SELVA, [APair(key="long", seconds=17.0), *TWO_PAIRS])
    pairs = EncodedSet(tmp_path / "encoded")

    assert [entry.pair for entry in heard_entries(pairs, 4)] == ["rain", "long", "knocks"]
    assert [entry.pair for entry in heard_entries(pairs, 1)] == ["rain"]


def _region_of_eight_seconds(
    rate_hz: int, *, channels: int, variant: str, guidance: float
) -> Request:
    samples = 8 * rate_hz
    return Request(
        task=EngineTask.GENERATE,
        context=np.zeros((channels, samples), np.float32),
        valid=np.ones(samples, bool),
        rate_hz=rate_hz,
        region_start_samples=0,
        region_end_samples=samples,
        prompt="rain",
        seed=7,
        variant=variant,
        settings={"steps": 3, "guidance": guidance},
    )
