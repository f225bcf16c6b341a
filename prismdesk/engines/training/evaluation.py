"""Several adapters on the same clips with the same noise, measured against the recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.adapting.application import WithAdapters, require_base, require_usable
from prismdesk.engines.adapting.facts import facts_of
from prismdesk.engines.adapting.learned_words import words_on_run
from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
from prismdesk.engines.audiox.networks import DENOISER_NETWORK
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.device import empty_cache
from prismdesk.engines.hosting.installed import checksum_of
from prismdesk.engines.hosting.memory import ran_out_of_memory
from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.request import AdapterOnRun
from prismdesk.engines.selva.networks import GENERATOR
from prismdesk.engines.training.comparing import Comparison
from prismdesk.engines.training.evaluation_results import (
    RECORDINGS,
    ComparedAdapter,
    ComparedSound,
    EvaluationError,
    EvaluationResults,
    mean_metrics,
    write_results,
)
from prismdesk.engines.training.example_files import file_name
from prismdesk.engines.training.examples import heard_entries, real_reference
from prismdesk.engines.training.metrics import sound_metrics
from prismdesk.engines.training.pair_decoding import CheckpointDecoder, levelled
from prismdesk.engines.training.pair_sampling import (
    AudioxSampler,
    SelvaSampler,
    encoded_conditions,
)
from prismdesk.engines.training.reference_sound import profile_of_set, write_wav
from prismdesk.engines.training.selva_batches import told_with_words
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.progress import (
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.nets.adapter_stack import Pretrained
    from prismdesk.engines.request import MachineOptions
    from prismdesk.engines.selva.generator.conditions import Conditions
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.comparing import OnsetFinder
    from prismdesk.engines.training.encoded_index import EncodedEntry
    from prismdesk.engines.training.encoded_set import EncodedPair, EncodedSet
    from prismdesk.engines.training.pair_sampling import PairSampler
    from prismdesk.engines.training.tasks import AdapterTold

_SAMPLING_SHARE = 0.85
_MOST_CLIPS = 64


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How adapters are compared.

    Attributes:
        model_id: the base.
        steps: of sampling.
        seed: of the noise.
        machine: on what it is computed.
        find_onsets: finds where hits begin; their error isn't measured without.
        report: told what is done and the share of the whole, 0 to 1.
        cancelled: asked at every step of sampling.
    """

    model_id: str
    steps: int
    seed: int
    machine: MachineOptions
    find_onsets: OnsetFinder | None = None
    report: Callable[[str, float], None] = lambda words, fraction: None
    cancelled: IsCancelled = never_cancelled


def evaluate(
    adapters: Sequence[AdapterTold], pairs: EncodedSet, index: Path, out: Path, how: Evaluation
) -> EvaluationResults:
    """Make one sound of each clip with each adapter, without guidance, and measure all of them.

    Clips are the held-out ones, or all of them where nothing is held out. The network is loaded
    once; decoders come when it is gone.

    Args:
        adapters: their names have to differ; the base alone is one without a path.
        pairs: encoded for the model.
        index: the folder of their list.
        out: a folder for sounds, summary and table.
        how: see ``Evaluation``.

    Raises:
        EvaluationError: names aren't unique, or the pairs are of another model.
        AdapterRefusedError: an adapter can't be used, or not on this model.
        EngineError: the model or the memory stands against it.
        OSError: the disk gave up.
        Cancelled: as told; sounds that are made stay.
    """
    model = model_of(how.model_id)
    checkpoint = chosen_checkpoint(model.engine, model.id, device=how.machine.device)
    try:
        with torch.no_grad():
            return _Comparing(adapters, pairs, index, out, how, checkpoint).results()
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise ran_out_of_memory(model.name, device=checkpoint.device, smaller=()) from error
    finally:
        empty_cache(checkpoint.device)


class _Comparing:
    """One comparison on its way."""

    def __init__(
        self,
        adapters: Sequence[AdapterTold],
        pairs: EncodedSet,
        index: Path,
        out: Path,
        how: Evaluation,
        checkpoint: Checkpoint,
    ) -> None:
        self._pairs = pairs
        self._index = index
        self._out = out
        self._how = how
        self._checkpoint = checkpoint
        self._entries = clips_of(pairs)
        self._adapters = self._checked(adapters)

    def _checked(
        self, adapters: Sequence[AdapterTold]
    ) -> list[tuple[str, tuple[AdapterOnRun, ...]]]:
        names = [one.name for one in adapters]
        if not names or len(set(names)) < len(names) or RECORDINGS in names:
            raise EvaluationError(
                "Adapters are compared by their names, so each has to have one of its own, and "
                f'none can be called "{RECORDINGS}"; name them anew.'
            )
        model = self._checkpoint.model
        base_sha256 = checksum_of(
            self._checkpoint.files[model.base_role], ignore_progress, self._how.cancelled
        )
        if self._pairs.index.base_sha256 != base_sha256:
            raise EvaluationError(
                f"The clips were encoded for another model than {model.name}; encode the set again."
            )
        found = []
        for one in adapters:
            on_run: tuple[AdapterOnRun, ...] = ()
            if one.path is not None:
                sha256 = facts_of(one.path).content_sha256
                on_run = (
                    AdapterOnRun(
                        reference=one.name, path=one.path, sha256=sha256, strength=one.strength
                    ),
                )
            require_usable(on_run, model)
            require_base(on_run, model, base_sha256)
            found.append((one.name, on_run))
        return found

    def results(self) -> EvaluationResults:
        latents = self._sampled()
        empty_cache(self._checkpoint.device)
        sounds = self._measured(latents)
        compared = tuple(
            ComparedAdapter(
                id=name,
                sha256=on_run[0].sha256 if on_run else "",
                strength=on_run[0].strength if on_run else 1.0,
                metrics=mean_metrics([one.metrics for one in sounds if one.adapter == name]),
            )
            for name, on_run in self._adapters
        )
        results = EvaluationResults(
            model=self._checkpoint.model.id,
            steps=self._how.steps,
            seed=self._how.seed,
            rate_hz=self._checkpoint.model.native_rate_hz,
            adapters=compared,
            prompts={entry.pair: entry.prompt for entry in self._entries},
            sounds=tuple(sounds),
        )
        write_results(self._out, results)
        self._how.report("Compared", 1.0)
        return results

    def _sampled(self) -> list[list[Tensor]]:
        """Return the latents of each clip, for each adapter; the network is gone afterwards."""
        how = self._how
        made: list[list[Tensor]] = []
        whole = len(self._adapters) * len(self._entries)
        how.report(f"Loading {self._checkpoint.model.name}", 0.0)
        loaded, pretrained = _loaded(self._checkpoint)
        worn = WithAdapters()
        for name, on_run in self._adapters:
            raise_if_cancelled(how.cancelled)
            worn.put_on(loaded, on_run, pretrained)
            sampler = _sampler(loaded, on_run)
            latents: list[Tensor] = []
            for entry in self._entries:
                done = len(made) * len(self._entries) + len(latents)
                how.report(f"{entry.pair} with {name}", _SAMPLING_SHARE * done / whole)
                latents.append(
                    sampler.latents(
                        self._pairs.pair(entry),
                        steps=how.steps,
                        seed=how.seed,
                        cancelled=how.cancelled,
                    )
                )
            made.append(latents)
        return made

    def _measured(self, latents: Sequence[Sequence[Tensor]]) -> list[ComparedSound]:
        profile = profile_of_set(self._index, self._pairs.index)
        comparison = Comparison(profile, self._how.find_onsets)
        groups = [(made, on_run) for made, (_, on_run) in zip(latents, self._adapters, strict=True)]
        decoded = CheckpointDecoder(self._checkpoint).tuned_sounds(groups, self._how.cancelled)
        found: list[ComparedSound] = []
        whole = (1 + len(self._adapters)) * len(self._entries)
        for name in (RECORDINGS, *(name for name, _ in self._adapters)):
            for entry in self._entries:
                share = _SAMPLING_SHARE + (1.0 - _SAMPLING_SHARE) * len(found) / whole
                self._how.report(f"Measuring {entry.pair} with {name}", share)
                reference, rate_hz = real_reference(self._pairs, entry, self._index)
                if name == RECORDINGS:
                    sound = reference
                    measured = sound_metrics(sound, rate_hz) | profile.metrics(sound, rate_hz)
                else:
                    sound = next(decoded)[:, : reference.shape[1]]
                    measured = comparison.metrics(sound, reference, rate_hz)
                found.append(self._kept(name, entry, sound, rate_hz, measured))
        places = {entry.pair: place for place, entry in enumerate(self._entries)}
        return sorted(found, key=lambda one: places[one.pair])

    def _kept(
        self,
        adapter: str,
        entry: EncodedEntry,
        sound: AudioBlock,
        rate_hz: int,
        metrics: dict[str, float],
    ) -> ComparedSound:
        path = self._out / file_name(adapter) / f"{file_name(entry.pair)}.wav"
        wav, gain_db = levelled(sound)
        write_wav(path, wav, rate_hz)
        return ComparedSound(
            adapter=adapter,
            pair=entry.pair,
            path=path.relative_to(self._out).as_posix(),
            gain_db=gain_db,
            metrics=metrics,
        )


def _loaded(checkpoint: Checkpoint) -> tuple[Generator | DenoisingNetwork, Pretrained | None]:
    """Load the network that samples, and what reads its weights as they are in the file."""
    if checkpoint.model.engine == "audiox":
        return DENOISER_NETWORK.load(checkpoint), DENOISER_NETWORK.pretrained(checkpoint)
    return GENERATOR.load(checkpoint), GENERATOR.pretrained(checkpoint)


def _sampler(
    network: Generator | DenoisingNetwork, on_run: tuple[AdapterOnRun, ...]
) -> PairSampler:
    """Return what samples with a network, telling it the words that its presets have learned."""
    if isinstance(network, DenoisingNetwork):
        return AudioxSampler(network)
    words = words_on_run(on_run, network.empty_string_feat.shape[1])

    def told(pair: EncodedPair) -> Conditions:
        told = encoded_conditions(pair, network.empty_string_feat.device)
        return told_with_words(network, told, words)

    return SelvaSampler(network, told)


def clips_of(pairs: EncodedSet) -> list[EncodedEntry]:
    """Return the clips that adapters are compared on: one window of each pair, 64 at most."""
    heard = heard_entries(pairs, _MOST_CLIPS)
    held_out = [entry for entry in heard if entry.split == "hold out"]
    return held_out or heard
