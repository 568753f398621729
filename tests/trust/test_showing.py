"""Showing and hiding pixels in a map's order, where the curve is known."""

import pytest
import torch
from given.nets import food_cnn, random_pictures
from torch import nn

from hw9_xai import trust

SIDE = 8


class Brightness(nn.Module):
    """Class 0 is as probable as the share of white pixels says; one of two."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        share = images.mean((1, 2, 3)).clamp(1e-6, 1 - 1e-6)
        return torch.stack([share.log(), (1 - share).log()], 1)


def half_white() -> torch.Tensor:
    image = torch.zeros(3, SIDE, SIDE)
    image[:, :, : SIDE // 2] = 1
    return image


def test_hiding_the_white_half_first_follows_a_known_curve():
    """Mean colour is grey. Each step turns an eighth of the pixels grey: first the white ones, the share falls from
    1/2 by 1/16 a step to 1/4; then the black ones, and it rises again."""
    image = half_white()
    curve = [0.5 - step / 16 for step in (1, 2, 3, 4)] + [0.25 + step / 16 for step in (1, 2, 3, 4)]
    found = trust.deletion(Brightness(), image, 0, map=image[0], steps=8)
    assert found == pytest.approx(1 - sum(curve) / 8, abs=1e-5)
    upside_down = trust.deletion(Brightness(), image, 0, map=-image[0], steps=8)
    assert upside_down == pytest.approx(1 - (1 - sum(curve) / 8), abs=1e-5)  # the curve mirrored at 1/2
    assert found > upside_down


def test_showing_the_white_half_first_beats_showing_it_last():
    image = half_white()
    first, last = (trust.insertion(Brightness(), image, 0, map=sign * image[0]) for sign in (1, -1))
    constant = trust.insertion(Brightness(), image, 0, map=torch.ones(SIDE, SIDE))
    assert last < constant < first


def test_equal_pixels_come_in_an_order_by_chance_that_the_seed_decides():
    image, model = random_pictures(1)[0], food_cnn()
    map = torch.ones(128, 128)
    same = [trust.insertion(model, image, 3, map, seed=seed) for seed in (0, 0, 1)]
    assert same[0] == same[1] != same[2]
    assert trust.insertion(model, image, 3, 7 * map) == same[0]


def test_nothing_is_left_behind():
    model, image = food_cnn().train(), random_pictures(1)[0]
    before, state = {key: value.clone() for key, value in model.state_dict().items()}, torch.get_rng_state()
    kept = image.clone()
    trust.deletion(model, image, 3, map=image[0])
    assert torch.equal(torch.get_rng_state(), state) and torch.equal(image, kept) and model.training
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
