"""A sweep: one set trained on again and again with other options, described in a file.

TOML of our own::

    name = "Ranks"
    base = "selva-small_16k"
    set = "steps"
    [options]              # of every run
    steps = 2000
    [run.r16]              # of one run, by its id
    rank = 16
    [run.r64]
    rank = 64

or JSON as other trainers of SelVA write it: ``name``, ``data_dir``, ``base`` (options of every
run), ``experiments`` (a list of options with an ``id``), and ``model`` for the checkpoint.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prismdesk.engines.training.options import OptionError, TrainingOptions, from_mapping
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_BYTES = 4 << 20
_MAX_RUNS = 500
_ID = re.compile(r"[\w][\w.+=-]{0,59}", re.ASCII)
_OWN_KEYS = frozenset({"name", "base", "set", "note", "options", "run"})

# What the options are called in files of other trainers.
_FOREIGN_NAMES = {
    "batch_size": "batch",
    "warmup_steps": "warm_up",
    "warmup": "warm_up",
    "grad_accum": "accumulation",
    "gradient_accumulation": "accumulation",
    "target": "targets",
    "lora_dropout": "dropout",
    "init_mode": "start",
    "use_rslora": "rank_stabilised",
    "latent_mixup_alpha": "mixup_alpha",
}


class SweepError(InputError):
    """A sweep can't be read; the message says where and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is tried.

    Attributes:
        name: of the sweep.
        model: id of the base; "" where the file doesn't say.
        set_folder: the training set.
        note: of the user.
        common: options of every run, as they are written.
        runs: options of each run by its id, as they are written, in the file's order.
    """

    name: str
    model: str
    set_folder: Path
    note: str
    common: Mapping[str, Any]
    runs: Mapping[str, Mapping[str, Any]]

    def options_of(self, run_id: str, start: TrainingOptions) -> TrainingOptions:
        """Return the options of a run.

        Raises:
            SweepError: an option isn't known or can't be; says in which run.
        """
        try:
            return from_mapping({**self.common, **self.runs[run_id]}, start=start)
        except OptionError as error:
            raise SweepError(f'In the run "{run_id}" of {self.name}: {error}') from error


def read_sweep(path: Path) -> Sweep:
    """Read a sweep; ``.json`` as other trainers write it, anything else as TOML.

    Raises:
        SweepError: it can't be read, or isn't one.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SweepError(f"{path} is too large to describe a sweep.")
        text = path.read_text(encoding="utf-8")
        is_json = path.suffix.lower() == ".json"
        values = json.loads(text) if is_json else tomllib.loads(text)
    except OSError as error:
        raise SweepError(f"{path} can't be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise SweepError(f"{path} is no sweep: {error}.") from error
    if not isinstance(values, dict):
        raise SweepError(f"{path} is no sweep.")
    return _from_json(values, path) if is_json else _from_toml(values, path)


def _from_toml(values: dict[str, Any], path: Path) -> Sweep:
    unknown = sorted(set(values) - _OWN_KEYS)
    if unknown:
        known = ", ".join(sorted(_OWN_KEYS))
        raise SweepError(f"{path} says '{unknown[0]}', which isn't known; there are {known}.")
    return Sweep(
        name=_text(values, "name", path) or path.stem,
        model=_text(values, "base", path),
        set_folder=_set_folder(_text(values, "set", path), path, "set"),
        note=_text(values, "note", path),
        common=_table(values.get("options", {}), path, "options"),
        runs=_runs(_table(values.get("run", {}), path, "run").items(), path),
    )


def _from_json(values: dict[str, Any], path: Path) -> Sweep:
    listed = values.get("experiments", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SweepError(f"The experiments in {path} are no list of options.")
    named: list[tuple[Any, dict[str, Any]]] = []
    for number, one in enumerate(listed, 1):
        run_id = one.get("id", f"run-{number}")
        if run_id in [known for known, _ in named]:
            raise SweepError(f'{path} has two runs called "{run_id}".')
        named.append((run_id, _ours({k: v for k, v in one.items() if k != "id"})))
    return Sweep(
        name=_text(values, "name", path) or path.stem,
        model=_text(values, "model", path),
        set_folder=_set_folder(_text(values, "data_dir", path), path, "data_dir"),
        note=_text(values, "description", path),
        common=_ours(_table(values.get("base", {}), path, "base")),
        runs=_runs(named, path),
    )


def _ours(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _FOREIGN_NAMES.get(name, name): value
        for name, value in options.items()
        if name != "description"
    }


def _runs(items: Any, path: Path) -> dict[str, dict[str, Any]]:
    runs: dict[str, dict[str, Any]] = {}
    for run_id, options in items:
        if not isinstance(run_id, str) or not _ID.fullmatch(run_id):
            raise SweepError(f"{path} calls a run {run_id!r}; use letters, digits and dashes.")
        runs[run_id] = dict(_table(options, path, run_id))
    if not 1 <= len(runs) <= _MAX_RUNS:
        raise SweepError(f"{path} has {len(runs)} runs; a sweep has 1 to {_MAX_RUNS}.")
    return runs


def _set_folder(text: str, path: Path, key: str) -> Path:
    if not text:
        raise SweepError(f"{path} doesn't say '{key}', the training set.")
    return (path.parent / Path(text).expanduser()).resolve()


def _table(value: Any, path: Path, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SweepError(f"'{name}' in {path} is no table of options.")
    return value


def _text(values: Mapping[str, Any], key: str, path: Path) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        raise SweepError(f"'{key}' in {path} is no text.")
    return value.strip()
