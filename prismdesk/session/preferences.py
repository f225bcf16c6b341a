"""What the user set once and for all projects, in one small file that can be damaged or deleted."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prismdesk.engines.request import DEVICE_PATTERN
from prismdesk.engines.weights.one_look import note_change
from prismdesk.errors import WorkError
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST_HANDLE_FRAMES = 240
"""The longest handles that takes can be asked for."""
_MOST_BYTES = 1_000_000
_RECENT_COUNT = 12
_PROMPT_COUNT = 200


class KeptRecipe(BaseModel):
    """Which engine made sound last, and how: what the next region begins with."""

    model_config = ConfigDict(frozen=True)

    engine: str
    variant: str = ""
    settings: dict[str, bool | int | float | str] = {}


class Preferences(BaseModel):
    """All preferences; each has a default, and settings of other versions are kept as they are.

    Attributes:
        theme: "dark", "light" or "contrast".
        text_scale_percent: 100 to 200.
        reduce_motion: panes, bars and envelopes change at once.
        keymap: "nle" or "daw", the keys to begin with.
        key_overrides: the user's own keys by action; () takes an action's keys away.
        output_device: where sound goes; None is the system's choice, "null" none.
        picture_offset_ms: how much later the picture is shown than its sound is heard, -500..500.
        pre_roll_seconds: how long before a cut play-around begins; 0 to 30.
        post_roll_seconds: how long after it ends; 0 to 30.
        proxies: light copies of films that are slow to play are made.
        cache_folder: where what can be made again lies; None is beside each project.
        cache_gb: how much of it is kept.
        feature_cache_gb: how much of what engines worked out of picture and text is kept.
        engine_device: on what engines compute: "auto", "cpu", "mps", "cuda" or "cuda:N".
        engine_offload: whether networks wait in main memory until they are needed; "auto" goes
            by the memory that is free.
        new_project_use: what new projects are for: "personal", "non-commercial" or "commercial".
        policy_file: the company's own answers to who may use what; None is no such file.
        warm_up_at_start: the model used last is loaded when a project is opened.
        last_model: engine and variant of the job made last, e.g. "selva selva-small_16k".
        autosave_seconds: how often the whole project is written besides each edit's own record.
        ruler_unit: "timecode", "frames", "seconds" or "samples".
        burn_in: the timecode is shown in the picture.
        safe_areas: what every screen shows of the picture is outlined.
        follow: the timeline moves along while it plays.
        snap: gestures catch on frames, edits, markers and cuts.
        level_match: takes are heard equally loud.
        handle_frames: sound that new takes bring before and after their region, in frames.
        recent_projects: latest first.
        prompts: latest first.
        negative_prompts: latest first.
        starred_prompts: the user's favourites, latest first.
        avoid_at_first: what new regions for effects shall not sound like, apart by commas.
        preset_folders: folders with presets besides the user's own, first first.
        training_gives_way: training waits while sound is made.
        training_runs: folders of the runs that were under way when the program ended last.
        recipes: by task ("generate" …), the engine, variant and settings used last.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    theme: Literal["dark", "light", "contrast"] = "dark"
    text_scale_percent: Annotated[int, Field(ge=100, le=200)] = 100
    reduce_motion: bool = False
    keymap: Literal["nle", "daw"] = "nle"
    key_overrides: dict[str, tuple[str, ...]] = {}
    output_device: str | None = None
    picture_offset_ms: Annotated[float, Field(ge=-500, le=500)] = 0.0
    pre_roll_seconds: Annotated[float, Field(ge=0, le=30)] = 1.0
    post_roll_seconds: Annotated[float, Field(ge=0, le=30)] = 1.0
    proxies: bool = True
    cache_folder: str | None = None
    cache_gb: Annotated[float, Field(ge=1, le=10_000)] = 20.0
    feature_cache_gb: Annotated[float, Field(ge=0, le=10_000)] = 4.0
    engine_device: Annotated[str, Field(pattern=f"^({DEVICE_PATTERN})$")] = "auto"
    engine_offload: Literal["auto", "keep", "offload"] = "auto"
    new_project_use: Literal["personal", "non-commercial", "commercial"] = "non-commercial"
    policy_file: str | None = None
    warm_up_at_start: bool = False
    last_model: str = ""
    autosave_seconds: Annotated[int, Field(ge=10, le=3600)] = 60
    ruler_unit: Literal["timecode", "frames", "seconds", "samples"] = "timecode"
    burn_in: bool = False
    safe_areas: bool = False
    follow: bool = True
    snap: bool = True
    level_match: bool = False
    handle_frames: Annotated[int, Field(ge=0, le=LONGEST_HANDLE_FRAMES)] = 0
    recent_projects: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    negative_prompts: tuple[str, ...] = ()
    starred_prompts: tuple[str, ...] = ()
    avoid_at_first: Annotated[str, Field(max_length=1000)] = "speech, music"
    preset_folders: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    training_gives_way: bool = True
    training_runs: Annotated[tuple[str, ...], Field(max_length=1000)] = ()
    recipes: dict[str, KeptRecipe] = {}

    def default_of(self, name: str) -> object:
        """Return what a preference is before the user sets it."""
        return type(self).model_fields[name].get_default(call_default_factory=True)


class PreferencesFile:
    """The preferences in force, and the file they are kept in.

    Args:
        path: the file; None takes the user's folder for settings.

    Attributes:
        notice: one sentence if the file could not be read as it was; else empty.
    """

    def __init__(self, path: Path | None = None) -> None:
        folder = platformdirs.user_config_path("prismdesk", appauthor=False)
        self.path = path or folder / "preferences.json"
        self.notice = ""
        self._now = Preferences()
        self._listeners: list[Callable[[Preferences], None]] = []

    @property
    def now(self) -> Preferences:
        """The preferences in force."""
        return self._now

    def subscribe(self, listener: Callable[[Preferences], None]) -> Callable[[], None]:
        """Have ``listener`` called after each change; returns what ends that."""
        self._listeners.append(listener)

        def end() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return end

    def load(self) -> Preferences:
        """Read the file. A damaged one is put aside and told of in ``notice``; never raises."""
        self.notice = ""
        self._now = Preferences()
        try:
            node = _parsed(self.path)
        except FileNotFoundError:
            return self._now
        except OSError as error:
            self.notice = (
                f"The preferences in {self.path} can't be read ({error.strerror}); "
                "what is set now lasts until you quit."
            )
            return self._now
        except (ValueError, RecursionError):
            self._put_aside("The preferences were damaged")
            return self._now
        if node.pop("commercial_projects", None) is True:
            node.setdefault("new_project_use", "commercial")
        self._now = self._read(node)
        return self._now

    def save(self, preferences: Preferences) -> None:
        """Put preferences in force and on the disk, and tell who listens.

        Raises:
            WorkError: they can't be written; they are in force all the same.
        """
        self._now = preferences
        for listener in tuple(self._listeners):
            listener(preferences)
        data = preferences.model_dump_json(indent=2, exclude_defaults=True).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, data)
            note_change()
        except OSError as error:
            raise WorkError(
                f"The preferences can't be written to {self.path} ({error.strerror}); "
                "they hold until you quit."
            ) from error

    def change(self, **values: object) -> Preferences:
        """Set some preferences; the others stay.

        Raises:
            WorkError: they can't be written; they are in force all the same.
            ValidationError: a value that no control offers, which is a bug.
        """
        fields = {**self._now.model_dump(), **values}
        changed = Preferences.model_validate(fields)
        if changed != self._now:
            self.save(changed)
        return self._now

    def remember_project(self, path: Path) -> None:
        """Put a project first in the list of recent ones."""
        self._remember("recent_projects", str(path.resolve()), _RECENT_COUNT)

    def remember_prompt(self, words: str, *, negative: bool = False) -> None:
        """Put a prompt first in its history; an empty one is not kept."""
        if words.strip():
            name = "negative_prompts" if negative else "prompts"
            self._remember(name, words.strip(), _PROMPT_COUNT)

    def _remember(self, name: str, entry: str, count: int) -> None:
        earlier: tuple[str, ...] = getattr(self._now, name)
        kept = (entry, *(one for one in earlier if one != entry))[:count]
        self.change(**{name: kept})

    def _read(self, node: dict[str, object]) -> Preferences:
        try:
            return Preferences.model_validate(node)
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors()}
        kept = {name: value for name, value in node.items() if name not in wrong}
        self._put_aside(f"The preferences {', '.join(sorted(wrong))} could not be read")
        return Preferences.model_validate(kept)

    def _put_aside(self, what: str) -> None:
        aside = self.path.with_name(f"{self.path.stem}-damaged{self.path.suffix}")
        self.notice = f"{what}, so the defaults are used for them."
        with suppress(OSError):
            os.replace(self.path, aside)  # noqa: PTH105  (as where files are written)
            self.notice = (
                f"{what}, so the defaults are used for them; the old file is kept as {aside}."
            )


def _parsed(path: Path) -> dict[str, object]:
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is too large")
    node = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(node, dict):
        raise ValueError(f"{path} holds no object")  # noqa: TRY004  (wrong content, not a wrong type)
    return node
