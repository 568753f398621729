"""Picture 5: a fried egg on toast."""

import materials as m
import numpy as np
import setting
import tableware as t
from dishes import sides

from scenes.scene import Scene


def arrange(studio):
    """One fried egg on one slice of toast, with chives, on a blue-grey plate."""
    rng = studio.rng = np.random.default_rng(14)
    studio.brighter = 0.25
    plate = t.plate(studio, 1.15, "coupe", m.ceramic(rng, "#8fa3ab", 0.15, speckled=False))
    with studio.placed((0, 0, plate.floor), (0, 0, 24)):
        toast = sides.bread_slice(rng, 1.22, 0.15, "tin")
        studio.add(toast, sides.sliced_bread(rng, 0.55, "white"), "toast")
        with studio.placed((0.02, -0.02, 0.145)):
            sides.fried_egg(studio, 0.53, lace=0.75)
            sides.herbs(studio, 70, 0.5, 0.13, size=0.05)
    setting.table_top(studio, m.wood(rng, "#a8743f", planks=1.2))
    setting.backdrop(studio)
    setting.light(studio, 1.2, "softbox")
    setting.camera(studio, 0.88, 0.3, 50, fill=1.0, lens=60, blur=0.006, off=(0, 0), roll=0)


SCENE = Scene(
    stem="3_5",
    arrange=arrange,
    size=(256, 256),
    take_out=("egg+herbs", "toast", "plate"),
    shows="a fried egg on toast",
)
