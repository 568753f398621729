"""How every method runs a network: fast, in batches, and without leaving a trace on it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

from hw9_xai.arguments import whole_number

Network = Callable[[Tensor], Tensor]
Layer = int | str | nn.Module  # an index of `model.cnn`, a dotted name, or the module itself


@contextmanager
def running(model: nn.Module, images: Tensor, fast: bool = True) -> Iterator[Network]:
    """Inside: the network in eval mode. Afterwards, even after an error: the model as it was.

    For `fast`, a plain network such as our own runs as a private copy in its fastest form. Any other model runs itself,
    because only its author knows what its `forward` does besides computing (count, record, reshape in memory order).
    The copy rounds otherwise: where a ReLU or a maximum hangs on the last bit, single gradients differ by percents.
    That is lost in a mean over many passes, and would not be in one pass.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got {type(model).__name__}")
    weight = next(model.parameters(), images)
    if weight.device != images.device or weight.dtype != images.dtype:
        ours, theirs = f"{images.dtype} on {images.device}", f"{weight.dtype} on {weight.device}"
        raise ValueError(f"images: expected the model's own kind, {theirs}, got {ours}")
    gpus = [images.device] if images.is_cuda else []
    # A model may draw random numbers, and we may be called under no_grad: neither must reach the caller or stop us.
    with torch.random.fork_rng(gpus), torch.inference_mode(False), torch.enable_grad():
        network = _fast_copy(model) if fast and _is_plain(model) else model
        training = [module for module in network.modules() if module.training]
        rounds = torch.backends.cudnn.allow_tf32  # recent GPUs round what they multiply to 10 bits: maps differ by 3 %
        try:
            torch.backends.cudnn.allow_tf32 = rounds and not images.is_cuda
            for module in training:
                module.training = False
            yield network
        finally:
            torch.backends.cudnn.allow_tf32 = rounds
            for module in training:
                module.training = True


@contextmanager
def classifying(model: nn.Module, images: Tensor, labels: Tensor, fast: bool = True) -> Iterator[Network]:
    """`running`, for a model whose answer must be logits (N,classes) with room for these labels."""
    highest = int(labels.max())

    def logits(pictures: Tensor) -> Tensor:
        answer = network(pictures)
        if not isinstance(answer, Tensor) or answer.ndim != 2 or len(answer) != len(pictures):
            got = tuple(answer.shape) if isinstance(answer, Tensor) else type(answer).__name__
            raise ValueError(f"model: expected logits of shape ({len(pictures)}, classes), got {got}")
        if highest >= answer.shape[1]:
            raise ValueError(f"labels: expected 0 to {answer.shape[1] - 1}, the model's classes, got {highest}")
        return answer

    with running(model, images, fast) as network:
        yield logits


def _is_plain(model: nn.Module) -> bool:
    """All its modules are torch's own, or of a class that says it only runs such, and none has a hook: a copy cannot be
    told from the original."""
    return all(
        (vars(type(module)).get("is_plain") or type(module).__module__.startswith("torch.nn.modules."))
        and not any(getattr(module, hooks) for hooks in _HOOKS)
        and "forward" not in vars(module)
        for module in model.modules()
    )


_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def _fast_copy(model: nn.Module) -> nn.Module:
    """Eval mode, batch norm folded into the convolution before it, ReLU in place, channels last.

    Indices stay: what was folded away is an Identity.
    """
    fast = copy.deepcopy(model).eval().requires_grad_(False)
    for sequence in [module for module in fast.modules() if type(module) is nn.Sequential]:
        modules = [*sequence, None, None]
        for i, (first, second, third) in enumerate(zip(modules, modules[1:], modules[2:], strict=False)):
            if type(first) is nn.Conv2d and type(second) is nn.BatchNorm2d and second.track_running_stats:
                sequence[i], sequence[i + 1] = fuse_conv_bn_eval(first, second), nn.Identity()
                if type(third) is nn.ReLU:
                    third.inplace = True  # nobody else needs the convolution's output, not even its gradient
    return fast.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # older torch does not hint it


@contextmanager
def up_to(model: nn.Module, cnnid: Layer, images: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    """The network up to one layer, as a function from pictures to that layer's output."""
    layer = find_layer(model, cnnid)
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
            return reached.args[0]
        finally:
            handle.remove()
        raise ValueError(f"cnnid: the model never runs its layer {cnnid!r}")

    with running(model, images, fast=False):
        yield until_reached


class _Reached(Exception):
    """Carries a layer's output out of the model: what comes after it need not run."""


def _stop(layer: nn.Module, inputs: tuple, output: Tensor) -> None:
    raise _Reached(output)


def find_layer(model: nn.Module, layer: Layer, name: str = "cnnid") -> nn.Module:  # `name`: what the caller calls it
    if not isinstance(model, nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got {type(model).__name__}")
    if isinstance(layer, nn.Module):
        if not any(layer is module for module in model.modules()):
            raise ValueError(f"{name}: this {type(layer).__name__} is no part of the model")
        return layer
    if isinstance(layer, str):
        try:
            return model.get_submodule(layer)
        except AttributeError:
            names = [one for one, _ in model.named_modules() if one]
            raise ValueError(f"{name}: no layer {layer!r}; there are {', '.join(names[:8])} ...") from None
    cnn = getattr(model, "cnn", None)
    if cnn is None:
        raise ValueError(f"{name}: the model has no `cnn` to index by {layer!r}: pass a dotted name or a module")
    return cnn[whole_number(layer, name, 0, len(cnn) - 1)]


def one_filter(output: Tensor, filterid: int) -> Tensor:  # (N,C,h,w) -> (N,h,w)
    if not isinstance(output, Tensor) or output.ndim != 4:
        got = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise ValueError(f"cnnid: expected a layer with filters, whose output is (N, C, h, w), got {got}")
    return output[:, whole_number(filterid, "filterid", 0, output.shape[1] - 1)]


def batches(count: int, batch_size: int | None, images: Tensor) -> list[slice]:
    """Cut `count` passes into batches. By default 2^16 pixels each on a CPU, 4 pictures of 128x128: there, a batch
    whose activations stay in the cache is as fast as any (see `hw9-xai bench`) and small; a GPU wants large ones."""
    if batch_size is None:
        pixels = images.shape[-2] * images.shape[-1]
        batch_size = max(1, (2**22 if images.is_cuda else 2**16) // pixels)
    batch_size = whole_number(batch_size, "batch_size")
    return [slice(start, min(start + batch_size, count)) for start in range(0, count, batch_size)]


def input_gradients(network: Network, pictures: Tensor, labels: Tensor, of: str = "score") -> Tensor:
    """d score / d picture, or d loss / d picture, for each picture and its own label. (N,C,H,W) -> (N,C,H,W)

    One backward pass serves the batch: no picture enters another's score, so the gradient of the sum is all of them.
    """
    pictures = pictures.detach().clone().requires_grad_()
    logits = network(pictures)
    labels = labels.clone()  # made by a caller in inference mode, it could not be kept for the backward pass
    if of == "score":
        total = logits.gather(1, labels[:, None]).sum()
    else:
        total = nn.functional.cross_entropy(logits, labels, reduction="sum")
    return torch.autograd.grad(total, pictures)[0]  # not backward(): that would fill the parameters' .grad
