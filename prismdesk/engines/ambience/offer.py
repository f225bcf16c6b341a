"""What the ambience engine offers, as plain data: importable without numpy."""

from __future__ import annotations

from prismdesk.engines.capabilities import (
    Capabilities,
    EngineInput,
    EngineTask,
    SettingSpec,
)

METHODS = ("auto", "autoregressive", "texture")

AMBIENCE = Capabilities(
    id="ambience",
    name="Ambience",
    version="1",
    summary=(
        "Mends dropouts, fills gaps and carries sound on, from the sound around the region alone; "
        "needs no weights."
    ),
    tasks=frozenset({EngineTask.INPAINT, EngineTask.CONTINUE}),
    inputs=frozenset({EngineInput.AUDIO_CONTEXT}),
    settings=(
        SettingSpec(
            name="method",
            label="Method",
            help=(
                "Autoregressive predicts the missing samples and suits dropouts; texture lays "
                "pieces of the surroundings and suits longer gaps; auto decides by length."
            ),
            default="auto",
            choices=METHODS,
        ),
        SettingSpec(
            name="context_seconds",
            label="Surroundings",
            help="How much sound on either side may be used as material.",
            default=10.0,
            minimum=0.5,
            maximum=60.0,
            unit="s",
        ),
        SettingSpec(
            name="keep_tones",
            label="Carry tones on",
            help="Finds steady tones and hum and carries them through the region in phase.",
            default=True,
        ),
        SettingSpec(
            name="variation",
            label="Variation",
            help=(
                "0 takes always the best-fitting piece and, for dropouts, the likeliest samples; "
                "1 chooses more freely and keeps noise at its full level."
            ),
            default=0.5,
            minimum=0.0,
            maximum=1.0,
        ),
    ),
    context_seconds=10.0,
    licence_code="MIT",
    licence_weights="none needed",
    why_not=(
        (
            EngineTask.GENERATE,
            "Ambience makes sound only out of the sound around a region, not from text or picture.",
        ),
    ),
)
