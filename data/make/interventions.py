"""Scenes with and without one part, to see what that part truly does to a classifier's answer.

The seeds are of their own: neither the training nor the validation pictures hold these scenes.
"""

import setting
import tableware as t
from dishes import dairy, sides, soup


def milk_and_strawberries(studio, n):
    """Like picture 2: a glass jug of milk with strawberries before it, to the left."""
    rng = studio.rng
    jug = t.jug(studio, rng.uniform(0.5, 0.66), rng.uniform(1.2, 1.5))
    dairy.pour(studio, jug, rng.uniform(0.6, 0.8))
    with studio.placed((-rng.uniform(0.6, 0.8), -rng.uniform(0.4, 0.6), 0)):
        sides.strawberries(studio, rng.integers(3, 6), rng.uniform(0.32, 0.4))
    radius, height, elevation = 1.1, 1.3, rng.uniform(14, 35)
    if n % 2:
        setting.pack_shot(studio, radius, height, elevation=elevation, fill=0.86)
    else:
        setting.everyday(studio, radius, height, clutter=0, elevation=elevation)


def soup_in_its_bowl(studio, n):
    """Any of the soups; taken out of its bowl, the body of soup stands there by itself."""
    dishes = list(soup.DISHES.values())
    dishes[n % len(dishes)](studio)


# name: (scene, the part that is taken out)
CASES = {"strawberries": (milk_and_strawberries, "strawberries"), "bowl": (soup_in_its_bowl, "bowl")}
