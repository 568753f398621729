"""What a filter looks for: where a picture excites it, and which picture excites it most (Olah et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import pi

import torch
from torch import Tensor, nn
from torch.nn.functional import affine_grid, grid_sample, interpolate
from tqdm.auto import tqdm

from hw9_xai.cnn.arguments import choice, index, number, pixels, whole_number
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


def filter_visualization(
    model: nn.Module,
    cnnid: Layer,
    filterid: int,
    *,
    start: str | Tensor = "noise",
    steps: int = 100,
    lr: float = 0.1,
    parametrization: str = "fourier",
    jitter: float = 0.06,
    scale: float = 0.1,
    rotation: float = 10.0,
    size: int = 128,
    seed: int = 0,
) -> Tensor:  # (N,C,H,W) in [0,1]; N = 1 from noise
    """Change the picture, step by step, so that it excites the filter more.

    `start`: "noise", a `size` x `size` grey picture with a little noise, or pictures (N,C,H,W).
    `parametrization`: "fourier" changes waves, large ones first, and gives readable pictures; "pixel" changes pixels.
    Each step looks at the picture shifted by up to `jitter` (of its side), scaled by up to `scale` and turned by up
    to `rotation` degrees, so that what excites the filter cannot hang on single pixels.

    >>> filter_visualization(FoodCNN(width=8), cnnid=15, filterid=0, steps=2).shape
    torch.Size([1, 3, 128, 128])
    """
    steps, seed = whole_number(steps, "steps"), whole_number(seed, "seed", least=0)
    lr, jitter, scale = number(lr, "lr"), number(jitter, "jitter"), number(scale, "scale")
    rotation = number(rotation, "rotation")
    encode, decode = PARAMETRIZATIONS[choice(parametrization, "parametrization", tuple(PARAMETRIZATIONS))]
    generator = torch.Generator().manual_seed(seed)
    if isinstance(start, str):
        choice(start, "start", ("noise",))
        images = _noise(model, whole_number(size, "size"), generator)
    else:
        images = pixels(start, "start")
    with up_to(model, cnnid, images) as layer:

        def excitement(pictures: Tensor) -> Tensor:  # (N,) mean over the filter's map
            return one_filter(layer(pictures), filterid).flatten(1).mean(1)

        _refuse_dead(excitement, images, filterid)
        # A picture is the sigmoid of what is optimised: it cannot leave [0, 1].
        code = encode(images.clamp(0.01, 0.99).logit()).requires_grad_()
        optimizer = torch.optim.Adam([code], lr)
        for _ in tqdm(range(steps), desc="filter visualisation", delay=2):
            pictures = decode(code, images.shape).sigmoid()
            seen = _nudge(pictures, jitter, scale, rotation, generator)
            code.grad = torch.autograd.grad(-excitement(seen).sum(), code)[0]
            optimizer.step()
    return decode(code, images.shape).sigmoid().detach()


def deep_dream(
    model: nn.Module,
    image: Tensor,
    cnnid: Layer,
    *,
    octaves: int = 3,
    octave_scale: float = 1.4,
    steps: int = 20,
    lr: float = 0.01,
    seed: int = 0,
) -> Tensor:  # (C,H,W) in [0,1]
    """Amplify whatever a layer sees in the picture, from coarse to fine (Mordvintsev et al. 2015).

    >>> deep_dream(FoodCNN(width=8), torch.rand(3, 128, 128), cnnid=15, steps=2).shape
    torch.Size([3, 128, 128])
    """
    image = pixels(image, "image", rank=3)
    octaves, steps = whole_number(octaves, "octaves"), whole_number(steps, "steps")
    lr, shrink = number(lr, "lr"), number(octave_scale, "octave_scale", least=1.0)
    generator = torch.Generator().manual_seed(whole_number(seed, "seed", least=0))
    picture = image[None]
    detail = torch.zeros_like(picture)  # what has been dreamt so far
    with up_to(model, cnnid, picture) as layer, tqdm(total=octaves * steps, desc="Deep Dream", delay=2) as progress:
        for octave in reversed(range(octaves)):
            size = [max(32, round(side / shrink**octave)) for side in image.shape[1:]] if octave else image.shape[1:]
            ground = interpolate(picture, size, mode="bilinear", align_corners=False)
            dream = ground + interpolate(detail, size, mode="bilinear", align_corners=False)
            for _ in range(steps):
                shift = torch.randint(-8, 9, (2,), generator=generator).tolist()
                rolled = dream.roll(shift, (2, 3)).detach().clamp(0, 1).requires_grad_()
                gradient = torch.autograd.grad(layer(rolled).square().mean(), rolled)[0]
                if not gradient.any():
                    raise ValueError(f"cnnid: {cnnid!r} does not answer to this image: its gradient is zero everywhere")
                step = lr * gradient / gradient.abs().mean()
                dream = (rolled.detach() + step).clamp(0, 1).roll([-s for s in shift], (2, 3))
                progress.update()
            detail = dream - ground
    return dream[0]


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
    if not hasattr(model, "cnn"):
        raise ValueError(f"cnnid: the model has no `cnn` to index by {cnnid!r}: pass a dotted name or a module")
    return model.cnn[index(cnnid, "cnnid", len(model.cnn))]


def one_filter(output: Tensor, filterid: int) -> Tensor:  # (N,C,h,w) -> (N,h,w)
    if not isinstance(output, Tensor) or output.ndim != 4:
        got = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise ValueError(f"cnnid: expected a layer with filters, whose output is (N, C, h, w), got {got}")
    return output[:, index(filterid, "filterid", output.shape[1])]


def _refuse_dead(excitement: Callable[[Tensor], Tensor], images: Tensor, filterid: int) -> None:
    """Where nothing a filter sees changes its answer, ascent has nowhere to go: better said than a grey picture."""
    seen = images.clone().requires_grad_()
    gradient = torch.autograd.grad(excitement(seen).sum(), seen)[0]
    if dead := [i for i, one in enumerate(gradient) if not one.any()]:
        raise ValueError(
            f"filterid: filter {filterid} is dead on the start image (number {', '.join(map(str, dead))}): no pixel "
            "changes it. Try the layer before the ReLU, another seed, or start=pictures"
        )


def _noise(model: nn.Module, size: int, generator: torch.Generator) -> Tensor:  # (1,C,size,size)
    first = next((module for module in model.modules() if isinstance(module, nn.Conv2d)), None)
    if first is None:
        raise ValueError('start: the model has no Conv2d to tell how many channels "noise" needs: pass a picture')
    noise = torch.randn(1, first.in_channels, size, size, generator=generator)
    return (0.5 + 0.02 * noise).clamp(0, 1).to(first.weight)


def _nudge(pictures: Tensor, jitter: float, scale: float, rotation: float, generator: torch.Generator) -> Tensor:
    """The pictures shifted, scaled and turned a little, each in its own way."""
    dice = 2 * torch.rand(4, len(pictures), generator=generator) - 1  # in [-1, 1]
    zoom, angle = 1 + scale * dice[0], rotation * pi / 180 * dice[1]
    cos, sin = zoom * angle.cos(), zoom * angle.sin()
    shift = 2 * jitter * dice[2:]  # grid coordinates run from -1 to 1
    affine = torch.stack([cos, -sin, shift[0], sin, cos, shift[1]], 1).reshape(-1, 2, 3).to(pictures)
    grid = affine_grid(affine, list(pictures.shape), align_corners=False)
    return grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _to_waves(values: Tensor) -> Tensor:  # (N,C,H,W) -> (N,C,H,W//2+1,2)
    return torch.view_as_real(torch.fft.rfft2(values, norm="ortho") / _amplitude(values.shape).to(values))


def _from_waves(waves: Tensor, shape: torch.Size) -> Tensor:
    spectrum = torch.view_as_complex(waves) * _amplitude(shape).to(waves)
    return torch.fft.irfft2(spectrum, shape[-2:], norm="ortho")


def _amplitude(shape: torch.Size) -> Tensor:  # (H,W//2+1)
    """Natural pictures have amplitudes like 1/frequency: so scaled, one step moves large shapes as readily as small."""
    height, width = shape[-2:]
    rows, columns = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    return 1 / (rows**2 + columns**2).sqrt().clamp(min=1 / max(height, width)) / 4


PARAMETRIZATIONS = {
    "fourier": (_to_waves, _from_waves),
    "pixel": (Tensor.clone, lambda values, shape: values),
}
