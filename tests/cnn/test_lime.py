import numpy as np
import pytest
import torch
from given.lime_package import lime_package
from given.nets import Linear, Recorder, Small, food_cnn, needs_bfloat16, random_pictures, seeded
from lime.lime_base import LimeBase
from torch import Tensor, nn

from hw9_xai import lime, load_classifier, load_pictures
from hw9_xai.cnn.lime import balanced_samples, weighted_ridge
from hw9_xai.cnn.superpixels import hide_everything, segment

STRIPES = torch.arange(16).repeat(16, 1) // 2  # (16,16) in 8 segments


class SegmentSums(nn.Module):
    """Linear in the segments: each segment that is not black adds its weight; class 1 gets the opposite."""

    def __init__(self, segments: Tensor, weights: Tensor) -> None:
        super().__init__()
        self.masks = nn.functional.one_hot(segments).permute(2, 0, 1).float()  # (S,H,W)
        self.weights = weights

    def forward(self, images: Tensor) -> Tensor:
        shown = torch.einsum("nchw,shw->ns", images, self.masks) / (images.shape[1] * self.masks.sum((1, 2)))
        score = 3 + shown @ self.weights
        return torch.stack([score, -score], 1)


def test_recovers_the_weights_of_a_network_that_is_linear_in_the_segments():
    truth = torch.randn(8, generator=seeded(3))
    model, white = SegmentSums(STRIPES, truth), torch.ones(1, 3, 16, 16)
    (explanation,) = lime(model, white, 0, segments=STRIPES, hide="black", samples=20_000)
    assert torch.allclose(explanation.weights, truth, atol=2e-3)  # the ridge's pull of 1 in 20,000 remains
    assert torch.allclose(explanation.weights_by_class[1], -truth, atol=2e-3)
    assert explanation.intercept == pytest.approx(3, abs=2e-3)
    assert explanation.r2 == pytest.approx(1, abs=1e-5)


def test_equals_the_lime_package_on_the_samples_that_it_drew():
    model, image = food_cnn(), random_pictures(1)[0]
    pieces = segment(image, 60)
    weights, intercept, r2, shown, scores = lime_package(image, model, 5, 200, lambda _: pieces.numpy(), 0)
    ours = weighted_ridge(shown, scores, 0.25)
    assert np.abs(ours[0][:, 5] - weights).max() < 1e-6
    assert ours[1][5] == pytest.approx(intercept, abs=1e-6)
    assert ours[2][5] == pytest.approx(r2, abs=1e-6)


def test_equals_the_lime_package_from_picture_to_weights(monkeypatch):
    model, image = food_cnn(), random_pictures(1)[0]
    pieces = segment(image, 60)
    weights, _, _, shown, _ = lime_package(image, model, 5, 200, lambda _: pieces.numpy(), 0)
    monkeypatch.setattr("hw9_xai.cnn.lime.balanced_samples", lambda *_: shown)
    (ours,) = lime(model, image[None], 5, segments=pieces, samples=200)
    assert np.abs(ours.weights.numpy() - weights).max() < 1e-4 * np.abs(weights).max()


def test_ridge_equals_the_package_for_every_class_at_once():
    rng = np.random.default_rng(0)
    shown, scores = rng.random((300, 12)) < 0.5, rng.normal(size=(300, 3))
    shown[0] = True
    distance = 1 - np.sqrt(shown.mean(1))
    base = LimeBase(lambda d: np.sqrt(np.exp(-(d**2) / 0.25**2)))
    weights, intercepts, r2, _ = weighted_ridge(shown, scores, 0.25)
    for label in range(3):
        theirs = base.explain_instance_with_data(shown.astype(int), scores, distance, label, 100)
        assert [weights[feature, label] for feature, _ in theirs[1]] == pytest.approx([w for _, w in theirs[1]])
        assert (intercepts[label], r2[label]) == pytest.approx((theirs[0], theirs[2]))


def test_what_the_network_is_fed_is_the_picture_with_pieces_hidden():
    model, image = Recorder(Linear()), random_pictures(1, 3, 16, 16)
    lime(model, image, 0, segments=STRIPES, hide="black", samples=32, batch_size=5)
    fed = torch.cat(model.fed)
    assert len(fed) == 32
    for picture in fed:
        for stripe in range(8):
            piece, original = picture[:, stripe == STRIPES], image[0][:, stripe == STRIPES]
            assert torch.equal(piece, original) or not piece.any()


def test_samples_are_balanced_paired_and_seeded():
    shown = balanced_samples(100, 512, np.random.default_rng(0))
    assert shown.shape == (512, 100) and shown.dtype == bool
    assert (shown.mean(0) == 0.5).all()
    assert (shown[0::2] == ~shown[1::2]).all()
    together = np.cov(shown.T.astype(float)) - np.eye(100) * shown.astype(float).var(0, ddof=1)
    assert np.abs(together).max() < 1e-12  # any two segments appear together as often as apart
    assert (shown == balanced_samples(100, 512, np.random.default_rng(0))).all()
    assert (shown != balanced_samples(100, 512, np.random.default_rng(1))).any()


@pytest.mark.parametrize("segments, samples", [(1, 1), (1, 5), (2, 3), (129, 1), (300, 7)])
def test_any_number_of_segments_and_samples(segments, samples):
    assert balanced_samples(segments, samples, np.random.default_rng(0)).shape == (samples, segments)


def test_effective_samples_and_r2_of_hand_made_cases():
    alike = np.array([[True, False], [False, True], [True, False], [False, True]])
    assert weighted_ridge(alike, np.zeros((4, 1)), 0.25)[3] == pytest.approx(4)  # all equally near
    constant = weighted_ridge(alike, np.full((4, 1), 0.1), 0.25)
    assert np.abs(constant[0]).max() < 1e-12 and constant[2] == 1.0


def test_a_function_may_segment():
    image = random_pictures(1, 3, 16, 16)
    (explanation,) = lime(Linear(), image, 0, samples=8, segments=lambda array: (array[..., 0] > 0.5).astype(int))
    assert torch.equal(explanation.segments.bool(), image[0, 0] > 0.5)


def test_probabilities_on_request():
    model, image = Linear(), random_pictures(1, 3, 16, 16)
    model.bias.data[0] += 1000.0
    kind = {"segments": STRIPES, "samples": 64}
    assert lime(model, image, 0, of="probability", **kind)[0].weights.abs().max() < 1e-6  # certain whatever is hidden
    assert lime(model, image, 0, of="score", **kind)[0].weights.abs().max() > 0.1


def test_overlay_lights_the_strongest_segments_green_and_red():
    truth = torch.tensor([2.0, -2.0, 1.0, 0.01, 0, 0, 0, 0])
    half = torch.full((1, 3, 16, 16), 0.5)
    (explanation,) = lime(SegmentSums(STRIPES, truth), half, 0, segments=STRIPES, hide="black", samples=256)
    assert explanation.strongest(3).tolist() == [0, 1, 2] or explanation.strongest(3).tolist() == [1, 0, 2]
    assert len(explanation.strongest(8, min_weight=0.1)) == 3
    overlay = explanation.overlay(segments=2)
    lit = overlay - 0.5
    assert not lit.any()  # every pixel is already at the picture's maximum
    quarter = lime(SegmentSums(STRIPES, truth), torch.cat([half[..., :8] / 2, half[..., 8:]], -1), 0,
                   segments=STRIPES, hide="black", samples=256)[0].overlay(segments=2)  # fmt: skip
    assert quarter[:, 0, 0].tolist() == [0.25, 0.5, 0.25] and quarter[:, 0, 2].tolist() == [0.5, 0.25, 0.25]


def test_grey_pictures_of_other_sizes_and_precisions():
    image = random_pictures(1, 1, 96, 160).double()
    (explanation,) = lime(Small(1).double(), image, 2, samples=10, segments=30)
    assert explanation.weights.dtype == torch.float64 and explanation.overlay().shape == (3, 96, 160)


def test_a_picture_does_not_depend_on_the_others():
    images = random_pictures(2, 3, 32, 32)
    alone, together = lime(Small(), images[1:], 1, samples=20)[0], lime(Small(), images, 1, samples=20)[1]
    assert torch.equal(alone.weights, together.weights)


def test_density_spreads_each_weight_over_its_segment():
    explanation = lime(Small(), random_pictures(1, 3, 32, 32), 1, samples=60, segments=12)[0]
    density = explanation.density()
    assert float(density.sum()) == pytest.approx(float(explanation.weights.sum()), abs=1e-5)
    for piece, weight in enumerate(explanation.weights):
        assert float(density[explanation.segments == piece].sum()) == pytest.approx(float(weight), abs=1e-6)


@pytest.mark.parametrize("width", [1e-200, 5e-324, 1e-3, 0.25, 1e200, 1.7e308])
def test_any_width_of_the_kernel_gives_finite_weights_or_one_sentence(width):
    try:
        explanation = lime(food_cnn(), random_pictures(1), 1, samples=8, segments=8, kernel_width=width)[0]
    except ValueError as sentence:
        assert str(sentence).startswith("kernel_width: expected more, got ")
    else:
        assert explanation.weights.isfinite().all() and explanation.effective_samples > 0


def test_scores_whose_squares_overflow_have_their_r2():
    scores = np.random.default_rng(0).normal(size=(20, 2))
    shown = np.random.default_rng(1).random((20, 4)) < 0.5
    usual, huge = weighted_ridge(shown, scores, 0.25), weighted_ridge(shown, scores * 2.0**900, 0.25)
    assert np.allclose(usual[2], huge[2]) and np.isfinite(huge[0]).all()


def test_the_mean_colour_of_many_white_pixels_is_white_in_half_precision():
    for kind in (torch.float16, torch.bfloat16):
        white = torch.ones(1, 300, 300, dtype=kind)
        assert torch.equal(hide_everything(white, torch.zeros(300, 300, dtype=torch.long), "mean"), white)


@needs_bfloat16
def test_fast_moves_the_weights_less_than_another_seed_does():
    model, pictures = load_classifier(), load_pictures()
    for image, label in zip(pictures.images[:3], pictures.labels.tolist(), strict=False):
        weights, fast, other = (
            lime(model, image[None], label, samples=128, segments=30, **how)[0].weights
            for how in ({}, {"precision": "fast"}, {"seed": 17})
        )
        assert 0 < (fast - weights).norm() < 0.2 * (other - weights).norm()
