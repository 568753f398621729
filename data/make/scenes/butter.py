"""Picture 1: a block of butter on white."""

import materials as m
import numpy as np
import setting
import shapes as s

from scenes.scene import Scene


def arrange(studio):
    """A block and two slices cut from it, on a white sweep under soft light."""
    rng = studio.rng = np.random.default_rng(4)
    butter = m.butter(rng, "#fbdf8e")
    with studio.placed((0.25, 0, 0), (0, 0, -24)):
        studio.add(s.box((1.35, 0.72, 0.62), 0.035, 10).shifted(rng, 0.012, 0.5), butter, "butter")
        for x, z, lean in ((-0.88, 0.27, 62), (-1.2, 0.18, 35)):
            slice_ = s.box((0.62, 0.72, 0.1), 0.025, 8).shifted(rng, 0.012, 0.4)
            studio.add(slice_, butter, "slices", (x, rng.normal(0, 0.03), z), (0, -lean, rng.normal(0, 3)))
    setting.pack_shot(studio)
    setting.camera(studio, 1.15, 0.62, 27, fill=0.82, lens=60, blur=0.003, off=(0, 0), roll=0)
    studio.brighter = 1.0


SCENE = Scene(
    stem="1_1",
    arrange=arrange,
    size=(384, 256),
    take_out=("butter", "slices"),
    shows="a block of butter on a white background",
)
