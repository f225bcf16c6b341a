"""What the window needs and knows nothing of Qt; ``app`` imports it before Qt.

Qt's Python binding looks through the source of every module that is imported after it, for imports
of its own: a sixth of the time that importing the program takes, spared for what comes first.
"""
# ruff: noqa: F401  (each is imported to be there already)

import prismdesk.interchange.spotting_list
import prismdesk.playback.player
import prismdesk.session.adapter_comparison
import prismdesk.session.again
import prismdesk.session.batch_watch
import prismdesk.session.collecting
import prismdesk.session.models
import prismdesk.session.own_checkpoints
import prismdesk.session.picture_work
import prismdesk.session.preferences
import prismdesk.session.preset_carrying
import prismdesk.session.preset_editing
import prismdesk.session.prompts
import prismdesk.session.records
import prismdesk.session.replacing
import prismdesk.session.seams
import prismdesk.session.seen_picture
import prismdesk.session.suggestions
import prismdesk.session.training_desk
import prismdesk.session.variations
