"""Feature visualisation (Olah et al. 2017): the picture that a filter likes best."""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import torch
from torch import Tensor, nn
from torch.nn.functional import affine_grid, grid_sample

from hw9_xai.arguments import choice, finite, number, pixels, seed_number, whole_number
from hw9_xai.cnn.network import Layer, gradient, one_filter, up_to
from hw9_xai.progress import progress_bar


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

    >>> filter_visualization(FoodCNN(width=8), cnnid=14, filterid=0, steps=2).shape
    torch.Size([1, 3, 128, 128])
    """
    steps, seed = whole_number(steps, "steps"), seed_number(seed)
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

        # Where nothing a filter sees changes its answer, ascent has nowhere to go: better said than a grey picture.
        first = images.clone().requires_grad_()
        if dead := [i for i, one in enumerate(gradient(excitement(first).sum(), first)) if not one.any()]:
            raise ValueError(
                f"filterid: filter {filterid} is dead on the start image (number {', '.join(map(str, dead))}): no "
                "pixel changes it. Try the layer before the ReLU, another seed, or start=pictures"
            )
        # A picture is the sigmoid of what is optimised: it cannot leave [0, 1].
        code = encode(images.clamp(0.01, 0.99).logit()).requires_grad_()
        optimizer = torch.optim.Adam([code], lr)
        for _ in progress_bar(range(steps), desc="filter visualisation"):
            pictures = decode(code, images.shape).sigmoid()
            seen = _nudge(pictures, jitter, scale, rotation, generator)
            code.grad = gradient(-excitement(seen).sum(), code)
            optimizer.step()
    return finite(decode(code, images.shape).sigmoid().detach(), "gradients")


def _noise(model: nn.Module, size: int, generator: torch.Generator) -> Tensor:  # (1,C,size,size)
    first = next((module for module in model.modules() if isinstance(module, nn.Conv2d)), None)
    if first is None:
        raise ValueError('start: the model has no Conv2d to tell how many channels "noise" needs: pass a picture')
    noise = torch.randn(1, first.in_channels, size, size, generator=generator, dtype=torch.float32)
    return (0.5 + 0.02 * noise).clamp(0, 1).to(first.weight)


def _nudge(pictures: Tensor, jitter: float, scale: float, rotation: float, generator: torch.Generator) -> Tensor:
    """The pictures shifted, scaled and turned a little, each in its own way."""
    dice = 2 * torch.rand(4, len(pictures), generator=generator, dtype=torch.float32) - 1  # in [-1, 1]
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
    rows = torch.fft.fftfreq(height, dtype=torch.float32)[:, None]
    columns = torch.fft.rfftfreq(width, dtype=torch.float32)[None]
    return 1 / (rows**2 + columns**2).sqrt().clamp(min=1 / max(height, width)) / 4


PARAMETRIZATIONS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor, torch.Size], Tensor]]] = {
    "fourier": (_to_waves, _from_waves),
    "pixel": (Tensor.clone, lambda values, shape: values),
}
