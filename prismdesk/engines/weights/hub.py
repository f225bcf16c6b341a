"""The one door to the network: a file at its publisher, through huggingface_hub.

Nothing here is called but by ``download.get``, on the user's word. The address (``HF_ENDPOINT``),
proxies and the token (``HF_TOKEN``) come from the environment, as huggingface_hub reads them.
huggingface_hub's own ``hf_hub_download`` throws away what it has when it is stopped, so the bytes
are read here, through its session, from wherever the last attempt ended. ``hf_xet`` is never used,
so ``HF_HUB_DISABLE_XET`` changes nothing.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from prismdesk import __version__
from prismdesk.engines.weights.guarded_sink import GuardedSink
from prismdesk.errors import Cancelled, WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from prismdesk.engines.weights.model import ModelFile
    from prismdesk.progress import IsCancelled

_POLL_SECONDS = 0.05
_HEAD_TIMEOUT_SECONDS = 15.0
_READ_TIMEOUT_SECONDS = 20.0
_MOST_REDIRECTS = 5
_PAUSE_SECONDS = 1.0
_MOST_VAIN_TRIES = 5
_STATUSES_THAT_PASS = frozenset({408, 429, 500, 502, 503, 504})


class DownloadError(WorkError):
    """A file could not be fetched; the message says why and what to do."""


class NetworkGoneError(DownloadError):
    """The connection broke, and taking it up again brought nothing."""


class NoDownloaderError(DownloadError):
    """huggingface_hub isn't installed: the light set-up leaves it out."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as its publisher has it now.

    Attributes:
        url: of exactly this revision.
        revision: the publisher's commit.
        etag: changes whenever the content does.
        size_bytes: None if the server doesn't say.
        headers: to send along; they may hold the user's token.
    """

    url: str
    revision: str
    etag: str
    size_bytes: int | None
    headers: dict[str, str] = field(repr=False)

    @property
    def sha256(self) -> str:
        """The SHA-256 of large files, which is their etag; else empty."""
        return self.etag if re.fullmatch(r"[0-9a-f]{64}", self.etag) else ""


def require_hub() -> None:
    """Make sure that downloads are possible at all.

    Raises:
        NoDownloaderError: huggingface_hub isn't installed.
    """
    if find_spec("huggingface_hub") is None:
        raise NoDownloaderError(
            "Downloading needs huggingface_hub, which the light set-up leaves out; install "
            "PrismDesk with its [engines], or get the files yourself and name their folder with "
            "`prismdesk models add FOLDER`."
        )


def look_up(file: ModelFile, cancelled: IsCancelled) -> RemoteFile:
    """Ask the publisher for a file's size and revision.

    Raises:
        DownloadError: it can't be had; one sentence says why and what to do.
        Cancelled: as told.
    """
    require_hub()
    found: list[RemoteFile] = []
    _in_background(lambda: found.append(_look_up(file)), file, cancelled)
    return found[0]


def read_into(
    remote: RemoteFile,
    file: ModelFile,
    sink: BinaryIO,
    *,
    on_bytes: Callable[[int], None],
    cancelled: IsCancelled,
) -> None:
    """Read a remote file on from the position of ``sink`` to its end.

    Connections that break are taken up again a few times. What was read by the time of an error
    is in ``sink``, and nothing is written to it after this returns or raises.

    Args:
        remote: what to read.
        file: the same, for messages.
        sink: opened for reading and writing; holds the file up to its position.
        on_bytes: told how much is there, on the caller's thread.
        cancelled: asked many times a second, however slow the network is.

    Raises:
        DownloadError: the network, the server or the disk refused; one sentence.
        Cancelled: as told.
    """
    guarded = GuardedSink(sink)
    try:
        _in_background(
            lambda: _read_stubbornly(remote, guarded),
            file,
            cancelled,
            lambda: on_bytes(guarded.size_bytes),
        )
    finally:
        guarded.close_for_good()


def _read_stubbornly(remote: RemoteFile, sink: GuardedSink) -> None:
    """Read to the end, taking a broken connection up again while it still brings something."""
    http_error = _http_error()
    vain_tries = 0
    while True:
        before_bytes = sink.size_bytes
        failure: Exception | None = None
        try:
            _read_once(remote, sink)
        except http_error as error:
            if _status_of(error) not in {None, *_STATUSES_THAT_PASS}:
                raise
            failure = error
        if failure is None and remote.size_bytes in (None, sink.size_bytes):
            return
        vain_tries = 0 if sink.size_bytes > before_bytes else vain_tries + 1
        if vain_tries > _MOST_VAIN_TRIES:
            raise failure or ConnectionError("the server ends too early")
        sink.wait(_PAUSE_SECONDS)


def _read_once(remote: RemoteFile, sink: GuardedSink) -> None:
    from huggingface_hub import get_session
    from huggingface_hub.utils import (  # type: ignore[attr-defined]  # exported by name at run time
        hf_raise_for_status,
    )

    headers = dict(remote.headers)
    start_bytes = sink.size_bytes
    if start_bytes:
        headers["range"] = f"bytes={start_bytes}-"
    request = get_session().stream(
        "GET", remote.url, headers=headers, timeout=_READ_TIMEOUT_SECONDS, follow_redirects=True
    )
    with request as response:
        hf_raise_for_status(response)
        if start_bytes and response.status_code != 206:
            sink.restart()
        for block in response.iter_bytes():
            sink.write(block)


def _http_error() -> type[Exception]:
    """Return the root of the HTTP library's errors; which library, depends on the hub's version."""
    from huggingface_hub.errors import (  # type: ignore[attr-defined]  # the library's, imported there
        HTTPError,
    )

    return HTTPError


def _status_of(error: BaseException) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _look_up(file: ModelFile) -> RemoteFile:
    """Ask for a file's metadata, following redirects to the answer that carries it.

    The library's own function for this also sends word of the program that calls it.
    """
    from huggingface_hub import get_session, get_token, hf_hub_url
    from huggingface_hub.utils import (  # type: ignore[attr-defined]  # exported by name at run time
        hf_raise_for_status,
    )

    endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or None
    token = get_token()
    headers = {"user-agent": f"prismdesk/{__version__}", "accept-encoding": "identity"}
    private = {"authorization": f"Bearer {token}"} if token else {}
    place = {"repo_id": file.repository, "filename": file.repository_path}
    first_url = url = hf_hub_url(**place, endpoint=endpoint)
    for _ in range(_MOST_REDIRECTS):
        is_at_home = urlsplit(url).netloc == urlsplit(first_url).netloc
        answer = get_session().request(
            "HEAD",
            url,
            headers=headers | private if is_at_home else headers,
            timeout=_HEAD_TIMEOUT_SECONDS,
            follow_redirects=False,
        )
        hf_raise_for_status(answer)
        carried = _carried(answer.headers)
        if carried is not None:
            return RemoteFile(
                url=hf_hub_url(**place, revision=carried.revision, endpoint=endpoint),
                revision=carried.revision,
                etag=carried.etag,
                size_bytes=carried.size_bytes,
                headers=headers | private,
            )
        if "location" not in answer.headers:
            break
        url = urljoin(url, answer.headers["location"])
    raise DownloadError(
        f"What answers at {endpoint or 'huggingface.co'} for {file.file_name} is no model hub; "
        "check HF_ENDPOINT and the proxy settings."
    )


class _Carried(NamedTuple):
    """What an answer says of the file that it is, or that it points to."""

    revision: str
    etag: str
    size_bytes: int | None


def _carried(headers: Mapping[str, str]) -> _Carried | None:
    """Read the metadata that an answer carries; None if it carries none."""
    revision = headers.get("x-repo-commit", "")
    etag = headers.get("x-linked-etag") or headers.get("etag", "")
    if not revision or not etag:
        return None
    # Where the answer only points to the file, its own length is another matter.
    own_length = "" if "location" in headers else headers.get("content-length")
    length = headers.get("x-linked-size") or own_length or ""
    size_bytes = int(length) if length.isdecimal() else None
    return _Carried(revision, etag.removeprefix("W/").strip('"'), size_bytes)


def _in_background(
    work: Callable[[], None],
    file: ModelFile,
    cancelled: IsCancelled,
    watch: Callable[[], None] = lambda: None,
) -> None:
    """Run network work on a thread of its own, so that a silent network can't hold up a cancel.

    A cancelled thread ends with the next bytes or the network's time-out; nobody waits for it.
    """
    failure: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (raised again on the caller's thread)
            failure.append(error)

    thread = threading.Thread(target=run, name="download", daemon=True)
    with _quiet_hub():
        thread.start()
        while thread.is_alive():
            if cancelled():
                raise Cancelled
            thread.join(_POLL_SECONDS)
            watch()
    if failure:
        raise _translated(failure[0], file)


@contextmanager
def _quiet_hub() -> Iterator[None]:
    """Keep the library's own warnings of retries off the terminal: progress and errors are ours."""
    logger = logging.getLogger("huggingface_hub")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _translated(error: BaseException, file: ModelFile) -> BaseException:
    """Return the one sentence that an error of the network, the server or the disk is worth."""
    from huggingface_hub.errors import GatedRepoError, OfflineModeIsEnabled

    if not isinstance(error, (OSError, _http_error())):
        return error  # a sentence already, or a bug
    name = f"{file.file_name} of {file.repository}"
    status = _status_of(error)
    if isinstance(error, OfflineModeIsEnabled):
        words = f"{name} can't be fetched while HF_HUB_OFFLINE is set; take it away first."
    elif isinstance(error, GatedRepoError) or status == 403:
        words = (
            f"{name} is only for those whom its publisher let in; ask on "
            f"https://huggingface.co/{file.repository}, then set HF_TOKEN to a token of yours."
        )
    elif status == 401:
        words = (
            f"{name} was refused (401): the repository is private, gone, or the token is wrong; "
            "set HF_TOKEN to a valid token, or take it away."
        )
    elif status == 404:
        words = (
            f"{name} is no longer where it was published (404); get it elsewhere and name its "
            "folder with `prismdesk models add FOLDER`."
        )
    elif status is not None:
        words = f"The server failed to send {name} ({status}); try again later."
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        words = (
            f"The disk filled up while {name} was fetched; what is there is kept: make room, or "
            "set PRISMDESK_MODELS to a folder on another disk."
        )
    elif isinstance(error, OSError) and error.errno is not None and status is None:
        words = f"{name} can't be written ({error.strerror}); what is there is kept."
    else:
        gone = NetworkGoneError(
            f"The connection broke while fetching {name}; what is there is kept, and the same "
            "command goes on from there."
        )
        gone.__cause__ = error
        return gone
    translated = DownloadError(words)
    translated.__cause__ = error
    return translated
