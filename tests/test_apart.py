"""Threads that explain one model at once, and what a model draws: nobody's numbers change, nobody's repeat."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import torchvision
from given.berts import SENTENCES, kit, tiny_bert
from given.nets import Small, food_cnn, random_pictures
from torch import nn

import hw9_xai as xai
from hw9_xai import load_classifier, trust
from hw9_xai.apart import Dice, own_dice, twin

THREADS, CALLS = 8, 10


class Drawing(nn.Module):
    """Draws in every pass, in eval mode too."""

    def __init__(self):
        super().__init__()
        self.inner = Small().train()
        self.cnn = self.inner.cnn

    def forward(self, images):
        noise = torch.rand_like(images) + torch.randn(1) + torch.randint(3, (1,)) + torch.empty(1).uniform_()
        return self.inner(nn.functional.dropout(images, 0.1, training=True) + 0.01 * noise)


MODELS = {
    "any network": lambda: (Small().train(), random_pictures(1, 3, 32, 32)),
    "FoodCNN": lambda: (food_cnn().train(), random_pictures(1)),
    "one that draws": lambda: (Drawing().train(), random_pictures(1, 3, 32, 32)),
}
METHODS = [
    lambda model, images: xai.saliency(model, images, 1),
    lambda model, images: xai.smoothgrad(model, images, 1, samples=4),
    lambda model, images: xai.integrated_gradients(model, images, 1, steps=4).attributions,
    lambda model, images: xai.lime(model, images, 1, samples=8, segments=4)[0].weights,
    lambda model, images: xai.gradcam(model, images, 1),
    lambda model, images: xai.filter_activation(model, images, 4, 0),
    lambda model, images: xai.predict(model, images),
    lambda model, images: xai.deep_dream(model, images[0], 4, octaves=1, steps=1),
]


@pytest.fixture
def hasty():
    """Threads take turns far more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_eight_threads_on_one_model_in_training_get_the_maps_of_one(make, hasty):
    model, images = make()
    serial = [method(model, images) for method in METHODS]
    before, stream = {name: one.clone() for name, one in model.state_dict().items()}, torch.get_rng_state()

    def explain(thread):
        numbers = [(thread + call) % len(METHODS) for call in range(CALLS)]
        return [(number, METHODS[number](model, images)) for number in numbers]

    with ThreadPoolExecutor(THREADS) as pool:
        for number, map in [found for one in pool.map(explain, range(THREADS)) for found in one]:
            assert torch.equal(map, serial[number]), f"method {number}"
    assert all(torch.equal(before[name], one) for name, one in model.state_dict().items())
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks for module in model.modules())
    assert torch.equal(stream, torch.get_rng_state())


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_thread_that_draws_meanwhile_gets_the_stream_it_would_have_had(make, hasty):
    torch.manual_seed(5)
    alone = [torch.rand(1).item() for _ in range(50_000)]
    (model, images), other, bert = make(), Small(), tiny_bert()
    torch.manual_seed(5)
    drawn, done = [], threading.Event()

    def draw():
        while not done.is_set() and len(drawn) < len(alone):
            drawn.append(torch.rand(1).item())

    thread = threading.Thread(target=draw)
    thread.start()
    for method in METHODS:
        method(model, images)
    trust.randomised(other, 2)
    xai.attention(bert, SENTENCES[0])
    done.set()
    thread.join()
    assert drawn == alone[: len(drawn)]


class Dicing(nn.Module):
    def forward(self, states):
        return states + torch.rand_like(states)


def hooked(bert):
    def draw(*_):
        torch.rand(3)

    bert.model.base_model.register_forward_pre_hook(draw)


def with_a_part_that_draws(bert):
    bert.model.base_model.encoder.layer[0].output.dropout = Dicing()


@pytest.mark.parametrize("change", [hooked, with_a_part_that_draws])
def test_a_bert_that_draws_takes_nobodys_numbers(change):
    bert = tiny_bert()
    change(bert)
    before = torch.get_rng_state()
    xai.attention(bert, SENTENCES[0])
    assert torch.equal(before, torch.get_rng_state())


def test_who_cannot_draw_is_not_watched():
    watched = {"kit's": load_classifier(), "BERT": kit("kit-en").model, "ResNet": torchvision.models.resnet18()}
    assert not any(isinstance(own_dice(model), Dice) for model in watched.values())
    assert isinstance(own_dice(nn.Sequential(Drawing())), Dice)
    assert isinstance(own_dice(nn.Sequential(nn.FractionalMaxPool2d(2, 2))), Dice)


def test_what_a_layer_forgets_is_what_torchs_own_seed_draws():
    names = trust.layers_with_weights(food_cnn())
    forgetful = trust.randomised(food_cnn(), len(names), seed=7)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        model = food_cnn()
        torch.manual_seed(7)
        for name in names:
            model.get_submodule(name).reset_parameters()
    assert all(
        torch.equal(ours, theirs) for ours, theirs in zip(forgetful.parameters(), model.parameters(), strict=True)
    )


def test_the_models_own_generator_stays_its_own():
    mine, same = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    with Dice():
        drawn = torch.rand(4, generator=mine)
    assert torch.equal(drawn, torch.rand(4, generator=same))


def test_a_twin_shares_weights_and_nothing_else():
    model = Small().train()
    model.cnn[2] = model.cnn[6]
    other = twin(model)
    assert other.cnn[2] is other.cnn[6] and other.cnn[0] is not model.cnn[0]
    assert all(a is b for a, b in zip(model.parameters(), other.parameters(), strict=True))
    other.eval().cnn[0].register_forward_hook(print)
    other.cnn[3] = nn.Identity()
    assert model.training and not model.cnn[0]._forward_hooks and isinstance(model.cnn[3], nn.MaxPool2d)


def test_a_bert_that_keeps_an_activation_and_is_asked_under_autocast():
    bert = tiny_bert()
    expected = xai.attention(bert, SENTENCES[0]).weights
    bert.model.kept = [bert.model.base_model.embeddings.word_embeddings.weight * 2]
    bert.model.base_model.kept = bert.model.kept[0]
    with torch.autocast("cpu"):
        assert torch.equal(xai.attention(bert, SENTENCES[0]).weights, expected)


def test_eight_threads_on_one_bert_in_training(hasty):
    bert = tiny_bert()
    bert.model.train()
    expected = xai.attention(bert, SENTENCES[0]).weights
    with ThreadPoolExecutor(THREADS) as pool:
        for map in pool.map(lambda _: xai.attention(bert, SENTENCES[0]).weights, range(THREADS * CALLS)):
            assert torch.equal(map, expected)
    assert bert.model.training
