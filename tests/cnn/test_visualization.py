import pytest
import torch
from given.nets import OneFilter, food_cnn, random_pictures

from hw9_xai import filter_activation, filter_visualization


@pytest.mark.parametrize("parametrization", ["pixel", "fourier"])
def test_ascent_finds_the_picture_that_a_known_filter_likes(parametrization):
    picture = filter_visualization(
        OneFilter(), 0, 0, size=32, steps=150, parametrization=parametrization, jitter=0, scale=0, rotation=0
    )
    assert picture.shape == (1, 3, 32, 32)
    red, green, blue = picture[0].mean((1, 2)).tolist()
    assert red > 0.9 and blue < 0.1 and green == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("parametrization", ["pixel", "fourier"])
def test_without_steps_to_speak_of_the_picture_comes_back(parametrization):
    images = 0.1 + 0.8 * random_pictures(2, 3, 48, 40)
    same = filter_visualization(OneFilter(), 0, 0, start=images, steps=1, lr=0.0, parametrization=parametrization)
    assert torch.allclose(same, images, atol=1e-5)


def test_ascent_raises_the_activation_and_stays_in_bounds():
    model, images = food_cnn(), random_pictures(2)
    for start in (images, "noise"):
        climbed = filter_visualization(model, 10, 2, start=start, steps=25)
        before = images if start is images else torch.full((1, 3, 128, 128), 0.5)
        assert filter_activation(model, climbed, 10, 2).mean() > 1.2 * filter_activation(model, before, 10, 2).mean()
        assert climbed.min() >= 0 and climbed.max() <= 1


def test_the_seed_decides():
    def once(seed):
        return filter_visualization(food_cnn(), 10, 2, steps=3, seed=seed)

    assert torch.equal(once(1), once(1)) and not torch.equal(once(1), once(2))


def test_a_dead_filter_is_named_instead_of_returning_grey():
    model = OneFilter()
    model.cnn[0].weight.data = -torch.ones(1, 3, 1, 1)  # always negative: the ReLU after it never opens
    with pytest.raises(ValueError, match=r"filterid: filter 0 is dead on the start image .* layer before the ReLU"):
        filter_visualization(model, 1, 0, size=16)
    assert filter_visualization(model, 0, 0, size=16, steps=2).mean() < 0.5  # before the ReLU it can be climbed
