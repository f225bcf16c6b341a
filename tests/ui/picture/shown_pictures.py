"""What a picture source showed, as the numbers that the pictures of test films carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from prismdesk.ui.picture.source import PictureSource


def number_of_image(image: QImage) -> int:
    """Return the number that an image carries; see ``tests.media_files``."""
    columns = [(bit * 2 + 1) * image.width() // 16 for bit in range(8)]
    greens = [image.pixelColor(x, image.height() // 2).green() for x in columns]
    return sum((green > 127) << bit for bit, green in enumerate(greens))


@dataclass
class Shown:
    """Collects what is shown: (number, sample at which it begins, whether it is exact)."""

    pictures: list[tuple[int, int, bool]] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def listen_to(self, source: PictureSource) -> Shown:
        """Collect from now on."""
        source.frame_ready.connect(self._add)
        source.failed.connect(self.failures.append)
        return self

    def _add(self, image: QImage, begins_samples: int, is_exact: bool) -> None:
        self.pictures.append((number_of_image(image), begins_samples, is_exact))
        self.widths.append(image.width())

    @property
    def numbers(self) -> list[int]:
        """The numbers of the pictures, in the order shown."""
        return [number for number, _, _ in self.pictures]

    @property
    def exact(self) -> list[int]:
        """The numbers of those that were exact."""
        return [number for number, _, is_exact in self.pictures if is_exact]
