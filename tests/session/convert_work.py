"""Work for tests of conversion: done without torch, as far as tests look at it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.parts import parts_of
from prismdesk.errors import InputError
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.training.tasks import TrainingWork

SOURCE = "tests.session.convert_work:create_work"


class ConvertWork:
    """Writes an adapter of its own for each that it is given, saying what it was asked for."""

    def convert(
        self, source: Path, target: Path, alpha: float | None, model_id: str, title: str
    ) -> None:
        """Write a file, or a folder where the target is none."""
        if "refused" in source.name:
            raise InputError(f"{source.name} is refused.")
        stated = next(iter(parts_of(source).layers.values())).alpha
        asked = {"alpha": alpha, "model": model_id, "title": title, "from": source.suffix}
        if target.suffix == ".safetensors":
            write_preset(target, seed=9, alpha=alpha or stated, base_model=model_id, training=asked)
            return
        target.mkdir(parents=True)
        (target / "asked.json").write_text(json.dumps(asked), encoding="utf-8")


def create_work() -> TrainingWork:
    """Return work that can only convert."""
    return ConvertWork()  # type: ignore[return-value]  # the rest is never asked for
