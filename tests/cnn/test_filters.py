import pytest
import torch
from given.nets import OneFilter, Recorder, food_cnn, random_pictures
from torchvision.models.resnet import BasicBlock, ResNet

from hw9_xai import filter_activation
from hw9_xai.cnn.network import up_to


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
    with up_to(model, "layer1.0.conv1", images) as layer:
        assert layer(images).shape == (2, 64, 24, 40) and len(after.fed) == 1  # to see that the layer runs once
        assert layer(images).shape == (2, 64, 24, 40) and len(after.fed) == 1
