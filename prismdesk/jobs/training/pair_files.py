"""The pairs of a training set as the training process reads them: sound, picture, masks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from prismdesk.adapters.training_set import TrainingPair, TrainingSet, TrainingSetError
from prismdesk.engines.training.feature_file import (
    CLIP_FEATURES,
    SYNC_FEATURES,
    read_features,
)
from prismdesk.engines.training.pair_input import PairInput, WorkedOutPicture
from prismdesk.jobs.mask_pictures import mask_of_pictures
from prismdesk.jobs.spec import inside
from prismdesk.media.wav import map_wav

if TYPE_CHECKING:
    from prismdesk.engines.request import PictureSource
    from prismdesk.progress import IsCancelled


@dataclass(frozen=True, slots=True)
class PairFiles:
    """One pair that is used, with the folder that its files lie in."""

    folder: Path
    pair: TrainingPair
    prompt: str

    @property
    def key(self) -> str:
        """Names the pair in its set."""
        return self.pair.key

    @property
    def split(self) -> Literal["train", "hold out"]:
        """What it is used for."""
        return "hold out" if self.pair.split == "hold out" else "train"

    def load(self, cancelled: IsCancelled) -> PairInput:
        """Read sound and masks, and look at the film's times.

        Raises:
            MediaError: the sound, the film or a mask can't be read.
            TrainingSetError: the sound is empty.
            Cancelled: as told.
        """
        with map_wav(inside(self.folder, self.pair.sound)) as wav:
            rate_hz, length = wav.rate_hz, wav.length_samples
            if not length:
                raise TrainingSetError(f"The sound of the pair {self.key} is empty; remove it.")
            sound = wav.read(0, length).copy()
        return PairInput(
            key=self.key,
            sound=sound,
            rate_hz=rate_hz,
            picture=self._picture(Fraction(length, rate_hz), cancelled),
            mask=mask_of_pictures(self.folder, self.pair.masks, cancelled),
            prompt=self.prompt,
            split=self.split,
            worked_out=self._worked_out(),
        )

    def _worked_out(self) -> WorkedOutPicture | None:
        if self.pair.film or not self.pair.features:
            return None
        arrays = read_features(inside(self.folder, self.pair.features))
        return WorkedOutPicture(clip=arrays.get(CLIP_FEATURES), sync=arrays.get(SYNC_FEATURES))

    def _picture(self, seconds: Fraction, cancelled: IsCancelled) -> PictureSource | None:
        if not self.pair.film:
            return None
        # Imported here: the decoder is large, and many sets show no picture.
        from prismdesk.media.film_stretch import film_stretch

        return film_stretch(
            Path(self.pair.film),
            start_seconds=self.pair.film_start,
            end_seconds=self.pair.film_start + seconds,
            stream_index=self.pair.film_stream,
            cuts_seconds=(),
            cancelled=cancelled,
        )


def pairs_of(folder: Path, training_set: TrainingSet) -> tuple[PairFiles, ...]:
    """Return the pairs of a set that are trained on or held out.

    Raises:
        TrainingSetError: there is none to train on.
    """
    used = [pair for pair in training_set.pairs if pair.split != "left out"]
    if not any(pair.split == "train" for pair in used):
        raise TrainingSetError(
            f"The set {training_set.name} has nothing to train on; add clips to it."
        )
    return tuple(PairFiles(folder, pair, training_set.words_of(pair)) for pair in used)
