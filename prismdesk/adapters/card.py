"""One preset as the library shows it: its file's facts, and what the user says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import HASH_DIGITS, reference_of
from prismdesk.adapters.sidecar import NO_SIDECAR, Sidecar, sidecar_path, stem_of

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.adapting.facts import AdapterFacts

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".preview.png", ".preview.jpg")
EXAMPLE_SUFFIXES = (".wav", ".flac")
DEFAULT_STRENGTH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A sound of one's own: an adapter, words, or a vocoder, with what is known of it.

    Attributes:
        name: as its file is called.
        path: of the file, or of the folder that PEFT wrote.
        root: the folder of the library that it lies in; of a file from elsewhere its own.
        facts: what the file says; None if it can't be used.
        problem: why it can't, in a sentence; else empty.
        sidecar: what the user says of it.
        picture: a still picture beside it, of the same name.
        example: a sound made with it, beside it, of the same name.
        changed_ns: when the file was changed last.
    """

    name: str
    path: Path
    root: Path
    facts: AdapterFacts | None
    problem: str = ""
    sidecar: Sidecar = NO_SIDECAR
    picture: Path | None = None
    example: Path | None = None
    changed_ns: int = 0

    @property
    def content_sha256(self) -> str:
        """Of its tensors; "" if it can't be read."""
        return "" if self.facts is None else self.facts.content_sha256

    @property
    def reference(self) -> str:
        """What projects call it; "" if it can't be read."""
        return "" if self.facts is None else reference_of(self.name, self.content_sha256)

    @property
    def hash(self) -> str:
        """The digits of its reference; "" if it can't be read."""
        return self.content_sha256[:HASH_DIGITS]

    @property
    def is_favourite(self) -> bool:
        """Whether it has a star."""
        return self.sidecar.is_favourite

    @property
    def kind(self) -> str:
        """What it is: low-rank, residual-base, words or vocoder; "" if it can't be read."""
        return "" if self.facts is None else self.facts.kind

    @property
    def family(self) -> str:
        """The engine that it is for; "" where that isn't known."""
        return "" if self.facts is None else self.facts.family

    @property
    def base_model(self) -> str:
        """Id of the checkpoint that it belongs to, as the file or else the user says; or ""."""
        stated = "" if self.facts is None else self.facts.base_model
        return stated or self.sidecar.base_model or ""

    @property
    def base_sha256(self) -> str:
        """SHA-256 of that checkpoint's weights; "" where that isn't known."""
        return "" if self.facts is None else self.facts.base_sha256

    @property
    def rank(self) -> int:
        """Of its layers, the largest; 0 where it has none."""
        return 0 if self.facts is None else self.facts.rank

    @property
    def alpha(self) -> float | None:
        """The alpha that it was trained with; None where that isn't known."""
        return None if self.facts is None else self.facts.alpha

    @property
    def lacks_alpha(self) -> bool:
        """Whether it can't be used before somebody says which alpha it was trained with."""
        return self.facts is not None and not self.facts.is_alpha_stated

    @property
    def trigger(self) -> str:
        """Words that call it up in a prompt, apart by commas."""
        return self._said(self.sidecar.trigger, "trigger")

    @property
    def trigger_words(self) -> tuple[str, ...]:
        """The same, each for itself."""
        return tuple(dict.fromkeys(one.strip() for one in self.trigger.split(",") if one.strip()))

    @property
    def negative(self) -> str:
        """Words to keep away from."""
        return self._said(self.sidecar.negative, "negative")

    @property
    def licence(self) -> str:
        """Under which it may be used, by name; "" where nobody says."""
        return self._said(self.sidecar.licence, "licence").strip()

    @property
    def sound_from(self) -> str:
        """Where the sound that it was trained on came from; "" where nobody says."""
        return self._said(self.sidecar.sound_from, "sound_from").strip()

    @property
    def author(self) -> str:
        """Whose it is."""
        return self._said(self.sidecar.author, "author")

    @property
    def description(self) -> str:
        """What it sounds like."""
        return self._said(self.sidecar.description, "description")

    @property
    def notes(self) -> str:
        """What the user noted."""
        return self.sidecar.notes or ""

    @property
    def tags(self) -> tuple[str, ...]:
        """To find it by."""
        if self.sidecar.tags is not None:
            return self.sidecar.tags
        return () if self.facts is None else tuple(self.facts.tags)

    @property
    def strength(self) -> float:
        """At which it is used unless another is asked for."""
        if self.sidecar.strength is not None:
            return self.sidecar.strength
        return DEFAULT_STRENGTH if self.facts is None else self.facts.strength

    @property
    def size_bytes(self) -> int:
        """Of its file."""
        return 0 if self.facts is None else self.facts.size_bytes

    def _said(self, by_user: str | None, name: str) -> str:
        if by_user is not None or self.facts is None:
            return by_user or ""
        return str(getattr(self.facts, name))


def beside(
    preset: Path, suffixes: tuple[str, ...], names: frozenset[str] | None = None
) -> Path | None:
    """Return the file beside a preset that has its name and one of some endings.

    Args:
        preset: file or folder.
        suffixes: the endings; the first that is there counts.
        names: of all that lies in the same folder, where that is known.
    """
    stem = stem_of(preset)
    paths = (preset.with_name(f"{stem}{suffix}") for suffix in suffixes)
    if names is not None:
        return next((path for path in paths if path.name in names), None)
    return next((path for path in paths if path.is_file()), None)


def companions(preset: Path) -> tuple[Path, ...]:
    """Return all that lies beside a preset and belongs to it: sidecar, picture, example."""
    found = (
        sidecar_path(preset),
        beside(preset, PICTURE_SUFFIXES),
        beside(preset, EXAMPLE_SUFFIXES),
    )
    return tuple(path for path in found if path is not None and path.is_file())
