"""The published checkpoints, read from the program's own data files in ``resources/models``."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from prismdesk.engines.weights.model import USES, Licence, Model, ModelFile
from prismdesk.resources import resource_path

_SOLD = "commercial"


@cache
def published_models() -> tuple[Model, ...]:
    """Return every published checkpoint, in the order to list them."""
    tables = _read("models")
    return tuple(_model(node, tables) for node in tables["models"])


@cache
def published_files() -> dict[str, ModelFile]:
    """Return every published file by its id."""
    nodes = _read("files")
    files = {
        file_id: _single_file(file_id, node)
        for file_id, node in nodes.items()
        if "parts" not in node
    }
    for file_id, node in nodes.items():
        if "parts" in node:
            files[file_id] = _folder(file_id, node, files)
    return files


@cache
def published_licences() -> dict[str, Licence]:
    """Return what publishers state, by the id of the statement."""
    return {
        licence_id: Licence(
            id=licence_id,
            name=node["name"],
            where_stated=node["where"],
            plain_words=node["words"],
            is_stated=node["is_stated"],
            uses=tuple(
                use for use in USES if use in node["uses"] and (node["is_stated"] or use != _SOLD)
            ),
            credit=node.get("credit", ""),
        )
        for licence_id, node in _read("licences").items()
    }


def _read(name: str) -> dict[str, Any]:
    """Return the tables of a name; those of AudioX are kept together in a file of their own."""
    tables, audiox = _table(name), _table("audiox")
    if name == "models":
        families = tables["families"] | audiox["families"]
        return tables | {"families": families, "models": tables["models"] + audiox["models"]}
    return {**tables, **audiox[name]}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resource_path(f"models/{name}.toml").read_text(encoding="utf-8"))


def _single_file(file_id: str, node: dict[str, Any]) -> ModelFile:
    return ModelFile(
        id=file_id,
        file_name=node["path"].rpartition("/")[2],
        repository=node["repository"],
        repository_path=node["path"],
        size_bytes=node["size_bytes"],
        size_kind=node["size_is"],
        md5=node.get("md5", ""),
        sha256=node.get("sha256", ""),
        licence=published_licences()[node["licence"]],
        other_names=tuple(node.get("other_names", ())),
        preferred_paths=tuple(node.get("preferred_paths", ())),
        also_in=tuple(node.get("also_in", ())),
        in_folder_named=node.get("in_folder_named", ""),
        resource=node.get("resource", ""),
    )


def _folder(file_id: str, node: dict[str, Any], files: dict[str, ModelFile]) -> ModelFile:
    parts = tuple(files[part] for part in node["parts"])
    return ModelFile(
        id=file_id,
        file_name=node["repository"].rpartition("/")[2],
        repository=node["repository"],
        repository_path="",
        size_bytes=sum(part.size_bytes for part in parts),
        size_kind="rounded",
        licence=published_licences()[node["licence"]],
        kind="folder",
        parts=parts,
    )


def _model(node: dict[str, Any], tables: dict[str, Any]) -> Model:
    family = tables["families"][node["family"]]
    return Model(
        id=f"{node['family']}-{node['variant']}",
        family=node["family"],
        variant=node["variant"],
        engine=family["engine"],
        name=node["name"],
        summary=node["summary"],
        weaknesses=node.get("weaknesses", family.get("weaknesses", "")),
        native_rate_hz=node["rate_hz"],
        native_channels=family["native_channels"],
        natural_length_seconds=family["natural_length_seconds"],
        licence_code=published_licences()[family["licence_code"]],
        licence_weights=published_licences()[family["licence_weights"]],
        files={
            role: published_files()[file_id]
            for role, file_id in _file_ids(node, family, tables).items()
        },
        hyper_parameters={"rate_hz": node["rate_hz"], **_sizes(node, tables)},
    )


def _file_ids(
    node: dict[str, Any], family: dict[str, Any], tables: dict[str, Any]
) -> dict[str, str]:
    if "generator" not in node:
        return {**node["files"], **family["files"]}
    of_rate = tables["rates"][str(node["rate_hz"])]["files"]
    return {"generator": node["generator"], **family["files"], **of_rate}


def _sizes(node: dict[str, Any], tables: dict[str, Any]) -> dict[str, Any]:
    """Return the sizes of networks by role, where a checkpoint doesn't describe itself."""
    if "shape" not in node:
        return {}
    parts, rate = tables["parts"], str(node["rate_hz"])
    return {
        "generator": {**parts["generator"], **node["shape"]},
        "sync": parts["sync"][node["family"]],
        "vae": parts["vae"][rate],
        "vocoder": parts["vocoder"][rate],
        "clip": parts["clip"],
    }
