"""Opening an adapter's file or folder: what it is told by its content, never by its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.peft_config import CONFIG_NAME, PeftScaling, read_peft_config
from prismdesk.engines.adapting.safetensors_header import is_safetensors, read_header
from prismdesk.engines.adapting.stored_tensor import is_finite
from prismdesk.engines.adapting.torch_archive import is_archive, is_older_pickle, read_archive
from prismdesk.engines.loading.other_files import HEAD_BYTES, recognise_other
from prismdesk.engines.weights.recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.engines.adapting.stored_tensor import StoredTensor

PEFT_WEIGHTS = "adapter_model.safetensors"
MOST_BYTES = 8_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSource:
    """An adapter's file as it lies there.

    Attributes:
        path: of the file with the tensors.
        name: of file or folder, for messages.
        tensors: by the file's own names.
        metadata: of a safetensors file.
        meta: of a PyTorch file.
        is_archive: whether PyTorch wrote it.
        peft: what stands beside the tensors of a PEFT folder, else None.
    """

    path: Path
    name: str
    tensors: Mapping[str, StoredTensor]
    metadata: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    is_archive: bool = False
    peft: PeftScaling | None = None

    def bytes_of(self, tensor: StoredTensor) -> bytes:
        """Return a tensor's bytes.

        Raises:
            AdapterFileError: they can't be read, or hold what is no number.
        """
        try:
            data = tensor.read()
        except OSError as error:
            raise AdapterFileError(
                f"{self.path} can't be read ({error.strerror or error})."
            ) from error
        except ValueError as error:
            raise AdapterFileError(f"{self.name} is damaged; get it again.") from error
        if not is_finite(data, tensor.dtype):
            raise AdapterFileError(
                f"{self.name} is broken: it holds values that are no numbers; get it again."
            )
        return data

    def refuse_as_no_adapter(self) -> NoReturn:
        """Say what the file is instead of an adapter.

        Raises:
            AdapterFileError: always.
        """
        found = recognise(self.tensors)
        seems = f"is {found}, not an adapter" if found else "is no adapter (LoRA)"
        raise AdapterFileError(f"{self.name} {seems}; choose another file.")


def open_source(path: Path) -> AdapterSource:
    """Return what lies at a path: a file, or a PEFT folder or its weights.

    Raises:
        AdapterFileError: it isn't there, or nothing that can be read safely.
    """
    try:
        return _open(path)
    except OSError as error:
        raise AdapterFileError(f"{path} can't be read ({error.strerror or error}).") from error


def _open(path: Path) -> AdapterSource:
    if not path.exists():
        raise AdapterFileError(f"{path} isn't there; choose another file.")
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise AdapterFileError(f"{path} is no file; choose an adapter.")
    if path.name == PEFT_WEIGHTS and (path.parent / CONFIG_NAME).is_file():
        return _open_folder(path.parent)
    size_bytes = path.stat().st_size
    if size_bytes > MOST_BYTES:
        raise AdapterFileError(
            f"{path.name} has {size_bytes / 1e9:.0f} GB, more than any adapter; choose another."
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if is_safetensors(head):
        stored = read_header(path)
        return AdapterSource(
            path=path, name=path.name, tensors=stored.tensors, metadata=stored.metadata
        )
    if is_archive(head):
        stored = read_archive(path)
        return AdapterSource(
            path=path, name=path.name, tensors=stored.tensors, meta=stored.meta, is_archive=True
        )
    if is_older_pickle(head):
        raise AdapterFileError(
            f"{path.name} is a pickle of PyTorch's older kind, which isn't opened; save it as "
            ".safetensors in the program that made it."
        )
    other = recognise_other(head)
    if other is None:
        raise AdapterFileError(f"{path.name} is no adapter, or a damaged one; get it again.")
    raise AdapterFileError(f"{path.name} is {other.what}, no adapter; {other.advice}.")


def _open_folder(folder: Path) -> AdapterSource:
    config, weights = folder / CONFIG_NAME, folder / PEFT_WEIGHTS
    if not config.is_file() or not weights.is_file():
        missing = CONFIG_NAME if not config.is_file() else PEFT_WEIGHTS
        raise AdapterFileError(
            f"The folder {folder.name} is no adapter: it lacks {missing}; choose an adapter's file "
            "or folder."
        )
    peft = read_peft_config(config)
    stored = read_header(weights)
    return AdapterSource(
        path=weights,
        name=folder.name,
        tensors=stored.tensors,
        metadata=stored.metadata,
        peft=peft,
    )
