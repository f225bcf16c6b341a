from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.adapting.facts import content_sha256, facts_of
from prismdesk.engines.adapting.read import read_adapter
from prismdesk.engines.nets.low_rank import LowRank
from prismdesk.engines.training.draws import Draws
from prismdesk.engines.training.encoded_set import EncodedPair, EncodedSet
from prismdesk.engines.training.singular_values import ChangedValues, SingularLayer, reweighted
from prismdesk.engines.training.surgery import Reweighting
from prismdesk.engines.training.trainer import Trainer
from tests.engines.training.tiny import (
    KINDS,
    Hands,
    tiny_options,
    tiny_run,
    tiny_subject,
    tiny_tensors,
)

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.training.audiox_subject import AudioxSubject
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.selva_subject import SelvaSubject


def _trainer(
    folder: RunFolder, kind: str, options: TrainingOptions, hands: Hands | None = None
) -> Trainer:
    subject, pairs = tiny_subject(kind, options), EncodedSet(folder.encoded)
    afterwards = Reweighting(subject, pairs, options, folder)
    return Trainer(subject, pairs, options, folder, hands or Hands(), afterwards=afterwards)


def _layer(seed: int = 1, *, taps: int = 0) -> LowRank:
    random = torch.Generator().manual_seed(seed)
    down = torch.randn(3, 5, *([taps] if taps else []), generator=random)
    up = torch.randn(7, 3, *([1] if taps else []), generator=random)
    return LowRank(down=down, up=up, scale=2.0)


@pytest.mark.parametrize("taps", [0, 3])
def test_a_change_taken_apart_is_the_same_change(taps: int) -> None:
    layer = _layer(taps=taps)
    apart = SingularLayer.of(layer)
    weight = torch.zeros(layer.weight_shape)
    back = apart.with_values(apart.values)
    torch.testing.assert_close(back.difference(weight), layer.difference(weight))
    assert back.up.shape == layer.up.shape
    expected = torch.linalg.svdvals(layer.difference(weight).flatten(1))[:3]
    torch.testing.assert_close(apart.values, expected)


def test_what_the_loss_feels_gains_and_the_sum_stays() -> None:
    values = torch.tensor([4.0, 2.0, 1.0])
    changed = reweighted(values, torch.tensor([0.0, 1.0, 0.5]))
    weights = torch.sigmoid(torch.tensor([0.0, 5.0, 2.5]))
    torch.testing.assert_close(changed, values * weights * (7.0 / (values * weights).sum()))
    assert changed.sum() == pytest.approx(7.0)
    assert torch.equal(reweighted(values, torch.zeros(3)), values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", ["standard", "pissa"])
def test_changed_values_act_as_the_changed_weights_would(kind: str, start: str) -> None:
    targets = {"selva": ("attn.qkv", "latent_block.linear1"), "mmdit": ("attn.qkv", "linear1")}
    options = tiny_options(kind, start=start, targets=targets.get(kind, ()))
    subject = tiny_subject(kind, options)
    for up in subject.layers.up().values():
        torch.manual_seed(3)
        up.data.add_(torch.randn(up.shape))
    layers = {n: SingularLayer.of(one) for n, one in subject.layers.learned().items()}
    amounts = {n: 0.5 * one.values for n, one in layers.items()}
    plain = _loss(subject, kind, options)
    with ChangedValues(subject.network, layers, amounts):
        added = _loss(subject, kind, options)
    assert _loss(subject, kind, options) == plain
    with torch.no_grad():
        for name, layer in layers.items():
            weight = subject.network.get_parameter(f"{name}.base_layer.weight")
            weight.add_(layer.with_values(amounts[name]).difference(weight))
    merged = _loss(subject, kind, options)
    assert added - plain == pytest.approx(merged - plain, rel=2e-2)
    assert abs(added - plain) > 1e-4 * plain


def _loss(subject: SelvaSubject | AudioxSubject, kind: str, options: TrainingOptions) -> float:
    family = "selva" if kind == "selva" else "audiox"
    pair = EncodedPair(key="one", family=family, prompt="", tensors=tiny_tensors(kind, 1))
    with torch.no_grad():
        return float(subject.loss([pair], Draws(options, 0, times=torch.tensor([0.4]))))


@pytest.mark.parametrize(("kind", "start"), [("selva", "pissa"), ("dit", "standard")])
def test_reweighted_adapter_lies_beside_the_trained_one(
    tmp_path: Path, kind: str, start: str
) -> None:
    folder = tiny_run(tmp_path, kind)
    options = tiny_options(kind, reweight="sensitivity", start=start)
    assert _trainer(folder, kind, options).run() == "finished"
    files = folder.checkpoint_files()[-1]
    trained, changed = read_adapter(files.adapter), read_adapter(files.reweighted)
    assert facts_of(files.reweighted).layers == facts_of(files.adapter).layers
    for name, layer in trained.adapter.layers.items():
        of_each = [
            torch.linalg.svdvals(one.difference(torch.zeros(one.weight_shape)).flatten(1))
            for one in (layer, changed.adapter.layers[name])
        ]
        assert float(of_each[1].sum()) == pytest.approx(float(of_each[0].sum()), rel=1e-4)
        assert not torch.allclose(of_each[1], of_each[0], rtol=1e-3)
    told = json.loads(files.reweighted_facts.read_text())
    assert told["loss_before"] == folder.course().held_out[-1].loss
    assert told["loss"] != told["loss_before"]
    note = folder.course().notes[-1].text
    assert note.startswith("Reweighting changed the held-out loss")
    assert files.better == (files.reweighted if told["is_better"] else files.adapter)
    assert folder.course().end is not None


def test_reweighting_that_was_paused_or_begun_anew_gives_the_same(tmp_path: Path) -> None:
    options = tiny_options("dit", reweight="sensitivity")
    whole = tiny_run(tmp_path / "a")
    _trainer(whole, "dit", options).run()
    broken = tiny_run(tmp_path / "b")
    hands = Hands({options.steps: ["go", "go", "pause"]})
    assert _trainer(broken, "dit", options, hands).run() == "paused"
    assert not broken.checkpoint_files()[-1].reweighted.exists()
    assert _trainer(broken, "dit", options).run() == "finished"
    sums = [content_sha256(folder.checkpoint_files()[-1].reweighted) for folder in (whole, broken)]
    assert sums[0] == sums[1]


def test_the_trained_adapter_is_taken_where_nothing_says_better(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    options = tiny_options(reweight="sensitivity")
    _trainer(folder, "dit", options).run()
    files = folder.checkpoint_files()[-1]
    for text in ("{", '{"is_better": false}', "[]"):
        files.reweighted_facts.write_text(text)
        assert files.better == files.adapter
    files.reweighted_facts.write_text('{"is_better": true}')
    assert files.better == files.reweighted
