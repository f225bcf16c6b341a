"""Custom checkpoints: a folder with weight files and a ``prismdesk-model.json`` beside them."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from prismdesk.engines.weights.model import USES, Licence, Model, ModelFile
from prismdesk.engines.weights.published import published_models
from prismdesk.engines.weights.size_limits import check_sizes_stated
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOM_FILE_NAME = "prismdesk-model.json"

_MOST_BYTES = 1_000_000
_Line = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")
]
_Role = Literal[
    "generator",
    "sync",
    "vae",
    "vocoder",
    "vocoder_config",
    "clip",
    "clip_vocabulary",
    "t5",
    "config",
    "model",
]
_Part = Literal["rate_hz", "generator", "sync", "vae", "vocoder", "clip"]
_FAMILIES = {"selva": ("selva", "mmaudio"), "audiox": ("audiox",)}
_AUDIOX_ROLES = ("config", "model", "t5", "sync", "vae")


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1]
    engine: Literal["selva", "audiox"]
    family: Literal["selva", "mmaudio", "audiox"]
    variant: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    name: _Line
    summary: Annotated[str, Field(max_length=1000)] = ""
    base: str = ""
    licence_code: Annotated[str, Field(max_length=200)] = ""
    licence_weights: Annotated[str, Field(max_length=200)] = ""
    where_stated: Annotated[str, Field(max_length=500)] = ""
    allows_commercial_use: bool = False
    credit: Annotated[str, Field(max_length=500)] = ""
    files: Annotated[dict[_Role, _Line], Field(min_length=1)]
    hyper_parameters: dict[_Part, JsonValue] = {}


def read_custom_model(folder: Path) -> Model:
    """Return the checkpoint that a folder describes.

    Files and sizes that its JSON leaves out are those of a published checkpoint: of ``base``,
    else of the family's same variant, else of the family's first one of the same rate.

    Raises:
        InputError: the JSON can't be read, or is wrong; one sentence names the field and why.
    """
    path = folder / CUSTOM_FILE_NAME
    described = _read(path)
    _check_engine(described, path)
    base = _base_of(described, path)
    rate_hz = described.hyper_parameters.get("rate_hz", base.native_rate_hz)
    if not isinstance(rate_hz, int) or isinstance(rate_hz, bool) or not 8000 <= rate_hz <= 192000:
        raise InputError(f"{path}: hyper_parameters.rate_hz must be 8000 to 192000.")
    for part, values in described.hyper_parameters.items():
        if part != "rate_hz" and not isinstance(values, dict):
            raise InputError(f"{path}: hyper_parameters.{part} must be an object of sizes.")
        check_sizes_stated(values, path, f"hyper_parameters.{part}")
    sizes: dict[str, JsonValue] = dict(described.hyper_parameters.items())
    licence = _licence(described, "weights", described.licence_weights)
    own: dict[str, ModelFile] = {
        role: _own_file(folder, path, role, name, licence, base.files)
        for role, name in described.files.items()
    }
    return Model(
        id=f"custom-{_slug(described.name)}",
        family=described.family,
        variant=described.variant,
        engine=described.engine,
        name=described.name,
        summary=described.summary,
        native_rate_hz=rate_hz,
        native_channels=base.native_channels,
        natural_length_seconds=base.natural_length_seconds,
        licence_code=_licence(described, "code", described.licence_code),
        licence_weights=licence,
        files={**_needed_besides(base.files, own), **own},
        hyper_parameters=base.hyper_parameters | sizes,
        custom_folder=folder,
    )


def _read(path: Path) -> _Described:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is too large to describe a checkpoint.")
        return _Described.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error
    except ValidationError as error:
        raise InputError(f"{path}: {_sentence(error)}.") from error


def _check_engine(described: _Described, path: Path) -> None:
    """Refuse families, files and sizes that the engine doesn't know."""
    engine = described.engine
    if described.family not in _FAMILIES[engine]:
        known = " or ".join(_FAMILIES[engine])
        raise InputError(f"{path}: family: of the engine {engine} it must be {known}.")
    is_audiox = engine == "audiox"
    for role in described.files:
        if is_audiox != (role in _AUDIOX_ROLES) and role not in ("t5", "sync", "vae"):
            raise InputError(f"{path}: files.{role}: the engine {engine} has no such file.")
    if is_audiox and any(part != "rate_hz" for part in described.hyper_parameters):
        raise InputError(
            f"{path}: hyper_parameters: AudioX's sizes are read from its config.json; "
            "leave them out."
        )


def _sentence(error: ValidationError) -> str:
    """Say in one sentence which fields are wrong, and why."""
    wrong = []
    for one in error.errors(include_url=False)[:5]:
        field = ".".join(str(part) for part in one["loc"])
        why = one["msg"][:1].lower() + one["msg"][1:]
        wrong.append(f"{field}: {why}" if field else why)
    more = error.error_count() - len(wrong)
    return "; ".join(wrong) + (f"; and {more} more" if more > 0 else "")


def _base_of(described: _Described, path: Path) -> Model:
    family = [model for model in published_models() if model.family == described.family]
    if described.base:
        for model in family:
            if described.base in (model.id, model.variant):
                return model
        names = ", ".join(model.variant for model in family)
        raise InputError(f'{path}: base: there is no published "{described.base}"; use {names}.')
    for model in family:
        if model.variant == described.variant:
            return model
    if described.engine == "audiox":
        return _audiox_base(described, family, path)
    if "generator" not in described.hyper_parameters:
        raise InputError(
            f"{path}: hyper_parameters.generator is missing; give the generator's sizes, "
            'or name the published variant that it was made from as "base".'
        )
    rate_hz = described.hyper_parameters.get("rate_hz")
    same_rate = [model for model in family if model.native_rate_hz == rate_hz]
    return (same_rate or family)[0]


def _audiox_base(described: _Described, family: list[Model], path: Path) -> Model:
    """Return the published checkpoint that needs no more than T5 besides what is described."""
    if {"config", "model"} <= set(described.files):
        return family[0]
    raise InputError(
        f"{path}: files: config and model are both needed; give them, "
        'or name the published variant that it was made from as "base".'
    )


def _needed_besides(
    published: dict[str, ModelFile], own: dict[str, ModelFile]
) -> dict[str, ModelFile]:
    """Return the published files, but no description of a vocoder that isn't used."""
    return {
        role: file
        for role, file in published.items()
        if not (role == "vocoder_config" and "vocoder" in own)
    }


def _licence(described: _Described, what: str, name: str) -> Licence:
    is_stated = bool(name.strip()) and name.strip().casefold() not in ("unstated", "unknown")
    allows = is_stated and described.allows_commercial_use
    words = (
        "Its description "
        + ("allows" if allows else "does not allow")
        + " commercial use; PrismDesk can't check that."
    )
    return Licence(
        id=f"custom_{_slug(described.name)}_{what}",
        name=name.strip() if is_stated else "unstated",
        where_stated=described.where_stated.strip() or f"nowhere but in {CUSTOM_FILE_NAME}",
        plain_words=words if is_stated else "Nobody states terms; take it as non-commercial.",
        is_stated=is_stated,
        uses=USES if allows else ("personal", "non-commercial"),
        credit=described.credit.strip() if what == "weights" else "",
    )


def _own_file(
    folder: Path,
    described_in: Path,
    role: str,
    name: str,
    licence: Licence,
    published: Mapping[str, ModelFile],
) -> ModelFile:
    path = _inside(folder, described_in, role, name)
    kind: Literal["file", "folder"] = "file"
    parts: tuple[ModelFile, ...] = ()
    if role == "t5":
        kind = "folder"
        known = published.get(role) or _any_published("t5")
        parts = tuple(
            _plain_file(
                f"{part.id} of {folder}",
                _inside(folder, described_in, role, f"{name}/{part.file_name}"),
                licence,
            )
            for part in known.parts
        )
    whole = _plain_file(f"{role} of {folder}", path, licence)
    size_bytes = sum(part.size_bytes for part in parts) if parts else whole.size_bytes
    return ModelFile(
        id=whole.id,
        file_name=whole.file_name,
        repository="",
        repository_path="",
        size_bytes=size_bytes,
        size_kind="any",
        licence=licence,
        kind=kind,
        parts=parts,
        custom_path=path,
    )


def _any_published(role: str) -> ModelFile:
    return next(model.files[role] for model in published_models() if role in model.files)


def _plain_file(file_id: str, path: Path, licence: Licence) -> ModelFile:
    try:
        size_bytes = path.stat().st_size
    except OSError:
        size_bytes = 0
    return ModelFile(
        id=file_id,
        file_name=path.name,
        repository="",
        repository_path="",
        size_bytes=size_bytes,
        size_kind="any",
        licence=licence,
        custom_path=path,
    )


def _inside(folder: Path, described_in: Path, role: str, name: str) -> Path:
    """Return the file's path; a name that leads out of the folder, by link too, is refused."""
    pure = PurePosixPath(name)
    is_plain = not (pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name)
    path = folder.joinpath(*pure.parts)
    try:
        if is_plain and path.resolve().is_relative_to(folder.resolve()):
            return path
    except (OSError, RuntimeError, ValueError):
        pass  # a name that no file can have, or links that go round in circles
    raise InputError(
        f'{described_in}: files.{role}: "{name}" leads out of the folder; '
        "name a file that lies inside it."
    )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "model"
