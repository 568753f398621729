"""Whatever a model is made of or does, a method's numbers are right, or one sentence says why there are none."""

import re
import tracemalloc
import warnings
from collections import OrderedDict

import pytest
import torch
from given.nets import Small, food_cnn, needs_bfloat16, random_pictures
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

import hw9_xai as xai
from hw9_xai import course
from hw9_xai.bfloat16 import has_bfloat16
from hw9_xai.cnn import network
from hw9_xai.cnn.network import batches

IMAGES = random_pictures(2, 3, 32, 32)
METHODS = {
    "predict": lambda model, images: xai.predict(model, images),
    "saliency": lambda model, images: xai.saliency(model, images, 1),
    "smoothgrad": lambda model, images: xai.smoothgrad(model, images, 1, samples=4),
    "integrated_gradients": lambda model, images: xai.integrated_gradients(model, images, 1, steps=4).attributions,
    "lime": lambda model, images: xai.lime(model, images, 1, samples=8, segments=4)[0].weights,
    "shapley": lambda model, images: xai.shapley(model, images, 1, samples=8, segments=4)[0].weights,
    "occlusion": lambda model, images: xai.occlusion(model, images, 1, window=16, stride=16),
    "gradcam": lambda model, images: xai.gradcam(model, images, 1),
    "filter_activation": lambda model, images: xai.filter_activation(model, images, 4, 0),
    "filter_visualization": lambda model, images: xai.filter_visualization(model, 4, 0, steps=2, size=32),
    "deep_dream": lambda model, images: xai.deep_dream(model, images[0], 4, octaves=2, steps=2),
}
WITH_GRADIENTS = ("saliency", "smoothgrad", "integrated_gradients", "gradcam")
OF_LAYERS = ("gradcam", "filter_activation", "filter_visualization", "deep_dream")
every_method = pytest.mark.parametrize("method", METHODS)


class Own(Small):
    """Not torch's own: it runs itself."""


def plain(**modules):
    return nn.Sequential(OrderedDict(modules))


def scripted(model, freeze=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = torch.jit.trace(model, IMAGES)
        return torch.jit.freeze(script) if freeze else script


@every_method
@pytest.mark.parametrize("make", [Own, lambda: plain(cnn=Small().cnn, flat=nn.Flatten(), head=nn.Linear(8 * 256, 5))])
def test_a_model_that_keeps_an_activation(method, make):
    model = make().eval()
    expected = METHODS[method](model, IMAGES)
    kept = model.cnn(IMAGES)
    model.kept, model.cnn[0].kept, model.cnn.every = kept, kept, [kept]
    assert torch.equal(METHODS[method](model, IMAGES), expected)


@every_method
def test_a_model_built_in_inference_mode(method):
    with torch.inference_mode():
        models = [Own().eval(), food_cnn()]
    for made, usual, size in ((models[0], Own().eval(), 32), (models[1], food_cnn(), 128)):
        images = random_pictures(1, 3, size, size)
        if "visual" in method and size == 128:
            continue
        assert torch.equal(METHODS[method](made, images), METHODS[method](usual, images))


@every_method
@pytest.mark.parametrize("freeze", [False, True])
def test_a_scripted_model(method, freeze):
    model = Own().eval()
    if method in OF_LAYERS:
        with pytest.raises(ValueError, match=r"^(cnnid|model|start): "):
            METHODS[method](scripted(model, freeze), IMAGES)
    else:
        given = METHODS[method](scripted(model, freeze), IMAGES)
        assert torch.allclose(given, METHODS[method](model, IMAGES), atol=1e-5)


@pytest.mark.parametrize("method", [name for name in METHODS if name not in OF_LAYERS])
def test_one_relu_used_twice_is_not_changed_in_place_where_its_input_is_needed(method):
    def net(*relus):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return nn.Sequential(
                nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), relus[0], nn.Conv2d(4, 4, 3), nn.Sigmoid(), relus[1],
                nn.Flatten(), nn.Linear(4 * 28 * 28, 3),
            ).eval()  # fmt: skip

    shared = nn.ReLU()
    assert torch.equal(METHODS[method](net(shared, shared), IMAGES), METHODS[method](net(nn.ReLU(), nn.ReLU()), IMAGES))
    assert not shared.inplace


@pytest.mark.parametrize("pool", [nn.MaxPool2d(2), nn.MaxPool2d(3, 2, 1), nn.MaxPool2d(2, ceil_mode=True)])
def test_a_relu_after_the_maximum_is_the_same_as_before_it_and_so_is_its_gradient(pool):
    """Where several are the largest, too, and where none is above 0."""
    pictures = torch.randint(-3, 2, (4, 3, 9, 9), generator=torch.Generator().manual_seed(0)).float()
    labels = torch.tensor([0, 1, 1, 0])
    model = nn.Sequential(nn.ReLU(), pool, nn.Conv2d(3, 2, 1)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.arange(parameter.numel()).view_as(parameter) - 2)  # whole numbers round nowhere
    scores, gradients, order = [], [], []
    with network.running(model, pictures) as fast:
        for one in (model, fast):
            order.append([type(module) for module in one][:2])
            scores.append(one(pictures))
            gradients.append(network.input_gradients(lambda given: one(given).sum((2, 3)), pictures, labels))  # noqa: B023
    assert order == [[nn.ReLU, nn.MaxPool2d], [nn.MaxPool2d, nn.ReLU]]
    assert torch.equal(*scores) and torch.equal(*gradients)


def test_a_maximum_that_also_says_where_it_was_stays_last():
    first = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2, return_indices=True))
    with network.running(first, IMAGES) as fast:
        largest, where = fast(IMAGES - 0.5)
    assert torch.equal(largest, first(IMAGES - 0.5)[0]) and torch.equal(where, first(IMAGES - 0.5)[1])


class Constant(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn, self.answer = Small().cnn, nn.Parameter(torch.tensor([1.0, -2.0, 0.5]))

    def forward(self, images):
        self.cnn(images)
        return self.answer.expand(len(images), -1)


class CutOff(Small):
    def forward(self, images):
        with torch.no_grad():
            return super().forward(images)


@pytest.mark.parametrize("method", [name for name in METHODS if name not in OF_LAYERS[1:]])
def test_a_constant_answer_gives_zeros_or_one_sentence(method):
    if method in WITH_GRADIENTS:
        for model in (Constant(), CutOff()):
            with pytest.raises(
                ValueError, match=r"^model: expected an answer with gradients, got one that is constant"
            ):
                METHODS[method](model, IMAGES)
    elif method != "predict":
        assert not METHODS[method](Constant(), IMAGES).any()


@every_method
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("make", [Own, food_cnn])
def test_a_model_that_answers_nan_is_one_sentence(method, value, make):
    model, size = make().eval(), 32 if make is Own else 128
    with torch.no_grad():
        model.cnn[0].weight[0] = value
        model.cnn[4].weight[0] = value
    images = random_pictures(1, 3, size, size)
    with pytest.raises(ValueError, match=r"^model: expected finite") as caught:
        METHODS[method](model, images)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", [name for name in METHODS if name not in OF_LAYERS[1:]])
def test_finite_logits_with_gradients_or_squares_that_are_not_finite(method):
    class Steep(Small):
        def forward(self, images):
            logits = super().forward(images)
            return logits * 1e300 * 1e5 + (images.flatten(1).mean(1, keepdim=True) * 0).sqrt()

    try:
        map = METHODS[method](Steep().double(), IMAGES.double())
    except ValueError as sentence:
        assert re.match("model: expected finite [a-z ]+, got NaN or infinity", str(sentence))
    else:
        assert map.isfinite().all()


@every_method
@pytest.mark.parametrize("make", [Own, lambda: plain(first=nn.ReLU(inplace=True), cnn=Small().cnn, flat=nn.Flatten())])
def test_a_model_that_writes_into_its_input_gets_its_own(method, make):
    class Greedy(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = make()
            self.cnn = self.inner.cnn

        def forward(self, images):
            images.mul_(0.5).add_(0.1)
            return self.inner(images)

    for model in (Greedy().eval(), make().eval()):
        images = IMAGES.clone()
        first = METHODS[method](model, images)
        assert torch.equal(images, IMAGES)
        assert torch.equal(METHODS[method](model, images), first)


def test_a_model_that_answers_in_the_same_memory_every_time():
    class Same(Small):
        def forward(self, images):
            logits = super().forward(images)
            self.memory = getattr(self, "memory", torch.empty(len(images), 5))
            return self.memory.copy_(logits.detach())

    images = random_pictures(3, 3, 256, 256)  # one a batch
    assert torch.equal(xai.predict(Same(), images), xai.predict(Own(), images))


@every_method
@pytest.mark.parametrize("make", [Own, food_cnn])
def test_what_is_set_around_the_call_changes_nothing(method, make):
    model, size = make().eval(), 32 if make is Own else 128
    if method == "filter_visualization":
        model, size = Own().eval(), 32
    images = random_pictures(1, 3, size, size)
    expected = METHODS[method](model, images)
    with torch.autocast("cpu"):
        assert torch.equal(METHODS[method](model, images), expected)
    try:
        torch.set_default_dtype(torch.float64)
        assert torch.equal(METHODS[method](model, images), expected)
    finally:
        torch.set_default_dtype(torch.float32)


# -- layers ------------------------------------------------------------------------------------------------------------


class Skipping(nn.Module):
    """Its `forward` normalises first, leaves cnn[1] out, and runs cnn[2] twice."""

    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sigmoid(), nn.ReLU(inplace=True), nn.Conv2d(4, 4, 3))

    def forward(self, images):
        first = self.cnn[2](self.cnn[0]((images - 0.5) / 0.25))
        return self.cnn[2](self.cnn[3](first)).mean((2, 3))


def test_a_layers_output_is_what_the_models_own_forward_brings_to_it():
    model = Skipping()
    first = model.cnn[0]((IMAGES - 0.5) / 0.25)
    for _ in range(2):
        assert torch.equal(xai.filter_activation(model, IMAGES, 0, 1), first[:, 1])
        assert torch.equal(xai.filter_activation(model, IMAGES, 3, 1), model.cnn[3](first.relu())[:, 1])


@pytest.mark.parametrize("method", [
    lambda model, layer: xai.filter_activation(model, IMAGES, layer, 0),
    lambda model, layer: xai.filter_visualization(model, layer, 0, size=32, steps=1),
    lambda model, layer: xai.deep_dream(model, IMAGES[0], layer, octaves=1, steps=1),
    lambda model, layer: course.filter_visualization(model, IMAGES, layer, 0, steps=1),
])  # fmt: skip
def test_a_layer_that_runs_twice_or_never_is_one_sentence(method):
    with pytest.raises(ValueError, match=r"^cnnid: the model runs its layer 2 2 times: expected one that runs once$"):
        method(Skipping(), 2)
    with pytest.raises(ValueError, match=r"^cnnid: the model runs its layer 'cnn.1' never$"):
        method(Skipping(), "cnn.1")


def test_our_own_network_with_one_relu_used_twice():
    model, images = food_cnn(), random_pictures(1)
    model.cnn[5] = model.cnn[2]
    with pytest.raises(ValueError, match="2 times"):
        xai.filter_activation(model, images, 5, 0)
    assert torch.allclose(xai.filter_activation(model, images, 4, 0), model.cnn[:5](images)[:, 0], atol=1e-5)


def test_our_own_network_with_a_hook_of_the_users_is_hooked_too():
    model, images = food_cnn(), random_pictures(1)
    model.register_forward_pre_hook(lambda module, inputs: (1 - inputs[0],))
    expected = model.cnn[:5](1 - images)[:, 0]
    assert torch.equal(xai.filter_activation(model, images, 4, 0), expected)


def test_what_comes_after_the_layer_may_not_fit_the_picture():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 30 * 30, 2))
    assert xai.filter_activation(model, random_pictures(1, 3, 48, 48), "0", 0).shape == (1, 46, 46)


def test_a_huge_count_is_one_sentence_and_a_large_one_costs_no_memory():
    for refused in (
        lambda: xai.smoothgrad(Small(), IMAGES, 0, samples=10**9),
        lambda: xai.lime(Small(), IMAGES, 0, samples=10**9),
    ):
        with pytest.raises(ValueError, match="samples: expected a whole number from 1 to 1000000, got 1000000000"):
            refused()
    for steps, rule, most in ((10**9, "midpoint", 10**6), (10**5, "gauss-legendre", 1000)):
        with pytest.raises(ValueError, match=f"steps: expected a whole number from 1 to {most}"):
            xai.integrated_gradients(Small(), IMAGES, 0, steps=steps, rule=rule)
    tracemalloc.start()
    assert sum(1 for _ in batches(10**6, 1, IMAGES)) == 10**6
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize("side, size", [(32, 128), (128, 8), (224, 4), (400, 1), (4000, 1)])
def test_small_pictures_share_a_batch_and_huge_ones_come_alone(side, size):
    sizes = [part.stop - part.start for part in batches(2 * size + 1, None, torch.empty(1, 3, side, side))]
    assert sizes == [size, size, 1]


# -- precision ---------------------------------------------------------------------------------------------------------

PRECISE = {
    "smoothgrad": lambda model, images, **how: xai.smoothgrad(model, images, 1, samples=4, **how),
    "integrated_gradients": lambda model, images, **how: xai.integrated_gradients(model, images, 1, steps=4, **how)[0],
    "lime": lambda model, images, **how: xai.lime(model, images, 1, samples=8, segments=4, **how)[0].weights,
    "shapley": lambda model, images, **how: xai.shapley(model, images, 1, samples=8, segments=4, **how)[0].weights,
}
of_many_passes = pytest.mark.parametrize("method", PRECISE.values(), ids=PRECISE)
CPU = torch.device("cpu")


def dtypes_of_layers(run):  # of what each layer with weights gave, in the order of a pass
    seen = {}

    def see(module, inputs, output):
        if isinstance(module, nn.Conv2d | nn.Linear):
            seen.setdefault(module, output.dtype)

    with register_module_forward_hook(see):
        run()
    return list(seen.values())


@needs_bfloat16
@of_many_passes
def test_fast_is_bfloat16_but_for_the_first_layer_and_the_last(method):
    model, images = food_cnn(), random_pictures(1)
    found = []
    dtypes = dtypes_of_layers(lambda: found.append(method(model, images, precision="fast")))
    assert dtypes == [torch.float32, *[torch.bfloat16] * 11, torch.float32]
    assert found[0].dtype == torch.float32
    assert torch.equal(found[0], method(model, images, precision="fast"))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize("run", [
    *METHODS.values(), lambda model, images: xai.smoothgrad(model, images, 1, samples=2, noise=0, precision="fast"),
], ids=[*METHODS, "smoothgrad without noise, which is one pass"])  # fmt: skip
def test_nobody_is_fast_unasked_and_no_single_pass_ever(run):
    dtypes = dtypes_of_layers(lambda: run(food_cnn(), random_pictures(1)))
    assert dtypes and set(dtypes) == {torch.float32}


def layers(*between):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(3, 8, 3), *between, nn.Conv2d(8, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
            nn.Linear(128, 16), nn.ReLU(), nn.Linear(16, 5),
        ).eval()  # fmt: skip


@of_many_passes
@pytest.mark.parametrize("model", [
    Own().eval(), layers(nn.GELU()), layers(nn.BatchNorm2d(8, track_running_stats=False)), layers(nn.ReLU()).double(),
], ids=["not plain", "of a kind that is not known in bfloat16", "batch norm of the batch", "float64"])  # fmt: skip
def test_what_cannot_be_fast_is_exact(method, model):
    images = IMAGES.to(next(model.parameters()).dtype)
    assert torch.equal(method(model, images, precision="fast"), method(model, images, precision="exact"))


@needs_bfloat16
@of_many_passes
@pytest.mark.parametrize("between", [[], [nn.ReLU(inplace=True), nn.Dropout(), nn.Identity()], [nn.MaxPool2d(2)],
                                     [nn.BatchNorm2d(8), nn.ReLU(), nn.AvgPool2d(2)]])  # fmt: skip
def test_every_known_kind_is_fast_and_near(method, between):
    model = layers(*between)
    exact, fast = method(model, IMAGES), method(model, IMAGES, precision="fast")
    assert not torch.equal(fast, exact)
    assert (fast - exact).norm() < 0.2 * exact.norm()


@of_many_passes
def test_on_a_device_without_the_instructions_fast_is_exact(method, monkeypatch):
    monkeypatch.setattr(network, "has_bfloat16", lambda device: False)
    model, images = food_cnn(), random_pictures(1)
    assert torch.equal(method(model, images, precision="fast"), method(model, images))


@pytest.fixture
def asked(monkeypatch):
    """How often the processor was asked whether it has the instructions."""
    asked = []
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: bool(asked.append(1)), raising=False)
    has_bfloat16.cache_clear()
    yield asked
    has_bfloat16.cache_clear()


def test_a_device_is_asked_once(asked):
    for _ in range(2):
        xai.smoothgrad(layers(), IMAGES, 1, samples=1, precision="fast")
    assert asked == [1] and not has_bfloat16(CPU)


def test_a_torch_that_cannot_tell_is_exact(asked, monkeypatch):
    monkeypatch.delattr(torch.cpu, "_is_amx_tile_supported")
    assert has_bfloat16(CPU) is False


@of_many_passes
@pytest.mark.parametrize("word", ["half", None, "FAST"])
@pytest.mark.parametrize("images", [IMAGES, torch.ones_like(IMAGES)], ids=["noise", "no noise, as there is no range"])
def test_another_precision_is_one_sentence(method, word, images):
    with pytest.raises(ValueError, match=f"^precision: expected one of 'exact', 'fast', got {word!r}$"):
        method(Own(), images, precision=word)
