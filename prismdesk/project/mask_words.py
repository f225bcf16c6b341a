"""Drawn masks as text: on the command line, in a take's record, in a copied recipe.

``[except-]SHAPE:FORM[@TIME][/FORM@TIME ...][/feather=F]``, all in one word without spaces:

* ``ellipse:0.5,0.4,0.2,0.3`` and ``rectangle:…``: centre x, y, width and height, as shares of the
  picture;
* ``paint:0.05,0.1,0.2,0.3,0.4``: the brush's width for the picture's height, then points x, y it
  goes through; several strokes are joined by ``+``;
* ``@1.5s`` or ``@72000sm``: a key frame, in seconds or samples from the region's start;
* ``except-``: takes away from what the masks before it add.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.project.errors import EditError
from prismdesk.project.ids import MaskId
from prismdesk.project.picture_mask import (
    DrawnMask,
    MaskBox,
    MaskKeyFrame,
    MaskShape,
    MaskStroke,
    problem_of,
    times_of,
    within_bounds,
)
from prismdesk.project.timebase import seconds_to_samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EXCEPT = "except-"
_FEATHER = "feather="
_NUMBER = re.compile(r"-?(?:[0-9]{1,9}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
_TIME = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)s|(-?[0-9]{1,15})sm")
_MOST_LETTERS = 1_000_000


def read_masks(texts: Iterable[str], *, rate_hz: int) -> tuple[DrawnMask, ...]:
    """Return drawn masks as they were typed, the lowest first.

    Raises:
        EditError: one isn't written as it should be, or lies beyond all bounds.
    """
    masks = tuple(_read_mask(text, number, rate_hz) for number, text in enumerate(texts, 1))
    if problem := problem_of(masks):
        raise EditError(f"What is drawn can't be used: it {problem}.")
    return masks


def mask_words(mask: DrawnMask) -> str:
    """Return a drawn mask as text; ``read_masks`` reads it back, but for its id."""
    forms = (_form_words(frame, is_keyed=mask.is_keyed) for frame in mask.key_frames)
    feather = f"/{_FEATHER}{_plain(mask.feather)}" if mask.feather else ""
    kind = f"{_EXCEPT if mask.takes_away else ''}{mask.shape.value}"
    return f"{kind}:{'/'.join(forms)}{feather}"


def masks_in_short(drawn: tuple[DrawnMask, ...], stills: int) -> str:
    """Say in a few words what a mask is: "2 drawn, key-framed, over one still"; empty if none."""
    words = []
    if len(drawn) == 1:
        words.append(drawn[0].shape.value)
    elif drawn:
        words.append(f"{len(drawn)} drawn")
    if times_of(drawn):
        words.append("key-framed")
    if stills:
        still = "one still" if stills == 1 else f"{stills} stills in turn"
        words.append(f"over {still}" if drawn else still)
    return ", ".join(words)


def _form_words(form: MaskKeyFrame, *, is_keyed: bool) -> str:
    if form.box is not None:
        box = form.box
        words = _joined((box.x, box.y, box.width, box.height))
    else:
        words = "+".join(_joined(_numbers_of(stroke)) for stroke in form.strokes)
    return f"{words}@{form.offset_samples}sm" if is_keyed else words


def _numbers_of(stroke: MaskStroke) -> Iterator[float]:
    yield stroke.brush
    for x, y in stroke.points:
        yield x
        yield y


def _joined(numbers: Iterable[float]) -> str:
    return ",".join(_plain(number) for number in numbers)


def _plain(number: float) -> str:
    return f"{number:.5f}".rstrip("0").rstrip(".")


def _read_mask(text: str, number: int, rate_hz: int) -> DrawnMask:
    kind, colon, rest = text.strip().partition(":")
    takes_away = kind.startswith(_EXCEPT)
    shapes = {shape.value: shape for shape in MaskShape}
    shape = shapes.get(kind.removeprefix(_EXCEPT))
    if shape is None or not colon or len(text) > _MOST_LETTERS:
        raise _unread(text, "it must begin with ellipse:, rectangle: or paint:")
    *parts, last = rest.split("/")
    feather = 0.0
    if last.startswith(_FEATHER):
        (feather,) = _read_numbers(text, last.removeprefix(_FEATHER), 1)
    else:
        parts.append(last)
    frames = [_read_frame(text, part, shape, rate_hz) for part in parts]
    is_keyed = any("@" in part for part in parts)
    if not frames or (len(frames) > 1 and not all("@" in part for part in parts)):
        raise _unread(text, "each of several forms needs its time, such as @1.5s")
    frames.sort(key=lambda frame: frame.offset_samples)
    return DrawnMask(
        id=MaskId(f"mask-{number}"),
        shape=shape,
        key_frames=tuple(frames),
        is_keyed=is_keyed,
        takes_away=takes_away,
        feather=feather,
    )


def _read_frame(text: str, part: str, shape: MaskShape, rate_hz: int) -> MaskKeyFrame:
    form, at, time = part.partition("@")
    offset = _read_time(text, time, rate_hz) if at else 0
    if shape is not MaskShape.PAINT:
        x, y, width, height = _read_numbers(text, form, 4)
        if width <= 0 or height <= 0:
            raise _unread(text, "width and height must be above 0")
        box = MaskBox(x=x, y=y, width=width, height=height)
        return within_bounds(MaskKeyFrame(offset_samples=offset, box=box))
    strokes = tuple(_read_stroke(text, words) for words in form.split("+") if words)
    return within_bounds(MaskKeyFrame(offset_samples=offset, strokes=strokes))


def _read_stroke(text: str, words: str) -> MaskStroke:
    brush, *places = _read_numbers(text, words)
    if not places or len(places) % 2:
        raise _unread(text, "a stroke is the brush's width and then x and y of each point")
    points = tuple(zip(places[::2], places[1::2], strict=True))
    return MaskStroke(brush=brush, points=points)


def _read_numbers(text: str, words: str, count: int | None = None) -> list[float]:
    numbers = words.split(",")
    if not all(_NUMBER.fullmatch(number.strip()) for number in numbers):
        raise _unread(text, f"“{words[:40]}” must be numbers with commas between")
    if count is not None and len(numbers) != count:
        raise _unread(text, f"“{words[:40]}” must be {count} numbers")
    return [float(number) for number in numbers]


def _read_time(text: str, words: str, rate_hz: int) -> int:
    match = _TIME.fullmatch(words.strip())
    if match is None:
        raise _unread(text, f"“{words[:40]}” is no time; write seconds (1.5s) or samples (72000sm)")
    if match[2] is not None:
        return int(match[2])
    return seconds_to_samples(Fraction(match[1]), rate_hz=rate_hz)


def _unread(text: str, why: str) -> EditError:
    return EditError(f"The mask “{text[:60]}” can't be read: {why}.")
