"""What a run's method needs: what learns, and how its listening examples are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.selva.fitting_sizes import MEL_MODES
from prismdesk.engines.selva.networks import CLIP_WORDS, GENERATOR, VAE_DECODER, VOCODER
from prismdesk.engines.training.options import refuse_method
from prismdesk.engines.training.pair_decoding import CheckpointDecoder
from prismdesk.engines.training.pair_sampling import SelvaSampler, sampler_of
from prismdesk.engines.training.subjects import family_of, low_rank_subject
from prismdesk.engines.training.surgery import Reweighting
from prismdesk.engines.training.vocoder_pairs import VocoderPairs
from prismdesk.engines.training.vocoder_subject import EncodedLatents, VocoderSubject
from prismdesk.engines.training.words_subject import WordsSubject, words_start

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.nets.clip_words import ClipWords
    from prismdesk.engines.training.encoded_set import EncodedSet
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.pair_decoding import PairDecoder
    from prismdesk.engines.training.pair_sampling import PairSampler
    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.subject import BaseModel, TrainingSubject
    from prismdesk.engines.training.trainer import Afterwards


@dataclass(frozen=True, slots=True)
class MethodAtWork:
    """What one run trains, and hears.

    Attributes:
        subject: what learns.
        sampler: makes the latents of examples with it.
        decoder: makes sound of these.
        afterwards: what is done once all steps are done, if anything.
    """

    subject: TrainingSubject
    sampler: PairSampler
    decoder: PairDecoder
    afterwards: Afterwards | None = None


def method_at_work(
    checkpoint: Checkpoint,
    options: TrainingOptions,
    base: BaseModel,
    pairs: EncodedSet,
    folder: RunFolder,
) -> MethodAtWork:
    """Load what a run's method needs of a checkpoint.

    Args:
        checkpoint: of the base.
        options: of the run; they say which method.
        base: what the base is.
        pairs: of the run.
        folder: of the run.

    Raises:
        CheckpointError: a file can't be used.
        OptionError: the model can't be trained so.
        EncodedSetError: a pair can't be used.
    """
    refuse_method(family_of(checkpoint.model), options.method)
    if options.method == "words":
        return _words(checkpoint, options, base, pairs)
    if options.method == "vocoder":
        return _vocoder(checkpoint, options, base, pairs, folder.encoded)
    subject = low_rank_subject(checkpoint, options, base)
    afterwards = None
    if options.reweight == "sensitivity":
        afterwards = Reweighting(subject, pairs, options, folder)
    decoder = CheckpointDecoder(checkpoint)
    return MethodAtWork(subject, sampler_of(subject), decoder, afterwards)


def _words(
    checkpoint: Checkpoint, options: TrainingOptions, base: BaseModel, pairs: EncodedSet
) -> MethodAtWork:
    network = GENERATOR.load(checkpoint)
    vocabulary = CLIP_WORDS.load(checkpoint)
    tokens = network.empty_string_feat.shape[0]
    start = words_start(
        network, pairs, options, lambda prompt: _tokens_of(vocabulary, prompt, tokens)
    )
    subject = WordsSubject(network, options, base, start)
    sampler = SelvaSampler(network, lambda pair: subject.conditions([pair]))
    return MethodAtWork(subject, sampler, CheckpointDecoder(checkpoint))


def _tokens_of(vocabulary: ClipWords, prompt: str, tokens: int) -> int:
    """Return how many places a prompt fills, its beginning and its end among them."""
    ids = vocabulary.ids([prompt], context_length=tokens)[0]
    return 1 + int(ids.nonzero().max())


def _vocoder(
    checkpoint: Checkpoint,
    options: TrainingOptions,
    base: BaseModel,
    pairs: EncodedSet,
    folder: Path,
) -> MethodAtWork:
    mode = MEL_MODES[checkpoint.model.native_rate_hz]
    sounds = VocoderPairs(VAE_DECODER.load(checkpoint), mode, pairs.index, folder)
    subject = VocoderSubject(VOCODER.load(checkpoint), sounds, options, base)
    return MethodAtWork(subject, EncodedLatents(), subject)
