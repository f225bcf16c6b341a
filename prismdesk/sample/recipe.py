"""The recipe of the sample film: what happens in it, when and where, as validated data."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from prismdesk.errors import InputError
from prismdesk.resources import resource_path

if TYPE_CHECKING:
    from pathlib import Path

Count = Annotated[int, Field(ge=1, le=100_000)]
Position = Annotated[int, Field(ge=0, le=100_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PictureRecipe(_Part):
    """Size and length of the picture; the scene is laid out for this one size."""

    width_px: Literal[1280]
    height_px: Literal[720]
    frames_per_second: Annotated[int, Field(ge=1, le=120)]
    frames: Count
    start_timecode: Annotated[str, Field(pattern=r"^\d\d:[0-5]\d:[0-5]\d:\d\d$")]


class SoundRecipe(_Part):
    """Rate of the sound, and the seed of all noise in it."""

    rate_hz: Annotated[int, Field(ge=8_000, le=192_000)]
    seed: Position


class Lighthouse(_Part):
    """A turning beam; it faces the viewer at ``first_flash_frame`` and once each turn."""

    turn_frames: Count
    first_flash_frame: Position


class Buoy(_Part):
    """A rocking buoy whose bell rings at each end of its swing."""

    x_px: Position
    waterline_px: Position
    first_ring_frame: Position
    ring_every_frames: Count


class Boat(_Part):
    """A boat crossing at constant speed; each engine stroke blows a puff of smoke."""

    from_x_px: Position
    to_x_px: Position
    waterline_px: Position
    first_stroke_frame: Position
    stroke_every_frames: Count


class Walker(_Part):
    """A walk: step ``i`` lands at ``first_foot_x_px + i * stride_px``; the last closes the feet."""

    first_foot_x_px: Position
    deck_px: Position
    stride_px: Count
    first_step_frame: Position
    step_every_frames: Count
    steps: Count


class Fish(_Part):
    """A fish that leaves the water at one frame and falls back at another."""

    x_px: Position
    y_px: Position
    leap_frame: Position
    dive_frame: Position


class Defects(_Part):
    """What is wrong with the sound, in samples."""

    dropout_at_samples: Position
    dropout_length_samples: Count
    hole_at_samples: Position
    hole_length_samples: Count
    clicks_at_samples: tuple[Position, ...]
    sound_end_samples: Position


class Recipe(_Part):
    """The whole film."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    picture: PictureRecipe
    sound: SoundRecipe
    lighthouse: Lighthouse
    buoy: Buoy
    boat: Boat
    walker: Walker
    fish: Fish
    defects: Defects

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        if self.sound.rate_hz % self.picture.frames_per_second:
            raise ValueError("a frame must last a whole number of samples")
        if self.fish.dive_frame <= self.fish.leap_frame:
            raise ValueError("the fish must dive after it leaps")
        defects = self.defects
        if not 0 < defects.sound_end_samples <= self.length_samples:
            raise ValueError("the sound must end within the picture")
        ends = (
            defects.dropout_at_samples + defects.dropout_length_samples,
            defects.hole_at_samples + defects.hole_length_samples,
            *(at + 1 for at in defects.clicks_at_samples),
        )
        if max(ends) > defects.sound_end_samples:
            raise ValueError("every defect must lie before the end of the sound")
        return self

    @property
    def samples_per_frame(self) -> int:
        """Length of one frame."""
        return self.sound.rate_hz // self.picture.frames_per_second

    @property
    def length_samples(self) -> int:
        """Length of the picture."""
        return self.picture.frames * self.samples_per_frame

    def boat_x_px(self, frame: float) -> float:
        """Return where the boat's middle is at a frame (fractions allowed)."""
        share = frame / self.picture.frames
        return self.boat.from_x_px + (self.boat.to_x_px - self.boat.from_x_px) * share

    def stroke_frames(self) -> range:
        """Return the frames at which the boat's engine strokes."""
        return range(
            self.boat.first_stroke_frame, self.picture.frames, self.boat.stroke_every_frames
        )

    def ring_frames(self) -> range:
        """Return the frames at which the bell rings."""
        return range(self.buoy.first_ring_frame, self.picture.frames, self.buoy.ring_every_frames)

    def foot_x_px(self, step: int) -> float:
        """Return where the foot of a step stands; the last closes up to the one before."""
        walker = self.walker
        closing = 1.0 / 3.0 if step == walker.steps - 1 else 0.0
        return walker.first_foot_x_px + walker.stride_px * (min(step, walker.steps - 2) + closing)

    def step_frame(self, step: int) -> int:
        """Return the frame at which a step lands."""
        return self.walker.first_step_frame + step * self.walker.step_every_frames


def load_recipe(path: Path | None = None) -> Recipe:
    """Read a recipe; without a path, the one that ships with the program.

    Raises:
        InputError: the file can't be read, or says something impossible; the message names
            the first thing that is wrong.
    """
    path = path or resource_path("sample_film.toml")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return Recipe.model_validate(values, strict=False)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"The recipe {path.name} can't be read: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "recipe"
        raise InputError(f"The recipe {path.name} is wrong at {place}: {first['msg']}.") from error
