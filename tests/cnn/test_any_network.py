"""The methods explain any torch model, give the same result in any batch size, and repeat themselves exactly."""

import pytest
import torch
from given.nets import Small, food_cnn, random_pictures
from torchvision.models.resnet import BasicBlock, ResNet

import hw9_xai as xai


def resnet():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ResNet(BasicBlock, [1, 1, 1, 1], num_classes=5)


def sequential():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return torch.nn.Sequential(Small().cnn, torch.nn.Flatten(), torch.nn.Linear(8 * 16 * 16, 5))


NETWORKS = {
    "FoodCNN": (food_cnn, (3, 128, 128), torch.float32),
    # In double precision, because in single precision one ReLU in a million opens or not with the last bit.
    "torchvision ResNet, 96x160": (lambda: resnet().double(), (3, 96, 160), torch.float64),
    "one channel": (lambda: Small(1), (1, 64, 48), torch.float32),
    "float64": (lambda: Small().double(), (3, 64, 48), torch.float64),
    "sequential": (sequential, (3, 32, 32), torch.float32),
}  # fmt: skip
METHODS = {
    "saliency": lambda model, images, _: xai.saliency(model, images, [0, 4, 2]),
    "smoothgrad": lambda model, images, size: xai.smoothgrad(model, images, [0, 4, 2], samples=8, batch_size=size),
    "integrated_gradients": lambda model, images, size: (
        xai.integrated_gradients(model, images, [0, 4, 2], steps=8, batch_size=size).attributions
    ),
    "lime": lambda model, images, size: torch.stack(
        [one.heatmap() for one in xai.lime(model, images, [0, 4, 2], samples=8, segments=6, batch_size=size)]
    ),
    "gradcam": lambda model, images, _: xai.gradcam(model, images, [0, 4, 2]),
    "occlusion": lambda model, images, size: xai.occlusion(
        model, images, [0, 4, 2], window=32, stride=32, batch_size=size
    ),
    "shapley": lambda model, images, size: torch.stack(
        [one.heatmap() for one in xai.shapley(model, images, [0, 4, 2], samples=8, segments=6, batch_size=size)]
    ),
}


@pytest.fixture(params=NETWORKS)
def network(request):
    make, shape, dtype = NETWORKS[request.param]
    return make().eval(), random_pictures(3, *shape).to(dtype)


@pytest.mark.parametrize("method", METHODS)
def test_batch_size_changes_nothing(method, network):
    run = METHODS[method]
    one, seven, auto = (run(*network, size) for size in (1, 7, None))
    assert one.dtype == network[1].dtype and one.isfinite().all() and one.any()
    for other in (seven, auto):
        assert (one - other).abs().max() <= 1e-5 * max(1, one.abs().max())


@pytest.mark.parametrize("method", METHODS)
def test_two_calls_are_identical_whatever_the_global_random_state(method, network):
    first = METHODS[method](*network, None)
    torch.rand(5)
    assert torch.equal(first, METHODS[method](*network, None))


@pytest.mark.parametrize("method", METHODS)
def test_reduced_precision_is_the_callers_to_ask_for(method):
    """A network and pictures in bfloat16 are run in bfloat16, and give much the same."""
    model, images = food_cnn(), random_pictures(3)
    full = METHODS[method](model, images, None)
    half = METHODS[method](food_cnn().bfloat16(), images.bfloat16(), None)
    assert half.dtype == torch.bfloat16
    assert torch.corrcoef(torch.stack([full.flatten(), half.float().flatten()]))[0, 1] > 0.7


gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU on this machine")


@gpu
@pytest.mark.parametrize("method", METHODS)
def test_the_gpu_gives_the_same_on_the_gpu(method, network):
    """In double precision, or a ReLU that hangs on the last bit would turn a gradient."""
    model, images = network[0].double(), network[1].double()
    cpu = METHODS[method](model, images, None)
    there = METHODS[method](model.cuda(), images.cuda(), None)
    assert there.is_cuda and (there.cpu() - cpu).norm() < 1e-6 * cpu.norm()


@gpu
@pytest.mark.parametrize("method", ["smoothgrad", "lime"])
def test_a_gpu_that_may_round_its_products_does_not_where_we_run_a_model(method):
    assert torch.backends.cudnn.allow_tf32, "torch's own default"
    model, images = food_cnn(), random_pictures(3)
    cpu = METHODS[method](model, images, None)
    there = METHODS[method](model.cuda(), images.cuda(), None)
    assert (there.cpu() - cpu).norm() < 1e-2 * cpu.norm()
    assert torch.backends.cudnn.allow_tf32, "it is the caller's to choose"
