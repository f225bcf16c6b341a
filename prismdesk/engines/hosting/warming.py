"""Loading a variant's networks before there is anything to do for them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.hosting.damage import require_undamaged
from prismdesk.engines.hosting.network import Network  # noqa: TC001  (a field's type)
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.engines.contract import ReportProgress
    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.hosting.residency import Residence
    from prismdesk.progress import IsCancelled

_CHECKING_SHARE = 0.5
"""Of a first warm-up: reading files for their checksums takes about as long as loading them."""
_SECONDS_BETWEEN_NEWS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmSet:
    """What a run of a variant will want.

    Attributes:
        checkpoint: its files, device and precision.
        networks: those of a usual run with picture and words, the most wanted first.
        needs: memory of its stages.
    """

    checkpoint: Checkpoint
    networks: tuple[Network[Any], ...]
    needs: tuple[StageNeeds, ...]


def load_ahead(
    wanted: WarmSet, residence: Residence, progress: ReportProgress, cancelled: IsCancelled
) -> None:
    """Check a variant's files and load its networks; what is loaded at a cancel stays.

    Raises:
        WeightsDamagedError: a file isn't what was published.
        CheckpointError: a file can't be used.
        Cancelled: as told.
    """
    checkpoint = wanted.checkpoint
    told_seconds = 0.0

    def tell(fraction: float) -> None:
        nonlocal told_seconds
        raise_if_cancelled(cancelled)
        if time.monotonic() - told_seconds >= _SECONDS_BETWEEN_NEWS:
            told_seconds = time.monotonic()
            progress(Progress(phase=Phase.LOADING, fraction=fraction))

    roles = list(dict.fromkeys(network.role for network in wanted.networks))
    for index, role in enumerate(roles):

        def checking(part: float, index: int = index) -> None:
            tell(_CHECKING_SHARE * (index + part) / len(roles))

        require_undamaged(checkpoint, role, checking, cancelled)
    sizes = [checkpoint.file_bytes(network.role) for network in wanted.networks]
    loaded_bytes = 0
    for network, size_bytes in zip(wanted.networks, sizes, strict=True):
        share = loaded_bytes / max(1, sum(sizes))
        tell(_CHECKING_SHARE + (1.0 - _CHECKING_SHARE) * share)
        with residence.use(network, checkpoint):
            loaded_bytes += size_bytes
    raise_if_cancelled(cancelled)
