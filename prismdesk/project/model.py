"""The project as a value: frozen dataclasses, tuples, typed ids.

Positions and lengths are whole samples at ``Project.rate_hz``. Audio arrays elsewhere are
float32 shaped (channels, samples); here sound is only referenced. ``extra`` on each value keeps
fields that a newer program wrote, as (name, JSON text) pairs, so that a save loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from prismdesk.project.ids import (
    BusId,
    ClipId,
    LaneId,
    MarkerId,
    MediaId,
    ProjectId,
    RegionId,
    TakeId,
    TrackId,
)
from prismdesk.project.picture_mask import DrawnMask
from prismdesk.project.timebase import SampleRange

Extra = tuple[tuple[str, str], ...]
SettingValue = bool | int | float | str
Settings = tuple[tuple[str, SettingValue], ...]
"""Named settings of an engine, sorted by name, e.g. ``(("guidance", 4.5), ("steps", 25))``."""


class ChannelLayout(StrEnum):
    """Channel orders in use, in the order of the standard (L R C LFE Ls Rs Lb Rb).

    The value is FFmpeg's name of the layout.
    """

    MONO = "mono"
    STEREO = "stereo"
    SURROUND_3_0 = "3.0"
    QUAD = "quad"
    SURROUND_5_0 = "5.0"
    SURROUND_5_1 = "5.1"
    SURROUND_6_1 = "6.1"
    SURROUND_7_1 = "7.1"

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Short names of the channels, in file order."""
        return _CHANNEL_NAMES[self]

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(_CHANNEL_NAMES[self])


_CHANNEL_NAMES: dict[ChannelLayout, tuple[str, ...]] = {
    ChannelLayout.MONO: ("C",),
    ChannelLayout.STEREO: ("L", "R"),
    ChannelLayout.SURROUND_3_0: ("L", "R", "C"),
    ChannelLayout.QUAD: ("L", "R", "Ls", "Rs"),
    ChannelLayout.SURROUND_5_0: ("L", "R", "C", "Ls", "Rs"),
    ChannelLayout.SURROUND_5_1: ("L", "R", "C", "LFE", "Ls", "Rs"),
    ChannelLayout.SURROUND_6_1: ("L", "R", "C", "LFE", "Cb", "Ls", "Rs"),
    ChannelLayout.SURROUND_7_1: ("L", "R", "C", "LFE", "Lb", "Rb", "Ls", "Rs"),
}


NO_TIME = SampleRange(0, 0)


class FadeShape(StrEnum):
    """How the gain moves over a fade; x runs from 0 (silent) to 1 (full)."""

    LINEAR = "linear"  # x: keeps the sum of two equal sounds level
    EQUAL_POWER = "equal_power"  # sin(pi x / 2): keeps the power of two unlike sounds level
    S_CURVE = "s_curve"  # (1 - cos(pi x)) / 2: like linear, with soft ends


@dataclass(frozen=True, slots=True)
class Fade:
    """A fade at one end of a clip; the two of a clip lie wholly inside it and don't overlap."""

    length_samples: int = 0
    shape: FadeShape = FadeShape.EQUAL_POWER
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStream:
    """One audio stream of a media file, as conformed to the project's rate.

    ``start_samples`` is where its first sample lies relative to the film's first picture (0 for
    pure sound files): the conformed file already contains that offset, so its sample 0 is the
    first picture. ``length_samples`` is the length of the conformed file.
    """

    stream_index: int
    layout: ChannelLayout
    native_rate_hz: int
    native_bits: int | None
    start_samples: int
    length_samples: int
    title: str = ""
    language: str = ""
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStream:
    """The picture of a film. ``rate`` is frames per second; for variable rate, the average."""

    stream_index: int
    width_px: int
    height_px: int
    rate: Fraction
    frame_count: int
    duration_samples: int
    is_variable_rate: bool
    start_frame: int
    is_drop_frame: bool
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that clips refer to; never written to.

    ``path`` is relative to the project's folder when the file lies inside it, else absolute.
    ``content_key`` identifies the content wherever the file is moved (see ``media.content_key``).
    """

    id: MediaId
    path: str
    content_key: str
    size_bytes: int
    picture: PictureStream | None = None
    sounds: tuple[SoundStream, ...] = ()
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of a media file's sound on a lane. Source and timeline run at the same rate."""

    id: ClipId
    media_id: MediaId
    stream_index: int
    start_samples: int
    source_start_samples: int
    length_samples: int
    name: str = ""
    gain_db: float = 0.0
    fade_in: Fade = Fade()
    fade_out: Fade = Fade()
    is_muted: bool = False
    extra: Extra = ()

    @property
    def range(self) -> SampleRange:
        """Where it lies on the timeline."""
        return SampleRange(self.start_samples, self.start_samples + self.length_samples)

    @property
    def end_samples(self) -> int:
        """First sample after it on the timeline."""
        return self.start_samples + self.length_samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A row of clips inside a track, sorted by start.

    Neighbours may overlap only where the earlier fades out and the later fades in (a crossfade),
    both over exactly the overlap; no sample lies under more than two clips.
    """

    id: LaneId
    name: str = ""
    clips: tuple[Clip, ...] = ()
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Lanes that share a layout, a gain and a bus; lanes are summed."""

    id: TrackId
    name: str
    layout: ChannelLayout
    bus_id: BusId
    lanes: tuple[Lane, ...]
    gain_db: float = 0.0
    is_muted: bool = False
    is_soloed: bool = False
    extra: Extra = ()


class BusKind(StrEnum):
    """What a bus carries; stems are made of these."""

    DIALOGUE = "DX"
    MUSIC = "MX"
    EFFECTS = "FX"
    AMBIENCE = "ambience"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """A group that tracks are routed to on their way to the mix."""

    id: BusId
    name: str
    kind: BusKind
    gain_db: float = 0.0
    is_muted: bool = False
    extra: Extra = ()


class Task(StrEnum):
    """What is wanted for a region."""

    GENERATE = "generate"
    INPAINT = "inpaint"
    CONTINUE = "continue"


class RegionStatus(StrEnum):
    """How far a region is. ``QUEUED`` and ``MAKING`` are shown from the job queue, never saved."""

    OPEN = "open"
    QUEUED = "queued"
    MAKING = "making"
    REVIEW = "review"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOn:
    """On what a take was computed: device, numbers, libraries, and what was worked on together."""

    device: str
    precision: str
    libraries: tuple[tuple[str, str], ...] = ()
    at_once: tuple[tuple[str, int], ...] = ()
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a take came from: enough to make the same sound again.

    ``request_key`` is a hash of everything the engine was given, context audio included;
    ``inputs`` are hashes of what it heard and saw, by name (context, picture, mask, source).
    ``made_for`` is where the region lay then, ``context`` what was heard around it; handles of
    ``asked_head_samples`` and ``asked_tail_samples`` were wanted. ``batch_seeds`` are those of all
    takes computed together with this one, in order. ``varied_path`` and ``varied_start_samples``
    say where in which WAV the sound to vary began. ``again_of_take_id`` names the take that this
    one repeats.
    ``weights`` are (file name, SHA-256) pairs; ``licence`` is that of the weights.
    ``masks`` and ``drawn_masks`` are the region's; ``mask_stills`` are what was drawn from them for
    the engine, empty where it was given ``masks`` as they are.
    ``varied_take_id`` names the take that this one is a variation of, if it is one.
    """

    engine: str
    engine_version: str
    software_version: str
    task: Task
    seed: int
    variant: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    settings: Settings = ()
    adapters: tuple[tuple[str, float], ...] = ()
    saw_picture: bool = False
    masks: tuple[str, ...] = ()
    drawn_masks: tuple[DrawnMask, ...] = ()
    mask_stills: tuple[str, ...] = ()
    varied_take_id: str = ""
    weights: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    allows_commercial_use: bool = True
    context: SampleRange = NO_TIME
    request_key: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    made_for: SampleRange = NO_TIME
    asked_head_samples: int = 0
    asked_tail_samples: int = 0
    batch_seeds: tuple[int, ...] = ()
    varied_path: str = ""
    varied_start_samples: int = 0
    again_of_take_id: str = ""
    made_on: MadeOn | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One sound made for a region: an immutable record with a WAV in the project's ``takes/``.

    The WAV starts ``head_samples`` before ``region`` and ends ``tail_samples`` after it (handles
    for later trims and crossfades); its channels are those of the region's lanes, one lane after
    another. ``seam_samples`` is the length of the equal-power fades to lay inside the region at
    its ends; 0 where the engine made its own seam so that take and surroundings already join.

    ``region`` says where the sound lies on the timeline now, and so anchors the WAV: a take moves
    when its region moves, and stays put when the region's edges are trimmed or the region is
    split. So ``Region.range`` may become smaller than ``region``, or reach past it. Where the
    sound was made for at first is told by ``provenance.context``. ``moved_samples`` is by how much
    the sound was nudged inside its region since, later being positive: ``region`` has it already.
    """

    id: TakeId
    name: str
    path: str
    content_key: str
    region: SampleRange
    head_samples: int
    tail_samples: int
    channels: int
    seam_samples: int
    created_utc: str
    provenance: Provenance
    rating: int = 0
    note: str = ""
    gain_db: float = 0.0
    proposed_gain_db: float | None = None
    moved_samples: int = 0
    extra: Extra = ()

    @property
    def made_range(self) -> SampleRange:
        """Where the sound lay before it was nudged: what was asked for, as the region lies now."""
        return self.region.shifted(-self.moved_samples)

    @property
    def sound_range(self) -> SampleRange:
        """What the WAV covers on the timeline, handles included; its sample 0 is the start."""
        return SampleRange(
            self.region.start_samples - self.head_samples,
            self.region.end_samples + self.tail_samples,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompSegment:
    """A stretch of the region that sounds from one take; positions are timeline samples.

    It lies inside ``Region.range`` and inside its take's ``sound_range``, so sample ``p`` of the
    timeline is always sample ``p - take.sound_range.start_samples`` of the WAV.
    """

    take_id: TakeId
    range: SampleRange
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of one or more lanes of a track with a task, a prompt, settings and its takes.

    ``comp`` says which take sounds where: empty, and the lane sounds as it was; one segment over
    the whole range, and one take is chosen. Segments are sorted and don't overlap; neighbours
    join with equal-power fades of ``comp_fade_samples`` centred on the join. Any other edge of a
    segment is a seam with what the lanes sound, laid inside the segment: ``Take.seam_samples``
    long where the edge is that of ``Take.region``, else (the region was trimmed, or the segment
    stops short) ``comp_fade_samples``. Where a region was split, the two parts go on with the
    same sound at the same place: no seam is laid between them. ``media.comping`` works this out.

    ``sees_picture`` says whether an engine that can look at the film is to do so, ``masks`` where
    in it: still pictures in the project's ``masks/``, several one after another over the region.
    ``drawn_masks`` are laid over these (see ``project.picture_mask``); ``uses_masks`` is off while
    they are only kept.

    ``adapters`` are (reference, strength) in order, as ``adapters.reference`` writes references;
    ``muted_adapters`` are references among them that are switched off and only kept.
    """

    id: RegionId
    track_id: TrackId
    lane_ids: tuple[LaneId, ...]
    range: SampleRange
    task: Task
    name: str = ""
    engine: str = ""
    variant: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    settings: Settings = ()
    adapters: tuple[tuple[str, float], ...] = ()
    muted_adapters: tuple[str, ...] = ()
    sees_picture: bool = True
    masks: tuple[str, ...] = ()
    drawn_masks: tuple[DrawnMask, ...] = ()
    uses_masks: bool = True
    seed: int | None = None
    status: RegionStatus = RegionStatus.OPEN
    owner: str = ""
    note: str = ""
    takes: tuple[Take, ...] = ()
    comp: tuple[CompSegment, ...] = ()
    comp_fade_samples: int = 480
    extra: Extra = ()

    @property
    def sounding_adapters(self) -> tuple[tuple[str, float], ...]:
        """The adapters that takes are made with: all but those switched off."""
        return tuple(one for one in self.adapters if one[0] not in self.muted_adapters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A named point on the timeline."""

    id: MarkerId
    position_samples: int
    name: str = ""
    colour: str = ""
    extra: Extra = ()


class ProjectUse(StrEnum):
    """What the film is for; licences of models are held against it."""

    PERSONAL = "personal"
    NON_COMMERCIAL = "non-commercial"
    COMMERCIAL = "commercial"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPrompt:
    """A line of the project's table of prompts, to be applied to any region.

    Without an engine it is words alone, and leaves a region's engine and settings as they are.
    """

    name: str
    prompt: str = ""
    negative_prompt: str = ""
    engine: str = ""
    variant: str = ""
    settings: Settings = ()
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that is edited, and nothing that can be computed from it.

    Sample 0 is the film's first picture. ``film_id`` names the media whose picture is shown;
    None for a project without picture. ``layout`` is that of the mix.
    """

    id: ProjectId
    name: str
    rate_hz: int
    layout: ChannelLayout
    film_id: MediaId | None = None
    media: tuple[Media, ...] = ()
    buses: tuple[Bus, ...] = ()
    tracks: tuple[Track, ...] = ()
    regions: tuple[Region, ...] = ()
    markers: tuple[Marker, ...] = ()
    prompts: tuple[NamedPrompt, ...] = ()
    use: ProjectUse = ProjectUse.NON_COMMERCIAL
    extra: Extra = ()

    @property
    def is_commercial(self) -> bool:
        """Whether the film is to be sold."""
        return self.use is ProjectUse.COMMERCIAL
