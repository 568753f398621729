"""Networks whose explanations are known in closed form, and networks that misbehave."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from hw9_xai import FoodCNN
from hw9_xai.bfloat16 import has_bfloat16

needs_bfloat16 = pytest.mark.skipif(
    not has_bfloat16(torch.device("cpu")),
    reason='nothing here multiplies matrices of bfloat16 (AMX): "fast" is the same as "exact"',
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_pictures(count: int = 2, channels: int = 3, height: int = 128, width: int = 128, seed: int = 0) -> Tensor:
    """Smooth random pictures, so that superpixels have something to hold on to."""
    coarse = torch.rand(count, channels, height // 8, width // 8, generator=seeded(seed))
    fine = torch.rand(count, channels, height, width, generator=seeded(seed + 1))
    smooth = nn.functional.interpolate(coarse, (height, width), mode="bicubic").clamp(0, 1)
    return (0.9 * smooth + 0.1 * fine).clamp(0, 1)


def food_cnn(width: int = 8, seed: int = 0) -> FoodCNN:
    """A FoodCNN with random weights and, as after training, batch norm statistics and affine terms that matter."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = FoodCNN(width).eval()
    generator = seeded(seed)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor, low, high in (
                (module.running_mean, -0.2, 0.2),
                (module.running_var, 0.1, 0.4),
                (module.weight.data, 0.8, 1.6),
                (module.bias.data, -0.2, 0.4),
            ):
                tensor.uniform_(low, high, generator=generator)
    return model


class Linear(nn.Module):
    """score_c(x) = sum(weight_c * x) + bias_c"""

    def __init__(self, shape: tuple[int, ...] = (3, 16, 16), classes: int = 4, seed: int = 0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, *shape, generator=seeded(seed)))
        self.bias = nn.Parameter(torch.randn(classes, generator=seeded(seed + 1)))

    def forward(self, images: Tensor) -> Tensor:
        return torch.einsum("nchw,kchw->nk", images, self.weight) + self.bias


class Quadratic(nn.Module):
    """score_c(x) = sum(weight_c * x^2)"""

    def __init__(self, shape: tuple[int, ...] = (3, 16, 16), classes: int = 4, seed: int = 0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, *shape, generator=seeded(seed)))

    def forward(self, images: Tensor) -> Tensor:
        return torch.einsum("nchw,kchw->nk", images**2, self.weight)


class Recorder(nn.Module):
    """Passes everything on, and keeps what it was fed."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.fed: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        self.fed.append(images.detach().clone())
        return self.inner(images)


class FailsAt(nn.Module):
    """Raises inside its n-th pass."""

    def __init__(self, inner: nn.Module, passes: int, error: type[BaseException] = RuntimeError) -> None:
        super().__init__()
        self.error = error
        self.cnn, self.inner = getattr(inner, "cnn", None), inner
        self.left = passes

    def forward(self, images: Tensor) -> Tensor:
        self.left -= 1
        if self.left <= 0:
            raise self.error("the network broke")
        return self.inner(images)


class Small(nn.Module):
    """A network with batch norm and dropout for pictures of any size, channel count and precision."""

    def __init__(self, channels: int = 3, classes: int = 5, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.cnn = nn.Sequential(
                nn.Conv2d(channels, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(6, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
            )  # fmt: skip
            self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(8, classes))

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.cnn(images).mean((2, 3)))


class OneFilter(nn.Module):
    """cnn[0] is a convolution that answers with the red channel minus the blue one; cnn[1] is its ReLU."""

    def __init__(self) -> None:
        super().__init__()
        convolution = nn.Conv2d(3, 1, 1, bias=False)
        convolution.weight.data = torch.tensor([1.0, 0.0, -1.0]).reshape(1, 3, 1, 1)
        self.cnn = nn.Sequential(convolution, nn.ReLU())

    def forward(self, images):
        return self.cnn(images).mean((2, 3))
