"""The doors to FFmpeg: opening a file, reading packets, decoding; its errors become ours.

Only local files are read, and only by demuxers of a fixed list, so that a playlist in disguise
can't send the program to other files or to the network.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import av
import av.error
import av.logging
from av.stream import Discard

from prismdesk.media.errors import MediaError, reading
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.frame import Frame
    from av.packet import Packet
    from av.stream import Stream

av.logging.set_level(None)

_DEMUXERS = (
    "mov,matroska,webm,avi,mpeg,mpegts,mpegvideo,mxf,asf,flv,ogg,nut,dv,gxf,ivf,h264,hevc,m4v,"
    "rm,wav,w64,aiff,au,caf,flac,mp3,aac,ac3,eac3,dts,dtshd,truehd,mlp,ape,wv,tta,amr,loas,mpc,"
    "mpc8,dsf,voc,gif,live_flv,smjpeg,vob"
)
_MAX_READ_ERRORS = 100

MAX_PICTURE_PX = 2**26
"""Pictures that claim more (8192 x 8192) are refused before memory is taken for them."""

FOREIGN_ERRORS = (
    av.error.FFmpegError,
    ValueError,
    OverflowError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    LookupError,  # a stream that appears on the way isn't in the list of streams
    OSError,
)
"""What PyAV may raise about a damaged file, apart from mistakes in calling it."""


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a film or a sound file.

    Raises:
        MediaError: it is missing, or nothing that can be read as media.
    """
    with reading(path), path.open("rb"):
        pass
    try:
        container = av.open(
            f"file:{path.absolute()}",
            container_options={"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except FOREIGN_ERRORS as error:
        raise MediaError(
            f"{path} can't be read as a film or a sound: it is damaged or of an unknown kind; "
            "use another copy or convert it."
        ) from error
    for stream in container.streams.video:
        if has_decoder(stream):
            stream.codec_context.options = {"max_pixels": str(MAX_PICTURE_PX)}
    try:
        yield container
    finally:
        container.close()


def read_packets(
    container: InputContainer,
    streams: Sequence[Stream],
    warnings: list[str],
    *,
    cancelled: IsCancelled = never_cancelled,
) -> Iterator[Packet[Any]]:
    """Yield the packets of ``streams`` in file order, then an empty one for each stream.

    Ask a packet for its ``stream``: the ``stream_index`` of the empty ones is always 0. Other
    streams are skipped in the demuxer. Places that can't be read are passed over; when nothing
    more comes, a sentence is added to ``warnings``.

    Raises:
        Cancelled: the work is no longer wanted.
    """
    if not streams:
        return  # asked for none, the demuxer would give all
    wanted = {stream.index for stream in streams}
    for stream in container.streams:
        stream.discard = Discard.default if stream.index in wanted else Discard.all
    for _ in range(_MAX_READ_ERRORS):
        try:
            for count, packet in enumerate(container.demux(list(streams))):
                if count % 64 == 0:
                    raise_if_cancelled(cancelled)
                yield packet
        except FOREIGN_ERRORS:
            continue
        return
    warnings.append("The file is damaged near its end; what follows the damage is left out.")


def decode(packet: Packet[Any]) -> Sequence[Frame] | None:
    """Return the frames of a packet, none for a delayed one, None for a damaged one."""
    try:
        return packet.decode()
    except FOREIGN_ERRORS:
        return None


def has_decoder(stream: Stream) -> bool:
    """Whether the stream is of a kind that can be decoded."""
    context: object = stream.codec_context
    return context is not None
