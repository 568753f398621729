import captum.attr
import pytest
import torch
from given.nets import Linear, Quadratic, Recorder, Small, food_cnn, needs_bfloat16, random_pictures

from hw9_xai import load_classifier, load_pictures, saliency, smoothgrad


def test_of_a_linear_network_is_its_weight_whatever_the_noise():
    model = Linear()
    maps = smoothgrad(model, random_pictures(2, 3, 16, 16), [1, 3], samples=9, noise=0.5, of="score", reduce="signed")
    assert torch.allclose(maps, model.weight[[1, 3]], atol=1e-5)


def test_of_a_quadratic_network_averages_to_its_gradient():
    model, images = Quadratic(), random_pictures(1, 3, 16, 16)
    smooth = smoothgrad(model, images, 0, samples=4000, noise=0.3, of="score", reduce="signed")
    gradient = 2 * model.weight[0] * images
    spread = (images.max() - images.min()).item()
    error = 2 * model.weight[0].abs() * 0.3 * spread / 4000**0.5  # standard error of the mean
    assert ((smooth - gradient).abs() < 5 * error).all()


def test_the_square_of_a_quadratic_network_has_the_variance_of_the_noise_in_it():
    model, images = Quadratic(), random_pictures(1, 3, 16, 16)
    square = smoothgrad(model, images, 0, samples=4000, noise=0.3, of="score", reduce="square")
    sigma = 0.3 * (images.max() - images.min())
    expected = 4 * model.weight[0] ** 2 * (images**2 + sigma**2)  # E[(2w(x + e))^2]
    assert (square / expected).mean().item() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("of", ["loss", "score"])
def test_without_noise_is_saliency(of):
    model, images = food_cnn(), random_pictures(1)
    smooth = smoothgrad(model, images, 3, samples=1, noise=0.0, of=of)
    assert torch.equal(smooth.amax(1), saliency(model, images, 3, of=of))


def test_feeds_the_picture_plus_noise_of_the_stated_size():
    model, images = Recorder(Linear()), random_pictures(1, 3, 16, 16) / 2
    smoothgrad(model, images, 0, samples=200, noise=0.2, batch_size=50)
    noise = torch.cat(model.fed) - images
    assert len(noise) == 200
    sigma = 0.2 * (images.max() - images.min())
    assert noise.std().item() == pytest.approx(sigma.item(), rel=0.01)
    assert abs(noise.mean().item()) < 0.001
    assert len({tuple(one.flatten()[:3].tolist()) for one in noise}) == 200  # no sample twice


def test_agrees_with_captum_in_distribution():
    model, images = Small().eval(), random_pictures(1, 3, 32, 32)
    sigma = 0.15 * (images.max() - images.min()).item()
    torch.manual_seed(0)
    tunnel = captum.attr.NoiseTunnel(captum.attr.Saliency(model))
    theirs = [
        tunnel.attribute(images, nt_type="smoothgrad", nt_samples=100, stdevs=sigma, target=1, abs=True)
        for _ in range(6)
    ]
    ours = [smoothgrad(model, images, 1, samples=100, of="score", seed=seed) for seed in range(6)]
    between = (torch.stack(ours).mean(0) - torch.stack(theirs).mean(0)).norm()
    within = (torch.stack(ours[:3]).mean(0) - torch.stack(ours[3:]).mean(0)).norm()
    assert between < 1.5 * within  # no further apart than two halves of our own runs


def test_a_map_does_not_depend_on_the_other_pictures():
    model, images = Small().eval(), random_pictures(3, 3, 32, 32)
    together = smoothgrad(model, images, 1, samples=10)
    assert torch.equal(together[2:], smoothgrad(model, images[2:], 1, samples=10))


@pytest.mark.parametrize("reduce", ["abs", "square", "signed"])
def test_a_gradient_that_is_one_and_the_same_tensor_for_all_channels(reduce):
    class Brightness(torch.nn.Module):
        def forward(self, images):
            return torch.stack([images.sum((1, 2, 3)), -images.sum((1, 2, 3))], 1)  # its gradient is an expanded 1

    maps = smoothgrad(Brightness(), random_pictures(1, 3, 16, 16), 0, samples=2, of="score", reduce=reduce)
    assert torch.equal(maps, torch.ones(1, 3, 16, 16))


@needs_bfloat16
@pytest.mark.parametrize("reduce", ["abs", "signed"])
def test_fast_moves_the_maps_less_than_another_seed_does(reduce):
    model, pictures = load_classifier(), load_pictures()
    maps, fast, other = (
        smoothgrad(model, pictures.images[:2], pictures.labels[:2], samples=64, of="score", reduce=reduce, **how)
        for how in ({}, {"precision": "fast"}, {"seed": 1})
    )
    moved, reseeded = ((one - maps).flatten(1).norm(dim=1) for one in (fast, other))
    assert (moved > 0).all() and (moved < 0.3 * reseeded).all()
