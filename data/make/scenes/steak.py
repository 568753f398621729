"""Picture 6: a steak with fries."""

import materials as m
import numpy as np
import setting
import tableware as t
from dishes import meat, sides

from scenes.scene import Scene


def arrange(studio):
    """A grilled steak under a knob of butter, fries behind it, two sprigs and tomatoes, on a white plate."""
    rng = studio.rng = np.random.default_rng(6)
    plate = t.plate(studio, 1.45, "coupe", m.ceramic(rng, "#f3f1ec", 0.15, speckled=False))
    with studio.placed((0, 0, plate.floor)):
        with studio.placed((0.12, -0.3, 0), (0, 0, -12), part="steak"):
            meat.grilled_steak(studio, 0.85, grill=0.24, top="butter")
        with studio.placed((-0.34, 0.66, 0), (0, 0, 12)):
            sides.fries(studio, 75, 0.62)
        sides.tomatoes(studio, 3, 0.24, (0.72, 0.5, 0.02), part="tomatoes")
    t.knife(studio, (1.75, -0.5, 0), 92, material=m.metal(rng, "#d5d5d6", 0.22))
    setting.table_top(studio, m.wood(rng, "#6b4426", planks=1.4))
    setting.backdrop(studio)
    setting.light(studio, 1.4, "softbox")
    setting.camera(studio, 1.22, 0.35, 48, fill=0.9, lens=60, blur=0.008, off=(0, 0.0), roll=0)


SCENE = Scene(
    stem="5_6",
    arrange=arrange,
    size=(256, 256),
    take_out=("steak", "fries", "plate"),
    shows="a grilled steak with fries on a plate",
)
