"""An adapter's singular values reweighted after its training, by how much the loss feels them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.training.adapter_file import description_of, write_learned
from prismdesk.engines.training.course import NoteRecord
from prismdesk.engines.training.draws import Draws, derived_seed
from prismdesk.engines.training.held_out import held_out_loss
from prismdesk.engines.training.run_files import write_whole
from prismdesk.engines.training.singular_values import ChangedValues, SingularLayer, reweighted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    from prismdesk.engines.training.encoded_set import EncodedPair, EncodedSet
    from prismdesk.engines.training.low_rank_subject import LowRankSubject
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.run_files import CheckpointFiles, RunFolder
    from prismdesk.engines.training.tasks import EndOfRun

    Heed = Callable[[], EndOfRun | None]

_SAMPLES_PER_CLIP = 4
_MOST_SAMPLES = 128


class Reweighting:
    """Writes a reweighted adapter beside the last checkpoint's own; both can be used.

    It draws by the run's seed alone, so that beginning it anew gives the same.

    Args:
        subject: trained to its end; it stays as it is.
        pairs: of the run.
        options: of the run.
        folder: of the run.
    """

    def __init__(
        self,
        subject: LowRankSubject[Any],
        pairs: EncodedSet,
        options: TrainingOptions,
        folder: RunFolder,
    ) -> None:
        self._subject = subject
        self._pairs = pairs
        self._options = options
        self._folder = folder

    def __call__(self, step: int, heed: Heed) -> EndOfRun | None:
        """Do it, unless it was done; return how the run ended if that was wanted meanwhile.

        Args:
            step: of the last checkpoint.
            heed: asked before each sample; waits while the device is wanted by others.

        Raises:
            PrismDeskError: a pair can't be used.
            OSError: the disk gave up.
        """
        files = next(one for one in self._folder.checkpoint_files() if one.step == step)
        if files.reweighted_facts.exists():
            return None
        layers = {
            name: SingularLayer.of(layer) for name, layer in self._subject.layers.learned().items()
        }
        felt = {name: torch.zeros_like(layer.values) for name, layer in layers.items()}
        for draws, pair in self._samples():
            ended = heed()
            if ended:
                return ended
            for name, gradient in self._gradients(layers, pair, draws).items():
                felt[name] += gradient.abs()
        values = {name: reweighted(layers[name].values, felt[name]) for name in layers}
        self._write(files, layers, values)
        return None

    def _samples(self) -> Iterator[tuple[Draws, EncodedPair]]:
        """Yield the samples that sensitivity is measured on: every pair equally often."""
        entries = self._pairs.training
        count = min(_MOST_SAMPLES, _SAMPLES_PER_CLIP * len(entries))
        generator = torch.Generator(device="cpu")
        generator.manual_seed(derived_seed(self._options.seed, "calibration"))
        times = torch.rand(count, generator=generator, device="cpu")
        for number in range(count):
            draws = Draws(
                self._options, number, times=times[number : number + 1], purpose="calibration"
            )
            yield draws, self._pairs.pair(entries[number % len(entries)])

    def _gradients(
        self, layers: dict[str, SingularLayer], pair: EncodedPair, draws: Draws
    ) -> dict[str, Tensor]:
        """Return the derivative of one sample's loss by each singular value."""
        amounts = {
            name: torch.zeros_like(layer.values, requires_grad=True)
            for name, layer in layers.items()
        }
        with ChangedValues(self._subject.network, layers, amounts):
            loss = self._subject.loss([pair], draws)
            # Blocks that are worked out a second time need what was added then, too.
            gradients = torch.autograd.grad(loss, list(amounts.values()))
        return dict(zip(amounts, gradients, strict=True))

    def _write(
        self,
        files: CheckpointFiles,
        layers: dict[str, SingularLayer],
        values: dict[str, Tensor],
    ) -> None:
        before = held_out_loss(self._subject, self._pairs, self._options)
        amounts = {name: values[name] - layer.values for name, layer in layers.items()}
        with ChangedValues(self._subject.network, layers, amounts):
            after = held_out_loss(self._subject, self._pairs, self._options)
        is_better = before is not None and after is not None and after < before
        about = description_of(
            self._subject.family,
            self._subject.base,
            self._options,
            step=files.step,
            targets=self._subject.targets,
        )
        told = {**about.training, "is_reweighted": True, "loss": after, "loss_before": before}
        changed = {name: layer.with_values(values[name]) for name, layer in layers.items()}
        write_learned(files.reweighted, changed, replace(about, training=told))
        facts = {"loss": after, "loss_before": before, "is_better": is_better}
        write_whole(files.reweighted_facts, json.dumps(facts).encode())
        self._folder.append(NoteRecord(step=files.step, text=_sentence(before, after)))


def _sentence(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return (
            "The reweighted adapter lies beside the trained one; no pair is held out, so which is "
            "better isn't known, and the trained one is taken unless the other is asked for."
        )
    taken = "the reweighted one is taken" if after < before else "the trained one stays"
    return f"Reweighting changed the held-out loss from {before:.4f} to {after:.4f}; {taken}."
