import captum.attr
import pytest
import torch
from given.nets import Linear, Quadratic, Small, food_cnn, random_pictures

from hw9_xai import saliency


def test_of_a_linear_network_is_its_largest_absolute_weight_over_the_colours():
    model = Linear()
    maps = saliency(model, random_pictures(2, 3, 16, 16), [1, 3], of="score")
    assert torch.allclose(maps, model.weight[[1, 3]].abs().amax(1))


def test_of_a_quadratic_network_is_twice_weight_times_pixel():
    model, images = Quadratic(), random_pictures(2, 3, 16, 16)
    maps = saliency(model, images, 2, of="score")
    assert torch.allclose(maps, (2 * model.weight[2] * images).abs().amax(1), atol=1e-6)


def test_of_the_loss_is_the_chain_rule_through_softmax():
    model, images = Linear(), random_pictures(1, 3, 16, 16)
    blame = model(images).softmax(1)[0] - torch.eye(4)[2]  # d loss / d logits
    expected = torch.einsum("k,kchw->chw", blame, model.weight).abs().amax(0)
    assert torch.allclose(saliency(model, images, 2)[0], expected, atol=1e-5)


def test_vanishes_with_the_loss_where_the_network_is_certain_but_not_with_the_score():
    model, images = Linear(), random_pictures(1, 3, 16, 16)
    model.bias.data[0] += 1000.0
    assert saliency(model, images, 0, of="loss").max() < 1e-12
    assert saliency(model, images, 0, of="score").max() > 0.1


@pytest.mark.parametrize("model, shape", [(food_cnn(), (3, 128, 128)), (Small(1).eval(), (1, 96, 160))])
def test_equals_captum_exactly(model, shape):
    images, labels = random_pictures(3, *shape), torch.tensor([0, 4, 2])
    theirs = captum.attr.Saliency(model).attribute(images.clone().requires_grad_(), target=labels, abs=True).amax(1)
    assert torch.equal(saliency(model, images, labels, of="score"), theirs)
