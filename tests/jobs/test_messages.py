from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.errors import (
    CrashedError,
    EngineError,
    OutOfMemoryError,
    WeightsMissingError,
)
from prismdesk.engines.request import MachineOptions
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.messages import (
    AskStatus,
    Cancel,
    Failed,
    FailureKind,
    Finished,
    FromProcess,
    JobFailure,
    JobProgress,
    ProcessOptions,
    ProcessStatus,
    Ready,
    Run,
    Stopped,
    ToProcess,
    Unload,
    UnreadableMessage,
    Workplace,
    decode_from_process,
    decode_to_process,
    encode_from_process,
    encode_to_process,
)
from prismdesk.jobs.spec import PictureWanted, SourceWanted
from tests.builders import a_keyed_shape, some_paint
from tests.jobs.specs import a_spec

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.errors import PrismDeskError


@pytest.mark.parametrize("message", [Cancel(job_id="job-1"), AskStatus(), Unload()])
def test_messages_to_the_process_arrive_as_they_were(message: ToProcess) -> None:
    assert decode_to_process(encode_to_process(message)) == message


def test_a_whole_request_arrives_as_it_was(tmp_path: Path) -> None:
    picture = PictureWanted(path="/film.mov", stream_index=1, content_key="key")
    spec = a_spec(
        tmp_path,
        "two\nlines “and quotes”",
        picture=picture,
        source=SourceWanted(path="takes/a.wav", start_samples=7),
        masks=("masks/a.png", "masks/b.png"),
        drawn_masks=(a_keyed_shape("m1", feather=0.1), some_paint("m2", ((0.1, 0.2),))),
        mask_stills=("masks/c.png",),
        settings=(("count", 5), ("is_on", True), ("level", 5.0), ("name", "5")),
        adapters=(("foley", 0.25),),
        adapter_files=(("/presets/foley.safetensors", "ab" * 32),),
    )
    workplace = Workplace(
        cache_folder="/cache",
        feature_cache_bytes=5,
        machine=MachineOptions(device="cuda:1", offload="offload"),
    )
    message = Run(spec=spec, project_folder=str(tmp_path), workplace=workplace)
    line = encode_to_process(message)
    assert line.count(b"\n") == 1
    arrived = decode_to_process(line)
    assert arrived == message
    assert isinstance(arrived, Run)
    assert [type(value) for _, value in arrived.spec.settings] == [int, bool, float, str]


@pytest.mark.parametrize(
    "message",
    [
        Ready(pid=1),
        JobProgress(
            job_id="job-1",
            progress=Progress(phase=Phase.STEP, step=2, steps=9, fraction=0.1, envelope=(0.5, 1.0)),
        ),
        Finished(job_id="job-1", takes=()),
        Failed(job_id="job-1", failure=JobFailure(kind=FailureKind.CRASHED, message="It did.")),
        Stopped(job_id="job-1"),
        ProcessStatus(
            pid=1, memory_bytes=2, has_torch=False, loaded_engine=None, running_job_id="job-1"
        ),
    ],
)
def test_messages_from_the_process_arrive_as_they_were(message: FromProcess) -> None:
    assert decode_from_process(encode_from_process(message)) == message


@pytest.mark.parametrize("line", [b"", b"\n", b"{}", b'{"kind": "run"}', b"\xff\n", b"[1]"])
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode_from_process(line)
    with pytest.raises(UnreadableMessage):
        decode_to_process(line)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FailureKind.WEIGHTS_MISSING, WeightsMissingError),
        (FailureKind.BAD_INPUT, InputError),
        (FailureKind.WORK_FAILED, WorkError),
        (FailureKind.UNEXPECTED, EngineError),
    ],
)
def test_a_failure_becomes_the_error_of_its_kind(
    kind: FailureKind, error: type[PrismDeskError]
) -> None:
    raised = JobFailure(kind=kind, message="Why.").error()
    assert type(raised) is error
    assert str(raised) == "Why."


def test_errors_keep_what_else_there_is_to_say() -> None:
    memory = JobFailure(kind=FailureKind.OUT_OF_MEMORY, message="m", would_fit=("less",)).error()
    crash = JobFailure(kind=FailureKind.CRASHED, message="m", log_tail="words").error()
    assert isinstance(memory, OutOfMemoryError)
    assert memory.would_fit == ("less",)
    assert isinstance(crash, CrashedError)
    assert crash.log_tail == "words"


def test_every_kind_of_failure_has_an_error() -> None:
    for kind in FailureKind:
        assert str(JobFailure(kind=kind, message="Why.").error()) == "Why."


def test_options_arrive_as_they_were() -> None:
    options = ProcessOptions(12, "/a folder/“log”", "module:function")
    assert ProcessOptions.decode(options.encoded()) == options
