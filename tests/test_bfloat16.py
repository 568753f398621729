"""The arithmetic of "fast": what it computes is what torch's own bfloat16 computes. What that is worth stands in
tests/cnn/test_network.py."""

import pytest
import torch
from given.nets import random_pictures
from torch import nn

import hw9_xai as xai
from hw9_xai.bfloat16 import ReLU, use_bfloat16

EVERY = torch.arange(-(2**15), 2**15).to(torch.int16).view(torch.bfloat16)  # each number of 16 bits, NaNs among them


def test_relu_is_torchs_own_for_every_number_there_is():
    with torch.no_grad():
        ours, theirs = ReLU()(EVERY.clone()), EVERY.relu()
    assert torch.equal(ours.isnan(), EVERY.isnan())
    assert torch.equal(ours[~EVERY.isnan()], theirs[~EVERY.isnan()])


def test_relus_gradient_is_torchs_own_for_every_number_there_is():
    finite = EVERY[EVERY.isfinite()]
    came = torch.arange(len(finite)).sub(len(finite) // 2).bfloat16()  # of both signs
    gradients = []
    for relu in (ReLU(), nn.ReLU()):
        numbers = finite.clone().requires_grad_()
        gradients += torch.autograd.grad(relu(numbers * 1), numbers, came)
    assert torch.equal(*gradients)


def test_relu_works_in_place_and_in_any_layout():
    numbers = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0)).bfloat16()
    for layout in (torch.contiguous_format, torch.channels_last):
        given = numbers.clone(memory_format=layout)
        assert ReLU()(given).data_ptr() == given.data_ptr()
        assert torch.equal(given, numbers.relu())


def three(*last):  # layers
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Conv2d(4, 4, 3), nn.ReLU(inplace=True), nn.ReLU(), nn.Flatten(),
        nn.Linear(4 * 28 * 28, 5), *last,
    )  # fmt: skip


def test_only_what_works_in_place_between_first_and_last_layer_is_exchanged():
    network = three(nn.ReLU(inplace=True))
    use_bfloat16(network)
    assert [i for i, module in enumerate(network) if type(module) is ReLU] == [1, 3]
    with torch.no_grad():
        assert network(random_pictures(1, 3, 32, 32)).dtype == torch.float32


@pytest.mark.parametrize("network", [
    nn.Sequential(nn.Conv2d(3, 4, 32), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(4, 5)), three(nn.Softmax(1)),
], ids=["two layers, which are its first and its last", "a kind that is not known"])  # fmt: skip
def test_what_cannot_be_is_left_alone(network):
    before, images = str(network), random_pictures(1, 3, 32, 32)
    with torch.no_grad():
        exact = network(images)
        use_bfloat16(network)
        assert str(network) == before and torch.equal(network(images), exact)


def test_what_is_no_number_is_refused_as_in_exact():
    """An overflow inside of the network: infinity less infinity."""
    network = three().eval()
    with torch.no_grad():
        network[0].weight.fill_(1e38)
        network[2].weight[:, ::2], network[2].weight[:, 1::2] = 1e38, -1e38
    for precision in ("exact", "fast"):
        with pytest.raises(ValueError, match="expected finite logits"):
            xai.smoothgrad(network, random_pictures(1, 3, 32, 32), 1, samples=2, precision=precision)
