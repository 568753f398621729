"""Picture 3: a piece of layer cake on a plate, a fork beside it, on a table."""

import materials as m
import numpy as np
import setting
import tableware as t
from dishes import dessert

from scenes.scene import Scene


def arrange(studio):
    """Strawberry cake in three layers, its cut face towards us, one strawberry on cream, the fork in front."""
    rng = studio.rng = np.random.default_rng(36)
    plate = t.plate(studio, 1.3, "coupe", m.ceramic(rng, "#f4f3f1", 0.12, speckled=False))
    with studio.placed((0, 0.12, plate.floor), (0, 0, 14)), studio.placed((-0.75, 0, 0)):
        top, cream = dessert.layered_wedge(studio, "#f6dda2", "#fbf4e6", 1.4, 40, 3, 0.92, fruity=True)
        studio.add(dessert.rosette(0.21, 0.2), cream, "cream", (1.08, 0, top - 0.01), sharp=180)
        dessert.berry(studio, (1.08, 0, top + 0.18), (12, -8, 40))
    t.fork(studio, (0.5, -0.72, plate.floor + 0.08), 172, 1.7, m.metal(rng, "#d5d5d6", 0.22))
    setting.table_top(studio, m.wood(rng, "#9a6a3c", planks=1.3))
    setting.backdrop(studio)
    setting.light(studio, 1.3, "softbox")
    setting.camera(studio, 1.25, 0.9, 27, fill=0.8, lens=60, blur=0.007, off=(0, 0.0), roll=0)


SCENE = Scene(
    stem="2_3",
    arrange=arrange,
    size=(384, 256),
    take_out=("cake+cream+strawberry", "fork", "plate"),
    shows="a piece of layer cake on a plate with a fork",
)
