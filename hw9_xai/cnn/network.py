"""How every method runs a network: fast, in batches, and without leaving a trace on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.utils import fuse_conv_bn_weights

from hw9_xai.apart import TURN, is_plain, own_dice, twin
from hw9_xai.arguments import finite, shape_of, shortened, whole_number
from hw9_xai.bfloat16 import has_bfloat16, use_bfloat16
from hw9_xai.cnn.classifier import FoodCNN

Network = Callable[[Tensor], Tensor]
Layer = int | str | nn.Module  # an index of `model.cnn`, a dotted name, or the module itself
PRECISIONS = ("exact", "fast")


@contextmanager
def running(model: nn.Module, images: Tensor, precision: str | None = "exact") -> Iterator[Network]:
    """Inside: the network in eval mode. Afterwards, even after an error: the model as it was.

    A plain network such as our own runs as a private copy, "fast" in bfloat16 where it can be. Any other model runs
    itself, because only its author knows what its `forward` does besides computing (count, record, reshape in memory
    order), and without a `precision` so does a plain one. The copy rounds otherwise: where a ReLU or a maximum hangs on
    the last bit, single gradients differ by percents. That is lost in a mean over many passes, and not in one pass.

    Threads may share a model: private copies (on a CPU) run side by side, models themselves in turn, in eval mode until
    done: train none meanwhile. What a model draws comes from a stream of its own; autocast around the call is off.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got {type(model).__name__}")
    weight = next(model.parameters(), images)
    if weight.device != images.device or weight.dtype != images.dtype:
        ours, theirs = f"{images.dtype} on {images.device}", f"{weight.dtype} on {weight.device}"
        raise ValueError(f"images: expected the model's own kind, {theirs}, got {ours}")
    kind = images.device.type
    with torch.inference_mode(False), torch.enable_grad(), torch.autocast(kind, enabled=False):
        with TURN:  # not while another thread's hooks are on the model
            dice, network = own_dice(model), _private_copy(model) if precision and is_plain(model) else model
        private = network is not model
        if private and precision == "fast" and images.dtype == torch.float32 and has_bfloat16(images.device):
            use_bfloat16(network)
        # glibc hands memory back to the system beyond twice the largest block that was ever freed, 32 MB at most, and
        # takes it anew page by page: up to a fifth of the time of every pass. Now it keeps what a batch needs.
        torch.empty(2**25 - 2**12, dtype=torch.uint8, device="cpu")
        with dice, nullcontext() if private and kind == "cpu" else _in_turn(network):
            tensors = [*network.named_parameters(), *network.named_buffers()]
            made = {name: one.clone() for name, one in tensors if one.is_inference()}  # those would know no gradients
            yield partial(functional_call, network, made) if made else network


@contextmanager
def _in_turn(model: nn.Module) -> Iterator[None]:
    with TURN:
        training = [module for module in model.modules() if getattr(module, "training", False)]  # a frozen one has none
        rounds = torch.backends.cudnn.allow_tf32  # recent GPUs round what they multiply to 10 bits: maps differ by 3 %
        try:
            torch.backends.cudnn.allow_tf32 = False
            for module in training:
                module.training = False
            yield
        finally:
            torch.backends.cudnn.allow_tf32 = rounds
            for module in training:
                module.training = True


@contextmanager
def classifying(model: nn.Module, images: Tensor, labels: Tensor, precision: str | None = "exact") -> Iterator[Network]:
    """`running`, for a model whose answer must be logits (N,classes) with room for these labels."""
    highest = int(labels.max())

    def logits(pictures: Tensor) -> Tensor:
        answer = network(pictures.clone())  # it may write into what it is given, and into what it gave before
        if not isinstance(answer, Tensor) or answer.ndim != 2 or len(answer) != len(pictures):
            raise ValueError(f"model: expected logits of shape ({len(pictures)}, classes), got {shape_of(answer)}")
        if highest >= answer.shape[1]:
            raise ValueError(f"labels: expected 0 to {answer.shape[1] - 1}, the model's classes, got {highest}")
        return finite(answer, "logits").clone()

    with running(model, images, precision) as network:
        yield logits


def _private_copy(model: nn.Module) -> nn.Module:
    """Eval mode, channels last, batch norm folded into its convolution (an Identity stays), ReLU in place and last."""
    fast = twin(model).eval()
    for own in [own for module in fast.modules() for own in (module._parameters, module._buffers)]:
        own.update({name: one.detach().clone() for name, one in own.items() if one is not None})  # type: ignore[misc]
    for sequence in [module for module in fast.modules() if type(module) is nn.Sequential]:
        modules = [*sequence, None, None]
        for i, (first, second, third) in enumerate(zip(modules, modules[1:], modules[2:], strict=False)):
            if type(first) is nn.Conv2d and type(second) is nn.BatchNorm2d and second.track_running_stats:
                norm = (second.running_mean, second.running_var, second.eps, second.weight, second.bias)
                fused = twin(first)  # elsewhere it may stand without its norm
                sequence[i], sequence[i + 1] = fused, nn.Identity()
                fused.weight, fused.bias = fuse_conv_bn_weights(first.weight, first.bias, *norm)  # type: ignore[arg-type]
                if type(third) is nn.ReLU:  # nobody else needs the convolution's output, not even its gradient
                    sequence[i + 2] = nn.ReLU(inplace=True)
        for i, (first, second) in enumerate(pairwise([*sequence])):
            if type(first) is nn.ReLU and type(second) is nn.MaxPool2d and not second.return_indices:
                sequence[i], sequence[i + 1] = second, first  # the same, and its gradient, of a quarter of the numbers
    return fast.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # older torch does not hint it


@contextmanager
def up_to(model: nn.Module, cnnid: Layer, images: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    """The network up to one layer, as a function from pictures to that layer's output."""
    layer, runs_once = find_layer(model, cnnid), False
    with TURN:  # not while another thread's hooks are on the model
        cnn = [*model.cnn] if type(model) is FoodCNN and is_plain(model) else []
    if cnn.count(layer) == 1:  # how another model comes to its layers only its `forward` knows
        with running(nn.Sequential(*cnn[: cnn.index(layer) + 1]), images) as network:
            yield network
        return

    def until_reached(pictures: Tensor) -> Tensor:
        nonlocal runs_once
        came: list[Tensor] = []

        def see(module: nn.Module, inputs: tuple, output: Tensor) -> Tensor | None:
            came.append(output)
            if runs_once:
                raise RuntimeError("what comes after the layer need not run again")
            return output.clone() if isinstance(output, Tensor) else None  # a ReLU in place may come next

        with layer.register_forward_hook(see):
            try:
                network(pictures.clone())
            except Exception:  # this one, or what comes after it is not made for pictures of this size
                if not came:
                    raise
        if len(came) != 1:
            often = f"{len(came)} times: expected one that runs once" if came else "never"
            raise ValueError(f"cnnid: the model runs its layer {shortened(cnnid)} {often}")
        runs_once = True
        return came[0]

    with running(model, images, None) as network:
        yield until_reached


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
    if not isinstance(cnn, nn.Sequential | nn.ModuleList):
        raise ValueError(f"{name}: the model has no `cnn` to index by {layer!r}: pass a dotted name or a module")
    return cnn[whole_number(layer, name, 0, len(cnn) - 1)]


def one_filter(output: Tensor, filterid: int) -> Tensor:  # (N,C,h,w) -> (N,h,w)
    if not isinstance(output, Tensor) or output.ndim != 4:
        raise ValueError(f"cnnid: expected a layer with filters, giving (N, C, h, w), got {shape_of(output)}")
    return finite(output[:, whole_number(filterid, "filterid", 0, output.shape[1] - 1)], "activations")


def batches(count: int, batch_size: int | None, images: Tensor) -> Iterator[slice]:
    """Cut `count` passes into batches. By default, on a CPU, 2^17 pixels each, 8 pictures of 128x128: more would leave
    the cache, and fewer share what a batch costs by itself; but 4 pictures up to 2^18 pixels, as one alone takes
    longer. A GPU takes 2^21: with gradients, at the homework's width, 6 GB."""
    if batch_size is None:
        pixels = images.shape[-2] * images.shape[-1]
        batch_size = max(1, 2**21 // pixels if images.is_cuda else max(2**17 // pixels, min(4, 2**18 // pixels)))
    batch_size = whole_number(batch_size, "batch_size")
    return (slice(start, min(start + batch_size, count)) for start in range(0, count, batch_size))


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
    return gradient(total, pictures)


def gradient(total: Tensor, where: Tensor) -> Tensor:
    """Not by backward(): that would fill the parameters' .grad."""
    found = torch.autograd.grad(total, where, allow_unused=True)[0] if total.requires_grad else None
    if found is None:  # zeros would say that nothing matters to it
        raise ValueError("model: expected an answer with gradients, got one that is constant or cut off from them")
    return found
