from itertools import permutations

import captum.attr
import numpy as np
import pytest
import torch
from given.nets import Recorder, Small, needs_bfloat16, random_pictures, seeded
from torch import Tensor, nn

from hw9_xai import lime, load_classifier, load_pictures, shapley
from hw9_xai.cnn.shapley import fair_shares, subsets

STRIPES = torch.arange(16).repeat(16, 1) // 2  # (16,16) in 8 segments
QUARTERS = torch.arange(16)[:, None] // 8 * 2 + torch.arange(16) // 8  # (16,16) in 4
WHITE = torch.ones(1, 3, 16, 16)


class Game(nn.Module):
    """Any function of which segments of a white picture are shown: (n,S) zeros and ones -> (n,classes)."""

    def __init__(self, segments: Tensor, worth) -> None:
        super().__init__()
        self.masks = nn.functional.one_hot(segments).permute(2, 0, 1).float()  # (S,H,W)
        self.worth = worth

    def forward(self, images: Tensor) -> Tensor:
        return self.worth((torch.einsum("nchw,shw->ns", images, self.masks) > 0).float())


def worth_of_two_layers(players: int, classes: int = 3, strength: float = 1.0):
    """Nothing symmetric, additive or monotone about it."""
    inner = strength * torch.randn(players, 12, generator=seeded(1))
    outer = torch.randn(12, classes, generator=seeded(2))
    return lambda shown: torch.sin(shown @ inner + 0.3) @ outer + 2


def by_permutations(worth, players: int) -> Tensor:  # (classes,S): the mean gain of each over all orders of joining
    orders = list(permutations(range(players)))
    shares = torch.zeros(players, worth(torch.zeros(1, players)).shape[1])
    for order in orders:
        shown = torch.zeros(players + 1, players)
        for step, player in enumerate(order):
            shown[step + 1 :, player] = 1
        shares[list(order)] += worth(shown).diff(dim=0)
    return (shares / len(orders)).T


@pytest.mark.parametrize("segments, samples", [(STRIPES[:, :12], 64), (QUARTERS, 16), (QUARTERS, 17), (QUARTERS, 1000)])
def test_of_few_segments_is_the_mean_gain_over_all_orders(segments, samples):
    players = int(segments.max()) + 1
    worth = worth_of_two_layers(players)
    (explanation,) = shapley(
        Game(segments, worth), WHITE[..., : segments.shape[1]], 2, segments=segments, hide="black", samples=samples
    )
    truth = by_permutations(worth, players)
    assert torch.allclose(explanation.weights_by_class, truth, atol=1e-5)
    assert torch.equal(explanation.weights, explanation.weights_by_class[2])
    assert explanation.intercept == pytest.approx(float(worth(torch.zeros(1, players))[0, 2]), abs=1e-6)


def test_equals_captums_exact_values_on_superpixels_of_a_network():
    model, images = Small().eval(), random_pictures(2, 3, 32, 32)
    pieces = (torch.arange(32)[:, None] // 12 + torch.arange(32) // 12).clamp(
        max=3
    )  # 4 of them: captum tries 24 orders
    theirs = captum.attr.ShapleyValues(model).attribute(
        images, baselines=0.5, target=torch.tensor([1, 3]), feature_mask=pieces[None, None], perturbations_per_eval=1
    )
    ours = shapley(model, images, [1, 3], segments=pieces, hide=(0.5, 0.5, 0.5))
    for one, (red, *_) in zip(ours, theirs, strict=True):
        assert torch.allclose(one.heatmap(), red, atol=1e-5)


def test_two_parts_that_only_work_together_share_evenly_and_a_dummy_gets_nothing():
    both = Game(QUARTERS, lambda shown: 6 * shown[:, :1] * shown[:, 2:3])
    (explanation,) = shapley(both, WHITE, 0, segments=QUARTERS, hide="black")
    assert torch.allclose(explanation.weights, torch.tensor([3.0, 0.0, 3.0, 0.0]), atol=1e-6)


@pytest.mark.parametrize("samples", [2, 3, 50, 101, 1000])
def test_what_is_there_to_share_is_shared_exactly_however_few_the_samples(samples):
    worth = worth_of_two_layers(16)
    pieces = torch.arange(16).repeat(16, 1)
    (explanation,) = shapley(Game(pieces, worth), WHITE, 1, segments=pieces, hide="black", samples=samples)
    gain = (worth(torch.ones(1, 16)) - worth(torch.zeros(1, 16)))[0]
    assert torch.allclose(explanation.weights_by_class.sum(1), gain, atol=1e-5)
    if samples <= 3:  # nothing else was seen, or one subset
        assert explanation.weights.isfinite().all()
    if samples == 2:
        assert torch.allclose(explanation.weights, gain[1] / 16, atol=1e-6)


def test_is_exact_on_a_linear_network_from_few_samples():
    truth = torch.randn(16, 2, generator=seeded(4))
    pieces = torch.arange(16).repeat(16, 1)
    model = Game(pieces, lambda shown: shown @ truth - 1)
    (explanation,) = shapley(model, WHITE, 0, segments=pieces, hide="black", samples=80)
    assert torch.allclose(explanation.weights_by_class, truth.T, atol=1e-4)
    assert explanation.intercept == -1 and explanation.r2 == pytest.approx(1, abs=1e-6)
    assert explanation.effective_samples == pytest.approx(78)  # the two ends are met, not fitted


def test_samples_come_near_to_what_all_subsets_say():
    worth = worth_of_two_layers(12, strength=0.7)
    pieces = torch.arange(16).clamp(max=11).repeat(16, 1)
    model = Game(pieces, worth)
    how = {"segments": pieces, "hide": "black"}
    exact, many, few = (
        shapley(model, WHITE, 0, samples=samples, **how)[0].weights_by_class for samples in (4096, 4000, 400)
    )
    assert (many - exact).norm() < 0.05 * exact.norm()
    assert (many - exact).norm() < (few - exact).norm() < 0.2 * exact.norm()


def test_a_single_segment_gets_it_all():
    one = torch.zeros(16, 16, dtype=torch.int64)
    (explanation,) = shapley(Game(one, lambda shown: 5 * shown - 2), WHITE, 0, segments=one, hide="black")
    assert explanation.weights.tolist() == [5] and explanation.intercept == -2 and explanation.r2 == 1


def test_the_pieces_and_what_hides_them_are_limes():
    model, images = Small().eval(), random_pictures(1, 3, 32, 32)
    theirs, ours = (method(model, images, 1, samples=16, segments=12)[0] for method in (lime, shapley))
    assert torch.equal(theirs.segments, ours.segments)
    fed = Recorder(Small().eval())
    shapley(fed, images, 1, samples=16, segments=ours.segments, hide="blur", batch_size=5)
    assert len(torch.cat(fed.fed)) == 16


def test_subsets_are_drawn_by_the_kernel_in_opposite_pairs_and_seeded():
    shown, kernel = subsets(9, 500, np.random.default_rng(0))
    assert shown.shape == (500, 9) and shown[0].all() and not shown[1].any()
    assert (shown[0::2] == ~shown[1::2]).all()
    assert kernel.tolist() == [0, 0] + [1] * 498
    size = np.arange(1, 9)
    expected = 1 / (size * (9 - size))
    shown = subsets(9, 511, np.random.default_rng(0))[0]  # 2^9 is one more
    drawn = np.concatenate([subsets(9, 511, np.random.default_rng(seed))[0][2:].sum(1) for seed in range(100)])
    assert np.abs(np.bincount(drawn, minlength=10)[1:9] / len(drawn) - expected / expected.sum()).max() < 0.005
    assert (shown == subsets(9, 511, np.random.default_rng(0))[0]).all()
    assert (shown != subsets(9, 511, np.random.default_rng(1))[0]).any()


def test_all_subsets_are_there_once_where_they_fit():
    shown, kernel = subsets(9, 512, np.random.default_rng(0))
    assert len(np.unique(shown, axis=0)) == len(shown) == 512
    size = shown.sum(1)
    for k in range(1, 9):
        assert kernel[size == k].sum() == pytest.approx(8 / (k * (9 - k)))
    assert kernel[(size == 0) | (size == 9)].tolist() == [0, 0]


@pytest.mark.parametrize("segments, samples", [(2, 2), (2, 3), (129, 5), (300, 7)])
def test_any_number_of_segments_and_samples(segments, samples):
    shown, kernel = subsets(segments, samples, np.random.default_rng(0))
    weights, empty = fair_shares(shown, np.arange(samples)[:, None] * 1.0, kernel)
    assert shown.shape == (samples, segments) and weights.sum() == pytest.approx(-1) and empty == 1


def test_fewer_than_two_samples_say_nothing():
    with pytest.raises(ValueError, match=r"^samples: expected a whole number from 2 up, got 1"):
        shapley(Small(), WHITE, 0, samples=1)


@needs_bfloat16
def test_fast_moves_the_shares_less_than_another_seed_does():
    model, pictures = load_classifier(), load_pictures()
    for image, label in zip(pictures.images[:3], pictures.labels.tolist(), strict=False):
        shares, fast, other = (
            shapley(model, image[None], label, samples=128, segments=30, **how)[0].weights
            for how in ({}, {"precision": "fast"}, {"seed": 17})
        )
        assert 0 < (fast - shares).norm() < 0.2 * (other - shares).norm()
