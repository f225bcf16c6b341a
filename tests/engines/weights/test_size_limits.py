from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights.published import published_models
from prismdesk.engines.weights.size_limits import check_sizes_stated
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from pydantic import JsonValue

_PATH = Path("prismdesk-model.json")


@pytest.mark.parametrize("model", published_models(), ids=lambda model: model.id)
def test_published_sizes_are_within_the_limits(model: object) -> None:
    check_sizes_stated(getattr(model, "hyper_parameters", None), _PATH, "hyper_parameters")


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"depth": 10**9}, "sizes.depth must be at most 256"),
        ({"vision": {"layers": 1e300}}, "sizes.vision.layers must be at most 256"),
        ({"width": -(10**12)}, "sizes.width must be at most"),
        ({"rates": [2] * 1000}, "sizes.rates must have at most"),
        ({"rates": [10**12]}, "sizes.rates must be at most"),
        ({"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}}, "nested"),
    ],
)
def test_absurd_sizes_name_their_field(sizes: JsonValue, says: str) -> None:
    with pytest.raises(InputError, match=rf"prismdesk-model\.json: .*{says}"):
        check_sizes_stated(sizes, _PATH, "sizes")
