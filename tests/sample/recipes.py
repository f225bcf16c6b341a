"""Short versions of the sample film's recipe, so that tests needn't draw all of it."""

from __future__ import annotations

from prismdesk.sample.recipe import Defects, Recipe, load_recipe


def a_short_recipe(frames: int = 6) -> Recipe:
    """The first frames of the real film, with defects moved into them."""
    recipe = load_recipe()
    length = frames * recipe.samples_per_frame
    return recipe.model_copy(
        update={
            "picture": recipe.picture.model_copy(update={"frames": frames}),
            "defects": Defects(
                dropout_at_samples=2_000,
                dropout_length_samples=576,
                hole_at_samples=4_000,
                hole_length_samples=1_000,
                clicks_at_samples=(3_100,),
                sound_end_samples=length - 1_500,
            ),
        }
    )
