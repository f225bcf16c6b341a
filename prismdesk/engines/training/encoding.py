"""A set is encoded once: each window of each pair becomes one file, found again by its content.

Stages are gone through for many windows at a time, so that no network is loaded twice and never
two large ones are there at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.hosting.damage import require_undamaged
from prismdesk.engines.hosting.memory import ran_out_of_memory
from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.training.encoded_index import EncodedEntry, EncodedIndex, write_index
from prismdesk.engines.training.encoded_set import EncodedSetError, read_pair, write_pair
from prismdesk.engines.training.encoding_audiox import AudioxEncoder
from prismdesk.engines.training.encoding_host import EncodingHost
from prismdesk.engines.training.encoding_selva import SelvaEncoder
from prismdesk.engines.training.pair_input import PairInputError, windows_of
from prismdesk.engines.training.reference_sound import reference_path, write_wav
from prismdesk.engines.weights import catalogue
from prismdesk.progress import (
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.engines.request import FeatureStore, MachineOptions
    from prismdesk.engines.training.encoding_stages import Encoder, EncodingJob
    from prismdesk.engines.training.tasks import PairLoader

    ReportEncoding = Callable[[str, float], None]
    """Told what is encoded and the share of the whole that is done, 0 to 1."""

_VERSION = 1
"""To be raised whenever the same pair would give other tensors than before."""

_WINDOWS_AT_ONCE = 32
_PEAK = 1e-6

_ENCODERS: dict[str, type[SelvaEncoder | AudioxEncoder]] = {
    encoder.family: encoder for encoder in (SelvaEncoder, AudioxEncoder)
}


def encode_set(
    model_id: str,
    pairs: Sequence[PairLoader],
    *,
    shared: Path,
    index: Path,
    machine: MachineOptions,
    features: FeatureStore,
    report: ReportEncoding = lambda words, fraction: None,
    cancelled: IsCancelled = never_cancelled,
) -> EncodedIndex:
    """Encode pairs that aren't in the shared folder yet, and list all of them.

    Beside each window's tensors its sound lies as it was encoded: what examples are compared with.

    Args:
        model_id: whose networks do it, and which is to be trained.
        pairs: read one after the other.
        shared: folder of the files, for all runs.
        index: folder of a run, where the list is written.
        machine: on what the networks work.
        features: where what was worked out of picture and words is kept.
        report: told how far it is.
        cancelled: asked often.

    Raises:
        PairInputError: a pair can't be used.
        EngineError: the model or the memory stands against it.
        OSError: the disk gave up.
        Cancelled: as told; files of what is done stay.
    """
    model = catalogue.model_of(model_id)
    host = EncodingHost(model.engine, machine, features, cancelled)
    encoder: Encoder[Any] = _ENCODERS[model.engine](model.id, host)
    work = _Encoding(encoder, host, shared, report)
    try:
        with torch.no_grad():
            found = work.of(pairs)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise ran_out_of_memory(model.name, device=work.device, smaller=()) from error
    finally:
        host.free(work.device)
    write_index(index, found)
    report("Encoded", 1.0)
    return found


@dataclass(frozen=True, slots=True)
class _Window:
    """A window that isn't encoded yet."""

    job: EncodingJob
    entry: EncodedEntry


class _Encoding:
    """Goes through a set."""

    def __init__(
        self, encoder: Encoder[Any], host: EncodingHost, shared: Path, report: ReportEncoding
    ) -> None:
        self._encoder = encoder
        self._host = host
        self._shared = shared
        self._report = report
        self._base_sha256 = ""
        self._weights: dict[str, str] = {}
        self.device = torch.device("cpu")

    def of(self, pairs: Sequence[PairLoader]) -> EncodedIndex:
        entries: list[EncodedEntry] = []
        waiting: list[_Window] = []
        natural_seconds = self._encoder.natural_seconds()
        for done, loader in enumerate(pairs):
            share = done / len(pairs)
            self._report(f"Reading {loader.key}", share)
            raise_if_cancelled(self._host.cancelled)
            pair = loader.load(self._host.cancelled)
            samples = pair.sound.shape[1]
            if not samples or float(abs(pair.sound).max(initial=0.0)) < _PEAK:
                raise PairInputError(
                    f"The pair {loader.key} has no sound in it; leave it out of the set."
                )
            for window in windows_of(samples, pair.rate_hz, natural_seconds):
                job = self._encoder.begin(pair, window)
                entry = self._entry(loader, job)
                entries.append(entry)
                if not _is_whole(Path(entry.file)):
                    waiting.append(_Window(job, entry))
            if len(waiting) >= _WINDOWS_AT_ONCE or (waiting and done + 1 == len(pairs)):
                self._encode(waiting, share, (done + 1) / len(pairs))
                waiting.clear()
        return EncodedIndex(
            family=self._encoder.family,
            base_sha256=self._base_sha256,
            entries=tuple({entry.key: entry for entry in entries}.values()),
        )

    def _entry(self, loader: PairLoader, job: EncodingJob) -> EncodedEntry:
        run = job.run
        self.device = run.checkpoint.device
        if not self._weights:
            self._report("Checking the weights", 0.0)
            for role in self._encoder.roles(job):
                require_undamaged(run.checkpoint, role, ignore_progress, self._host.cancelled)
                self._weights[role] = run.sha256_of(role)
            self._base_sha256 = run.sha256_of(run.checkpoint.model.base_role)
        told = {
            "version": _VERSION,
            "family": self._encoder.family,
            "base": self._base_sha256,
            "weights": self._weights,
            "precision": str(run.checkpoint.precision),
            **self._encoder.about(job),
        }
        content = json.dumps(told, sort_keys=True).encode()
        key = hashlib.sha256(content).hexdigest()[:32]
        return EncodedEntry(
            key=key,
            pair=loader.key,
            file=str((self._shared / f"{key}.safetensors").absolute()),
            split=loader.split,
            prompt=run.request.prompt,
        )

    def _encode(self, windows: Sequence[_Window], first: float, last: float) -> None:
        stages = self._encoder.stages
        whole, before = sum(stage.cost for stage in stages), 0.0
        for stage in stages:
            for done, window in enumerate(windows):
                raise_if_cancelled(self._host.cancelled)
                share = (before + stage.cost * done / len(windows)) / whole
                self._report(
                    f"Encoding {window.entry.pair}: {stage.words}", first + (last - first) * share
                )
                stage.work(window.job)
            before += stage.cost
            self._host.free(self.device)
        for window in windows:
            self._write(window)

    def _write(self, window: _Window) -> None:
        """Write the sound first: where the tensors are, all is."""
        job, path = window.job, Path(window.entry.file)
        write_wav(reference_path(path), job.wave(), job.run.stretch.model_rate_hz)
        write_pair(
            path,
            self._encoder.family,
            job.tensors,
            base_sha256=self._base_sha256,
            pair=window.entry.pair,
            prompt=window.entry.prompt,
        )


def _is_whole(path: Path) -> bool:
    """Whether a window is encoded already, and nothing of it is damaged."""
    if not path.is_file() or not reference_path(path).is_file():
        return False
    try:
        read_pair(path)
    except EncodedSetError:
        return False
    return True
