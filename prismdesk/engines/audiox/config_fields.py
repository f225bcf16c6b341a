"""Reading the fields of a configuration that others wrote; every fault is told in one sentence."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from prismdesk.engines.errors import EngineError
from prismdesk.errors import InputError

LARGEST_COUNT = 65_536
"""No width or number of parts in a configuration may be larger, unless a field says otherwise."""


_LONGEST_PATH = 120


class ConfigError(EngineError, InputError):
    """A model's ``config.json`` can't be used; the message names the field and says why."""


class Fields:
    """One JSON object, read field by field; ``null`` counts as absent.

    Args:
        values: what stands where an object should.
        where: the file, for messages.
        path: the fields that lead here, with a point after each.

    Raises:
        ConfigError: by every method, if a field is missing or holds what it can't.
    """

    def __init__(self, values: object, *, where: str, path: str = "") -> None:
        self.where = where
        self.path = path
        if not isinstance(values, Mapping):
            name = path.removesuffix(".") or "it"
            raise ConfigError(
                f"{where} can't be used: {name} must be an object, not {_short(values)}."
            )
        self.values: Mapping[str, Any] = values

    def has(self, name: str) -> bool:
        """Whether the field is there and not ``null``."""
        return self.values.get(name) is not None

    def refuse(self, name: str, why: str) -> NoReturn:
        """Raise the error about a field; ``why`` goes on after its name."""
        field = "".join(one if one.isprintable() else "?" for one in f"{self.path}{name}")
        raise ConfigError(f"{self.where} can't be used: {field[:_LONGEST_PATH]} {why}.")

    def need(self, name: str) -> object:
        """Return a field that has to be there."""
        if not self.has(name):
            self.refuse(name, "is missing")
        return self.values[name]

    def section(self, name: str) -> Fields:
        """Return an object that has to be there."""
        return Fields(self.need(name), where=self.where, path=f"{self.path}{name}.")

    def section_or_empty(self, name: str) -> Fields:
        """Return an object, an empty one if it is absent."""
        given = self.values[name] if self.has(name) else {}
        return Fields(given, where=self.where, path=f"{self.path}{name}.")

    def sections(self, name: str) -> tuple[Fields, ...]:
        """Return the objects of a list that has to be there."""
        return tuple(
            Fields(one, where=self.where, path=f"{self.path}{name}[{index}].")
            for index, one in enumerate(self._list(name))
        )

    def count(
        self, name: str, default: int | None = None, *, least: int = 1, most: int = LARGEST_COUNT
    ) -> int:
        """Return a whole number."""
        if default is not None and not self.has(name):
            return default
        return self._whole(name, self.need(name), least, most)

    def counts(self, name: str, *, most: int = LARGEST_COUNT) -> tuple[int, ...]:
        """Return a list of whole numbers above 0, at least one of them."""
        found = tuple(self._whole(name, one, 1, most) for one in self._list(name))
        if not found:
            self.refuse(name, "is empty")
        return found

    def number(
        self, name: str, default: float | None = None, *, least: float = -1e9, most: float = 1e9
    ) -> float:
        """Return a number."""
        if default is not None and not self.has(name):
            return default
        value = self.need(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:  # type: ignore[operator]  # a number
            self.refuse(
                name, f"must be a number between {least:g} and {most:g}, not {_short(value)}"
            )
        return float(value)  # type: ignore[arg-type]  # a number, as just checked

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.values[name] if self.has(name) else default
        if not isinstance(value, bool):
            self.refuse(name, f"must be true or false, not {_short(value)}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text."""
        value = self.need(name) if default is None or self.has(name) else default
        if not isinstance(value, str) or not value:
            self.refuse(name, f"must be a text, not {_short(value)}")
        return value

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """Return one of some texts."""
        value = self.text(name, default)
        if value not in choices:
            known = choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
            self.refuse(name, f"must be {known}, not {_short(value)}")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of different texts, empty if it is absent."""
        found = self._list(name) if self.has(name) else []
        for one in found:
            if not isinstance(one, str):
                self.refuse(name, f"must hold names, not {_short(one)}")
        if len(set(found)) != len(found):
            self.refuse(name, "names something twice")
        return tuple(found)

    def refuse_options_besides(self, known: Sequence[str]) -> None:
        """Refuse options that aren't known, unless they are switched off."""
        for name, value in self.values.items():
            if name not in known and value not in (None, False, 0, "", "none", [], {}):
                self.refuse(name, f"is an option that isn't supported ({_short(value)})")

    def _list(self, name: str) -> Sequence[Any]:
        value = self.need(name)
        if not isinstance(value, list | tuple):
            self.refuse(name, f"must be a list, not {_short(value)}")
        return value

    def _whole(self, name: str, value: object, least: int, most: int) -> int:
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not is_whole:
            self.refuse(name, f"must be a whole number, not {_short(value)}")
        if not least <= value <= most:  # type: ignore[operator]  # a number
            self.refuse(name, f"must lie between {least} and {most}, not at {_short(value)}")
        return int(value)  # type: ignore[call-overload, no-any-return]  # a number


def _short(value: object) -> str:
    """Return a value for a message, on one line and short, however long or deep it is."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    return " ".join(reprlib.repr(value).split())
