"""What a run writes as its preset: the adapter, with everything that is known of its making."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.write import AdapterDescription, write_adapter
from prismdesk.engines.nets.low_rank import Adapter
from prismdesk.engines.training.options import to_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from prismdesk.engines.nets.low_rank import LowRank
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel


def description_of(
    family: str,
    base: BaseModel,
    options: TrainingOptions,
    *,
    step: int,
    targets: Sequence[str] = (),
) -> AdapterDescription:
    """Return what a file says of where its content comes from.

    Args:
        family: "selva" or "audiox".
        base: that was trained on.
        options: of the run.
        step: steps done.
        targets: layers that learned, by the ends of their names.
    """
    return AdapterDescription(
        family=family,
        base_model=base.model_id,
        base_sha256=base.sha256,
        training={
            **to_mapping(options),
            "steps": step,
            "steps_wanted": options.steps,
            "targets": list(targets),
            "optimizer": "AdamW",
            "base_licence": base.licence,
        },
    )


def write_learned(
    path: Path, layers: Mapping[str, LowRank], description: AdapterDescription
) -> None:
    """Write an adapter.

    Raises:
        OSError: the disk gave up.
    """
    with disk_errors_as_they_are():
        write_adapter(path, Adapter(name=path.name, layers=layers), description=description)


@contextmanager
def disk_errors_as_they_are() -> Iterator[None]:
    """Raise what the disk said where writing an adapter's file wraps it into a sentence.

    Raises:
        OSError: the disk gave up.
    """
    try:
        yield
    except AdapterFileError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise
