"""A company's own answers to who may use which model: a file that overlays the catalogue's.

The file is TOML or JSON; ``docs/file-format.md`` describes it and ``EXAMPLE`` shows one.
``PRISMDESK_POLICY`` says which file is in force, else the preferences do. One that can't be read
refuses: nothing made with weights is then allowed beyond personal use.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prismdesk.engines.weights.catalogue import all_models
from prismdesk.engines.weights.one_look import looked_up_lately
from prismdesk.errors import InputError, WorkError
from prismdesk.project.model import ProjectUse  # noqa: TC001  (pydantic reads it)
from prismdesk.project.store.durable import write_atomically
from prismdesk.session.preferences import PreferencesFile

POLICY_VARIABLE = "PRISMDESK_POLICY"
MAX_POLICY_BYTES = 1_000_000
MAX_ANSWERS = 10_000
EXAMPLE_NAME = "prismdesk-policy.toml"

_Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Key = Annotated[str, Field(min_length=1, max_length=200)]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_KINDS = ("models", "licences", "weights", "adapters")

EXAMPLE = """\
# What this company allows PrismDesk's models to be used for. Made to be changed.
format = 1
company = "Nordkai Sound"
contact = "clearance@nordkai.example"

# What the file doesn't name: "catalogue" takes what its publishers say, "refuse" allows nothing.
unnamed = "catalogue"

# A checkpoint by its id, as `prismdesk models list` shows it. It answers for all of its files.
[models."custom-nordkai-foley"]
uses = ["personal", "non-commercial", "commercial"]
reason = "our own recordings, trained by us"
credit = "Nordkai Foley"

# A licence by its name: answers for every file that is under it.
[licences."Apple ML research (apple-amlr)"]
uses = []
reason = "no research is done here"
contact = "legal@nordkai.example"

# A weight file by its SHA-256.
# [weights."0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
# uses = ["personal"]

# A preset by its name or the SHA-256 of its content (`prismdesk lora show`).
[adapters."harbour-planks"]
uses = ["personal", "non-commercial", "commercial"]
reason = "own recordings"
"""


class Answer(BaseModel):
    """What a company allows one thing to be used for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uses: Annotated[tuple[ProjectUse, ...], Field(max_length=3)]
    reason: _Line = ""
    contact: _Line = ""
    credit: _Line = ""


class Policy(BaseModel):
    """A policy file, checked.

    Attributes:
        format: 1.
        company: whose it is, for the words of refusals.
        contact: whom to ask where an answer names nobody.
        unnamed: whether what isn't named is as the catalogue says, or refused.
        models: answers by the id of a checkpoint, or of an engine without weights.
        licences: by a licence's name, or its id in the catalogue.
        weights: by the SHA-256 of a weight file.
        adapters: by name or by the SHA-256 of the content.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    company: _Line = ""
    contact: _Line = ""
    unnamed: Literal["catalogue", "refuse"] = "catalogue"
    models: Annotated[dict[_Key, Answer], Field(max_length=MAX_ANSWERS)] = {}
    licences: Annotated[dict[_Key, Answer], Field(max_length=MAX_ANSWERS)] = {}
    weights: Annotated[dict[_Hash, Answer], Field(max_length=MAX_ANSWERS)] = {}
    adapters: Annotated[dict[_Key, Answer], Field(max_length=MAX_ANSWERS)] = {}

    def answers(self) -> tuple[tuple[str, str, Answer], ...]:
        """Return every answer with its kind and name, as they stand in the file."""
        return tuple(
            (kind.removesuffix("s"), name, answer)
            for kind in _KINDS
            for name, answer in getattr(self, kind).items()
        )


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy file that holds now, if there is one.

    Attributes:
        path: of the file; None where none was chosen.
        policy: what it says; None where there is none or it can't be read.
        problem: the sentence that says why it can't be read; else empty.
        is_by_variable: ``PRISMDESK_POLICY`` names it, so the preferences can't change it.
    """

    path: Path | None = None
    policy: Policy | None = None
    problem: str = ""
    is_by_variable: bool = False

    @property
    def said_by(self) -> str:
        """Whose file it is, for "says …"."""
        company = self.policy.company if self.policy is not None else ""
        return f"the policy file of {company}" if company else "the policy file of this company"

    @property
    def stamp(self) -> object:
        """Changes when what the file says does."""
        return self.path, self.policy, self.problem


NO_POLICY = PolicyInForce()


def read_policy(path: Path) -> Policy:
    """Return what a policy file says.

    Raises:
        InputError: it can't be read, or is wrong; one sentence names the line or the field.
    """
    try:
        if path.stat().st_size > MAX_POLICY_BYTES:
            raise InputError(f"{path} is larger than 1 MB and can't be a policy file.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"The policy file {path} can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise InputError(f"The policy file {path} is no UTF-8 text.") from error
    node = _parsed(path, text)
    try:
        return Policy.model_validate(node)
    except ValidationError as error:
        raise InputError(f"{path}: {_sentence(error, text)}.") from error


@looked_up_lately
def policy_in_force() -> PolicyInForce:
    """Return the policy file that holds now; one that can't be read is told of, never raised."""
    by_variable = os.environ.get(POLICY_VARIABLE, "").strip()
    chosen = by_variable or _chosen_in_preferences()
    if not chosen:
        return NO_POLICY
    path = Path(chosen).expanduser()
    policy, problem = _kept(path)
    return PolicyInForce(path, policy, problem, is_by_variable=bool(by_variable))


def unknown_names(policy: Policy) -> tuple[str, ...]:
    """Return the models and licences that a policy names and nobody here knows: slips, or old."""
    models = all_models()
    known = {model.id for model in models} | {"ambience"}
    licences = {name for model in models for one in model.licences for name in (one.id, one.name)}
    return (
        *(name for name in policy.models if name not in known),
        *(name for name in policy.licences if name not in licences),
    )


def write_example(path: Path) -> None:
    """Write an example of a policy file, to be changed.

    Raises:
        InputError: there is a file of this name.
        WorkError: it can't be written.
    """
    if path.exists():
        raise InputError(f"{path} is there already; choose another name for the example.")
    try:
        write_atomically(path, EXAMPLE.encode())
    except OSError as error:
        raise WorkError(f"{path} can't be written ({error.strerror}).") from error


_cache: dict[Path, tuple[object, Policy | None, str]] = {}
_cached_choice: list[tuple[object, str]] = []


def _kept(path: Path) -> tuple[Policy | None, str]:
    """Read a file if it changed since it was read last; it is asked for at every refresh."""
    mark = _mark(path)
    kept = _cache.get(path)
    if kept is None or kept[0] != mark or mark is None:
        try:
            kept = (mark, read_policy(path), "")
        except InputError as error:
            kept = (mark, None, str(error))
        _cache[path] = kept
    return kept[1], kept[2]


def _chosen_in_preferences() -> str:
    preferences = PreferencesFile()
    mark = (preferences.path, _mark(preferences.path))
    if not _cached_choice or _cached_choice[0][0] != mark:
        _cached_choice[:] = [(mark, _policy_file_in(preferences.path))]
    return _cached_choice[0][1]


def _policy_file_in(path: Path) -> str:
    """Read one preference; a damaged file is left for the window to put aside and tell of."""
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    chosen = node.get("policy_file") if isinstance(node, dict) else None
    return chosen if isinstance(chosen, str) else ""


def _mark(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _parsed(path: Path, text: str) -> Any:
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_without_doubles)
        return tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}: line {error.lineno} is no JSON ({error.msg}).") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is no TOML: {_lower_first(str(error))}.") from error
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply for a policy file.") from error
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the name “{twice[:60]}” stands twice in one object")
    return dict(pairs)


def _sentence(error: ValidationError, text: str) -> str:
    first = error.errors()[0]
    places = [str(part) for part in first["loc"] if part != "[key]"]
    line = _line_of(text, places)
    where = f"line {line}, " if line else ""
    said = first["msg"].removeprefix("Value error, ")
    return f"{where}{'.'.join(places) or 'the file'}: {_lower_first(said)}".rstrip(".")


def _line_of(text: str, places: list[str]) -> int | None:
    """Return the line that most likely holds a field: the last name, after those above it."""
    lines, found = text.splitlines(), 0
    for place in places:
        if place.isdigit():
            break
        name = re.compile(rf"(?<![\w-]){re.escape(place)}(?![\w-])")
        hit = next((n for n, line in enumerate(lines[found:], found) if name.search(line)), None)
        if hit is None:
            break
        found = hit
    else:
        return found + 1 if places else None
    return found + 1 if found else None


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
