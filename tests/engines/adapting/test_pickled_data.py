from __future__ import annotations

import collections
import io
import pickle
import zipfile
from typing import Any

import pytest
import torch

from prismdesk.engines.adapting.pickled_data import (
    PickledTensor,
    WantsCodeError,
    data_of_pickle,
)


def pickle_of(content: object) -> bytes:
    """The pickle inside what PyTorch saves."""
    file = io.BytesIO()
    torch.save(content, file)
    with zipfile.ZipFile(file) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))


def tensor_in(tensor: torch.Tensor) -> PickledTensor:
    data = data_of_pickle(pickle_of({"one": tensor}))
    assert isinstance(data, dict)
    found = data["one"]
    assert isinstance(found, PickledTensor)
    return found


@pytest.mark.parametrize(
    ("dtype", "name"),
    [(torch.float32, "F32"), (torch.bfloat16, "BF16"), (torch.int64, "I64"), (torch.bool, "BOOL")],
)
def test_a_tensor_is_told_by_type_sizes_and_steps(dtype: torch.dtype, name: str) -> None:
    found = tensor_in(torch.zeros(2, 3, dtype=dtype))
    assert (found.dtype, found.offset, found.shape, found.stride) == (name, 0, (2, 3), (3, 1))


def test_a_part_of_a_tensor_keeps_its_place_in_the_numbers() -> None:
    found = tensor_in(torch.zeros(4, 6)[1:3, 2:].T)
    assert (found.offset, found.shape, found.stride) == (8, (4, 2), (1, 6))


def test_views_of_the_same_numbers_name_the_same_storage() -> None:
    numbers = torch.zeros(8)
    data = data_of_pickle(pickle_of([numbers[:2], numbers[4:], torch.zeros(8)]))
    assert isinstance(data, list)
    assert data[0].storage == data[1].storage != data[2].storage


def test_a_parameter_is_its_tensor() -> None:
    assert tensor_in(torch.nn.Parameter(torch.zeros(5))).shape == (5,)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_values_are_as_python_reads_them(protocol: int) -> None:
    said: dict[str, Any] = {
        "": None,
        "texts": ["a", "ü" * 300],
        "numbers": (1, -70_000, 2**40, 0.5),
        "pair": (True, False),
        "nested": {"none": (), "one": (1,), "empty": [], "deep": {"x": [[{}]]}},
        "same": ["a", "a"],
    }
    assert data_of_pickle(pickle.dumps(said, protocol)) == said


def test_an_ordered_dictionary_is_read_as_a_dictionary() -> None:
    said = collections.OrderedDict(b=1, a=2)
    assert data_of_pickle(pickle.dumps(said, 2)) == {"b": 1, "a": 2}


class _Runs:
    def __init__(self, function: object, *arguments: object) -> None:
        self._made = function, arguments

    def __reduce__(self) -> Any:
        return self._made


@pytest.mark.parametrize("protocol", [2, 4])
def test_code_is_refused_by_its_name_and_never_runs(protocol: int) -> None:
    ran: list[int] = []
    with pytest.raises(WantsCodeError, match=r"builtin\w*\.eval"):
        data_of_pickle(pickle.dumps({"a": _Runs(eval, "ran.append(1)")}, protocol))
    assert not ran


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(_Runs(eval, "1"), 2).replace(b"eval", b"open"),
        b"cos\nsystem\n.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"\x80\x02(ios\nsystem\n.",
        b"\x80\x02\x82\x01.",
        b"ctorch.hub\nload\n.",
        b"ctorch\nload\n.",
    ],
    ids=["open", "global", "stack global", "inst", "extension", "hub", "load"],
)
def test_every_way_of_asking_for_code_is_refused(content: bytes) -> None:
    with pytest.raises(WantsCodeError):
        data_of_pickle(content)


@pytest.mark.parametrize(
    "content",
    [
        b"U\x05thingctorch\nFloatStorage\nU\x01b",
        b"U\x07storageU\x01aU\x01b",
        b"U\x07storagectorch\nFloatStorage\nK\x05",
    ],
    ids=["kind", "type", "key"],
)
def test_a_persistent_object_that_is_no_storage_is_refused(content: bytes) -> None:
    with pytest.raises(WantsCodeError, match="a persistent object"):
        data_of_pickle(b"\x80\x02(" + content + b"U\x03cpuK\x01tQ.")


DAMAGED = (ValueError, TypeError, IndexError, KeyError, AttributeError)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x80\x02}", b"\x80\x02.", b"\x80\x02a.", b"\x80\x02t.", b"\x80\x02h\x05.", b"hello"],
    ids=["nothing", "no end", "no value", "no list", "no mark", "unknown memory", "text"],
)
def test_a_damaged_pickle_raises_what_is_documented(content: bytes) -> None:
    with pytest.raises(DAMAGED):
        data_of_pickle(content)


@pytest.mark.parametrize("place", [b"J\xff\xff\xff\xff", b"\x8a\x07" + b"\x00" * 6 + b"\x01"])
def test_sizes_that_no_tensor_has_are_refused(place: bytes) -> None:
    whole = pickle_of(torch.zeros(77))
    assert whole.count(b"KM") == 2
    with pytest.raises(ValueError, match="out of range"):
        data_of_pickle(whole.replace(b"KM\x85", place + b"\x85"))
