"""Picture 7: fried noodles with egg, vegetable and sausage."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t
from dishes import noodles

from scenes.scene import Scene


def arrange(studio):
    """A heap of fried noodles strewn with omelette, cabbage, carrot and slices of sausage, on a blue-rimmed plate."""
    rng = studio.rng = np.random.default_rng(7)
    plate = t.plate(studio, 1.4, "coupe", m.ceramic(rng, "#e9ecee", 0.15, speckled=False))
    mound = s.Mound(rng, 1.06, 0.4, uneven=0.18)
    with studio.placed((0, 0, plate.floor)):
        noodles.tangle(studio, mound, "#cd9144", 0.033, wild=0.45)
        noodles.shreds(studio, mound, m.greens(rng, "#5f9a34"), 24, 0.065)
        noodles.shreds(studio, mound, m.fruit(rng, "#dd7420"), 10, 0.035, flat=0.6)
        noodles.scrambled(studio, mound, 15)
        noodles.sausage_slices(studio, mound, 12, noodles.RICE_SAUSAGE)
    setting.table_top(studio, m.wood(rng, "#8d6e53", planks=1.4))
    setting.backdrop(studio)
    setting.light(studio, 1.3, "softbox")
    setting.camera(studio, 1.15, 0.4, 55, fill=0.9, lens=60, blur=0.006, off=(0, 0.0), roll=0)


SCENE = Scene(
    stem="6_7",
    arrange=arrange,
    size=(256, 256),
    take_out=("noodles", "egg", "vegetable", "sausage", "plate", "noodles+egg+vegetable+sausage"),
    shows="fried noodles with egg, vegetable and sausage on a plate",
)
