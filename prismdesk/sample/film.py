"""The sample film as a file, and the truth about what is wrong in it."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from prismdesk.errors import WorkError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.timebase import SampleRange
from prismdesk.sample.picture import PictureMaker
from prismdesk.sample.recipe import Recipe, load_recipe
from prismdesk.sample.soundtrack import Pcm24, make_soundtrack

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import OutputContainer
    from av.video.stream import VideoStream

FILE_NAME = "Harbour, blue hour.mov"
_SOUND_SHARE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFilm:
    """The film on disk and where its defects lie, in samples from the first picture.

    ``clicks_samples`` are the first samples of the clicks; the sound stops at
    ``sound_end_samples``, the picture at ``picture_end_samples``.
    """

    path: Path
    rate_hz: int
    dropout: SampleRange
    hole: SampleRange
    clicks_samples: tuple[int, ...]
    sound_end_samples: int
    picture_end_samples: int


def make_sample_film(
    destination: Path,
    *,
    recipe: Recipe | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> SampleFilm:
    """Draw, sound and write the sample film: H.264 and 24-bit PCM in a QuickTime file.

    The sound's bytes are the same each time and everywhere; the picture's may differ between
    encoders.

    Args:
        destination: the file to write (its folder is made if need be), or a folder, in which
            it is named ``FILE_NAME``. A file that is there is replaced once the new one is whole.
        recipe: what to make; without one, ``resources/sample_film.toml``.
        progress: told the share done.
        cancelled: asked at each frame.

    Raises:
        WorkError: the file can't be written.
        Cancelled: ``cancelled()`` answered True; nothing is left behind.
    """
    recipe = recipe or load_recipe()
    path = destination / FILE_NAME if destination.is_dir() else destination
    partial = path.with_name(f".{path.name}.partial")
    sound = make_soundtrack(
        recipe, progress=lambda share: progress(share * _SOUND_SHARE), cancelled=cancelled
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(partial, recipe, sound, progress, cancelled)
        partial.replace(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise WorkError(
            f"The sample film can't be written to {path}: {reason}; choose another folder."
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return truth_of(recipe, path)


def truth_of(recipe: Recipe, path: Path) -> SampleFilm:
    """Return what is known about the film that a recipe makes, without making it."""
    defects = recipe.defects
    return SampleFilm(
        path=path,
        rate_hz=recipe.sound.rate_hz,
        dropout=_range(defects.dropout_at_samples, defects.dropout_length_samples),
        hole=_range(defects.hole_at_samples, defects.hole_length_samples),
        clicks_samples=defects.clicks_at_samples,
        sound_end_samples=defects.sound_end_samples,
        picture_end_samples=recipe.length_samples,
    )


def _range(at: int, length: int) -> SampleRange:
    return SampleRange(at, at + length)


def _write(
    path: Path, recipe: Recipe, sound: Pcm24, progress: FractionDone, cancelled: IsCancelled
) -> None:
    options = {"movflags": "+faststart"}
    with closing(av.open(path, "w", format="mov", options=options)) as container:
        container.metadata["title"] = recipe.title
        container.metadata["timecode"] = recipe.picture.start_timecode
        video = _add_picture(container, recipe)
        audio = container.add_stream("pcm_s24le", rate=recipe.sound.rate_hz)
        audio.layout = "stereo"
        maker = PictureMaker(recipe)
        step = recipe.samples_per_frame
        for index in range(recipe.picture.frames):
            raise_if_cancelled(cancelled)
            frame = _picture_frame(maker.draw(index))
            frame.pts = index
            frame.time_base = Fraction(1, recipe.picture.frames_per_second)
            container.mux(video.encode(frame))
            block = sound[:, index * step : (index + 1) * step]
            if block.size:
                container.mux(audio.encode(_sound_frame(block, index * step, recipe)))
            share = (index + 1) / recipe.picture.frames
            progress(_SOUND_SHARE + (1.0 - _SOUND_SHARE) * share)
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _add_picture(container: OutputContainer, recipe: Recipe) -> VideoStream:
    stream = container.add_stream(
        "libx264",
        rate=recipe.picture.frames_per_second,
        options={"preset": "veryfast", "crf": "19", "x264-params": "log-level=error"},
    )
    stream.width = recipe.picture.width_px
    stream.height = recipe.picture.height_px
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.gop_size = recipe.picture.frames_per_second
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
    context.colorspace = Colorspace.ITU709
    context.color_range = ColorRange.MPEG
    return stream


def _picture_frame(planes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> av.VideoFrame:
    red_green_blue = np.ascontiguousarray(planes.transpose(1, 2, 0))
    frame = av.VideoFrame.from_ndarray(red_green_blue, format="rgb24")
    return frame.reformat(
        format="yuv420p",
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_primaries=ColorPrimaries.BT709,
        dst_color_trc=ColorTrc.BT709,
    )


def _sound_frame(block: Pcm24, at_samples: int, recipe: Recipe) -> av.AudioFrame:
    packed = np.ascontiguousarray(block.T).reshape(1, -1) << 8
    frame = av.AudioFrame.from_ndarray(packed, format="s32", layout="stereo")
    frame.sample_rate = recipe.sound.rate_hz
    frame.pts = at_samples
    frame.time_base = Fraction(1, recipe.sound.rate_hz)
    return frame
