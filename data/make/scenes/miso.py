"""Picture 9: miso soup in a red bowl."""

import materials as m
import numpy as np
import setting
import tableware as t
from dishes import soup

from scenes.scene import Scene


def arrange(studio):
    """Cloudy broth with tofu, wakame and spring onion in red lacquer, chopsticks at its side, on a wooden table."""
    rng = studio.rng = np.random.default_rng(5)
    bowl = t.lacquer_bowl(studio, 0.8, "#b0160f", "#a81c10")
    reach, z = soup.ladle(studio, bowl, soup.miso_broth(rng), level=0.8)
    soup.float_in(studio, "tofu", 9, reach, z)
    soup.float_in(studio, "seaweed", 7, reach, z)
    soup.float_in(studio, "onion", 26, reach, z)
    t.chopsticks(studio, (-0.75, -0.93, 0), 178, 1.8, rest=True, material=m.wood(rng, "#4a2418"))
    setting.table_top(studio, m.wood(rng, "#8a5a33", planks=1.4))
    setting.backdrop(studio)
    setting.light(studio, 1.0, "window")
    setting.camera(studio, 0.95, 0.7, 52, fill=0.76, lens=60, blur=0.006, off=(0, -0.03), roll=0)


SCENE = Scene(
    stem="9_9",
    arrange=arrange,
    size=(342, 256),
    take_out=("bowl", "tofu", "seaweed", "onion", "chopsticks"),
    shows="miso soup in a red bowl",
)
