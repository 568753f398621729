"""Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391): where the channels are active that the class draws on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeGuard

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, finite, labelled, shape_of
from hw9_xai.cnn.network import Layer, Network, batches, classifying, find_layer, gradient


def gradcam(model: nn.Module, images: Tensor, labels: Labels, *, layer: Layer | None = None) -> Tensor:  # -> (N,H,W)
    """The layer's channels, each times the mean gradient of the label's logit in it, summed; what is below 0 is cut
    off, and the rest stretched to the picture.

    `layer` is an index of `model.cnn`, a dotted name, or the module itself. By default it is the last activation
    (ReLU, GELU, ...) that gives a map, or the last convolution of a model that has no activations as modules. Of a
    layer that runs several times the last run counts.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)
    >>> gradcam(model, images, labels=[0, 9]).shape
    torch.Size([2, 128, 128])
    """
    images, labels = labelled(images, labels, model)
    chosen = None if layer is None else find_layer(model, layer, "layer")
    with classifying(model, images, labels, None) as network:
        if chosen is None:
            chosen = _last_with_a_map(model, network, images[:1])
        cut = batches(len(images), None, images)
        coarse = [_class_map(network, chosen, images[batch], labels[batch]) for batch in cut]
    stretched = getattr(model, "stretched", nn.functional.interpolate)  # it may see only a part
    return finite(stretched(torch.cat(coarse)[:, None], images.shape[2:], mode="bilinear")[:, 0], "maps")


def _class_map(network: Network, layer: nn.Module, images: Tensor, labels: Tensor) -> Tensor:  # -> (N,h,w)
    came: list[object] = []
    kept: list[Tensor] = []

    def keep(module: nn.Module, inputs: tuple, output: object) -> Tensor | None:
        came[:] = [output]
        if not _is_map(output, images):
            return None
        kept[:] = [output.detach().requires_grad_()]  # nothing before it needs a gradient
        return kept[0].clone()  # a ReLU in place, say, may come next

    with _watching([layer], keep):
        logits = network(images)
    if not came:
        raise ValueError(f"layer: the model never runs this {type(layer).__name__}")
    if not kept:
        raise ValueError(f"layer: expected one that gives {_EXPECTED}, got {shape_of(came[0])}")
    score = logits.gather(1, labels[:, None].clone()).sum()
    weights = gradient(score, kept[0]).mean((2, 3), keepdim=True)  # (N,C,1,1)
    return (weights * kept[0].detach()).sum(1).relu()


def _last_with_a_map(model: nn.Module, network: Network, image: Tensor) -> nn.Module:
    ran: list[tuple[nn.Module, object]] = []
    kinds = [module for module in model.modules() if type(module).__module__ == "torch.nn.modules.activation"]
    convolutions = (module for module in model.modules() if isinstance(module, nn.Conv2d))
    kinds = kinds or [one for one in convolutions if max(one.stride) < 4]  # no patches
    with _watching(kinds, lambda module, inputs, output: ran.append((module, output))), torch.no_grad():
        network(image)
    for module, output in reversed(ran):
        if _is_map(output, image):
            return module
    got = f"{shape_of(ran[-1][1])} from the last of {len(ran)}" if ran else "none, as in most transformers"
    raise ValueError(f"model: expected an activation or a convolution that gives {_EXPECTED}, got {got}; name a layer")


@contextmanager
def _watching(modules: Iterable[nn.Module], see: Callable[[nn.Module, tuple, Any], Any]) -> Iterator[None]:
    with ExitStack() as handles:
        for module in modules:
            handles.enter_context(module.register_forward_hook(see))
        yield


_EXPECTED = "a map (N, C, h, w) of more than one place and no larger than the picture"


def _is_map(output: object, images: Tensor) -> TypeGuard[Tensor]:
    """In (N, h, w, C), as transformers may have it, the last number is large: it is not taken for a width."""
    if not isinstance(output, Tensor) or output.ndim != 4:
        return False
    return all(1 < size <= most for size, most in zip(output.shape[2:], images.shape[2:], strict=True))
