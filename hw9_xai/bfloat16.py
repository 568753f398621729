"""What `precision="fast"` runs in: numbers of 16 bits, of which tensor cores and AMX multiply whole matrices."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

KNOWN = (nn.Sequential, nn.Conv2d, nn.Linear, nn.ReLU, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.Identity,
         nn.Flatten, nn.Dropout)  # fmt: skip


@cache
def has_bfloat16(device: torch.device) -> bool:
    """Whether it says that it multiplies matrices of it: other instructions for it are slow."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    return device.type == "cpu" and getattr(torch.cpu, "_is_amx_tile_supported", bool)()  # older torch cannot tell


def use_bfloat16(network: nn.Module) -> None:
    """Between its first layer and its last, which see pixels and make logits; products are summed in float32."""
    _, *modules = network.modules()  # itself only runs them
    layers = [module for module in modules if isinstance(module, nn.Conv2d | nn.Linear)]
    if len(layers) < 3 or not all(type(module) in KNOWN for module in modules):
        return
    for layer in layers:
        layer.register_forward_pre_hook(lambda layer, given: given[0].to(layer.weight.dtype))
    for layer in layers[1:-1]:
        layer.bfloat16()
    between = modules[modules.index(layers[0]) : modules.index(layers[-1])]
    for sequence in [module for module in network.modules() if type(module) is nn.Sequential]:
        for i, module in enumerate(sequence):
            if type(module) is nn.ReLU and module.inplace and module in between and layers[0].weight.is_cpu:
                sequence[i] = ReLU()


class ReLU(nn.Module):
    """In place, and in the integers that its bits are as well, of which a CPU does three to six times as many."""

    def forward(self, numbers: Tensor) -> Tensor:
        return InIntegers.apply(numbers.bfloat16())


class InIntegers(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, numbers: Tensor) -> Tensor:
        torch.threshold_(numbers.view(torch.int16), -128, 0)  # minus infinity; above it are NaNs, which stay
        ctx.mark_dirty(numbers)
        ctx.save_for_backward(numbers)
        return numbers

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (shown,) = ctx.saved_tensors
        passed = torch.ops.aten.threshold_backward(gradient.view(torch.int16), shown.view(torch.int16), 0)
        return passed.view(torch.bfloat16)
