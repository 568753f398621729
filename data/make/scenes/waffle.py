"""Picture 4: a round waffle."""

import materials as m
import numpy as np
import setting
import tableware as t
from dishes import dessert

from scenes.scene import Scene


def arrange(studio):
    """One golden round waffle on a plain plate."""
    rng = studio.rng = np.random.default_rng(8)
    plate = t.plate(studio, 1.3, "coupe", m.ceramic(rng, "#eceae4", 0.15, speckled=False))
    golden = m.crust(rng, "#e8b45e", "#bd7a2e", "#7d481d", 0.42, 0.5)
    studio.add(dessert.waffle(rng, 0.98, "round", 0.245, 0.1), golden, "waffle", (0, 0, plate.floor), (0, 0, 12))
    setting.table_top(studio, m.wood(rng, "#6b4a32", planks=1.1))
    setting.backdrop(studio)
    setting.light(studio, 1.3, "overcast")
    setting.camera(studio, 1.05, 0.2, 56, fill=0.8, lens=60, blur=0.005, off=(0, 0), roll=0)


SCENE = Scene(
    stem="2_4",
    arrange=arrange,
    size=(256, 256),
    take_out=("waffle", "plate"),
    shows="a round waffle",
)
