"""What is known of a checkpoint: its files, their sizes and checksums, and who allows what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Use = Literal["personal", "non-commercial", "commercial"]
USES: tuple[Use, ...] = ("personal", "non-commercial", "commercial")
"""What sound may be made for, the freest last."""

SizeKind = Literal["exact", "computed", "rounded", "any"]

_PICKLE_OVERHEAD_BYTES = 4_000_000
_ROUNDING = 0.02
_MOST_OF_SMALL_BYTES = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What a publisher says about using code or weights.

    Attributes:
        id: names this statement in the catalogue.
        name: e.g. "CC BY-NC 4.0", or "unstated".
        where_stated: where it can be read, or where it was looked for in vain.
        plain_words: what it means, in a sentence or two.
        is_stated: False if nothing was found; commercial use is then not allowed either.
        uses: what sound made with it may be for.
        credit: the line that credits it, where it asks for one; else empty.
    """

    id: str
    name: str
    where_stated: str
    plain_words: str
    is_stated: bool
    uses: tuple[Use, ...]
    credit: str = ""

    @property
    def allows_commercial_use(self) -> bool:
        """Whether sound made with it may be sold."""
        return "commercial" in self.uses


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file (or folder of files) of a checkpoint.

    Attributes:
        id: unique in the catalogue; files of the same id are one file for all models.
        file_name: its name as published.
        repository: owner/name at its publisher; empty for files of a custom checkpoint.
        repository_path: where in there, with forward slashes; empty for a folder.
        size_bytes: for a folder, of all its parts.
        size_kind: how well the size is known: to the byte, computed from the tensors inside,
            rounded, or small and not known.
        md5: as published, else empty.
        sha256: as published, else empty.
        licence: of this file.
        kind: "folder" if it has ``parts``.
        parts: the files of a folder.
        other_names: names under which other programs keep the same file.
        preferred_paths: files of the same repository that are taken instead where they are there.
        also_in: repositories that hold the same file under the same path.
        in_folder_named: a folder of this name has to be above it, where the file's own name says
            too little; words before or after it are no matter.
        resource: where it lies among the program's own data files, if it comes with them.
        custom_path: where it lies, for a custom checkpoint's own file.
    """

    id: str
    file_name: str
    repository: str
    repository_path: str
    size_bytes: int
    licence: Licence
    size_kind: SizeKind = "exact"
    md5: str = ""
    sha256: str = ""
    kind: Literal["file", "folder"] = "file"
    parts: tuple[ModelFile, ...] = ()
    other_names: tuple[str, ...] = ()
    preferred_paths: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    in_folder_named: str = ""
    resource: str = ""
    custom_path: Path | None = None

    @property
    def is_size_exact(self) -> bool:
        """Whether the size is known to the byte."""
        return self.size_kind == "exact"

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name and those other programs give it, those that are preferred first."""
        preferred = (path.rpartition("/")[2] for path in self.preferred_paths)
        return (*preferred, self.file_name, *self.other_names)

    @property
    def repositories(self) -> tuple[str, ...]:
        """Where it is published, its own place first."""
        return (self.repository, *self.also_in)

    def leaves(self) -> tuple[ModelFile, ...]:
        """The files themselves: its parts, or itself."""
        return self.parts or (self,)

    def can_be(self, size_bytes: int) -> bool:
        """Whether a file of this name and size, found anywhere, can be this one."""
        smallest, largest = self.size_bytes, self.size_bytes
        if self.size_kind == "computed":
            largest += _PICKLE_OVERHEAD_BYTES
        elif self.size_kind == "rounded":
            smallest = int(self.size_bytes * (1 - _ROUNDING))
            largest = int(self.size_bytes * (1 + _ROUNDING))
        elif self.size_kind == "any":
            smallest, largest = 1, _MOST_OF_SMALL_BYTES
        return smallest <= size_bytes <= largest

    def can_be_in_its_place(self, size_bytes: int) -> bool:
        """Whether a file of this size in this file's own place (same repository) can be whole.

        Where the size isn't known to the byte the publisher may have stored it differently (in
        half precision, say), so only a grossly other size is refused.
        """
        if self.is_size_exact:
            return size_bytes == self.size_bytes
        return self.can_be(size_bytes) or self.size_bytes // 4 <= size_bytes <= self.size_bytes * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One checkpoint: everything an engine needs to know before it reads the files.

    Attributes:
        id: e.g. "selva-small_16k", "custom-name".
        family: "selva", "mmaudio" or "audiox".
        variant: e.g. "small_16k".
        engine: which engine runs it.
        name: for people.
        summary: what it is for, one or two sentences.
        weaknesses: what its publisher says it does badly; empty where nothing is said.
        native_rate_hz: of the sound it makes.
        native_channels: of the sound it makes.
        natural_length_seconds: of the clips it was trained on.
        licence_code: of its publisher's code.
        licence_weights: of its own weights (the generator, the model); other files have theirs.
        files: by role: generator, sync, vae, vocoder, vocoder_config, clip, clip_vocabulary, t5;
            or config, model, t5, sync, vae of AudioX.
        hyper_parameters: the sizes of its networks, JSON values, by role; of AudioX only rate_hz,
            because its config.json has them.
        custom_folder: where a custom checkpoint was found; None for a published one.
    """

    id: str
    family: str
    variant: str
    engine: str
    name: str
    summary: str
    native_rate_hz: int
    native_channels: int
    natural_length_seconds: float
    licence_code: Licence
    licence_weights: Licence
    files: dict[str, ModelFile]
    hyper_parameters: dict[str, Any]
    custom_folder: Path | None = None
    weaknesses: str = ""

    @property
    def allows_commercial_use(self) -> bool:
        """Whether every one of its files allows it: the strictest rules."""
        return all(licence.allows_commercial_use for licence in self.licences)

    @property
    def base_role(self) -> str:
        """The role of the file with the large network, to which adapters belong."""
        return "generator" if "generator" in self.files else "model"

    @property
    def licences(self) -> tuple[Licence, ...]:
        """Those of the weights and of every file, each once, its own weights' first."""
        found = {self.licence_weights.id: self.licence_weights}
        for file in self.files.values():
            found.setdefault(file.licence.id, file.licence)
        return tuple(found.values())

    @property
    def size_bytes(self) -> int:
        """Of all files but those that come with the program."""
        return sum(file.size_bytes for file in self.files.values() if not file.resource)

    def leaves(self) -> Iterator[ModelFile]:
        """Yield every single file, the parts of folders too."""
        for file in self.files.values():
            yield from file.leaves()
