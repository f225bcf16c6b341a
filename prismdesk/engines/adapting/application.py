"""Adapters on the networks of an engine: read once, changed between runs, taken off to the bit."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.facts import APPLIED_KINDS, LAYER_KINDS, TUNED_KIND, facts_of
from prismdesk.engines.adapting.read import changed_bytes, read_adapter
from prismdesk.engines.adapting.tuned_tensors import TunedTensors
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.nets.adapter_stack import AdapterStack, check_fits
from prismdesk.engines.request import LEAST_STRENGTH, MOST_STRENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

    from prismdesk.engines.adapting.facts import AdapterFacts
    from prismdesk.engines.nets.adapter_stack import Pretrained
    from prismdesk.engines.nets.low_rank import Adapter
    from prismdesk.engines.request import AdapterOnRun
    from prismdesk.engines.weights.model import Model

_CACHED_BYTES = 1_000_000_000
_SHOWN_DIGITS = 12
_WEIGHT = ".weight"


class WithAdapters:
    """The adapters of one engine's networks.

    Files are read once while they stay as they are. A network's weights are merged in place, in
    float32 from the pretrained ones, so that switching loads nothing and what was recorded of the
    network stays good.
    """

    def __init__(self) -> None:
        self._read: OrderedDict[str, Adapter] = OrderedDict()
        self._stacks: WeakKeyDictionary[nn.Module, AdapterStack] = WeakKeyDictionary()
        self._on: WeakKeyDictionary[nn.Module, list[tuple[str, float]]] = WeakKeyDictionary()
        self._tuned = TunedTensors()

    def put_on(
        self,
        network: nn.Module,
        adapters: Sequence[AdapterOnRun],
        pretrained: Pretrained | None = None,
    ) -> None:
        """Give a network these adapters and no others; those that change no layers are left out.

        In which order they come doesn't matter, not even to the rounding.

        Args:
            network: that stays loaded.
            adapters: of the run.
            pretrained: see ``AdapterStack``.

        Raises:
            AdapterRefusedError: one can't be used on this network; it then is as it was.
        """
        ordered = _of_layers(adapters)
        wanted = [(one.sha256, one.strength) for one in ordered]
        if wanted == self._on.get(network, []):
            return
        if network not in self._stacks:
            self._stacks[network] = AdapterStack(network, pretrained)
        self._stacks[network].set([(self._adapter(one), one.strength) for one in ordered])
        self._on[network] = wanted

    def tune(self, network: nn.Module, adapters: Sequence[AdapterOnRun]) -> None:
        """Give a network the tensors that these presets bring for it, and no others.

        Raises:
            AdapterRefusedError: one can't be used on this network.
        """
        tuned = [one for one in adapters if facts_of(one.path).kind == TUNED_KIND]
        self._tuned.put_on(network, tuned)

    def require_fitting(
        self, adapters: Sequence[AdapterOnRun], parameters: Mapping[str, Tensor]
    ) -> None:
        """Check that adapters change layers that a network has, before that is loaded.

        Args:
            adapters: of a run.
            parameters: of the network, by its own names.

        Raises:
            AdapterRefusedError: one is for another network.
        """
        shapes = {
            name.removesuffix(_WEIGHT): tuple(tensor.shape)
            for name, tensor in parameters.items()
            if name.endswith(_WEIGHT)
        }
        for one in _of_layers(adapters):
            check_fits(self._adapter(one), shapes)

    def forget(self) -> None:
        """Let go of what was read."""
        self._read.clear()

    def _adapter(self, wanted: AdapterOnRun) -> Adapter:
        require_content(wanted)
        if wanted.sha256 not in self._read:
            self._read[wanted.sha256] = read_adapter(wanted.path).adapter
        self._read.move_to_end(wanted.sha256)
        while len(self._read) > 1 and sum(map(_size_bytes, self._read.values())) > _CACHED_BYTES:
            self._read.popitem(last=False)
        return self._read[wanted.sha256]


def _of_layers(adapters: Sequence[AdapterOnRun]) -> list[AdapterOnRun]:
    """Return those that change layers, in an order that is theirs alone."""
    found = [one for one in adapters if facts_of(one.path).kind in LAYER_KINDS]
    return sorted(found, key=lambda one: (one.sha256, one.strength))


def require_usable(adapters: Sequence[AdapterOnRun], model: Model) -> None:
    """Check all that can be known of a run's adapters before anything is loaded.

    Raises:
        AdapterRefusedError: one isn't what it was, is for another model, or too strong.
    """
    for one in adapters:
        if not LEAST_STRENGTH <= one.strength <= MOST_STRENGTH:
            raise AdapterRefusedError(
                f"{adapter_name(one)} has the strength {one.strength:g}; possible are "
                f"{LEAST_STRENGTH:g} to {MOST_STRENGTH:g}."
            )
        facts = require_content(one)
        if facts.kind not in APPLIED_KINDS.get(model.engine, ()):
            raise AdapterRefusedError(
                f"{adapter_name(one)} holds {facts.kind}, which {model.name} can't be given; make "
                "the sound without it."
            )
        if facts.kind == TUNED_KIND and not facts.base_sha256:
            raise AdapterRefusedError(
                f"The file of {adapter_name(one)} doesn't say for which weights the vocoder was "
                "tuned; choose one that was tuned on this model."
            )
        if not facts.is_alpha_stated:
            raise AdapterRefusedError(
                f"The file of {adapter_name(one)} doesn't state its alpha, so its strength isn't "
                "known; import it with the alpha that it was trained with."
            )
        if facts.family and facts.family != model.engine:
            raise AdapterRefusedError(
                f"{adapter_name(one)} was made for {_family_name(facts.family)}, not for "
                f"{model.name}; choose an adapter for this model."
            )
        if facts.base_model and not facts.base_sha256 and not _is_base(facts, model):
            raise AdapterRefusedError(
                f"{adapter_name(one)} was trained on {facts.base_model}, not on {model.id}; choose "
                "that model, or an adapter for this one."
            )


def require_base(adapters: Sequence[AdapterOnRun], model: Model, base_sha256: str) -> None:
    """Check that adapters belong to the very weights that they are going to change.

    Raises:
        AdapterRefusedError: one was trained on others.
    """
    for one in adapters:
        facts = facts_of(one.path)
        if facts.base_sha256 and facts.base_sha256 != base_sha256:
            trained_on = facts.base_model or "another model"
            raise AdapterRefusedError(
                f"{adapter_name(one)} was trained on {trained_on} "
                f"({facts.base_sha256[:_SHOWN_DIGITS]}), and {model.name} has other weights "
                f"({base_sha256[:_SHOWN_DIGITS]}); choose an adapter for this model."
            )


def require_content(adapter: AdapterOnRun) -> AdapterFacts:
    """Return the facts of an adapter's file, which has to hold what the run was asked for with.

    Raises:
        AdapterRefusedError: it is another content now, or none that can be used.
    """
    facts = facts_of(adapter.path)
    if facts.content_sha256 != adapter.sha256:
        raise AdapterFileError(
            f"{adapter.path.name} isn't the file any more that {adapter_name(adapter)} stood for: "
            "its content is another; choose the preset again."
        )
    return facts


def adapter_weights(adapters: Sequence[AdapterOnRun]) -> tuple[tuple[str, str], ...]:
    """Return what a take's record says of adapters: (``adapter NAME``, content's SHA-256)."""
    return tuple((f"adapter {adapter_name(one)}", one.sha256) for one in adapters)


def adapter_name(adapter: AdapterOnRun) -> str:
    """Return what people call an adapter: its reference without the digits."""
    return adapter.reference.rpartition("@")[0] or adapter.reference


def kept_bytes(adapters: Sequence[AdapterOnRun], number_bytes: int) -> int:
    """Return the main memory that pretrained weights take while these adapters are on.

    Raises:
        AdapterRefusedError: a file can't be used.
    """
    sizes = [changed_bytes(one.path, number_bytes) for one in adapters]
    return sum(sizes)


def _is_base(facts: AdapterFacts, model: Model) -> bool:
    said = facts.base_model.casefold()
    return said in (model.id.casefold(), model.variant.casefold())


def _family_name(family: str) -> str:
    return {"selva": "SelVA and MMAudio", "audiox": "AudioX"}.get(family, family)


def _size_bytes(adapter: Adapter) -> int:
    return sum(
        tensor.nbytes
        for layer in adapter.layers.values()
        for tensor in (layer.down, layer.up, layer.base)
        if tensor is not None
    )
