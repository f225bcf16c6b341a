"""What an engine offers, as plain data: tasks, inputs, settings, variants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SettingValue = bool | int | float | str


class EngineTask(StrEnum):
    """What an engine may be asked for."""

    GENERATE = "generate"
    INPAINT = "inpaint"
    CONTINUE = "continue"


class EngineInput(StrEnum):
    """What an engine can listen to or look at."""

    TEXT = "text"
    NEGATIVE_TEXT = "negative_text"
    PICTURE = "picture"
    PICTURE_MASK = "picture_mask"
    AUDIO_CONTEXT = "audio_context"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """One setting: its control, range and unit are built from this by inspector and command line.

    ``choices`` is empty for numbers and switches; the type is that of ``default``. An advanced
    setting is shown only to those who ask for more.
    """

    name: str
    label: str
    help: str
    default: SettingValue
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_advanced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One checkpoint of an engine, as plain data.

    ``id`` is what a region stores and the command line takes. ``why_not`` is empty if the
    variant can be used now, else the sentence that says what is missing and how to get it.
    """

    id: str
    name: str
    summary: str = ""
    native_rate_hz: int | None = None
    native_channels: int | None = None
    licence_code: str = ""
    licence_weights: str = ""
    allows_commercial_use: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine offers, as plain data.

    ``why_not`` gives for each task that the engine lacks the sentence to show for it.
    ``native_rate_hz`` and ``native_channels`` are None where any will do;
    ``natural_length_seconds`` is None where any length is natural.
    """

    id: str
    name: str
    version: str
    summary: str
    tasks: frozenset[EngineTask]
    inputs: frozenset[EngineInput]
    settings: tuple[SettingSpec, ...] = ()
    variants: tuple[Variant, ...] = ()
    native_rate_hz: int | None = None
    native_channels: int | None = None
    natural_length_seconds: float | None = None
    context_seconds: float = 10.0
    licence_code: str = ""
    licence_weights: str = ""
    allows_commercial_use: bool = True
    takes_adapters: bool = False
    needs_torch: bool = False
    why_not: tuple[tuple[EngineTask, str], ...] = ()
