"""The renderer, where Blender's bpy is installed: one seed, one picture; masks follow their parts."""

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bpy", reason="bpy is not installed (pip install hw9-xai[make], Python 3.11)")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data" / "make"))

import materials as m
import setting
import shapes as s
from studio import Studio


def photograph(x):
    """A ball on a table, `x` to the right of the middle: picture, mask of the ball."""
    studio = Studio("test/ball")
    studio.add(s.ball(0.3), m.plain(studio.rng, "#c03020", 0.5), "ball", at=(x, 0, 0.3))
    setting.table_top(studio)
    setting.light(studio, 1.0, "overcast")
    setting.camera(studio, 1.0, 0.6, 45, off=(0, 0), roll=0)
    mask = studio.mask(64)
    return studio.picture(64, 4), mask == studio.parts.index("ball")


def test_the_same_seed_gives_the_same_picture_and_mask():
    (picture, mask), (again, mask_again) = photograph(0), photograph(0)
    assert (picture == again).all() and (mask == mask_again).all()


def test_moving_a_part_moves_its_mask_and_its_colour_alike():
    (picture, mask), (moved_picture, moved_mask) = photograph(0), photograph(0.4)
    shift = np.argwhere(moved_mask).mean(0) - np.argwhere(mask).mean(0)
    assert shift[1] > 5 and abs(shift[0]) < 1.5
    for pixels, where in ((picture, mask), (moved_picture, moved_mask)):
        redness = pixels[..., 0].astype(int) - pixels[..., 1:].mean(-1)
        assert redness[where].mean() > 40 and redness[~where].mean() < 15
