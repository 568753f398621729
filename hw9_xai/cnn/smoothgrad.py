"""SmoothGrad (Smilkov et al. 2017): the saliency gradient, averaged over noisy copies of the picture."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, choice, finite, labelled, number, seed_number, whole_number
from hw9_xai.cnn.network import PRECISIONS, batches, classifying, input_gradients
from hw9_xai.progress import progress_bar

REDUCE = {"abs": Tensor.abs, "square": Tensor.square, "signed": lambda gradients: gradients}


def smoothgrad(
    model: nn.Module,
    images: Tensor,
    labels: Labels,
    *,
    samples: int = 500,
    noise: float = 0.15,
    of: str = "loss",
    reduce: str = "abs",
    seed: int = 0,
    batch_size: int | None = None,
    precision: str = "exact",
) -> Tensor:  # -> (N,C,H,W)
    """Mean over `samples` noisy copies of the gradient (or of its absolute value or its square).

    `noise` is the standard deviation as a fraction of the picture's own range, max - min.
    With `noise=0` this is the saliency gradient. The same noise serves every picture, so that a picture's map does
    not depend on its neighbours in the batch. `precision` is that of `lime`.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)
    >>> smoothgrad(model, images, labels=[0, 9], samples=4).shape
    torch.Size([2, 3, 128, 128])
    """
    images, labels = labelled(images, labels, model)
    spread = images.flatten(1).amax(1) - images.flatten(1).amin(1)
    sigma = number(noise, "noise") * spread
    return mean_gradient(model, images, labels, samples, sigma, of, reduce, seed, batch_size, precision)


def mean_gradient(
    model: nn.Module,
    images: Tensor,  # (N,C,H,W)
    labels: Tensor,  # (N,)
    samples: int,
    sigma: Tensor,  # (N,) standard deviation of the noise, in pixel values
    of: str,
    reduce: str,
    seed: int,
    batch_size: int | None,
    precision: str = "exact",
) -> Tensor:  # -> (N,C,H,W)
    samples, seed = whole_number(samples, "samples"), seed_number(seed)
    choice(of, "of", ("loss", "score"))
    choice(precision, "precision", PRECISIONS)
    reduction = REDUCE[choice(reduce, "reduce", tuple(REDUCE))]
    # On the CPU for any device, and one sample at a time: neither the device nor the batch changes the noise.
    generator = torch.Generator().manual_seed(seed)
    progress = progress_bar(total=samples * len(images), desc="SmoothGrad")
    with classifying(model, images, labels, precision if sigma.any() else None) as network, progress:
        total = torch.zeros_like(images)
        for batch in batches(samples, batch_size, images):
            size = batch.stop - batch.start
            draws = [torch.randn(images.shape[1:], generator=generator, dtype=images.dtype) for _ in range(size)]
            gauss = torch.stack(draws).to(images.device)  # (B,C,H,W)
            for i, (image, label) in enumerate(zip(images, labels, strict=True)):
                gradients = input_gradients(network, image + sigma[i] * gauss, label.expand(size), of)
                total[i] += reduction(gradients).sum(0)
                progress.update(size)
    return finite(total / samples, "gradients")
