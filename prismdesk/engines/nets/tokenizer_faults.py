"""What the tokenizers' library raises over a broken file, as a sentence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.engines.loading.checkpoint_error import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PANIC = "PanicException"


@contextmanager
def tokenizer_faults_named(where: str) -> Iterator[None]:
    """Turn whatever the library raises into a refusal of the file.

    It raises plain ``Exception``; where its own code gives up, a class outside of that, which no
    module exports, so it is known by its name.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        raise CheckpointError(f"{where} is no tokenizer that works; fetch it again.") from error
