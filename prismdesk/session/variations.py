"""Variations of a take: made from its own sound, by what made it, with what the user changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.progress import ignore_progress, never_cancelled
from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.project.mask_words import read_masks
from prismdesk.session.asking import new_seed, queue_takes, region_as_made
from prismdesk.session.masks import import_mask
from prismdesk.session.refusals import STRENGTH
from prismdesk.session.wishes import read_settings, read_variant

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Region, SettingValue, Take
    from prismdesk.session.session import Session

VARIATION_STRENGTH = 0.5
"""How much is made anew where nobody says: half of the way from noise is gone again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeChanges:
    """What shall be otherwise than when the take was made; None and () leave it as it was.

    ``settings`` are texts as the user typed them, and so are ``mask_shapes`` (see
    ``project.mask_words``); ``masks`` are still pictures, wherever they lie.
    """

    variant: str | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    settings: tuple[tuple[str, str], ...] = ()
    adapters: tuple[tuple[str, float], ...] = ()
    sees_picture: bool | None = None
    masks: tuple[Path, ...] = ()
    mask_shapes: tuple[str, ...] = ()


AS_IT_WAS = RecipeChanges()


def vary_take(
    session: Session,
    take_id: TakeId,
    *,
    changes: RecipeChanges = AS_IT_WAS,
    takes: int = 1,
    handle_samples: int = 0,
    batch_seeds: tuple[int, ...] = (),
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> JobSnapshot:
    """Queue a job that makes variations of a take.

    Args:
        session: the open project.
        take_id: what to vary.
        changes: what shall be otherwise; the setting ``strength`` says how much is made anew.
        takes: how many variations.
        handle_samples: extra sound wanted before and after the region.
        batch_seeds: of the takes beside which one variation is computed, itself among them.
        progress: as that of ``queue_takes``.
        cancelled: as that of ``queue_takes``.

    Raises:
        Cancelled: as told.
        EditError: there is no such take.
        InputError: a change doesn't fit the take's engine.
        EngineError: as ``queue_takes``.
        MediaError: the sound around it, or a mask, can't be read.
    """
    project = session.project
    take = take_of(project, take_id)
    region = region_to_vary(session, region_of_take(project, take_id), take, changes)
    return queue_takes(
        session,
        project,
        region,
        takes=takes,
        handle_samples=handle_samples,
        varied=take,
        batch_seeds=batch_seeds,
        progress=progress,
        cancelled=cancelled,
    )


def region_to_vary(
    session: Session, region: Region, take: Take, changes: RecipeChanges = AS_IT_WAS
) -> Region:
    """Return a region that asks for a variation of a take: as it was made, but for the changes.

    Raises:
        InputError: a change doesn't fit the take's engine.
        MediaError, MediaWorkError: a mask can't be read or kept.
    """
    made = region_as_made(region, take, seed=new_seed() if changes.seed is None else changes.seed)
    capabilities = capabilities_of(made.engine)
    settings: dict[str, SettingValue] = dict(made.settings) | {STRENGTH: VARIATION_STRENGTH}
    settings |= read_settings(capabilities, changes.settings)
    masks = tuple(import_mask(session.folder, mask) for mask in changes.masks)
    drawn = read_masks(changes.mask_shapes, rate_hz=session.project.rate_hz)
    are_new = bool(masks or drawn)
    return replace(
        made,
        variant=_either(
            changes.variant and read_variant(capabilities, changes.variant), made.variant
        ),
        prompt=_either(changes.prompt, made.prompt),
        negative_prompt=_either(changes.negative_prompt, made.negative_prompt),
        settings=tuple(sorted(settings.items())),
        adapters=changes.adapters or made.adapters,
        sees_picture=made.sees_picture if changes.sees_picture is None else changes.sees_picture,
        masks=masks if are_new else made.masks,
        drawn_masks=drawn if are_new else made.drawn_masks,
    )


def _either(changed: str | None, before: str) -> str:
    return before if changed is None else changed
