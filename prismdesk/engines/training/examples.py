"""Listening examples of a run: the same pairs with the same noise at every checkpoint.

They are made with the network that is being trained, without guidance, and leave no trace in it:
training goes on as if they had never been made.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from prismdesk.engines.training.comparing import Comparison
from prismdesk.engines.training.course import ExampleRecord
from prismdesk.engines.training.example_files import example_path, reference_example_path
from prismdesk.engines.training.pair_decoding import CheckpointDecoder, levelled
from prismdesk.engines.training.pair_sampling import sampler_of
from prismdesk.engines.training.reference_sound import (
    profile_of_set,
    reference_sound,
    write_wav,
)
from prismdesk.errors import Cancelled
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.comparing import OnsetFinder
    from prismdesk.engines.training.encoded_index import EncodedEntry
    from prismdesk.engines.training.encoded_set import EncodedSet
    from prismdesk.engines.training.low_rank_subject import LowRankSubject
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.pair_decoding import PairDecoder
    from prismdesk.engines.training.pair_sampling import PairSampler
    from prismdesk.engines.training.run_files import RunFolder


class ListeningExamples:
    """Makes the examples of a run and measures them.

    Args:
        sampler: of the network in training.
        decoder: of its latents.
        pairs: of the run; held-out ones are heard first, as nothing was learned from them.
        folder: of the run.
        count: how many pairs are heard.
        steps: of sampling.
        seed: of the noise.
        comparison: what is measured.
        cancelled: asked at every step of sampling.
    """

    def __init__(
        self,
        sampler: PairSampler,
        decoder: PairDecoder,
        pairs: EncodedSet,
        folder: RunFolder,
        *,
        count: int,
        steps: int,
        seed: int,
        comparison: Comparison | None = None,
        cancelled: IsCancelled = never_cancelled,
    ) -> None:
        self._sampler = sampler
        self._decoder = decoder
        self._pairs = pairs
        self._folder = folder
        self._entries = heard_entries(pairs, count)
        self._steps = steps
        self._seed = seed
        self._comparison = comparison or Comparison()
        self._cancelled = cancelled

    def make(self, step: int) -> list[ExampleRecord]:
        """Make the examples of a step with the network as it is now, and return their records.

        Once they aren't wanted any more, those that are done are returned.

        Raises:
            EncodedSetError: a pair can't be read.
            OSError: the disk gave up.
        """
        records: list[ExampleRecord] = []
        with suppress(Cancelled):
            sounds = self._decoder.sounds(self._latents(), self._cancelled)
            for entry, sound in zip(self._entries, sounds, strict=True):
                records.append(self._record(entry, step, sound))
        return records

    def _latents(self) -> list[Tensor]:
        return [
            self._sampler.latents(
                self._pairs.pair(entry),
                steps=self._steps,
                seed=self._seed,
                cancelled=self._cancelled,
            )
            for entry in self._entries
        ]

    def _record(self, entry: EncodedEntry, step: int, sound: AudioBlock) -> ExampleRecord:
        reference, rate_hz = real_reference(self._pairs, entry, self._folder.encoded)
        kept = sound[:, : reference.shape[1]]
        wav, gain_db = levelled(kept)
        path = example_path(self._folder.examples, entry.pair, step)
        write_wav(path, wav, rate_hz)
        recorded = reference_example_path(self._folder.examples, entry.pair)
        if not recorded.exists():
            write_wav(recorded, levelled(reference)[0], rate_hz)
        return ExampleRecord(
            step=step,
            pair=entry.pair,
            path=path.relative_to(self._folder.path).as_posix(),
            metrics=self._comparison.metrics(kept, reference, rate_hz),
            gain_db=gain_db,
        )


def heard_entries(pairs: EncodedSet, count: int) -> list[EncodedEntry]:
    """Return the windows that are heard: the first of each pair, held-out pairs first."""
    found: dict[str, EncodedEntry] = {}
    for entry in (*pairs.held_out, *pairs.training):
        found.setdefault(entry.pair, entry)
    return list(found.values())[:count]


def real_reference(pairs: EncodedSet, entry: EncodedEntry, folder: Path) -> tuple[AudioBlock, int]:
    """Return what was recorded for a window, without the silence after it, and its rate.

    Raises:
        EncodedSetError: the pair or its sound can't be read.
    """
    pair = pairs.pair(entry)
    return reference_sound(folder, entry, pair.real_frames / pair.latent_frames)


def examples_of(
    subject: LowRankSubject[Any],
    checkpoint: Checkpoint,
    pairs: EncodedSet,
    folder: RunFolder,
    options: TrainingOptions,
    *,
    find_onsets: OnsetFinder | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> ListeningExamples:
    """Return what makes the examples of a run.

    Args:
        subject: in training.
        checkpoint: that it is of.
        pairs: of the run.
        folder: of the run.
        options: how many examples there are, of how many steps, and the noise's seed.
        find_onsets: finds where hits begin; their error isn't measured without.
        cancelled: asked at every step of sampling.

    Raises:
        EncodedSetError: a sound of the set can't be read.
    """
    return examples_with(
        sampler_of(subject),
        CheckpointDecoder(checkpoint),
        pairs,
        folder,
        options,
        find_onsets=find_onsets,
        cancelled=cancelled,
    )


def examples_with(
    sampler: PairSampler,
    decoder: PairDecoder,
    pairs: EncodedSet,
    folder: RunFolder,
    options: TrainingOptions,
    *,
    find_onsets: OnsetFinder | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> ListeningExamples:
    """Return what makes the examples of a run of any method; see ``examples_of``.

    Args:
        sampler: of what is being trained.
        decoder: of its latents.
        pairs: of the run.
        folder: of the run.
        options: how many examples there are, of how many steps, and the noise's seed.
        find_onsets: finds where hits begin; their error isn't measured without.
        cancelled: asked at every step of sampling.

    Raises:
        EncodedSetError: a sound of the set can't be read.
    """
    profile = profile_of_set(folder.encoded, pairs.index)
    return ListeningExamples(
        sampler,
        decoder,
        pairs,
        folder,
        count=options.example_count,
        steps=options.example_steps,
        seed=options.seed,
        comparison=Comparison(profile, find_onsets),
        cancelled=cancelled,
    )
