import pytest
import torch
from given.nets import OneFilter, Small, food_cnn, random_pictures

from hw9_xai import deep_dream


@pytest.mark.parametrize("octaves", [1, 3])
def test_dream_excites_the_layer_more_and_stays_in_bounds(octaves):
    model, image = food_cnn(), random_pictures(1)[0]
    dream = deep_dream(model, image, 13, octaves=octaves, steps=6)
    assert dream.shape == image.shape and dream.min() >= 0 and dream.max() <= 1

    def excitement(picture):
        with torch.no_grad():
            return model.cnn[:14](picture[None]).square().mean().item()

    assert excitement(dream) > 1.2 * excitement(image)


def test_dream_through_a_hooked_layer_of_another_network():
    dream = deep_dream(Small(1).double(), random_pictures(1, 1, 96, 160)[0].double(), "cnn.4", steps=2)
    assert dream.shape == (1, 96, 160) and dream.dtype == torch.float64


def test_an_image_that_does_not_move_the_layer_is_refused():
    model = OneFilter()
    model.cnn[0].weight.data = -torch.ones(1, 3, 1, 1)  # always negative: the ReLU after it never opens
    with pytest.raises(ValueError, match="cnnid: 1 does not answer to this image"):
        deep_dream(model, random_pictures(1, 3, 48, 48)[0], 1)
