from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
import torch

from prismdesk.engines.adapting.write import AdapterDescription, write_tensors
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.selva.networks import GENERATOR, VOCODER
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.evaluation import Evaluation, clips_of, evaluate
from prismdesk.engines.training.evaluation_results import (
    RECORDINGS,
    SUMMARY_FILE,
    TABLE_FILE,
    EvaluationError,
    read_results,
)
from prismdesk.engines.training.example_files import example_path
from prismdesk.engines.training.tasks import AdapterTold
from prismdesk.errors import Cancelled
from prismdesk.media.onsets import find_onsets
from tests.engines.audiox.asking import BASE
from tests.engines.selva.asking import SELVA
from tests.engines.training.pairs import APair, encoded

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from prismdesk.engines.training.evaluation_results import EvaluationResults
    from tests.engines.training.runs import ASmallRun

pytestmark = pytest.mark.usefixtures("small_models")

THE_BASE = AdapterTold(name="base", path=None)


def _how(**given: Any) -> Evaluation:
    usual: dict[str, Any] = {
        "model_id": SELVA,
        "steps": 2,
        "seed": 42,
        "machine": MachineOptions(device="cpu"),
    }
    return Evaluation(**(usual | given))


def _compared(
    run: ASmallRun, out: Path, adapters: list[AdapterTold], **given: Any
) -> EvaluationResults:
    return evaluate(adapters, run.pairs, run.folder.encoded, out, _how(**given))


def _of_step(run: ASmallRun, step: int, strength: float = 1.0) -> AdapterTold:
    checkpoint = next(one for one in run.folder.checkpoint_files() if one.step == step)
    return AdapterTold(
        name=f"step {step} x{strength:g}", path=checkpoint.adapter, strength=strength
    )


def test_adapters_are_compared_on_the_held_out_clips_with_the_same_noise(
    tmp_path: Path, trained_selva: ASmallRun
) -> None:
    adapters = [THE_BASE, _of_step(trained_selva, 4), _of_step(trained_selva, 4, 0.0)]
    told: list[float] = []
    results = _compared(
        trained_selva,
        tmp_path,
        adapters,
        find_onsets=find_onsets,
        report=lambda words, fraction: told.append(fraction),
    )

    assert list(results.prompts) == ["rain"]
    assert [(one.adapter, one.pair) for one in results.sounds] == [
        (name, "rain") for name in (RECORDINGS, "base", "step 4 x1", "step 4 x0")
    ]
    base, learned, off = (
        soundfile.read(tmp_path / one.path)[0]
        for one in results.sounds
        if one.adapter in [told.name for told in adapters]
    )
    assert not np.array_equal(base, learned)
    assert np.array_equal(base, off)
    assert {"onset_error_ms", "set_distance_db", "log_mel_distance_db"} <= set(results.metric_keys)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_base_and_adapter_sound_as_in_the_examples_of_the_run(
    tmp_path: Path, trained_selva: ASmallRun
) -> None:
    adapters = [THE_BASE, _of_step(trained_selva, 4)]
    results = _compared(trained_selva, tmp_path, adapters, seed=trained_selva.options.seed)
    for adapter, step in (("base", 0), ("step 4 x1", 4)):
        made = results.sound(adapter, "rain")
        assert made is not None
        heard, _ = soundfile.read(example_path(trained_selva.folder.examples, "rain", step))
        sound, _ = soundfile.read(tmp_path / made.path)
        assert float(np.abs(heard - sound).max()) < 1e-4


def test_summary_and_table_hold_what_was_found(tmp_path: Path, trained_selva: ASmallRun) -> None:
    results = _compared(trained_selva, tmp_path, [THE_BASE, _of_step(trained_selva, 2)])

    assert read_results(tmp_path) == results
    rows = list(csv.DictReader((tmp_path / TABLE_FILE).read_text().splitlines()))
    assert [row["adapter"] for row in rows] == [RECORDINGS, "base", "step 2 x1"]
    assert float(rows[1]["centroid_hz"]) == pytest.approx(
        results.adapters[0].metrics["centroid_hz"], rel=1e-4
    )
    assert rows[0]["log_mel_distance_db"] == ""
    assert results.adapters[0].sha256 == ""
    assert results.adapters[1].sha256 != ""


def test_names_have_to_differ(tmp_path: Path, trained_selva: ASmallRun) -> None:
    for names in ([THE_BASE, THE_BASE], [AdapterTold(name=RECORDINGS, path=None)], []):
        with pytest.raises(EvaluationError, match="each has to have one of its own"):
            _compared(trained_selva, tmp_path, names)


def test_clips_of_another_model_are_refused(tmp_path: Path, trained_selva: ASmallRun) -> None:
    with pytest.raises(EvaluationError, match="encoded for another model"):
        _compared(trained_selva, tmp_path, [THE_BASE], model_id=BASE)


def test_file_that_is_no_adapter_is_refused(tmp_path: Path, trained_selva: ASmallRun) -> None:
    page = tmp_path / "page.safetensors"
    page.write_bytes(b"<!DOCTYPE html><html></html>")

    with pytest.raises(AdapterRefusedError):
        _compared(trained_selva, tmp_path, [AdapterTold(name="page", path=page)])


def _words(run: ASmallRun, folder: Path) -> AdapterTold:
    network = GENERATOR.load(run.checkpoint)
    width = network.empty_string_feat.shape[1]
    path = folder / "words.safetensors"
    write_tensors(
        path,
        {"words.vectors": torch.randn(4, width, generator=torch.Generator().manual_seed(3))},
        description=AdapterDescription(family="selva", base_model=SELVA),
        kind="words",
    )
    return AdapterTold(name="words", path=path)


def _vocoder(run: ASmallRun, folder: Path) -> AdapterTold:
    vocoder = VOCODER.load(run.checkpoint)
    tuned = {name: one + 0.5 for name, one in vocoder.named_parameters() if name.endswith(".alpha")}
    path = folder / "vocoder.safetensors"
    about = AdapterDescription(
        family="selva", base_model=SELVA, base_sha256=run.pairs.index.base_sha256
    )
    write_tensors(path, tuned, description=about, kind="vocoder")
    return AdapterTold(name="vocoder", path=path)


def test_words_and_tuned_vocoders_are_compared_and_leave_no_trace(
    tmp_path: Path, trained_selva: ASmallRun
) -> None:
    adapters = [
        _words(trained_selva, tmp_path),
        _vocoder(trained_selva, tmp_path),
        AdapterTold(name="base", path=None),
    ]
    _compared(trained_selva, tmp_path / "alone", [THE_BASE])
    results = _compared(trained_selva, tmp_path / "all", adapters)

    made = {one.adapter: soundfile.read(tmp_path / "all" / one.path)[0] for one in results.sounds}
    alone, _ = soundfile.read(tmp_path / "alone" / "base" / "rain.wav")
    assert np.array_equal(made["base"], alone)
    for one, other in (("words", "base"), ("vocoder", "base"), ("words", "vocoder")):
        assert not np.array_equal(made[one], made[other])


def test_vocoder_that_was_tuned_for_another_network_is_refused(
    tmp_path: Path, trained_selva: ASmallRun
) -> None:
    other = AdapterTold(name="other", path=tmp_path / "other.safetensors")
    assert other.path is not None
    write_tensors(
        other.path,
        {"conv_pre.weight": torch.zeros(2, 2)},
        description=AdapterDescription(
            family="selva", base_model=SELVA, base_sha256=trained_selva.pairs.index.base_sha256
        ),
        kind="vocoder",
    )

    with pytest.raises(AdapterRefusedError, match="tuned for another network"):
        _compared(trained_selva, tmp_path / "out", [other])


def test_cancelling_writes_no_summary(tmp_path: Path, trained_selva: ASmallRun) -> None:
    with pytest.raises(Cancelled):
        _compared(trained_selva, tmp_path, [THE_BASE], cancelled=lambda: True)

    assert not (tmp_path / SUMMARY_FILE).exists()


def test_damaged_summary_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / SUMMARY_FILE).write_text('{"format": 1, "adapters": 3}')

    with pytest.raises(EvaluationError, match="no comparison that can be read"):
        read_results(tmp_path)


def test_all_clips_are_compared_where_none_is_held_out(tmp_path: Path) -> None:
    encoded(tmp_path, SELVA, [APair(seconds=2.0), APair(key="two", seconds=2.0, seed=2)])

    clips = clips_of(EncodedSet(tmp_path / "encoded"))

    assert [entry.pair for entry in clips] == ["one", "two"]
