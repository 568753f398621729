import captum.attr
import pytest
import torch
from given.nets import Linear, Quadratic, Recorder, Small, food_cnn, needs_bfloat16, random_pictures

from hw9_xai import generate_images_on_linear_path, integrated_gradients, load_classifier, load_pictures
from hw9_xai.cnn.integrated_gradients import RULES, quadrature


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("steps", [2, 3, 10, 51])
def test_weights_sum_to_one_and_points_lie_on_the_path(rule, steps):
    alphas, weights = quadrature(rule, steps)
    assert weights.sum().item() == pytest.approx(1, abs=1e-14)
    assert alphas.min() >= 0 and alphas.max() <= 1 and (alphas.diff() > 0).all()


@pytest.mark.parametrize("rule, order", [("midpoint", 1), ("trapezoid", 1), ("gauss-legendre", 13), ("left", 0)])
def test_a_rule_is_exact_for_polynomials_up_to_its_order_and_not_beyond(rule, order):
    alphas, weights = quadrature(rule, 7)
    for power in range(order + 1):
        assert (weights * alphas**power).sum().item() == pytest.approx(1 / (power + 1), abs=1e-12)
    assert abs((weights * alphas ** (order + 1)).sum().item() - 1 / (order + 2)) > 1e-10


@pytest.mark.parametrize("rule", RULES)
def test_is_exact_on_a_linear_network(rule):
    model, images = Linear(), random_pictures(2, 3, 16, 16)
    attributions, residual = integrated_gradients(model, images, [1, 3], baseline=0.25, steps=5, rule=rule)
    assert torch.allclose(attributions, model.weight[[1, 3]] * (images - 0.25), atol=1e-5)
    assert residual.abs().max() < 1e-3


def test_midpoints_are_exact_on_a_quadratic_network():
    model, images = Quadratic(), random_pictures(2, 3, 16, 16)
    attributions, residual = integrated_gradients(model, images, 0, steps=1)
    assert torch.allclose(attributions, model.weight[0] * images**2, atol=1e-6)
    assert residual.abs().max() < 1e-3


def test_the_residual_is_what_the_rule_misses():
    model, images = Quadratic(), random_pictures(1, 3, 16, 16)
    attributions, residual = integrated_gradients(model, images, 0, steps=10, rule="left")
    # The left sum of 2 w x^2 a over a = 0, 1/10 .. 9/10 is 0.9 w x^2.
    assert torch.allclose(attributions, 0.9 * model.weight[0] * images**2, atol=1e-5)
    assert residual.item() == pytest.approx(0.1 * (model.weight[0] * images**2).sum().item(), rel=1e-3, abs=1e-4)


def test_residual_shrinks_with_steps():
    model, images = food_cnn(), random_pictures(2)
    coarse, fine = (integrated_gradients(model, images, [2, 5], steps=steps).residual.abs().sum() for steps in (4, 64))
    assert fine < coarse / 4


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(64, marks=pytest.mark.xfail(strict=True, reason="64 do for four pictures of ten, 128 for nine")),
        256,
    ],
)
def test_on_the_trained_network_midpoints_are_complete_to_one_percent(steps):
    model, pictures = load_classifier(), load_pictures()
    slowest = [4, 6, 9]
    images, labels = pictures.images[slowest], pictures.labels[slowest]
    residual = integrated_gradients(model, images, labels, steps=steps).residual
    with torch.no_grad():
        gain = model(images) - model(torch.zeros_like(images))
    gain = gain.gather(1, labels[:, None])[:, 0]
    assert (residual.abs() < 0.01 * gain.abs()).all()


@pytest.mark.parametrize("rule, theirs", [("gauss-legendre", "gausslegendre"), ("left", "riemann_left"),
                                          ("right", "riemann_right"), ("midpoint", "riemann_middle")])  # fmt: skip
def test_equals_captum_under_the_same_rule(rule, theirs):
    model, images, labels = Small().eval(), random_pictures(2, 3, 96, 160), torch.tensor([1, 3])
    expected = captum.attr.IntegratedGradients(model).attribute(
        images, baselines=0.1, target=labels, n_steps=12, method=theirs
    )
    ours = integrated_gradients(model, images, labels, baseline=0.1, steps=12, rule=rule).attributions
    assert torch.allclose(ours, expected, rtol=1e-5, atol=1e-5 * expected.abs().max())


def test_one_step_from_black_is_input_times_gradient():
    model, images, labels = Small().eval(), random_pictures(2, 3, 32, 32), torch.tensor([1, 3])
    theirs = captum.attr.InputXGradient(model).attribute(images.clone().requires_grad_(), target=labels)
    ours = integrated_gradients(model, images, labels, steps=1, rule="right").attributions
    assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-5 * float(theirs.abs().max()))


def test_what_the_network_is_fed_lies_on_the_line():
    model, images = Recorder(Linear()), random_pictures(1, 3, 16, 16)
    integrated_gradients(model, images, 0, baseline=0.5, steps=4, rule="right", batch_size=3)
    path = torch.cat(model.fed)[:4]
    for alpha, picture in zip((0.25, 0.5, 0.75, 1.0), path, strict=True):
        assert torch.allclose(picture, 0.5 + alpha * (images[0] - 0.5), atol=1e-6)


def test_a_baseline_may_be_a_picture_or_one_for_each():
    model, images = Linear(), random_pictures(2, 3, 16, 16)
    dark = images[0] / 2
    for baseline, expected in ((dark, images - dark), (images / 4, images * 3 / 4)):
        attributions, _ = integrated_gradients(model, images, 1, baseline=baseline, steps=2)
        assert torch.allclose(attributions, model.weight[1] * expected, atol=1e-5)


def test_linear_path():
    image = random_pictures(1, 3, 8, 8)[0]
    path = generate_images_on_linear_path(image, 0.5, torch.tensor([0.0, 0.5, 1.0]))
    assert torch.allclose(path[0], torch.full_like(image, 0.5))
    assert torch.allclose(path[1], (image + 0.5) / 2)
    assert torch.allclose(path[2], image)
    assert len(generate_images_on_linear_path(image, torch.zeros(3, 8, 8), [0.1] * 7)) == 7


@needs_bfloat16
def test_fast_moves_the_maps_less_than_half_the_steps_would():
    model, pictures = load_classifier(), load_pictures()
    maps, fast, half = (
        integrated_gradients(model, pictures.images[:3], pictures.labels[:3], **how).attributions
        for how in ({"steps": 32}, {"steps": 32, "precision": "fast"}, {"steps": 16})
    )
    moved, halved = ((one - maps).flatten(1).norm(dim=1) for one in (fast, half))
    assert (moved > 0).all() and (moved < halved).all(), (moved, halved)
