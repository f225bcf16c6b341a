"""The work of the training process, put together: what each kind of it needs, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.adapting.converting import convert_adapter
from prismdesk.engines.adapting.merging import MergedTerms, merge_into_checkpoint
from prismdesk.engines.adapting.read import read_adapter
from prismdesk.engines.hosting.device import choose_device
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.encoding import encode_set
from prismdesk.engines.training.evaluation import Evaluation, evaluate
from prismdesk.engines.training.examples import examples_with
from prismdesk.engines.training.memory_check import check_memory, memory_advice
from prismdesk.engines.training.methods import method_at_work
from prismdesk.engines.training.subjects import base_of, family_of, training_checkpoint
from prismdesk.engines.training.tasks import WorkReport
from prismdesk.engines.training.trainer import Trainer
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import files_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.tasks import (
        AdapterTold,
        EndOfRun,
        PairLoader,
        TrainingWork,
        WorkSurroundings,
    )


class Work:
    """Everything that is done in the training process; see ``TrainingWork``."""

    def encode(
        self,
        model_id: str,
        pairs: Sequence[PairLoader],
        shared: Path,
        index: Path,
        around: WorkSurroundings,
    ) -> None:
        """Encode pairs that aren't in the shared folder yet, and list all in a run's folder."""

        def report(words: str, fraction: float) -> None:
            around.report(WorkReport(words=words, fraction=fraction))

        encode_set(
            model_id,
            pairs,
            shared=shared,
            index=index,
            machine=around.machine,
            features=around.features,
            report=report,
            cancelled=around.is_unwanted,
        )

    def train(self, folder: RunFolder, model_id: str, around: WorkSurroundings) -> EndOfRun:
        """Begin a run whose pairs are encoded, or go on with it."""
        model = model_of(model_id)
        files = files_of(model)
        options = folder.options(family_of(model))
        device = choose_device(around.machine.device)
        check_memory(model, options, device)
        around.report(WorkReport(words=f"Loading {model.name}"))
        checkpoint = training_checkpoint(model, files, device, options)
        pairs = EncodedSet(folder.encoded)
        method = method_at_work(checkpoint, options, base_of(model, files), pairs, folder)
        examples = examples_with(
            method.sampler,
            method.decoder,
            pairs,
            folder,
            options,
            find_onsets=around.find_onsets,
            cancelled=around.is_unwanted,
        )
        advice = memory_advice(model, options, device)
        trainer = Trainer(
            method.subject,
            pairs,
            options,
            folder,
            around,
            examples,
            afterwards=method.afterwards,
            advice=advice,
        )
        return trainer.run()

    def convert(
        self, source: Path, target: Path, alpha: float | None, model_id: str, title: str
    ) -> None:
        """Write an adapter of any known form as one of the library's files."""
        convert_adapter(source, target, alpha=alpha, model_id=model_id, title=title)

    def merge(
        self,
        model_id: str,
        adapters: Sequence[AdapterTold],
        folder: Path,
        name: str,
        around: WorkSurroundings,
    ) -> None:
        """Write a checkpoint of one's own with adapters in its weights."""
        model = model_of(model_id)
        merge_into_checkpoint(
            model,
            files_of(model),
            [(read_adapter(path).adapter, one.strength) for one in adapters if (path := one.path)],
            folder,
            terms=MergedTerms(name=name),
            progress=lambda share: around.report(WorkReport(words="Merging", fraction=share)),
            cancelled=around.is_unwanted,
        )

    def compare(
        self,
        model_id: str,
        adapters: Sequence[AdapterTold],
        index: Path,
        out: Path,
        steps: int,
        seed: int,
        around: WorkSurroundings,
    ) -> None:
        """Make the same clips with each adapter and the same noise, measure, and write it down."""

        def report(words: str, fraction: float) -> None:
            around.report(WorkReport(words=words, fraction=fraction))

        how = Evaluation(
            model_id=model_id,
            steps=steps,
            seed=seed,
            machine=around.machine,
            find_onsets=around.find_onsets,
            report=report,
            cancelled=around.is_unwanted,
        )
        evaluate(adapters, EncodedSet(index), index, out, how)


def create_work() -> TrainingWork:
    """Return what the training process can do."""
    return Work()
