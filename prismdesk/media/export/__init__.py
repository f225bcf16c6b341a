"""Out of the program: films with the picture copied, and the mix as broadcast WAV."""

from __future__ import annotations

from prismdesk.media.export.check import ExportCheckError, PictureCheck, SoundCheck
from prismdesk.media.export.film_export import export_film
from prismdesk.media.export.regions_export import export_regions
from prismdesk.media.export.report import ExportReport, SoundReport
from prismdesk.media.export.request import ExportRefusedError, ExportRequest, SoundCodec
from prismdesk.media.export.stems_export import export_stems
from prismdesk.media.export.wav_export import export_wav

__all__ = [
    "ExportCheckError",
    "ExportRefusedError",
    "ExportReport",
    "ExportRequest",
    "PictureCheck",
    "SoundCheck",
    "SoundCodec",
    "SoundReport",
    "export_film",
    "export_regions",
    "export_stems",
    "export_wav",
]
