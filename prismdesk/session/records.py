"""What a take was made with beside its recipe, and what of it is otherwise now, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.project.model import MadeOn, Provenance, Take

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides a take's samples beside its recipe; None is not known.

    Attributes:
        engine_version: of the engine.
        weights: SHA-256 by file name; empty where a file isn't there.
        inputs: hashes of what is heard and seen, by name.
        made_on: device, numbers and libraries; without a device where only the latter are known.
        batch_seeds: of the takes computed together.
        missing: sentences on what isn't there any more.
        is_elsewhere: whether it is made for another place than at first.
    """

    engine_version: str | None = None
    weights: Pairs | None = None
    inputs: Pairs | None = None
    made_on: MadeOn | None = None
    batch_seeds: tuple[int, ...] | None = None
    missing: tuple[str, ...] = ()
    is_elsewhere: bool = False


def circumstances_of(take: Take) -> Circumstances:
    """Return what a take was made with."""
    made = take.provenance
    return Circumstances(
        engine_version=made.engine_version,
        weights=made.weights,
        inputs=made.inputs or None,
        made_on=made.made_on,
        batch_seeds=made.batch_seeds if made.made_on is not None else None,
    )


def differences(take: Take, now: Circumstances) -> tuple[str, ...]:
    """Say in sentences why a take that is made again may, or does, have other samples.

    Args:
        take: what is made again.
        now: what it would be made with, or, of a take that was made again, what it was made with.

    Returns:
        One sentence each; none if the same samples can be expected.
    """
    made = take.provenance
    return tuple(
        dict.fromkeys(
            (
                *now.missing,
                *_of_engine(made, now),
                *_of_weights(made, now),
                *_of_inputs(made, now),
                *_of_machine(made, now),
                *_of_batch(made, now),
            )
        )
    )


# What differs.


def _of_engine(made: Provenance, now: Circumstances) -> Iterator[str]:
    if now.engine_version is not None and now.engine_version != made.engine_version:
        yield (
            f"It was made with version {made.engine_version} of {made.engine}; "
            f"now it is version {now.engine_version or 'unknown'}."
        )


def _of_weights(made: Provenance, now: Circumstances) -> Iterator[str]:
    if now.weights is None:
        return
    here = dict(now.weights)
    for name, sha256 in made.weights:
        if name in here and not here[name]:
            yield f"The weights {name} aren't here any more."
        elif name in here and here[name] != sha256:
            yield (
                f"The weights {name} are another file than then "
                f"(SHA-256 {_short(sha256)} then, {_short(here[name])} now)."
            )


_HEARD = {
    "context": "The sound around the region was changed since.",
    "picture": "The film's picture there is another than then.",
    "cuts": "The film's cuts are known otherwise than then.",
    "mask": "The picture mask is another than then.",
    "source": "The sound that it is a variation of is another than then.",
}


def _of_inputs(made: Provenance, now: Circumstances) -> Iterator[str]:
    if not made.inputs:
        yield "It isn't known what was heard and seen for it."
        return
    if now.inputs is None:
        return
    then, here = dict(made.inputs), dict(now.inputs)
    changed = [name for name in _HEARD if then.get(name) != here.get(name)]
    if now.is_elsewhere:
        yield (
            "Its region was moved, and the sound around its first place was changed since, so it "
            "is made for where it lies now."
        )
        changed = [name for name in changed if name not in ("context", "picture", "cuts")]
    for name in changed:
        yield _HEARD[name]


def _of_machine(made: Provenance, now: Circumstances) -> Iterator[str]:
    then, here = made.made_on, now.made_on
    if then is None:
        yield "It isn't known on what it was made."
        return
    if here is None:
        return
    if here.device and here.device != then.device:
        yield f"It was made on {then.device}; now it is {here.device}."
    if here.precision and here.precision != then.precision:
        yield f"It was computed in {then.precision}; now in {here.precision}."
    versions = dict(here.libraries)
    for name, version in then.libraries:
        if versions.get(name, version) != version:
            yield f"It was made with {name} {version}; now it is {versions[name] or 'not here'}."
    counts = dict(here.at_once)
    for name, count in then.at_once:
        if counts.get(name, count) != count:
            yield (
                f"It was computed with {count} {name} at once, now with {counts[name]}: sums are "
                "rounded in another order."
            )


def _of_batch(made: Provenance, now: Circumstances) -> Iterator[str]:
    if made.made_on is None or now.batch_seeds is None or now.batch_seeds == made.batch_seeds:
        return
    then, here = _beside(made.batch_seeds), _beside(now.batch_seeds)
    yield f"It was computed {then}, now {here}: sums are rounded otherwise."


def _beside(seeds: tuple[int, ...]) -> str:
    return f"in a batch of {len(seeds)} takes" if seeds else "alone"


def _short(digest: str) -> str:
    return f"{digest[:4]}…{digest[-4:]}"
