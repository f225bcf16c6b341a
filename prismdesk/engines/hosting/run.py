"""What all stages of one run share, whatever the engine."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from torch import nn

from prismdesk.engines.adapting.application import adapter_weights, require_base
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.contract import Phase, iterate_seeds
from prismdesk.engines.hosting.damage import require_undamaged
from prismdesk.engines.hosting.installed import checksum_of
from prismdesk.engines.hosting.made_on import arithmetic_of
from prismdesk.engines.hosting.stage_costs import CHECKING
from prismdesk.progress import ignore_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prismdesk.engines.adapting.application import WithAdapters
    from prismdesk.engines.hosting.features import Features
    from prismdesk.engines.hosting.memory import MemoryPlan, StageNeeds
    from prismdesk.engines.hosting.network import Checkpoint, Network, NetworkT
    from prismdesk.engines.hosting.residency import Residence
    from prismdesk.engines.hosting.run_monitor import RunMonitor
    from prismdesk.engines.hosting.stretch import Stretch
    from prismdesk.engines.request import PictureSource, Request
    from prismdesk.engines.sampling.graphed import Run
    from prismdesk.engines.sampling.windows import Window
    from prismdesk.progress import FractionDone


@dataclass(frozen=True, kw_only=True)
class HostedRun:
    """One run: what is asked for, with what it is made, and how it is laid out.

    Attributes:
        request: what is asked for.
        checkpoint: the model's files and device.
        residence: where networks are had from.
        features: what is known of picture and words already.
        monitor: progress and cancelling.
        stretch: what is worked on.
        windows: laid over it, one at least.
        needs: memory of each stage.
        memory: how much is done at once.
        evaluate: how the large network is called at each step.
        adapters: puts those of the request on the large network.
    """

    request: Request
    checkpoint: Checkpoint
    residence: Residence
    features: Features
    monitor: RunMonitor
    stretch: Stretch
    windows: tuple[Window, ...]
    needs: tuple[StageNeeds, ...]
    memory: MemoryPlan
    evaluate: Run
    adapters: WithAdapters

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each take."""
        return tuple(iterate_seeds(self.request.seed, self.request.takes))

    @property
    def keeps_surroundings(self) -> bool:
        """Whether known sound around the region is kept and joined."""
        return self.request.task is not EngineTask.GENERATE

    @property
    def picture(self) -> PictureSource | None:
        """The film, if there is any picture under the region."""
        picture = self.request.picture
        return picture if picture is not None and len(picture.frame_times_seconds) else None

    @cached_property
    def is_still(self) -> bool:
        """Whether the picture is one single image."""
        return self.picture is not None and len(self.picture.frame_times_seconds) == 1

    @property
    def region_start_seconds(self) -> float:
        """Where the region begins in the context."""
        return self.request.region_start_samples / self.request.rate_hz

    @property
    def region_seconds(self) -> float:
        """How long the region is."""
        length = self.request.region_end_samples - self.request.region_start_samples
        return length / self.request.rate_hz

    @contextmanager
    def using(self, network: Network[NetworkT]) -> Iterator[NetworkT]:
        """Have a network on the device for as long as the block lasts; loading it is told.

        One that adapters change has those of the request, and no others.
        """
        if not self.residence.is_loaded(network, self.checkpoint):
            self.monitor.tell(Phase.LOADING)
        with self.residence.use(network, self.checkpoint) as loaded:
            if network.stored is not None:
                assert isinstance(loaded, nn.Module)
                pretrained = network.pretrained(self.checkpoint)
                self.adapters.put_on(loaded, self.request.adapters, pretrained)
            if network.is_tuned:
                assert isinstance(loaded, nn.Module)
                self.adapters.tune(loaded, self.request.adapters)
            yield loaded

    def expect_decoding(self, seconds_per_take: float) -> None:
        """Note how long decoding takes, as measured while sampling; 0 for not yet."""
        if seconds_per_take > 0.0:
            self.monitor.expect("decoding", seconds_per_take * len(self.seeds))

    def sha256_of(self, role: str, progress: FractionDone = ignore_progress) -> str:
        """The checksum of one of the model's files; worked out once per file."""
        return checksum_of(self.checkpoint.files[role], progress, self.monitor.cancelled)

    def about_encoder(self, role: str) -> dict[str, object]:
        """What of an encoder decides its features, to the last bit of their rounding."""
        return {
            "weights": self.sha256_of(role),
            "precision": str(self.checkpoint.precision),
            "arithmetic": arithmetic_of(self.checkpoint, self.memory),
        }

    def checked_weights(
        self, roles: Sequence[str], adapted: Network[Any]
    ) -> tuple[tuple[str, str], ...]:
        """Return the names and checksums of files; reading them for it is a stage of its own.

        Those of the request's adapters come last.

        Args:
            roles: of the files.
            adapted: the network that adapters change.

        Raises:
            WeightsDamagedError: a file isn't what was published.
            AdapterRefusedError: an adapter is for other weights or another network.
        """
        self.monitor.begin(CHECKING, Phase.LOADING)
        named = []
        for done, role in enumerate(roles):

            def tell(part: float, done: int = done) -> None:
                share = (done + part) / len(roles)
                self.monitor.at(Phase.LOADING, done, len(roles), share=share)

            require_undamaged(self.checkpoint, role, tell, self.monitor.cancelled)
            named.append((self.checkpoint.model.files[role].file_name, self.sha256_of(role, tell)))
            tell(1.0)
        adapters, checkpoint = self.request.adapters, self.checkpoint
        if adapters:
            require_base(adapters, checkpoint.model, self.sha256_of(checkpoint.model.base_role))
            if adapted.stored is not None:
                self.adapters.require_fitting(adapters, adapted.stored(checkpoint))
        return (*named, *adapter_weights(adapters))
