"""Picture 8: slices of raw salmon."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t
from dishes import seafood, sides

from scenes.scene import Scene


def arrange(studio):
    """Two fans of salmon on a pale plate with radish, a leaf, lemon and wasabi; chopsticks before it."""
    rng = studio.rng = np.random.default_rng(8)
    studio.brighter = 0.25
    plate = t.plate(studio, 1.35, "coupe", m.ceramic(rng, "#e9eef0", 0.15, speckled=False))
    with studio.placed((0, -0.13, plate.floor)):
        with studio.placed((-0.62, 0.42, 0.02)):
            seafood.shreds(studio, (0, 0, 0))
        leaf = s.leaf(0.75, 0.55, 25, rows=14, columns=7).shifted(rng, 0.03, 0.12)
        studio.add(leaf, m.greens(rng, "#3f7d2a", "#7aa34f"), "leaf", (0.25, 0.5, 0.1), (0, -20, 40), sharp=180)
        with studio.placed((0.12, 0.33, 0.02), (0, 0, 6)):
            seafood.fan(studio, "salmon", 5, 0.26, 0.5)
        with studio.placed((-0.06, -0.28, 0.02), (0, 0, -5)):
            seafood.fan(studio, "salmon", 7, 0.25, 0.55)
        for i in range(2):
            sides.citrus_slice(studio, (0.78 + 0.07 * i, 0.1 - 0.2 * i, 0.08), (0, -25, 40 * i), 0.22)
        studio.add(
            s.blob(rng, (0.13, 0.12, 0.1), 0.15), m.cream(rng, "#a9bf63", 0.6, 0.02), "wasabi", (-0.92, 0.05, 0.08)
        )
    t.chopsticks(studio, (-0.8, -1.55, 0), 176, 1.9, rest=True, material=m.wood(rng, "#b5472c"))
    setting.table_top(studio, m.wood(rng, "#8a5a33", planks=1.5))
    setting.backdrop(studio)
    setting.light(studio, 1.4, "window")
    setting.camera(studio, 1.35, 0.3, 56, fill=0.88, lens=60, blur=0.006, off=(0, -0.035), roll=0)


SCENE = Scene(
    stem="8_8",
    arrange=arrange,
    size=(256, 256),
    take_out=("salmon", "plate", "chopsticks"),
    shows="slices of raw salmon on a plate with chopsticks on a table",
)
