from __future__ import annotations

import pytest

from prismdesk.engines.contract import DeviceMemory
from prismdesk.engines.request import MachineOptions
from prismdesk.jobs.messages import FailureKind, JobFailure, UnreadableMessage, Workplace
from prismdesk.jobs.training.messages import (
    Begin,
    CompareTask,
    ConvertTask,
    EncodeTask,
    Ended,
    Failed,
    FromTraining,
    MergeTask,
    ProcessOptions,
    Task,
    Told,
    ToTraining,
    TrainTask,
    Want,
    decode_from_training,
    decode_to_training,
    encode_from_training,
    encode_to_training,
)

STACK = (("planks", "/a/planks.safetensors", 0.5), ("base", "", 1.0))
TASKS: tuple[Task, ...] = (
    TrainTask(run_folder="/runs/ü\n1"),
    EncodeTask(set_folder="/set", model_id="m"),
    ConvertTask(source="/a", target="/b", alpha=0.1, model_id="m", title="Planks"),
    ConvertTask(source="/a", target="/b"),
    MergeTask(model_id="m", adapters=STACK, folder="/own", name="Mine"),
    CompareTask(model_id="m", adapters=STACK, set_folder="/set", out="/out", steps=3, seed=4),
)
MEMORY = DeviceMemory(device="processor", used_bytes=1, total_bytes=2)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.kind)
def test_every_task_arrives_as_it_was_sent(task: Task) -> None:
    sent = Begin(task=task, workplace=Workplace(machine=MachineOptions(device="cpu")))
    line = encode_to_training(sent)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_to_training(line) == sent


@pytest.mark.parametrize("wish", ["go", "pause", "stop", "give way"])
def test_every_wish_arrives(wish: str) -> None:
    line = b'{"kind":"want","wish":"%s"}\n' % wish.encode()
    message: ToTraining = decode_to_training(line)
    assert isinstance(message, Want)
    assert message.wish == wish
    assert decode_to_training(encode_to_training(message)) == message


@pytest.mark.parametrize(
    "sent",
    [
        Told(words="Training", fraction=0.1, step=3, steps=9, seconds_left=4.5, memory=MEMORY),
        Told(words="Waiting", gives_way=True),
        Ended(reason="skipped"),
        Failed(failure=JobFailure(kind=FailureKind.CRASHED, message="It ended.", log_tail="a\nb")),
    ],
    ids=lambda message: message.kind,
)
def test_everything_told_arrives(sent: FromTraining) -> None:
    line = encode_from_training(sent)
    assert line.count(b"\n") == 1
    assert decode_from_training(line) == sent


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello\n",
        b"{}\n",
        b'{"kind":"begin"}\n',
        b'{"kind":"begin","task":{"kind":"wipe"}}\n',
        b'{"kind":"want","wish":"dance"}\n',
        b'{"kind":"told","words":"from the other side"}\n',
    ],
)
def test_what_is_no_message_to_the_process_is_refused(line: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode_to_training(line)


@pytest.mark.parametrize(
    "line",
    [b"Loading weights...\n", b'{"kind":"ended","reason":"bored"}', b'{"kind":"want","wish":"go"}'],
)
def test_what_is_no_message_from_the_process_is_refused(line: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode_from_training(line)


def test_a_process_is_told_its_options_in_one_argument() -> None:
    options = ProcessOptions(7, "/logs/ü 'a'\n.log", "module:function")
    assert ProcessOptions.decode(options.encoded()) == options
