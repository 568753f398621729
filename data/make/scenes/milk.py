"""Picture 2: a glass jug of milk, strawberries to its lower left."""

import numpy as np
import setting
import tableware as t
from dishes import dairy, sides

from scenes.scene import Scene


def arrange(studio):
    """The jug in the middle, its handle to the right, four strawberries before it, light ground, soft shadow."""
    studio.rng = np.random.default_rng(21)
    jug = t.jug(studio, 0.62, 1.45)
    dairy.pour(studio, jug, 0.72)
    with studio.placed((-0.72, -0.5, 0)):
        sides.strawberries(studio, 4, 0.36)
    setting.pack_shot(studio, colour="#f6f2ec")
    setting.camera(studio, 1.1, 1.3, 20, fill=0.86, lens=60, blur=0.003, off=(0, 0), roll=0)
    studio.brighter = 0.45


SCENE = Scene(
    stem="1_2",
    arrange=arrange,
    size=(256, 256),
    take_out=("strawberries", "jug+milk"),
    shows="a glass jug of milk with strawberries to its lower left",
)
