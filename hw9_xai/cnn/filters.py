"""Where a picture excites a filter, and how any layer of a network is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from hw9_xai.cnn.arguments import index, pixels
from hw9_xai.cnn.network import batches, running

Layer = int | str | nn.Module


def filter_activation(model: nn.Module, images: Tensor, cnnid: Layer, filterid: int) -> Tensor:  # -> (N,h,w)
    """How strongly each place of each picture excites one filter. `cnnid` is an index of `model.cnn`, a dotted name,
    or the module itself.

    >>> filter_activation(FoodCNN(width=8), torch.rand(2, 3, 128, 128), cnnid=15, filterid=0).shape
    torch.Size([2, 64, 64])
    """
    images = pixels(images)
    with up_to(model, cnnid, images) as layer, torch.no_grad():
        maps = [one_filter(layer(images[batch]), filterid) for batch in batches(len(images), None, images)]
    return torch.cat(maps)


@contextmanager
def up_to(model: nn.Module, cnnid: Layer, images: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    """The network up to one layer, as a function from pictures to that layer's output."""
    layer = _find(model, cnnid)
    cnn = getattr(model, "cnn", None)
    if isinstance(cnn, nn.Sequential) and layer in list(cnn):
        with running(cnn[: list(cnn).index(layer) + 1], images) as network:
            yield network
        return

    def until_reached(pictures: Tensor) -> Tensor:
        handle = layer.register_forward_hook(_stop)
        try:
            model(pictures)
        except _Reached as reached:
            return reached.output
        finally:
            handle.remove()
        raise ValueError(f"cnnid: the model never runs its layer {cnnid!r}")

    with running(nn.ModuleList([model]), images):
        yield until_reached


class _Reached(Exception):
    """Carries a layer's output out of the model: what comes after it need not run."""

    def __init__(self, output: Tensor) -> None:
        self.output = output


def _stop(layer: nn.Module, inputs: tuple, output: Tensor) -> None:
    raise _Reached(output)


def _find(model: nn.Module, cnnid: Layer) -> nn.Module:
    if not isinstance(model, nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got {type(model).__name__}")
    if isinstance(cnnid, nn.Module):
        if not any(cnnid is module for module in model.modules()):
            raise ValueError(f"cnnid: this {type(cnnid).__name__} is no part of the model")
        return cnnid
    if isinstance(cnnid, str):
        try:
            return model.get_submodule(cnnid)
        except AttributeError:
            names = [name for name, _ in model.named_modules() if name]
            raise ValueError(f"cnnid: no layer {cnnid!r}; there are {', '.join(names[:8])} ...") from None
    cnn = getattr(model, "cnn", None)
    if cnn is None:
        raise ValueError(f"cnnid: the model has no `cnn` to index by {cnnid!r}: pass a dotted name or a module")
    return cnn[index(cnnid, "cnnid", len(cnn))]


def one_filter(output: Tensor, filterid: int) -> Tensor:  # (N,C,h,w) -> (N,h,w)
    if not isinstance(output, Tensor) or output.ndim != 4:
        got = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise ValueError(f"cnnid: expected a layer with filters, whose output is (N, C, h, w), got {got}")
    return output[:, index(filterid, "filterid", output.shape[1])]
