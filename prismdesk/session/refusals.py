"""Why a region can't be made, or an engine can't do something, each in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import (
    available_engines,
    capabilities_of,
    engines_that_can,
    variant_of,
)
from prismdesk.session.adapter_files import refusal_of_adapters
from prismdesk.session.licences import refusal_of_use

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Project, Region

STRENGTH = "strength"
"""The setting of engines that can vary a sound: how much of it is made anew."""


def refusal(project: Project, region: Region) -> str:
    """Say in a sentence why a region can't be made as it is and now; empty if it can.

    Raises:
        UnsupportedError: there is no such engine.
    """
    return (
        lasting_refusal(project, region)
        or missing(region.engine, region.variant)
        or refusal_of_adapters(region.sounding_adapters, region.engine, region.variant)
    )


def lasting_refusal(project: Project, region: Region) -> str:
    """Say in a sentence why a region's engine will not make it, whatever is installed.

    Raises:
        UnsupportedError: there is no such engine.
    """
    reason = why_not(region.engine, EngineTask(region.task.value))
    return reason or forbidden(project, region)


def why_not(engine: str, task: EngineTask) -> str:
    """Say in a sentence why an engine can't do a task; empty if it can.

    Raises:
        UnsupportedError: there is no such engine.
    """
    capabilities = capabilities_of(engine)
    if task in capabilities.tasks:
        return ""
    able = ", ".join(found.id for found in engines_that_can(task)) or "none that is installed"
    told = f"{engine} can't {task}; engines that can: {able}."
    return dict(capabilities.why_not).get(task, told)


def why_no_variation(engine: str) -> str:
    """Say in a sentence why an engine can't vary a take; empty if it can.

    Raises:
        UnsupportedError: there is no such engine.
    """
    if _varies(capabilities_of(engine)):
        return ""
    able = ", ".join(offer.id for offer in available_engines() if _varies(offer))
    return f"{engine} can't vary a take; engines that can: {able or 'none that is installed'}."


def forbidden(project: Project, region: Region) -> str:
    """Say in a sentence why what a region is made with mustn't be used; empty if it may.

    Raises:
        UnsupportedError: there is no such engine.
    """
    return refusal_of_use(project, region.engine, region.variant, region.sounding_adapters)


def missing(engine: str, variant_id: str) -> str:
    """Say in a sentence what an engine lacks to be used now; empty if it lacks nothing.

    Raises:
        UnsupportedError: there is no such engine.
    """
    capabilities = capabilities_of(engine)
    variant = variant_of(capabilities, variant_id)
    if variant is not None:
        return variant.why_not
    if not variant_id:
        return ""
    known = ", ".join(one.id for one in capabilities.variants) or "none"
    return f"{capabilities.name} has no variant “{variant_id}”; its variants are: {known}."


def _varies(capabilities: Capabilities) -> bool:
    return any(setting.name == STRENGTH for setting in capabilities.settings)
