"""A pickle looked at as data: containers, texts, numbers and tensors; nothing of it ever runs.

A pickle is a program. Its operations are followed here one by one, with our own values in the
place of every object: whatever a file asks for beside tensors and their containers is refused by
its name.
"""

from __future__ import annotations

import pickletools
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

_DTYPES = {
    "DoubleStorage": "F64", "FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8",
    "ByteStorage": "U8", "BoolStorage": "BOOL",
}  # fmt: skip
_REBUILT = "torch._utils _rebuild_tensor_v2"
_PARAMETER = "torch._utils _rebuild_parameter"
_ORDERED = "collections OrderedDict"
_INERT = frozenset({
    "collections Counter", "torch Size", "torch device", "torch.torch_version TorchVersion",
    "torch float32", "torch float16", "torch bfloat16", "torch float64", "torch int64",
    "torch int32", "torch bool", "torch uint8",
})  # fmt: skip
_CONSTANTS: Final[dict[str, Any]] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_PLAIN = frozenset({
    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE", "BININT", "BININT1", "BININT2",
    "LONG1", "LONG4", "INT", "LONG", "BINFLOAT", "FLOAT", "SHORT_BINSTRING", "BINSTRING", "STRING",
    "SHORT_BINBYTES", "BINBYTES",
})  # fmt: skip
_MARK = object()


class WantsCodeError(ValueError):
    """The pickle asks for something that isn't data; the message is what."""


@dataclass(frozen=True, slots=True)
class PickledTensor:
    """A tensor: numbers of a storage, from an offset, in steps.

    Attributes:
        storage: the name of its bytes in the archive.
        dtype: a key of ``stored_tensor.BYTES_OF``.
        offset: of its first number.
        shape: its sizes.
        stride: numbers from one place to the next, for each axis.
    """

    storage: str
    dtype: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """Something that the pickle asks for by its module and name."""

    name: str


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: str


def data_of_pickle(content: bytes) -> object:
    """Return what a pickle of PyTorch describes: dictionaries, lists, plain values and tensors.

    Raises:
        WantsCodeError: it asks for anything else.
        ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError: it is damaged.
    """
    machine = _Machine()
    for operation, argument, _ in pickletools.genops(content):
        if operation.name == "STOP":
            return machine.pop()
        machine.do(operation.name, argument)
    raise ValueError("the pickle has no end")


class _Machine:
    """Stack and memory of a pickle while it is followed."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memory: dict[int, Any] = {}

    def pop(self) -> Any:
        return self._stack.pop()

    def do(self, name: str, argument: Any) -> None:
        """Follow one operation."""
        if name in _PLAIN:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            count = _TUPLES[name]
            self._stack[-count:] = [tuple(self._stack[-count:])]
        elif name in ("PROTO", "FRAME"):
            pass
        else:
            step = getattr(self, f"_{name.lower()}", None)
            if step is None:
                raise WantsCodeError(name.lower())
            step(argument)

    def _mark(self, _: object) -> None:
        self._stack.append(_MARK)

    def _since_mark(self) -> list[Any]:
        place = len(self._stack) - 1
        while self._stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise ValueError("a mark is missing")
        found = self._stack[place + 1 :]
        del self._stack[place:]
        return found

    def _memoize(self, _: object) -> None:
        self._memory[len(self._memory)] = self._stack[-1]

    def _binput(self, index: int) -> None:
        self._memory[index] = self._stack[-1]

    _long_binput = _binput

    def _binget(self, index: int) -> None:
        self._stack.append(self._memory[index])

    _long_binget = _binget

    def _empty_dict(self, _: object) -> None:
        self._stack.append({})

    def _empty_list(self, _: object) -> None:
        self._stack.append([])

    def _empty_tuple(self, _: object) -> None:
        self._stack.append(())

    def _empty_set(self, _: object) -> None:
        self._stack.append([])

    def _tuple(self, _: object) -> None:
        self._stack.append(tuple(self._since_mark()))

    def _list(self, _: object) -> None:
        self._stack.append(self._since_mark())

    def _append(self, _: object) -> None:
        value = self.pop()
        self._stack[-1].append(value)

    def _appends(self, _: object) -> None:
        values = self._since_mark()
        self._stack[-1].extend(values)

    _additems = _appends

    def _setitem(self, _: object) -> None:
        value, key = self.pop(), self.pop()
        _put(self._stack[-1], key, value)

    def _setitems(self, _: object) -> None:
        values = self._since_mark()
        for key, value in zip(values[::2], values[1::2], strict=True):
            _put(self._stack[-1], key, value)

    def _pop(self, _: object) -> None:
        self.pop()

    def _global(self, name: str) -> None:
        self._stack.append(_allowed(name))

    def _stack_global(self, _: object) -> None:
        name, module = self.pop(), self.pop()
        self._stack.append(_allowed(f"{module} {name}"))

    def _reduce(self, _: object) -> None:
        arguments, function = self.pop(), self.pop()
        self._stack.append(_made(function, arguments))

    def _build(self, _: object) -> None:
        # Attributes of a container say nothing about the tensors in it.
        self.pop()

    def _binpersid(self, _: object) -> None:
        kind, storage, key, *_rest = self.pop()
        if kind != "storage" or not isinstance(storage, _Named) or not isinstance(key, str):
            raise WantsCodeError("a persistent object")
        self._stack.append(_Storage(key, _DTYPES[storage.name.removeprefix("torch ")]))


def _put(container: object, key: object, value: object) -> None:
    if not isinstance(container, dict) or not isinstance(key, Hashable):
        raise TypeError
    container[key] = value


def _allowed(name: str) -> _Named:
    is_storage = name.startswith("torch ") and name.removeprefix("torch ") in _DTYPES
    if not is_storage and name not in _INERT | {_REBUILT, _PARAMETER, _ORDERED}:
        raise WantsCodeError(name.replace(" ", ".", 1)[:100])
    return _Named(name)


def _made(function: object, arguments: tuple[Any, ...]) -> object:
    if not isinstance(function, _Named) or not isinstance(arguments, tuple):
        raise TypeError
    if function.name == _REBUILT:
        return _tensor(*arguments[:4])
    if function.name == _PARAMETER:
        return arguments[0]
    if function.name == _ORDERED:
        return dict(arguments[0]) if arguments else {}
    return None


def _tensor(storage: object, offset: object, shape: object, stride: object) -> PickledTensor:
    if not isinstance(storage, _Storage):
        raise TypeError
    (offset,) = _counts((offset,))
    sizes, steps = _counts(shape), _counts(stride)
    if len(sizes) != len(steps):
        raise ValueError("sizes and steps of a tensor don't go together")
    return PickledTensor(storage.key, storage.dtype, offset, sizes, steps)


def _counts(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple | list) or len(values) > 8:
        raise TypeError
    if not all(isinstance(value, int) and 0 <= value < 2**48 for value in values):
        raise ValueError("a size is out of range")
    return tuple(values)
