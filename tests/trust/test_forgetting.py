"""Networks that forget: what of a map they keep is known."""

import math

import pytest
import torch
from given.nets import Linear, food_cnn, random_pictures
from torch import nn

from hw9_xai import saliency, trust


def test_the_top_is_randomised_first_and_the_rest_is_kept():
    model = food_cnn()
    names = trust.layers_with_weights(model)
    assert names[:2] == ["fc.3", "fc.0"] and names[-2:] == ["cnn.1", "cnn.0"] and len(names) == 24
    for depth in (0, 1, 2, 5, len(names)):
        other = trust.randomised(model, depth)
        for place, name in enumerate(names):
            before, after = model.get_submodule(name).state_dict(), other.get_submodule(name).state_dict()
            same = all(torch.equal(before[key], after[key]) for key in before)
            assert same == (place >= depth), (depth, name)


def test_depths_are_steps_of_one_walk_and_the_seed_decides():
    model = food_cnn()
    shallow, deep, other = trust.randomised(model, 1), trust.randomised(model, 9), trust.randomised(model, 1, seed=1)
    assert torch.equal(shallow.fc[3].weight, deep.fc[3].weight)
    assert torch.equal(shallow.fc[3].weight, trust.randomised(model, 1).fc[3].weight)
    assert not torch.equal(shallow.fc[3].weight, other.fc[3].weight)


def test_randomisation_leaves_no_trace():
    model = food_cnn().train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    state = torch.get_rng_state()
    trust.cascade(lambda net: saliency(net, random_pictures(1), 0), model, [1, 24])
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training and all(parameter.grad is None for parameter in model.parameters())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_what_looks_at_no_model_survives_randomisation_and_what_does_falls():
    model, images = food_cnn(), random_pictures(2)
    kept = trust.cascade(lambda net: trust.edges(images), model, [1, 24])
    assert (
        kept.shape == (2, 2, 128, 128) and torch.equal(kept[0], kept[1]) and torch.equal(kept[0], trust.edges(images))
    )
    own = saliency(model, images, 0, of="score")
    untouched, ruined = trust.cascade(lambda net: saliency(net, images, 0, of="score"), model, [0, 24])
    for i in range(2):
        assert trust.similarity(own[i], untouched[i]) == pytest.approx(1)
        assert trust.similarity(own[i], ruined[i]) < 0.7


def test_randomising_the_top_moves_a_map_that_hangs_on_it_in_closed_form():
    """Two regions, one weight each: a new top layer gives each pixel its region's new weight, so ranks are known."""
    left = torch.zeros(1, 4, 4)
    left[..., :2] = 1
    bottom = nn.Linear(16, 2, bias=False)
    bottom.weight.data = torch.stack([left.flatten(), 1 - left.flatten()])
    top = nn.Linear(2, 1, bias=False)
    top.weight.data = torch.tensor([[1.0, 2.0]])
    model, image = nn.Sequential(nn.Flatten(), bottom, top), torch.full((1, 1, 4, 4), 0.5)

    def explain(net):
        return saliency(net, image, 0, of="score")

    for seed in range(6):
        new = trust.randomised(model, 1, seed=seed)[2].weight[0].abs()
        expected = 1.0 if new[1] > new[0] else -1.0
        (faded,) = trust.cascade(explain, model, [1], seed=seed)
        assert trust.similarity(explain(model)[0], faded[0]) == pytest.approx(expected)


def test_depths_and_models_that_cannot_be_are_said():
    with pytest.raises(ValueError, match="depth: expected at most 24, the model's layers, got 25"):
        trust.randomised(food_cnn(), 25)
    with pytest.raises(ValueError, match="model: expected layers with reset_parameters"):
        trust.randomised(Linear(), 1)


def test_averaging_over_noise_forgives_a_map_its_noise():
    """A map that is the picture and its own noise: of one copy barely like the picture, of many as like as can be."""
    image = random_pictures(1, 3, 32, 32)
    plain = image.mean(1)[0]
    alike = [
        trust.similarity(trust.noisy_mean(lambda x: x.mean(1), image, samples=samples, noise=0.5)[0], plain)
        for samples in (1, 4, 64)
    ]
    assert alike == sorted(alike) and alike[0] < 0.6 and alike[-1] > 0.9


def test_the_noise_is_the_seeds():
    image = random_pictures(1)
    state = torch.get_rng_state()
    first, again, other = (trust.noisy_mean(trust.edges, image, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), state)


def test_complexity_is_the_entropy_of_sizes():
    two = torch.tensor([0.0, 0.0, 1.0, -1.0])
    assert trust.complexity(two) == pytest.approx(1)  # two sizes, each half of the time: one bit
    assert trust.complexity(torch.zeros(5, 5)) == 0
    skewed = torch.cat([torch.zeros(75), torch.ones(25)])
    assert trust.complexity(skewed) == pytest.approx(-(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25)))
    values = torch.rand(50, 50)
    assert trust.complexity(values) == pytest.approx(trust.complexity(-3 * values), abs=0.02)  # neither sign nor scale
    assert trust.complexity(values) > trust.complexity(values**8)  # few large values are simpler than many


def test_the_mean_of_equal_maps_is_that_map():
    image = random_pictures(1)
    assert torch.equal(trust.noisy_mean(trust.uniform, image, samples=4), trust.uniform(image))
