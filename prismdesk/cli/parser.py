"""The arguments of every command, in one place. Names and meaning are a contract."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import prismdesk

if TYPE_CHECKING:
    from collections.abc import Callable

T_HELP = (
    "timecode of the film (01:00:03:12, or ; for drop frame), seconds (3.5s), samples (168000sm)"
)
REGION_HELP = "its name, number along the film, or id"
TAKE_HELP = "its name, number or id, or REGION/TAKE"

_DESCRIPTION = """\
Audio post-production to picture. Times (T) are timecode of the film (01:00:03:12, with ';'
before the frames for drop frame), seconds (3.5s) or samples (168000sm).
Exit codes: 0 done, 1 failed, 2 wrong use or input, 130 cancelled.
Without a command the window opens."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; ``command`` is None when none was given."""
    parser = argparse.ArgumentParser(
        prog="prismdesk",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"PrismDesk {prismdesk.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for add in (
        _add_demo,
        _add_info,
        _add_gaps,
        _add_new,
        _add_generate,
        _add_fill,
        _add_extend,
        _add_batch,
        _add_export,
        _add_history,
        _add_relink,
        _add_verify,
        _add_models,
        _add_takes,
        _add_project,
        _add_credits,
        _add_policy,
        _add_seams,
        _add_onsets,
        _add_suggest,
        _add_prompts,
    ):
        add(_adder(commands))
    return parser


def _adder(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> Callable[[str, str], argparse.ArgumentParser]:
    def add(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary)

    return add


def _add_demo(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("demo", "Make the sample film and take it through the whole journey.")
    command.add_argument("--out", type=Path, metavar="DIR", default=Path("prismdesk-demo"))
    command.add_argument(
        "--headless", action="store_true", help="don't open the window at the end, even if one can"
    )


def _add_info(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("info", "What is in a film: streams, rates, timecode, duration.")
    command.add_argument("film", type=Path, metavar="FILM")
    _add_json(command)


def _add_gaps(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("gaps", "Find dropouts, digital silence and clicks in a film's sound.")
    command.add_argument("film", type=Path, metavar="FILM")
    command.add_argument(
        "--stream", type=int, metavar="N", help="the N-th sound stream, from 1 (default: the first)"
    )
    _add_json(command)


def _add_new(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("new", "Make a project from a film; prints the path of its NAME.prismdesk.")
    command.add_argument("film", type=Path, metavar="FILM")
    command.add_argument("--project", type=Path, metavar="DIR", required=True)
    _add_rate(command)


def _add_generate(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("generate", "Make new sound from picture and words, and write the film.")
    _add_source(command)
    _add_stretch(command)
    _add_making(command, engine="selva")


def _add_fill(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("fill", "Inpaint a stretch of sound, and write the film (or the mix, as .wav).")
    _add_source(command)
    _add_stretch(command)
    _add_making(command, engine="ambience")


def _add_extend(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("extend", "Continue the sound past a point, and write the film (or the mix).")
    _add_source(command)
    command.add_argument("--at", dest="start", metavar="T", help=T_HELP)
    command.add_argument("--by", metavar="SECONDS", help="how far to continue, e.g. 2.5")
    _add_making(command, engine="ambience")


def _add_export(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add(
        "export", "Write a project's film, or its mix as .wav, and check what was written."
    )
    command.add_argument("project", type=Path, metavar="PROJECT")
    _add_out(command)
    command.add_argument("--range", metavar="T-T", help="only this stretch of the timeline")
    command.add_argument(
        "--otio",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="FILE",
        help="write the timeline too, for other editors (default: beside OUT, ending in .otio)",
    )


def _add_history(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("history", "List a project's edits, or undo or redo some.")
    command.add_argument("project", type=Path, metavar="PROJECT")
    step = command.add_mutually_exclusive_group()
    step.add_argument("--undo", type=_positive_number, metavar="N")
    step.add_argument("--redo", type=_positive_number, metavar="N")
    _add_json(command)


def _add_relink(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("relink", "Find a project's moved or renamed media again, by their content.")
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument(
        "--look-in",
        type=Path,
        metavar="DIR",
        action="append",
        required=True,
        help="may be repeated",
    )


def _add_verify(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add(
        "verify", "The null test: is everything outside the regions identical in FILM and OUT?"
    )
    command.add_argument("film", type=Path, metavar="FILM")
    command.add_argument("out", type=Path, metavar="OUT")
    command.add_argument(
        "--region", action="append", default=[], metavar="T-T", help="may differ; may be repeated"
    )
    _add_json(command)


def _add_models(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add(
        "models", "Weights of the model engines: list, show, get, verify, add and remove them."
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", title="actions")
    add_action = _adder(actions)
    listing = add_action("list", "Every model, its size and licence, and whether it is installed.")
    _add_json(listing)
    show = add_action("show", "A model's files, where they are, who allows what, memory.")
    show.add_argument("model", metavar="ID", help="e.g. selva-small_16k, or small_16k")
    _add_json(show)
    get = add_action("get", "Fetch a model's missing files from their publishers.")
    get.add_argument("model", metavar="ID")
    get.add_argument(
        "--accept-licence",
        action="store_true",
        help="accept the terms of its weights, which `models show` prints, without being asked",
    )
    verify = add_action("verify", "Read a model's files again and compare their checksums.")
    verify.add_argument("model", metavar="ID", nargs="?", help="without it: every installed one")
    repair = add_action("repair", "Read a model's files again and fetch those that are damaged.")
    repair.add_argument("model", metavar="ID")
    adding = add_action("add", "Use weight files in a folder, or make files of yours a model.")
    adding.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="a folder, or weight files of one model"
    )
    adding.add_argument("--name", help="make a model of the files, of this name")
    adding.add_argument("--base", metavar="ID", help="the published model it was made from")
    adding.add_argument("--licence", default="", help="of the weights; not stated by default")
    adding.add_argument("--where", default="", help="where the licence is stated")
    adding.add_argument("--credit", default="", help="a line for the credits")
    adding.add_argument(
        "--commercial", action="store_true", help="its licence lets sound made with it be sold"
    )
    remove = add_action("remove", "Delete a model's fetched files, or look into a folder no more.")
    remove.add_argument("model", metavar="ID|FOLDER")


def _add_suggest(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add(
        "suggest", "What a region or stretch holds (speech, hits, cuts), and what follows from it."
    )
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("region", nargs="?", metavar="REGION", help=REGION_HELP)
    command.add_argument("--start", metavar="T", help=T_HELP)
    command.add_argument("--end", metavar="T")
    command.add_argument(
        "--track", type=_positive_number, default=1, metavar="N", help="N-th track, from 1"
    )
    _add_json(command)


def _add_prompts(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("prompts", "A project's named prompts: list, add, remove, move, apply them.")
    actions = command.add_subparsers(dest="action", metavar="ACTION", title="actions")
    add_action = _adder(actions)
    listing = add_action("list", "Every named prompt.")
    adding = add_action("add", "Put a prompt into the table, in place of one of the same name.")
    removing = add_action("remove", "Take a prompt out of the table; regions stay as they are.")
    importing = add_action("import", "Put the prompts of a CSV file into the table.")
    exporting = add_action("export", "Write the table as a CSV file.")
    applying = add_action("apply", "Have regions ask for what a named prompt says.")
    for action in (listing, adding, removing, importing, exporting, applying):
        action.add_argument("project", type=Path, metavar="PROJECT")
    for action in (adding, removing, applying):
        action.add_argument("name", metavar="NAME")
    for action in (importing, exporting):
        action.add_argument("file", type=Path, metavar="CSV")
    _add_json(listing)
    applying.add_argument("regions", nargs="+", metavar="REGION", help=REGION_HELP)
    adding.add_argument("--prompt", required=True, help="what shall be heard")
    adding.add_argument("--negative", metavar="PROMPT", help="what shall not be heard")
    adding.add_argument("--engine", help="who makes the sound (default: as the region has it)")
    adding.add_argument("--variant", help="which of the engine's models")
    adding.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the engine; may be repeated",
    )


def _add_batch(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("batch", "Make many regions of a project, one after the other; over night too.")
    actions = command.add_subparsers(
        dest="action", metavar="ACTION", title="actions", required=True
    )
    add_action = _adder(actions)
    start = add_action("start", "Make all open regions, or the named ones.")
    resume = add_action("resume", "Go on with the batch that isn't over.")
    for action in (start, resume):
        action.add_argument("project", type=Path, metavar="PROJECT")
        _add_machine(action)
    start.add_argument("--takes", type=_take_count, default=1, metavar="N", help="of each, 1 to 16")
    start.add_argument(
        "--regions", nargs="+", metavar="REGION", help=f"{REGION_HELP} (default: all open regions)"
    )
    start.add_argument(
        "--only-open", action="store_true", help="of the named regions, those that are open"
    )
    start.add_argument(
        "--remake", action="store_true", help="make more takes of regions that have some"
    )
    start.add_argument(
        "--order",
        choices=("fewest-loads", "film", "shortest"),
        default="fewest-loads",
        help="which region comes first (default: the order that loads models least often)",
    )
    start.add_argument(
        "--at", dest="start_at", metavar="HH:MM", help="wait for that time of the day"
    )
    start.add_argument("--dry-run", action="store_true", help="say what would be made, and end")
    resume.add_argument("--failed", action="store_true", help="also what failed or was cancelled")
    status = add_action("status", "How far the batch is.")
    summary = add_action("summary", "What became of each region, and why.")
    for action in (status, summary):
        action.add_argument("project", type=Path, metavar="PROJECT")
        _add_json(action)
    summary.add_argument("--csv", type=Path, metavar="FILE", help="write it as a table, too")
    cancel = add_action("cancel", "Make nothing more of the batch; what is made stays.")
    cancel.add_argument("project", type=Path, metavar="PROJECT")


def _add_seams(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("seams", "How a region's take joins its lane: level, click, timbre at both ends.")
    _add_region(command)
    command.add_argument(
        "--shift-in",
        metavar="MS",
        help="put the in seam so many milliseconds later than the take was made to (-8: earlier)",
    )
    command.add_argument("--shift-out", metavar="MS", help="likewise for the out seam")
    _add_json(command)


def _add_onsets(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("onsets", "How the onsets of a region's take lie to the markers of the picture.")
    _add_region(command)
    step = command.add_mutually_exclusive_group()
    step.add_argument(
        "--nudge", action="store_true", help="move the take so that its onset is on the marker"
    )
    step.add_argument("--nudge-by", metavar="MS", help="move the take inside its region")
    _add_json(command)


def _add_region(command: argparse.ArgumentParser) -> None:
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("region", metavar="REGION", help=REGION_HELP)
    command.add_argument("--take", metavar="TAKE", help=f"{TAKE_HELP} (default: what is heard)")


def _add_project(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("project", "What a project is for, and which takes don't fit that.")
    actions = command.add_subparsers(dest="action", metavar="ACTION", title="actions")
    add_action = _adder(actions)
    use = add_action("use", "Print or set what the film is for; licences are held against it.")
    use.add_argument("project", type=Path, metavar="PROJECT")
    use.add_argument("use", nargs="?", choices=("personal", "non-commercial", "commercial"))
    check = add_action("check", "Name the takes that are heard and don't fit; exit 1 if any.")
    check.add_argument("project", type=Path, metavar="PROJECT")
    _add_json(check)
    clear = add_action("clear", "Make the takes that don't fit again, with Ambience.")
    clear.add_argument("project", type=Path, metavar="PROJECT")


def _add_credits(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("credits", "Models, licences and credit lines, and every machine-made clip.")
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("--format", choices=("text", "json", "csv"), default="text")
    command.add_argument("--range", metavar="T-T", help="only this stretch of the timeline")
    command.add_argument("--out", type=Path, metavar="FILE", help="write it there")


def _add_policy(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("policy", "A company's own answers to what models may be used for.")
    actions = command.add_subparsers(dest="action", metavar="ACTION", title="actions")
    add_action = _adder(actions)
    _add_json(add_action("show", "Which file is in force, and what it says."))
    for name, what in (
        ("use", "Put a file in force, from now on."),
        ("check", "Read a file and print what it says, without putting it in force."),
        ("example", "Write an example to begin with."),
    ):
        add_action(name, what).add_argument("file", type=Path, metavar="FILE")
    add_action("remove", "Go by what the publishers say again; the file stays.")


def _add_takes(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command = add("takes", "Takes as records: check that they can be made again, recover, reuse.")
    add_action = _adder(command.add_subparsers(dest="action", metavar="ACTION", title="actions"))
    check = add_action("check", "Make a take again, compare the samples, and say why they differ.")
    _add_take(check)
    _add_machine(check)
    _add_json(check)
    recipe = add_action("recipe", "What a take was made by, as a command line or as JSON.")
    _add_take(recipe)
    _add_json(recipe)
    recipe.add_argument(
        "--apply", metavar="REGION", help=f"have this region made by it too: {REGION_HELP}"
    )
    recipe.add_argument("--same-seed", action="store_true", help="with --apply: its seed too")
    recipe.add_argument("--no-masks", action="store_true", help="with --apply: not its masks")
    recover = add_action("recover", "List the takes whose files are in a folder, and adopt them.")
    recover.add_argument("folder", type=Path, metavar="FOLDER")
    recover.add_argument(
        "--into", type=Path, metavar="PROJECT", help="adopt those that this project hasn't got"
    )
    _add_json(recover)


def _add_take(command: argparse.ArgumentParser) -> None:
    command.add_argument("project", type=Path, metavar="PROJECT")
    command.add_argument("take", metavar="TAKE", help=TAKE_HELP)


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", type=Path, metavar="FILM|PROJECT")
    command.add_argument(
        "--project",
        type=Path,
        metavar="DIR",
        help="where the project of a FILM is made (default: beside the output)",
    )
    _add_rate(command)


def _add_stretch(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="start", metavar="T", help=T_HELP)
    command.add_argument("--to", dest="end", metavar="T")


def _add_making(command: argparse.ArgumentParser, *, engine: str) -> None:
    command.add_argument(
        "--track", type=_positive_number, default=1, metavar="N", help="N-th track, from 1"
    )
    command.add_argument(
        "--lane",
        dest="lanes",
        type=_positive_number,
        action="append",
        default=[],
        metavar="N",
        help="N-th lane of the track, from 1 (default: the first); may be repeated",
    )
    command.set_defaults(default_engine=engine)
    command.add_argument("--engine", help=f"who makes the sound (default: {engine})")
    command.add_argument("--variant", help="which of the engine's models; see `prismdesk models`")
    command.add_argument("--prompt", help="what shall be heard")
    command.add_argument("--negative", metavar="PROMPT", help="what shall not be heard")
    command.add_argument("--seed", type=_seed, help="0 to 4294967295 (default: a new one)")
    command.add_argument("--takes", type=_take_count, default=1, metavar="N", help="1 to 16")
    command.add_argument(
        "--batch-seeds",
        type=_seeds,
        default=(),
        metavar="SEED,SEED…",
        help="compute the take beside those of these seeds, as in a batch, and keep it alone",
    )
    command.add_argument("--steps", type=_positive_number)
    command.add_argument("--guidance", type=float)
    command.add_argument(
        "--stop-at-step",
        type=_positive_number,
        metavar="N",
        help="end sampling there and take the sound that it points at",
    )
    command.add_argument(
        "--hear-at",
        dest="drafts",
        nargs=2,
        action="append",
        default=[],
        metavar=("N", "FILE"),
        help="write the sound so far after step N as a WAV; the take is none the worse",
    )
    command.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the engine; may be repeated",
    )
    command.add_argument(
        "--adapter", dest="adapters", action="append", default=[], metavar="NAME[:STRENGTH]"
    )
    command.add_argument(
        "--vary",
        metavar="TAKE",
        help=f"make variations of this take ({TAKE_HELP}), by what made it; see --set strength=",
    )
    command.add_argument(
        "--handles",
        default="0",
        metavar="LENGTH",
        help="sound that takes keep before and after the stretch: 12fr, 0.5s (default: none)",
    )
    _add_looking(command)
    _add_machine(command)
    _add_out(command)


def _add_looking(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--no-picture",
        dest="sees_picture",
        action="store_false",
        help="go by the words alone, without looking at the film",
    )
    command.add_argument(
        "--mask",
        dest="masks",
        type=Path,
        action="append",
        default=[],
        metavar="PNG",
        help="white where in the picture to listen; repeated, one after another over the stretch",
    )
    command.add_argument(
        "--mask-shape",
        dest="mask_shapes",
        action="append",
        default=[],
        metavar="SHAPE",
        help="a mask drawn over the picture, such as ellipse:0.5,0.4,0.2,0.3 (centre, width, "
        "height as shares of it), with key frames …@0s/0.6,0.4,0.2,0.3@1.5s; repeated, one over "
        "the other, except-ellipse:… takes away",
    )
    command.add_argument("--mask-strength", type=float, metavar="0..1")


def _add_machine(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--device",
        metavar="auto|cpu|mps|cuda[:N]",
        help="what to compute on (default: as in the preferences)",
    )
    command.add_argument(
        "--offload",
        choices=("auto", "keep", "offload"),
        help="whether networks wait in main memory until needed (default: as in the preferences)",
    )


def _add_out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, metavar="OUT")
    command.add_argument(
        "--codec",
        choices=("aac", "opus", "flac", "pcm16", "pcm24", "pcm32f"),
        help="of the mix (default: pcm24 in .mov and .mkv, aac in .mp4, opus in .webm)",
    )
    command.add_argument(
        "--no-production-sound",
        dest="keep_original",
        action="store_false",
        help="leave the film's own sound out instead of keeping it as the second stream",
    )
    command.add_argument("--report", type=Path, metavar="FILE", help="the report, .json or .txt")


def _add_rate(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--rate",
        type=int,
        metavar="HZ",
        help="sample rate of the project (default: the film's own, else 48000)",
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", dest="as_json", action="store_true", help="print JSON")


def _positive_number(text: str) -> int:
    return _number_between(text, 1, 10**6)


def _take_count(text: str) -> int:
    return _number_between(text, 1, 16)


def _seed(text: str) -> int:
    return _number_between(text, 0, 2**32 - 1)


def _seeds(text: str) -> tuple[int, ...]:
    return tuple(_seed(part) for part in text.split(","))


def _number_between(text: str, lowest: int, highest: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = lowest - 1
    if not lowest <= number <= highest:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number from {lowest} to {highest}"
        )
    return number
