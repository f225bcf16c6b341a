from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.selva.networks import VOCODER
from prismdesk.engines.training.draws import Draws
from prismdesk.engines.training.encoded_index import EncodedSetError
from prismdesk.engines.training.optimising import Optimiser
from prismdesk.engines.training.reference_sound import reference_path, write_wav
from prismdesk.engines.training.vocoder_subject import VocoderSubject
from tests.engines.selva.asking import SELVA
from tests.engines.training.method_runs import MethodRun

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("small_models")


@pytest.mark.parametrize("scope", ["alphas", "all"])
def test_only_what_the_scope_says_learns(tmp_path: Path, scope: str) -> None:
    run = MethodRun(tmp_path / "run", SELVA, tmp_path, method="vocoder", vocoder_scope=scope)
    subject = run.method().subject
    assert isinstance(subject, VocoderSubject)
    optimiser = Optimiser(subject.groups(), run.options, subject.betas)
    pairs = run.pairs.pairs(run.pairs.training)
    subject.loss(pairs, Draws(run.options, 0)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    optimiser.step(0)
    with Residence().use(VOCODER, run.checkpoint) as fresh:
        base = dict(fresh.named_parameters())
        changed = {
            name
            for name, one in subject.network.named_parameters()
            if not torch.equal(one, base[name])
        }
    alphas = {name for name in base if name.endswith(".alpha")}
    assert alphas
    assert changed == (alphas if scope == "alphas" else set(base))


def test_the_pull_counts_in_training_alone(tmp_path: Path) -> None:
    run = MethodRun(tmp_path / "run", SELVA, tmp_path, method="vocoder")
    subject = run.method().subject
    assert isinstance(subject, VocoderSubject)
    for one in subject.groups()[0].parameters.values():
        one.data.add_(1.0)
    count = sum(one.numel() for one in subject.groups()[0].parameters.values())
    pair = run.pairs.pair(run.pairs.training[0])
    with torch.no_grad():
        trained = float(subject.loss([pair], Draws(run.options, 0)))
        times = torch.tensor([0.5])
        measured = float(subject.loss([pair], Draws(run.options, 0, times=times)))
    assert trained - measured == pytest.approx(1e-3 * count, rel=1e-3)


def test_a_sound_that_is_gone_or_of_another_rate_is_told(tmp_path: Path) -> None:
    run = MethodRun(tmp_path / "run", SELVA, tmp_path, method="vocoder")
    entry = run.pairs.training[0]
    pair = run.pairs.pair(entry)
    sound = reference_path(run.folder.encoded / entry.file)
    write_wav(sound, torch.zeros(1, 100).numpy(), 8000)
    with pytest.raises(EncodedSetError, match="8000 Hz"):
        run.method().subject.loss([pair], Draws(run.options, 0))
    sound.unlink()
    with pytest.raises(EncodedSetError, match="can't be read"):
        run.method().subject.loss([pair], Draws(run.options, 0))
