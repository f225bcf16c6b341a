"""The rows of the menus File, Edit, Track and Help."""

from __future__ import annotations

from prismdesk.ui.actions.spec import MenuRows
from prismdesk.ui.icons import IconName

_file = MenuRows("File").row
FILE = (
    _file("file.new", "New project…", "Ctrl+N", help="Start a project from a film.",
          icon=IconName.PLUS),
    _file("file.open", "Open…", "Ctrl+O", help="Open a project or a film.",
          icon=IconName.FOLDER),
    _file("file.open_recent", "Open recent", help="Open a project that was open before.",
          icon=IconName.HISTORY),
    _file("file.import_sound", "Import sound…", "Ctrl+Shift+I",
          help="Put a sound file on a track at the playhead.", icon=IconName.WAVEFORM),
    _file("file.sample", "Sample film", help="Make and open a project with the sample film.",
          icon=IconName.FILM),
    _file("file.save", "Save", "Ctrl+S",
          help="Say where the project lies; each edit is saved as it is made.", group=True),
    _file("file.save_as", "Save as…", "Ctrl+Shift+S",
          help="Go on with a copy of the project under another name."),
    _file("file.collect", "Collect into a folder…",
          help="Copy the film, sounds and presets that are used into the project's folder."),
    _file("file.use_personal", "Personal", within="This project is",
          help="The film is for yourself and the people you show it to.", group=True),
    _file("file.use_non_commercial", "Non-commercial", within="This project is",
          help="The film is shown to all, and nobody earns with it."),
    _file("file.use_commercial", "Commercial", within="This project is",
          help="The film is to be sold: sound of models that mustn't be used for that is refused, "
          "when it is made and when it is exported."),
    _file("licence.policy", "Licence policy…",
          help="See which company's file says what models may be used for, and choose one."),
    _file("file.export", "Export…", "Ctrl+Shift+E", help="Write the finished film or its sound.",
          icon=IconName.EXPORT, group=True),
    _file("file.close", "Close project", "Ctrl+W", help="Close the project; nothing is lost.",
          group=True),
    _file("file.preferences", "Preferences…", "Ctrl+,",
          help="Sound device, cache, keys, theme and text size.", icon=IconName.GEAR),
    _file("file.quit", "Quit", "Ctrl+Q", help="Close PrismDesk; nothing is lost.", group=True),
)  # fmt: skip

_edit = MenuRows("Edit").row
EDIT = (
    _edit("edit.undo", "Undo", "Ctrl+Z", help="Take back the last edit.", icon=IconName.UNDO),
    _edit("edit.redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", help="Make the edit again that was undone.",
          icon=IconName.REDO),
    _edit("edit.cut", "Cut", "Ctrl+X", help="Take what is selected away and keep it for pasting.",
          group=True),
    _edit("edit.copy", "Copy", "Ctrl+C", help="Keep what is selected for pasting.",
          icon=IconName.COPY),
    _edit("edit.paste", "Paste", "Ctrl+V", help="Put what was cut or copied at the playhead."),
    _edit("edit.delete", "Delete", "Del Backspace",
          help="Take what is selected away and leave its place empty.", icon=IconName.TRASH),
    _edit("edit.ripple_delete", "Ripple delete", "Shift+Del",
          help="Take what is selected away and close the gap.", icon=IconName.RIPPLE),
    _edit("edit.select_all", "Select all", "Ctrl+A", help="Select every clip."),
    _edit("edit.split", "Split", "S Ctrl+B", daw="B Ctrl+B",
          help="Split the clips at the playhead, or at the edges of the marked time.",
          icon=IconName.SCISSORS, group=True),
    _edit("edit.trim_start", "Trim start to playhead", "Q", daw="A",
          help="Have the clips under the playhead begin there."),
    _edit("edit.trim_end", "Trim end to playhead", "W", daw="S",
          help="Have the clips under the playhead end there."),
    _edit("edit.fade_in", "Fade in to playhead", "D", help="Fade the clips in up to the playhead.",
          icon=IconName.FADE_IN),
    _edit("edit.fade_out", "Fade out from playhead", "G",
          help="Fade the clips out from the playhead on.", icon=IconName.FADE_OUT),
    _edit("edit.crossfade", "Crossfade", "F", help="Fade over between neighbouring clips.",
          icon=IconName.CROSSFADE),
    _edit("edit.mute_clip", "Mute clip", "Alt+M", help="Silence the selected clips, or have them "
          "heard again."),
    _edit("edit.insert_silence", "Insert silence…", "Ctrl+Alt+I",
          help="Move everything after the playhead on by a length."),
    _edit("edit.nudge_left", "Back one frame", ",", within="Nudge",
          help="Move what is selected one frame back; the playhead if nothing is selected."),
    _edit("edit.nudge_right", "On one frame", ".", within="Nudge",
          help="Move what is selected one frame on; the playhead if nothing is selected."),
    _edit("edit.nudge_left_5", "Back five frames", "Shift+,", within="Nudge",
          help="Move what is selected five frames back."),
    _edit("edit.nudge_right_5", "On five frames", "Shift+.", within="Nudge",
          help="Move what is selected five frames on."),
    _edit("edit.nudge_left_ms", "Back one millisecond", "Alt+,", within="Nudge",
          help="Move what is selected one millisecond back."),
    _edit("edit.nudge_right_ms", "On one millisecond", "Alt+.", within="Nudge",
          help="Move what is selected one millisecond on."),
    _edit("edit.ripple_mode", "Ripple", "Alt+P",
          help="Whether edits move what comes after them.", icon=IconName.RIPPLE, group=True),
    _edit("edit.snap", "Snap", "N",
          help="Whether gestures catch on frames, edits, markers and cuts.",
          icon=IconName.MAGNET),
)  # fmt: skip

_track = MenuRows("Track").row
TRACK = (
    _track("track.add", "Add track…", "Ctrl+Alt+T", daw="Ctrl+Shift+N Ctrl+Alt+T",
           help="Add an audio track.", icon=IconName.PLUS),
    _track("track.rename", "Rename track…", "F2", help="Give the track another name."),
    _track("track.remove", "Remove track", help="Take the track away with all that is on it.",
           icon=IconName.TRASH),
    _track("track.mute", "Mute track", "Ctrl+Alt+M", daw="Alt+Shift+M",
           help="Silence the track, or have it heard again.", icon=IconName.MUTED, group=True),
    _track("track.solo", "Solo track", "Ctrl+Alt+S", daw="Alt+Shift+S",
           help="Hear this track and other soloed ones alone."),
)  # fmt: skip

_help = MenuRows("Help").row
HELP = (
    _help("help.guide", "Guide", "F1", help="How to get from a faulty film to a finished one.",
          icon=IconName.BOOK),
    _help("help.keys", "Keys", "?", help="All keys on one page.", icon=IconName.KEYBOARD),
    _help("help.messages", "Messages", help="What was told since the program started."),
    _help("help.welcome", "Welcome", help="Show the welcome page again."),
    _help("help.about", "About PrismDesk", help="Version, licence and what it is built on.",
          icon=IconName.INFO, group=True),
)  # fmt: skip
