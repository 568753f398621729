import pytest
import torch
from nets import Recorder, Small, food_cnn, random_pictures
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet

from hw9_xai import deep_dream, filter_activation, filter_visualization


class OneFilter(nn.Module):
    """cnn[0] is a convolution that answers with the red channel minus the blue one; cnn[1] is its ReLU."""

    def __init__(self) -> None:
        super().__init__()
        convolution = nn.Conv2d(3, 1, 1, bias=False)
        convolution.weight.data = torch.tensor([1.0, 0.0, -1.0]).reshape(1, 3, 1, 1)
        self.cnn = nn.Sequential(convolution, nn.ReLU())

    def forward(self, images):
        return self.cnn(images).mean((2, 3))


def test_activation_of_a_known_filter():
    images = random_pictures(3, 3, 16, 16)
    assert torch.allclose(filter_activation(OneFilter(), images, 0, 0), images[:, 0] - images[:, 2], atol=1e-6)
    assert torch.allclose(filter_activation(OneFilter(), images, 1, 0), (images[:, 0] - images[:, 2]).relu(), atol=1e-6)


@pytest.mark.parametrize("cnnid", [6, 15, 21, 23, 37])
def test_activation_is_the_networks_own_at_every_kind_of_layer(cnnid):
    model, images = food_cnn(), random_pictures(2)
    ours = filter_activation(model, images, cnnid, 3)
    with torch.no_grad():
        assert torch.allclose(ours, model.cnn[: cnnid + 1](images)[:, 3], atol=1e-4)


def test_a_layer_may_be_given_by_index_name_or_itself():
    model, images = food_cnn(), random_pictures(1)
    by_index = filter_activation(model, images, 15, 0)
    assert torch.equal(by_index, filter_activation(model, images, "cnn.15", 0))
    assert torch.equal(by_index, filter_activation(model, images, model.cnn[15], 0))


def test_a_resnet_is_run_only_as_far_as_needed():
    with torch.random.fork_rng():
        model = ResNet(BasicBlock, [1, 1, 1, 1], num_classes=5).eval()
    after = Recorder(model.fc)
    model.fc = after
    images = random_pictures(2, 3, 96, 160)
    assert filter_activation(model, images, "layer1.0.conv1", 7).shape == (2, 24, 40)
    assert not after.fed


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
    with pytest.raises(ValueError, match="cnnid: 1 does not answer to this image"):
        deep_dream(model, random_pictures(1, 3, 48, 48)[0], 1)


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
