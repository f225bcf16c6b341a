"""The course of one training run, from its first step or from a checkpoint to its end."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Protocol

import torch

from prismdesk.engines.hosting.device import empty_cache
from prismdesk.engines.hosting.device_memory import device_memory
from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.training.checkpointing import (
    RunIdentity,
    TrainerFacts,
    prune,
    read_checkpoint,
    write_checkpoint,
)
from prismdesk.engines.training.course import (
    CheckpointRecord,
    EndRecord,
    HeldOutRecord,
    NoteRecord,
    ResumedRecord,
)
from prismdesk.engines.training.determinism import repeatable
from prismdesk.engines.training.draws import Draws, batch_at
from prismdesk.engines.training.failures import TrainingError
from prismdesk.engines.training.held_out import held_out_loss
from prismdesk.engines.training.optimising import Optimiser
from prismdesk.engines.training.pace import StepPace
from prismdesk.engines.training.telling import Telling
from prismdesk.errors import PrismDeskError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.engines.training.course import ExampleRecord
    from prismdesk.engines.training.encoded_set import EncodedPair, EncodedSet
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.run_files import RunFolder, Status
    from prismdesk.engines.training.subject import TrainingSubject
    from prismdesk.engines.training.tasks import EndOfRun, Wish
    from prismdesk.engines.training.telling import TrainingHands

_WAIT_SECONDS = 0.1
_CPU = torch.device("cpu")


class Examples(Protocol):
    """Who makes listening examples."""

    def make(self, step: int) -> Sequence[ExampleRecord]:
        """Make the examples of a step with the network as it is now, and return their records.

        Raises:
            PrismDeskError: it can't be done; training goes on without.
        """
        ...


class Afterwards(Protocol):
    """What is done once all steps are done."""

    def __call__(self, step: int, heed: Callable[[], EndOfRun | None]) -> EndOfRun | None:
        """Do it; return how the run ended if that was wanted meanwhile.

        Args:
            step: of the last checkpoint, which is written already.
            heed: to be asked now and then; it waits while others need the device.
        """
        ...


class NoExamples:
    """Makes no listening examples."""

    def make(self, step: int) -> Sequence[ExampleRecord]:
        """Return none."""
        del step
        return ()


class Trainer:
    """One run.

    Args:
        subject: what learns.
        pairs: what it learns from.
        options: how.
        folder: where everything is written; a run that is there already goes on.
        hands: who watches.
        examples: who makes listening examples at the start and at each checkpoint.
        afterwards: done after a normal end, before it is told.
        advice: what to say of memory when it runs out: a sentence's end that says what would fit.
    """

    def __init__(
        self,
        subject: TrainingSubject,
        pairs: EncodedSet,
        options: TrainingOptions,
        folder: RunFolder,
        hands: TrainingHands,
        examples: Examples | None = None,
        *,
        afterwards: Afterwards | None = None,
        advice: str = "",
    ) -> None:
        self._subject = subject
        self._pairs = pairs
        self._options = options
        self._folder = folder
        self._hands = hands
        self._telling = Telling(folder, hands, options.steps)
        self._examples: Examples = examples or NoExamples()
        self._afterwards = afterwards
        self._advice = advice
        self._optimiser = Optimiser(subject.groups(), options, subject.betas)
        self._identity = RunIdentity(
            options=options,
            base_sha256=pairs.index.base_sha256,
            pairs=[entry.key for entry in pairs.training],
        )
        self._facts = TrainerFacts()
        self._pace = StepPace(options.steps)
        self._saved_step = -1

    def run(self) -> EndOfRun:
        """Train until all steps are done or the run is to end.

        Raises:
            TrainingError: the loss is no number, memory ran out or the disk is full; the message
                says what is kept.
            PrismDeskError: a checkpoint or a pair can't be used.
        """
        try:
            with repeatable(self._subject.device):
                return self._run()
        except PrismDeskError as error:
            self._telling.failed(self._facts.step, str(error))
            raise
        except OSError as error:
            if is_out_of_memory(error):
                raise self._out_of_memory() from error
            raise self._failed(
                f"The disk gave up while training ({error.strerror or error}); {self._kept()}, so "
                "make room on it and go on from there."
            ) from error
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise self._out_of_memory() from error
        except MemoryError as error:
            raise self._out_of_memory() from error

    def _run(self) -> EndOfRun:
        self._begin()
        while self._facts.step < self._options.steps:
            ended = self._heed_wishes()
            if ended:
                return ended
            self._step()
            if self._facts.step % self._options.save_every == 0:
                self._save()
        return self._finish()

    def _finish(self) -> EndOfRun:
        """Do what comes after all steps; what ends it early leaves the run to go on from here."""
        self._save()
        ended = None
        if self._afterwards is not None:
            ended = self._afterwards(self._facts.step, self._heed_wishes)
        return self._end(ended or "finished")

    def _begin(self) -> None:
        """Go on from the newest checkpoint, or measure the base."""
        self._folder.clear_partial()
        self._telling.state("training", 0)
        newest = self._folder.newest_resumable()
        if newest is not None:
            self._facts = read_checkpoint(newest, self._subject, self._optimiser, self._identity)
            self._saved_step = self._facts.step
            self._pace.begin(self._facts.step, self._facts.smoothed)
            self._telling.append(ResumedRecord(step=self._facts.step))
            self._telling.state("training", self._facts.step)
            return
        if self._folder.course_jsonl.exists():
            self._telling.append(ResumedRecord(step=-1))
        loss = held_out_loss(self._subject, self._pairs, self._options)
        self._facts = TrainerFacts(base_loss=loss, loss=loss)
        if loss is None:
            self._telling.append(
                NoteRecord(step=0, text="No pair is held out, so only the training loss is told.")
            )
        else:
            self._telling.append(HeldOutRecord(step=0, loss=loss, base_loss=loss))
        self._make_examples()

    def _heed_wishes(self) -> EndOfRun | None:
        """Return how the run ended if that is wanted; wait while others need the device."""
        if self._folder.is_skip_requested:
            return self._end("skipped")
        wish = self._hands.wanted()
        if wish == "give way":
            wish = self._give_way()
        if wish == "pause":
            return self._end("paused")
        return self._end("stopped") if wish == "stop" else None

    def _give_way(self) -> Wish:
        """Leave the device to others until something else is wanted, and return that."""
        device = self._subject.device
        if device.type != "cpu":
            self._move_to(_CPU)
            empty_cache(device)
        self._telling.report(self._facts.step, None, gives_way=True)
        wish: Wish = "give way"
        while wish == "give way":
            time.sleep(_WAIT_SECONDS)
            wish = self._hands.wanted()
        if device.type != "cpu":
            self._move_to(device)
        self._pace.restart_clock()
        return wish

    def _move_to(self, device: torch.device) -> None:
        self._subject.move_to(device)
        self._optimiser.move_to(device)

    def _step(self) -> None:
        """Do one step; nothing is changed if loss or gradient are no numbers."""
        step = self._facts.step
        loss = 0.0
        for part in range(self._options.accumulation):
            passed = self._subject.loss(self._batch(step, part), Draws(self._options, step, part))
            share = passed / self._options.accumulation
            share.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            loss += float(share.detach())
        norm = self._optimiser.gradient_norm()
        if not math.isfinite(loss) or not math.isfinite(norm):
            self._optimiser.forget_gradients()
            raise TrainingError(
                f"The loss stopped being a number at step {step + 1}; {self._kept()}, and a "
                "smaller learning rate or a longer warm-up mostly helps."
            )
        rates = self._optimiser.rates(step)
        self._optimiser.step(step)
        self._subject.after_step()
        smoothed = self._pace.take(step + 1, loss, norm, rates)
        self._facts = TrainerFacts(
            step=step + 1,
            smoothed=smoothed,
            base_loss=self._facts.base_loss,
            loss=self._facts.loss,
        )
        if self._pace.is_due:
            self._note_steps()
        self._telling.report(self._facts.step, self._seconds_left())

    def _batch(self, step: int, part: int) -> list[EncodedPair]:
        options, entries = self._options, self._pairs.training
        index = step * options.accumulation + part
        chosen = batch_at(options.seed, index, options.batch, len(entries))
        return self._pairs.pairs([entries[place] for place in chosen])

    def _note_steps(self) -> None:
        self._telling.append(self._pace.record(device_memory_bytes(self._subject.device)))
        self._telling.state_now_and_then(self._facts.step, self._seconds_left())

    def _save(self) -> None:
        """Measure, write a checkpoint and make examples; once for each step."""
        step = self._facts.step
        if step == self._saved_step:
            return
        if self._pace.has_fresh:
            self._note_steps()
        loss = held_out_loss(self._subject, self._pairs, self._options)
        self._facts = TrainerFacts(
            step=step,
            smoothed=self._facts.smoothed,
            base_loss=self._facts.base_loss,
            loss=loss,
        )
        try:
            write_checkpoint(
                self._folder, self._subject, self._optimiser, self._facts, self._identity
            )
        except OSError as error:
            raise TrainingError(
                f"The checkpoint of step {step} couldn't be written ({error.strerror or error}); "
                f"{self._kept()}, so make room on the disk and go on from there."
            ) from error
        self._saved_step = step
        if loss is not None and self._facts.base_loss is not None:
            self._telling.append(
                HeldOutRecord(step=step, loss=loss, base_loss=self._facts.base_loss)
            )
        told = loss if loss is not None else self._facts.smoothed
        name = self._folder.checkpoint_name(step)
        self._telling.append(
            CheckpointRecord(step=step, folder=name, loss=math.nan if told is None else told)
        )
        losses = {one.step: one.loss for one in self._folder.course().checkpoints}
        prune(self._folder, self._options.keep_checkpoints, losses)
        self._make_examples()
        self._pace.restart_clock()

    def _make_examples(self) -> None:
        """Make listening examples; trouble with them is told and doesn't end the run."""
        step = self._facts.step
        if not self._options.example_count:
            return
        try:
            for record in self._examples.make(step):
                self._telling.append(record)
        except PrismDeskError as error:
            self._telling.append(
                NoteRecord(step=step, text=f"No listening example was made: {error}")
            )

    def _end(self, reason: EndOfRun) -> EndOfRun:
        if self._facts.step:
            self._save()
        self._telling.append(EndRecord(step=self._facts.step, reason=reason))
        status: Status = "stopped" if reason == "skipped" else reason
        self._telling.state(status, self._facts.step)
        return reason

    def _kept(self) -> str:
        """Say what can be used whatever happened, as part of a sentence."""
        kept = self._folder.checkpoint_files()
        return (
            f"the checkpoint of step {kept[-1].step} is kept"
            if kept
            else "no checkpoint is there yet"
        )

    def _out_of_memory(self) -> TrainingError:
        self._optimiser.forget_gradients()
        advice = self._advice or "choose a smaller batch or switch on saving memory"
        return self._failed(f"Memory ran out while training; {self._kept()}, so {advice}.")

    def _failed(self, sentence: str) -> TrainingError:
        self._telling.failed(self._facts.step, sentence)
        return TrainingError(sentence)

    def _seconds_left(self) -> float | None:
        return self._pace.seconds_left(self._facts.step)


def device_memory_bytes(device: torch.device) -> int:
    """Return what training took of a graphics card at most; what the processor's memory holds."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return device_memory(device).used_bytes
