"""Learned words, reweighting and a tuned vocoder on real recordings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.hosting.installed import installed_model
from prismdesk.engines.selva.networks import GENERATOR
from prismdesk.engines.training.methods import method_at_work
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.training.subject import BaseModel
from prismdesk.engines.training.subjects import training_checkpoint
from prismdesk.engines.training.surgery import Reweighting
from prismdesk.engines.training.trainer import Trainer
from prismdesk.engines.training.words_subject import WordsSubject, words_start
from tests.engines.selva.asking import SELVA
from tests.engines.training.real_effects import encoded_effects, subject_of, train_base
from tests.engines.training.tiny import Hands

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.training.encoded_set import EncodedSet
    from prismdesk.engines.training.options import TrainingOptions

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_media("arcade/earth.mp4"),
    pytest.mark.usefixtures("small_models"),
]

BASE_STEPS = 100


def _options(**given: Any) -> TrainingOptions:
    values = {"save_every": given["steps"], "warm_up": 5, "batch": 8, **given}
    return from_mapping(values, start=default_options("selva", given.get("method", "lora")))


def _checkpoint(options: TrainingOptions) -> Checkpoint:
    installed = installed_model("selva", SELVA)
    return training_checkpoint(installed.model, installed.files, torch.device("cpu"), options)


def _run(path: Path, wanted: EncodedSet) -> RunFolder:
    folder = RunFolder(path / "run")
    folder.make({})
    listed = path / "set" / "encoded" / "index.json"
    (folder.encoded / "index.json").write_bytes(listed.read_bytes())
    assert wanted.index.family == "selva"
    return folder


def _lowered(folder: RunFolder, what: str) -> float:
    before, after = folder.course().held_out
    print(f"{what}: held-out loss {before.loss:.4f} of the base, {after.loss:.4f} with it")  # noqa: T201  (the figures are what one wants to read)
    return after.loss / before.loss


def test_words_fit_effects_that_they_never_heard(tmp_path: Path) -> None:
    known, wanted = encoded_effects(tmp_path, SELVA)
    options = _options(method="words", steps=80, lr=1e-2)
    network = GENERATOR.load(_checkpoint(options))
    network.unfuse()
    network.load_state_dict(train_base(SELVA, known, BASE_STEPS))
    start = words_start(network, wanted, options, lambda _: 4)
    subject = WordsSubject(network, options, BaseModel(model_id=SELVA, sha256="b" * 64), start)
    folder = _run(tmp_path, wanted)
    Trainer(subject, wanted, options, folder, Hands()).run()
    assert _lowered(folder, "words") < 0.999


def test_reweighting_tells_both_losses(tmp_path: Path) -> None:
    known, wanted = encoded_effects(tmp_path, SELVA)
    options = _options(steps=80, rank=8, lr=3e-3, reweight="sensitivity")
    subject = subject_of(SELVA, options, train_base(SELVA, known, BASE_STEPS))
    folder = _run(tmp_path, wanted)
    afterwards = Reweighting(subject, wanted, options, folder)
    Trainer(subject, wanted, options, folder, Hands(), afterwards=afterwards).run()
    assert _lowered(folder, "adapter") < 0.85
    facts = json.loads(folder.checkpoint_files()[-1].reweighted_facts.read_text())
    print(folder.course().notes[-1].text)  # noqa: T201  (as above)
    assert facts["loss"] < folder.course().held_out[0].loss


@pytest.mark.parametrize(("scope", "share"), [("alphas", 0.999), ("all", 0.9)])
def test_a_tuned_vocoder_nears_effects_that_it_never_heard(
    tmp_path: Path, scope: str, share: float
) -> None:
    _, wanted = encoded_effects(tmp_path, SELVA)
    options = _options(method="vocoder", vocoder_scope=scope, steps=40, lr=3e-3)
    folder = _run(tmp_path, wanted)
    base = BaseModel(model_id=SELVA, sha256="b" * 64)
    method = method_at_work(_checkpoint(options), options, base, wanted, folder)
    Trainer(method.subject, wanted, options, folder, Hands()).run()
    assert _lowered(folder, f"vocoder, {scope}") < share
