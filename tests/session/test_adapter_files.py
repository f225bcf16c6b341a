from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.session.adapter_files import adapter_files, refusal_of_adapters
from prismdesk.session.presets import find_preset, own_root
from tests.adapters.preset_files import write_preset
from tests.builders import a_region

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset

SMALL, LARGE = "selva-small_16k", "selva-large_44k"


def a_preset(name: str = "planks", **own: Any) -> Preset:
    return find_preset(str(write_preset(own_root() / f"{name}.safetensors", **own)))


def test_a_regions_presets_become_files_in_their_order() -> None:
    one, other = a_preset(base_model=SMALL), a_preset("tar", seed=2, base_model=SMALL)
    off = a_preset("off", seed=3, base_model=LARGE)
    adapters = ((other.reference, 0.5), (off.reference, 1.0), (one.reference, -1.0))
    region = a_region(engine="selva", adapters=adapters, muted_adapters=(off.reference,))
    assert adapter_files(region, SMALL) == (
        (str(other.path), other.content_sha256),
        (str(one.path), one.content_sha256),
    )
    assert refusal_of_adapters(region.sounding_adapters, "selva", SMALL) == ""


def test_what_is_missing_or_unfit_is_refused_in_a_sentence() -> None:
    gone = a_region(engine="selva", adapters=(("planks@0123456789ab", 1.0),))
    with pytest.raises(AdapterRefusedError, match="isn't in the library"):
        adapter_files(gone, SMALL)
    assert "isn't in the library" in refusal_of_adapters(gone.adapters, "selva", SMALL)
    large = a_preset(base_model=LARGE)
    unfit = a_region(engine="selva", adapters=((large.reference, 1.0),))
    with pytest.raises(AdapterRefusedError, match="was made for SelVA large"):
        adapter_files(unfit, SMALL)
