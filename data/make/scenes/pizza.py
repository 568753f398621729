"""Picture 0: a slice of pizza on a plate with knife and fork."""

import materials as m
import numpy as np
import setting
import tableware as t
from dishes import bread

from scenes.scene import Scene


def arrange(studio):
    """A slice with mushrooms and basil, its tip towards us, the fork on the left and the knife on the right."""
    rng = studio.rng = np.random.default_rng(11)
    steel = m.metal(rng, "#dcdcdd", 0.3)
    plate = t.plate(studio, 1.35, "round", m.ceramic(rng, "#d8d2c4", 0.12, speckled=False))
    recipe = bread.Recipe(rng, ["mushrooms"])
    recipe.rim, recipe.herbs = 0.19, True
    with studio.placed((0.06, -0.86, plate.floor), (0, 0, 84)):
        bread.pizza_piece(studio, recipe, 1.72, 50)
    t.fork(studio, (-0.86, 0.05, plate.floor + 0.09), 98, 1.9, steel)
    t.knife(studio, (1.0, -0.3, plate.floor + 0.1), 84, 2.1, steel, steel)
    setting.table_top(studio, m.wood(rng, "#8a5a34", planks=1.3))
    setting.backdrop(studio)
    setting.light(studio, 1.3, "softbox")
    setting.camera(studio, 1.25, 0.2, 60, fill=1.06, lens=60, blur=0.006, off=(0, 0.01), roll=0)


SCENE = Scene(
    stem="0_0",
    arrange=arrange,
    size=(256, 256),
    take_out=("pizza+mushrooms+herbs", "mushrooms", "fork", "knife", "plate"),
    shows="a slice of pizza on a plate with knife and fork",
)
