"""What the options of the commands that make sound ask for, read and checked."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.request import DEVICE_PATTERN, MachineOptions
from prismdesk.errors import InputError
from prismdesk.project.lookup import picture_of
from prismdesk.project.positions import parse_position
from prismdesk.project.timebase import frames_to_samples, seconds_to_samples
from prismdesk.session.adapter_wishes import read_adapters
from prismdesk.session.variations import RecipeChanges
from prismdesk.session.wishes import EngineWish
from prismdesk.session.workplace import preferred_machine

if TYPE_CHECKING:
    import argparse

    from prismdesk.session.session import Session


def position(session: Session, text: str) -> int:
    """Return the sample of the project that a T names."""
    project = session.project
    return parse_position(text, rate_hz=project.rate_hz, picture=picture_of(project))


def read_length(text: str, *, rate_hz: int) -> int:
    """Return a length in samples: seconds (``2.5`` or ``2.5s``) or samples (``120000sm``).

    Raises:
        InputError: it is neither, or not longer than nothing.
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(s|sm)?", text.strip(), re.ASCII)
    if match is None:
        raise InputError(f"“{text}” is no length; write seconds (2.5) or samples (120000sm).")
    number = Fraction(match[1])
    if match[2] == "sm" and number.denominator != 1:
        raise InputError(f"“{text}” is no length; samples are whole.")
    samples = int(number) if match[2] == "sm" else seconds_to_samples(number, rate_hz=rate_hz)
    if samples < 1:
        raise InputError(f"“{text}” is no length to continue the sound by; it must be above zero.")
    return samples


def read_handles(session: Session, text: str) -> int:
    """Return handles in samples: frames of the film (``12fr``), seconds or samples; 0 is none.

    Raises:
        InputError: it is none of these.
    """
    project = session.project
    if text.strip() == "0":
        return 0
    match = re.fullmatch(r"(\d{1,6})fr", text.strip(), re.ASCII)
    if match is None:
        return read_length(text, rate_hz=project.rate_hz)
    picture = picture_of(project)
    rate = Fraction(25) if picture is None else picture.rate
    return frames_to_samples(int(match[1]), rate_hz=project.rate_hz, frame_rate=rate)


def read_wish(options: argparse.Namespace) -> EngineWish:
    """Return which engine is asked for and how, from the options of the commands that make."""
    return EngineWish(
        engine=options.engine or options.default_engine,
        variant=options.variant or "",
        prompt=options.prompt or "",
        negative_prompt=options.negative or "",
        seed=options.seed,
        settings=_typed_settings(options),
        adapters=read_adapters(options.adapters),
        sees_picture=options.sees_picture,
        masks=tuple(options.masks),
        mask_shapes=tuple(options.mask_shapes),
    )


def read_changes(options: argparse.Namespace) -> RecipeChanges:
    """Return what of a take's recipe the options change, for a variation of it."""
    return RecipeChanges(
        variant=options.variant,
        prompt=options.prompt,
        negative_prompt=options.negative,
        seed=options.seed,
        settings=_typed_settings(options),
        adapters=read_adapters(options.adapters),
        sees_picture=None if options.sees_picture else False,
        masks=tuple(options.masks),
        mask_shapes=tuple(options.mask_shapes),
    )


def _typed_settings(options: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    settings = [_split_setting(text) for text in options.settings]
    for name in ("steps", "guidance", "mask_strength", "stop_at_step"):
        value = getattr(options, name)
        if value is not None:
            settings.append((name, str(value)))
    return tuple(settings)


def read_drafts(options: argparse.Namespace) -> tuple[tuple[int, Path], ...]:
    """Return after which steps the sound so far is wanted, and in which files."""
    drafts = []
    for step, name in options.drafts:
        path = Path(name)
        if not re.fullmatch(r"[1-9][0-9]{0,5}", step, re.ASCII):
            raise InputError(f"--hear-at {step} is no step; write a whole number from 1.")
        if path.suffix.lower() != ".wav" or not path.parent.is_dir():
            raise InputError(f"--hear-at {step} {name}: name a .wav in a folder that is there.")
        drafts.append((int(step), path))
    return tuple(drafts)


def read_machine(options: argparse.Namespace) -> MachineOptions | None:
    """Return on what to compute where the options say it, None to go by the preferences."""
    if options.device is None and options.offload is None:
        return None
    if options.device is not None and not re.fullmatch(DEVICE_PATTERN, options.device):
        raise InputError(f"--device {options.device} is none of auto, cpu, mps, cuda, cuda:N.")
    chosen = preferred_machine()
    return MachineOptions(
        device=options.device or chosen.device, offload=options.offload or chosen.offload
    )


def _split_setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"--set {text} must be written NAME=VALUE.")
    return name, value
