"""What all stages of one run of AudioX share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.model_files import ModelFiles, files_of
from prismdesk.engines.hosting.run import HostedRun

if TYPE_CHECKING:
    from prismdesk.engines.audiox.config import AudioxConfig
    from prismdesk.engines.audiox.settings import AudioxSettings
    from prismdesk.engines.audiox.stretch import AudioxStretch


@dataclass(frozen=True, kw_only=True)
class RunState(HostedRun):
    """One run.

    Attributes:
        settings: of the request, checked.
        stretch: what is worked on, in latent frames too.
    """

    settings: AudioxSettings
    stretch: AudioxStretch

    @property
    def files(self) -> ModelFiles:
        """What the checkpoint's files say."""
        return files_of(self.checkpoint)

    @property
    def config(self) -> AudioxConfig:
        """What the model's ``config.json`` states."""
        return self.files.config
