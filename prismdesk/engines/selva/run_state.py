"""What all stages of one run of SelVA or MMAudio share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.hosting.run import HostedRun

if TYPE_CHECKING:
    from prismdesk.engines.selva.settings import SelvaSettings
    from prismdesk.engines.selva.stretch import SelvaStretch


@dataclass(frozen=True, kw_only=True)
class RunState(HostedRun):
    """One run.

    Attributes:
        settings: of the request, checked.
        stretch: what is worked on, with the lengths of the network's sequences.
    """

    settings: SelvaSettings
    stretch: SelvaStretch
