"""Deep Dream (Mordvintsev et al. 2015): whatever a layer sees in the picture, amplified."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from hw9_xai.arguments import finite, number, pixels, seed_number, whole_number
from hw9_xai.cnn.network import Layer, gradient, up_to
from hw9_xai.progress import progress_bar


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
    generator = torch.Generator().manual_seed(seed_number(seed))
    picture = image[None]
    detail = torch.zeros_like(picture)  # what has been dreamt so far
    with up_to(model, cnnid, picture) as layer, progress_bar(total=octaves * steps, desc="Deep Dream") as progress:
        for octave in reversed(range(octaves)):
            size = [max(32, round(side / shrink**octave)) for side in image.shape[1:]] if octave else image.shape[1:]
            ground = interpolate(picture, size, mode="bilinear", align_corners=False)
            dream = ground + interpolate(detail, size, mode="bilinear", align_corners=False)
            for _ in range(steps):
                shift = torch.randint(-8, 9, (2,), generator=generator).tolist()
                rolled = dream.roll(shift, (2, 3)).detach().clamp(0, 1).requires_grad_()
                slope = gradient(layer(rolled).square().mean(), rolled)
                if not slope.any():
                    raise ValueError(f"cnnid: {cnnid!r} does not answer to this image: its gradient is zero everywhere")
                step = lr * finite(slope, "gradients") / slope.abs().mean()
                dream = (rolled.detach() + step).clamp(0, 1).roll([-s for s in shift], (2, 3))
                progress.update()
            detail = dream - ground
    return dream[0]
