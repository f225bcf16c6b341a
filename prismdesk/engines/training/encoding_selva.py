"""From a pair to what SelVA and MMAudio are trained with: latent, and features of what is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.request import Request
from prismdesk.engines.selva.lengths import NATURAL_SECONDS
from prismdesk.engines.selva.looks import sees_meaning as shows_meaning
from prismdesk.engines.selva.networks import listens
from prismdesk.engines.selva.offer import ENGINE_ID
from prismdesk.engines.selva.planning import plan_run
from prismdesk.engines.selva.run_state import RunState
from prismdesk.engines.selva.stages import picture_timing, words
from prismdesk.engines.selva.stages.frame_selection import frames_for
from prismdesk.engines.selva.stages.known_sound import sound_latent
from prismdesk.engines.selva.stages.picture_meaning import is_used as sees_meaning
from prismdesk.engines.selva.stages.picture_meaning import picture_meaning
from prismdesk.engines.training.encoded_set import CLIP, LATENT, REAL_FRAMES, SYNC, TEXT
from prismdesk.engines.training.encoding_stages import EncodingStage, digest

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.encoding_host import EncodingHost
    from prismdesk.engines.training.pair_input import PairInput, PairWindow

_TINY = 1e-6


@dataclass(frozen=True, kw_only=True)
class SelvaJob:
    """One window of a pair on its way.

    Attributes:
        run: of the engine's kind, over the window.
        sound: of the window, (1, samples), as long as it is real.
        pair: that it is of.
        tensors: what there is so far.
    """

    run: RunState
    sound: AudioBlock
    pair: PairInput
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def wave(self) -> AudioBlock:
        """Return the sound as it was encoded, (1, samples) at the model's rate."""
        stretch = self.run.stretch
        return resample(
            self.sound,
            stretch.project_rate_hz,
            stretch.model_rate_hz,
            length_samples=stretch.lengths.audio_samples,
            cancelled=self.run.monitor.cancelled,
        )


class SelvaEncoder:
    """Encodes windows of pairs for a model of SelVA or MMAudio.

    Args:
        model_id: whose networks do it.
        host: of the work.
    """

    family = ENGINE_ID

    def __init__(self, model_id: str, host: EncodingHost) -> None:
        self._model_id = model_id
        self._host = host

    def natural_seconds(self) -> float:
        """How long a window is."""
        return NATURAL_SECONDS

    def begin(self, pair: PairInput, window: PairWindow) -> SelvaJob:
        """Return the job of a window; nothing is worked out yet."""
        end = window.start_samples + window.length_samples
        samples = pair.sound.shape[1]
        context = np.zeros((1, max(samples, end)), np.float32)
        context[:, :samples] = np.nan_to_num(pair.sound, posinf=0.0, neginf=0.0).mean(axis=0)
        request = Request(
            task=EngineTask.GENERATE,
            context=context,
            valid=np.ones(context.shape[1], bool),
            rate_hz=pair.rate_hz,
            region_start_samples=0,
            region_end_samples=samples,
            prompt=pair.prompt,
            picture=None if pair.worked_out else pair.picture,
            mask=pair.mask,
            variant=self._model_id,
            machine=self._host.machine,
        )
        of_window = replace(
            request, region_start_samples=window.start_samples, region_end_samples=end
        )
        run = self._host.begin(RunState, request, plan_run(of_window))
        real = slice(window.start_samples, window.start_samples + window.real_samples)
        return SelvaJob(run=run, sound=context[:, real], pair=pair)

    def roles(self, job: SelvaJob) -> list[str]:
        """The files that decide what is encoded."""
        picture = ["sync"] + (["t5"] if listens(job.run.checkpoint) else [])
        return ["vae", "clip", "clip_vocabulary", *picture]

    def about(self, job: SelvaJob) -> dict[str, object]:
        """All that decides what is encoded besides the files, as JSON values."""
        run, worked_out = job.run, job.pair.worked_out
        told: dict[str, object] = {
            "sound": digest(job.sound),
            "rate_hz": run.stretch.project_rate_hz,
            "frames": run.stretch.lengths.latent_frames,
            "prompt": run.request.prompt,
        }
        if worked_out is not None:
            told |= {"clip": digest(worked_out.clip), "sync": digest(worked_out.sync)}
        if sees_meaning(run):
            told["meaning"] = {**frames_for(run, "clip", size_px=1).about(), "still": run.is_still}
        if picture_timing.is_used(run):
            told["timing"] = frames_for(run, "sync", size_px=1).about()
        return told

    @property
    def stages(self) -> tuple[EncodingStage[SelvaJob], ...]:
        """In order; each needs one large network."""
        return (
            EncodingStage("words", 1.0, _encode_words),
            EncodingStage("words for the picture", 1.0, _encode_words_for_picture),
            EncodingStage("what the picture shows", 6.0, _encode_meaning),
            EncodingStage("what happens when", 20.0, _encode_timing),
            EncodingStage("sound", 4.0, _encode_sound),
        )


def _encode_words(job: SelvaJob) -> None:
    job.tensors[TEXT] = words.clip_states(job.run, job.run.request.prompt)[0]


def _encode_words_for_picture(job: SelvaJob) -> None:
    if listens(job.run.checkpoint) and picture_timing.is_used(job.run):
        words.t5_states(job.run, job.run.request.prompt)


def _encode_meaning(job: SelvaJob) -> None:
    lengths, worked_out = job.run.stretch.lengths, job.pair.worked_out
    found = picture_meaning(job.run)
    # Where it is not shown the picture when it makes sound, it isn't in training either.
    is_shown = shows_meaning(job.run.settings, job.run.checkpoint.model)
    if worked_out is not None and worked_out.clip is not None and is_shown:
        found = torch.from_numpy(np.ascontiguousarray(worked_out.clip, np.float32))
    if found is not None:
        job.tensors[CLIP] = fitted(found, lengths.clip_frames)


def _encode_timing(job: SelvaJob) -> None:
    lengths, worked_out = job.run.stretch.lengths, job.pair.worked_out
    found = picture_timing.picture_timing(job.run)
    if worked_out is not None and worked_out.sync is not None:
        found = torch.from_numpy(np.ascontiguousarray(worked_out.sync, np.float32))
    if found is not None:
        job.tensors[SYNC] = fitted(found, lengths.sync_frames)


def _encode_sound(job: SelvaJob) -> None:
    stretch = job.run.stretch
    latent = sound_latent(job.run, job.sound)[0]
    seconds = job.sound.shape[1] / stretch.project_rate_hz
    real = min(len(latent), max(1, ceil(seconds * stretch.latent_rate_hz - _TINY)))
    job.tensors[LATENT] = latent
    job.tensors[REAL_FRAMES] = torch.tensor(real)


def fitted(features: Tensor, length: int) -> Tensor:
    """Return features [n, width] cut or followed by zeros to [length, width]."""
    kept = features[:length]
    return torch.nn.functional.pad(kept, (0, 0, 0, length - len(kept))).contiguous()
