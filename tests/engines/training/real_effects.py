"""Real effects as training pairs, and a base that learned other effects of the same kind first."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import soundfile
import torch

from prismdesk.engines.audiox.networks import DENOISER_NETWORK
from prismdesk.engines.hosting.installed import installed_model
from prismdesk.engines.nets.fusable import FusableNetwork
from prismdesk.engines.request import MachineOptions, NoFeatureStore
from prismdesk.engines.selva.networks import GENERATOR
from prismdesk.engines.training.audiox_subject import AudioxSubject
from prismdesk.engines.training.draws import Draws, batch_at
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.encoding import encode_set
from prismdesk.engines.training.optimising import Optimiser
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.training.pair_input import PairInput
from prismdesk.engines.training.pair_sampling import sampler_of
from prismdesk.engines.training.selva_subject import SelvaSubject
from prismdesk.engines.training.subject import LearnedGroup
from prismdesk.engines.training.subjects import base_of, family_of, training_checkpoint
from tests.real_media import ARCADE, RealMediaMissing, wheel_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.progress import IsCancelled

NetworkT = TypeVar("NetworkT", bound=FusableNetwork)

_FOLDER = "arcade/resources/assets/sounds"
_RATE_HZ = 44_100
_SECONDS = 8.0
_SURE = 0.1

BELLS = ("coin1", "coin2", "coin3", "coin4", "coin5", "upgrade1", "upgrade2", "secret2")
"""Clear tones: what the base knows."""

IMPACTS = ("hit1", "hit2", "hit3", "explosion1", "explosion2", "rockHit2", "hurt1", "hurt2")
"""Noise that dies away: what the preset learns."""

HELD_OUT_IMPACTS = ("hit4", "hit5", "hurt3")
"""Others of them, which nothing has learned."""


def effect(name: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return a recording of the package arcade, mono at 44100 Hz.

    Raises:
        RealMediaMissing: the package was never fetched.
    """
    wheel = wheel_of(ARCADE)
    if wheel is None:
        raise RealMediaMissing(f"{ARCADE.name} was never fetched")
    with zipfile.ZipFile(wheel) as archive:
        sound, rate_hz = soundfile.read(io.BytesIO(archive.read(f"{_FOLDER}/{name}.wav")))
    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
    if rate_hz != _RATE_HZ:
        places = np.arange(0, len(mono) - 1, rate_hz / _RATE_HZ)
        mono = np.interp(places, np.arange(len(mono)), mono)
    return np.asarray(mono, np.float32)


@dataclass
class EffectPair:
    """One effect again and again over eight seconds."""

    key: str
    split: Literal["train", "hold out"] = "train"
    prompt: str = "an effect"

    def load(self, cancelled: IsCancelled) -> PairInput:
        """Lay the recording out."""
        del cancelled
        recording = effect(self.key)
        sound = np.zeros(round(_SECONDS * _RATE_HZ), np.float32)
        random = np.random.default_rng(len(self.key))
        place = 0
        while place < len(sound):
            part = recording[: len(sound) - place]
            sound[place : place + len(part)] += part
            place += int(random.uniform(0.3, 0.6) * _RATE_HZ)
        return PairInput(
            key=self.key,
            sound=np.clip(sound, -1, 1)[None],
            rate_hz=_RATE_HZ,
            split=self.split,
            prompt=self.prompt,
            picture=None,
            mask=None,
            worked_out=None,
        )


def encoded_effects(folder: Path, model_id: str) -> tuple[EncodedSet, EncodedSet]:
    """Encode what the base learns, and the set of the preset with its held-out pairs."""
    _encode(folder / "base", model_id, _pairs(BELLS, "train"))
    pairs = [*_pairs(IMPACTS, "train"), *_pairs(HELD_OUT_IMPACTS, "hold out")]
    _encode(folder / "set", model_id, pairs)
    sets = EncodedSet(folder / "base" / "encoded"), EncodedSet(folder / "set" / "encoded")
    if sets[0].index.family == "audiox":
        _spread_as_trained_ones(sets)
    return sets


def _spread_as_trained_ones(sets: Sequence[EncodedSet]) -> None:
    """Give latents the spread of a trained autoencoder's: about 1, and surer of themselves.

    The small one has random weights: its deviations are five times as large as what differs
    between any two sounds, so that there would be nothing to learn but noise.
    """
    first = sets[0]
    known = torch.stack([first.pair(one).tensors["latent_mean"] for one in first.training])
    mean, std = known.mean((0, 2))[:, None], known.std((0, 2))[:, None]
    for pairs in sets:
        for entry in (*pairs.training, *pairs.held_out):
            tensors = pairs.pair(entry).tensors
            tensors["latent_mean"].sub_(mean).div_(std)
            tensors["latent_std"].fill_(_SURE)


def _pairs(names: Sequence[str], split: Literal["train", "hold out"]) -> list[EffectPair]:
    return [EffectPair(name, split) for name in names]


def _encode(folder: Path, model_id: str, pairs: Sequence[EffectPair]) -> None:
    encode_set(
        model_id,
        pairs,
        shared=folder / "shared",
        index=folder / "encoded",
        machine=MachineOptions(device="cpu"),
        features=NoFeatureStore(),
    )


def subject_of(
    model_id: str, options: TrainingOptions, base_state: dict[str, torch.Tensor] | None = None
) -> SelvaSubject | AudioxSubject:
    """Load a small checkpoint for training, with other weights for its network if given."""
    engine = "audiox" if "audiox" in model_id else "selva"
    installed = installed_model(engine, model_id)
    checkpoint = training_checkpoint(installed.model, installed.files, torch.device("cpu"), options)
    base = base_of(installed.model, installed.files)
    if engine == "audiox":
        denoiser = DENOISER_NETWORK.load(checkpoint)
        return AudioxSubject(_with_weights(denoiser, base_state), options, base)
    return SelvaSubject(_with_weights(GENERATOR.load(checkpoint), base_state), options, base)


def _with_weights(network: NetworkT, state: dict[str, torch.Tensor] | None) -> NetworkT:
    network.unfuse()
    if state is not None:
        network.load_state_dict(state)
    return network


def train_base(model_id: str, pairs: EncodedSet, steps: int) -> dict[str, torch.Tensor]:
    """Train all weights of a small checkpoint, which are random numbers, on a set."""
    engine = "audiox" if "audiox" in model_id else "selva"
    family = family_of(installed_model(engine, model_id).model)
    options = from_mapping(
        {"start": "standard", "steps": steps, "lr": 2e-3, "lr_schedule": "cosine", "batch": 8},
        start=default_options(family),
    )
    subject = subject_of(model_id, options)
    named = subject.network.named_parameters()
    weights = {name: one for name, one in named if ".lora_" not in name}
    _know_the_latents(weights, pairs)
    learned = {name: one for name, one in weights.items() if not name.startswith("latent_")}
    optimiser = Optimiser([LearnedGroup(parameters=learned)], options, subject.betas)
    for step in range(steps):
        chosen = batch_at(options.seed, step, min(8, len(pairs)), len(pairs))
        batch = pairs.pairs([pairs.training[place] for place in chosen])
        subject.loss(batch, Draws(options, step)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.gradient_norm()
        optimiser.step(step)
    return {name.replace(".base_layer", ""): one.detach().clone() for name, one in weights.items()}


def distance_to_set(subject: SelvaSubject | AudioxSubject, pairs: EncodedSet) -> float:
    """Return how far what is made of held-out pairs lies from the set, always of the same noise.

    Both are told by mean and deviation of each channel of the latents over time; the distance is
    the root of the mean square of what they differ by, in deviations of the set's channels.
    """
    name, time = ("latent", 0) if subject.family == "selva" else ("latent_mean", 1)
    real = [pairs.pair(entry).tensors[name].movedim(time, 0) for entry in pairs.training]
    sampler = sampler_of(subject)
    made = [
        sampler.latents(pairs.pair(entry), steps=25, seed=seed)[0].movedim(time, 0)
        for seed, entry in enumerate(pairs.held_out)
    ]
    wanted, found = torch.cat(real), torch.cat(made)
    scale = wanted.std(0)
    differences = [(found.mean(0) - wanted.mean(0)) / scale, (found.std(0) - scale) / scale]
    return float(torch.stack(differences).square().mean().sqrt())


def _know_the_latents(weights: dict[str, torch.nn.Parameter], pairs: EncodedSet) -> None:
    """Set mean and deviation of the latents, where the network has them, to those of the set."""
    if "latent_mean" not in weights:
        return
    latents = torch.cat([pairs.pair(one).tensors["latent"] for one in pairs.training])
    weights["latent_mean"].data.copy_(latents.mean(0)[None, None])
    weights["latent_std"].data.copy_(latents.std(0)[None, None] + 1e-4)
