"""The network set by hand answers as its formula says, and its truth is Shapley's."""

import pytest
import torch
from given.nets import random_pictures

from hw9_xai import integrated_gradients, saliency, trust
from hw9_xai.cnn.interventions import true_effects
from hw9_xai.trust.known import GAIN, KINDS


@pytest.fixture(scope="module")
def network():
    return trust.KnownNetwork().eval()


def places(label: int, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The means of the two places, written once more with slices of the picture turned upright."""
    upright = image.rot90(-(label // 3), (1, 2))
    warm, blue = (upright[0] - upright[2]).clamp_min(0), upright[2]
    if label % 3 == 0:
        return warm[16:80, 16:80].mean(), torch.tensor(0.0)
    if label % 3 == 1:
        return warm[:, :64].mean(), blue[:, 64:].mean()
    return warm[:64].mean(), warm[64:, :64].mean()


@pytest.mark.parametrize("label", range(11))
def test_its_scores_are_the_formulas(network, label):
    for image in random_pictures(3):
        a, b = places(label, image)
        expected = {"one colour in one place": a, "a suppressor": a - b / 2, "both of two places": torch.minimum(a, b)}
        score = network(image[None])[0, label]
        assert float(score.detach()) == pytest.approx(GAIN * float(expected[KINDS[label % 3]]), abs=1e-3)


@pytest.mark.parametrize("label", range(11))
def test_its_truth_is_shapleys_value_of_each_place(network, label):
    """By hiding, that is blackening, one place or both: a player's mean gain over both orders."""
    image = random_pictures(1)[0]
    weights = network.weights(label)
    first, second = ((place > 0).any(0) for place in weights)
    place_of = {"a": first, "b": second & ~first}

    def score(*there: str) -> float:
        shown = torch.zeros(128, 128, dtype=torch.bool)
        for name in there:
            shown |= place_of[name]
        return float(network(image[None] * shown)[0, label].detach())

    truth = network.truth(image[None], label)[0]
    both, a, b, none = score("a", "b"), score("a"), score("b"), score()
    assert none == pytest.approx(0, abs=1e-5)
    assert float(truth[place_of["a"]].sum()) == pytest.approx((a - none + both - b) / 2, abs=1e-3)
    assert float(truth[place_of["b"]].sum()) == pytest.approx((b - none + both - a) / 2, abs=1e-3)
    assert float(truth.sum()) == pytest.approx(both, abs=1e-3)


@pytest.mark.parametrize("label", [0, 1, 3, 4])
def test_integrated_gradients_are_exact_where_it_adds_up(network, label):
    image = random_pictures(1)
    found = integrated_gradients(network, image, label, steps=2)[0].sum(1)
    assert torch.allclose(found, network.truth(image, label), atol=1e-5)


def test_of_two_places_gradients_credit_only_the_scarcer(network):
    image = random_pictures(1)
    image[:, 0, :64] = 1  # the upper half is the warmer
    map = saliency(network, image, 2, of="score")[0]
    assert map[:64].sum() == 0 and map[64:, :64].sum() > 0
    truth = network.truth(image, 2)[0]
    assert float(truth[:64].sum()) == pytest.approx(float(truth[64:].sum()), rel=1e-3)


def test_no_two_classes_ask_the_same(network):
    scores = network(random_pictures(4)).detach()
    for one in range(11):
        for other in range(one):
            assert (scores[:, one] - scores[:, other]).abs().max() > 1e-3, (one, other)


def test_a_black_picture_says_nothing_and_divides_by_nothing(network):
    assert torch.equal(network.truth(torch.zeros(1, 3, 128, 128), 2), torch.zeros(1, 128, 128))


def test_it_can_be_explained_and_forget_like_any_network(network):
    forgetful = trust.randomised(network, len(trust.layers_with_weights(network)))
    image = random_pictures(1)
    assert (
        trust.similarity(saliency(network, image, 0, of="score")[0], saliency(forgetful, image, 0, of="score")[0]) < 0.5
    )


@pytest.mark.parametrize("label", [-1, 11, 2**70])
def test_a_class_that_is_not_there_is_one_sentence(label):
    network, image = trust.KnownNetwork(), torch.rand(3, 128, 128)
    for ask in (
        lambda: network.truth(image[None], label),
        lambda: trust.insertion(network, image, label, image[0]),
        lambda: trust.deletion(network, image, label, image[0]),
        lambda: true_effects(network, image, label, {"all": image}),
    ):
        with pytest.raises((TypeError, ValueError), match=r"^labels: expected "):
            ask()
