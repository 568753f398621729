"""The homework's own arithmetic, departures from the papers included, so that a notebook can show both.

Each function has the name of the method it departs from, and takes what the homework's code fixed as its default.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from skimage.segmentation import slic
from torch import Tensor, nn
from torch.nn.functional import pad

from hw9_xai.arguments import Labels, labelled, pixels, seed_number, whole_number
from hw9_xai.cnn.integrated_gradients import path_gradient, quadrature
from hw9_xai.cnn.lime import LimeExplanation, explanation, score_samples, weighted_ridge
from hw9_xai.cnn.network import Layer, classifying, gradient, one_filter, up_to
from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.saliency import saliency as paper_saliency
from hw9_xai.cnn.smoothgrad import mean_gradient
from hw9_xai.cnn.superpixels import hide_everything
from hw9_xai.progress import progress_bar


def saliency(model: nn.Module, images: Tensor, labels: Labels) -> Tensor:  # -> (N,H,W) in [0,1]
    """The gradient of the loss, where the lecture's slides speak of the output's; then min-max per picture.

    >>> maps = course.saliency(FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128), labels=[0, 9])
    >>> maps.amin((1, 2)), maps.amax((1, 2))
    (tensor([0., 0.]), tensor([1., 1.]))
    """
    return normalize(paper_saliency(model, images, labels, of="loss"))


def smoothgrad(model: nn.Module, images: Tensor, labels: Labels, *, samples: int = 500, seed: int = 0) -> Tensor:
    """Noise of standard deviation (0.4 / range)^2, where the paper means 0.4 * range; then min-max per picture.

    >>> course.smoothgrad(FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128), labels=[0, 9], samples=4).shape
    torch.Size([2, 3, 128, 128])
    """
    images, labels = labelled(images, labels, model)
    spread = images.flatten(1).amax(1) - images.flatten(1).amin(1)
    return normalize(mean_gradient(model, images, labels, samples, (0.4 / spread) ** 2, "loss", "abs", seed, None))


def integrated_gradients(model: nn.Module, images: Tensor, labels: Labels, *, steps: int = 10) -> Tensor:
    """The mean gradient at the left ends of the steps from black, not multiplied by (x - baseline): no completeness.

    >>> course.integrated_gradients(FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128), labels=[0, 9], steps=2).shape
    torch.Size([2, 3, 128, 128])
    """
    images, labels = labelled(images, labels, model)
    alphas, weights = quadrature("left", whole_number(steps, "steps"))
    with classifying(model, images, labels) as network:
        return path_gradient(network, images, torch.zeros_like(images), labels, alphas, weights, None)


def lime(
    model: nn.Module, images: Tensor, labels: Labels, *, samples: int = 1000, seed: int = 16
) -> list[LimeExplanation]:
    """Segments numbered from 1 and features from 0: feature f hides segment f, so feature 0 hides nothing, and the
    last segment is never hidden. One stream of random numbers runs through all pictures, as the `lime` package's
    does after `np.random.seed(16)`. Weights are indexed by the segment's own number; the last one's is 0.

    >>> explanation = course.lime(FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128), labels=3, samples=20)[0]
    >>> explanation.segments.min(), explanation.weights[-1]
    (tensor(1), tensor(0.))
    """
    images, labels = labelled(images, labels, model)
    stream = np.random.RandomState(seed_number(seed, bits=32))
    explanations = []
    progress = progress_bar(total=whole_number(samples, "samples") * len(images), desc="LIME")
    with classifying(model, images, labels) as network, progress:
        for image, label in zip(images, labels, strict=True):
            array = image.permute(1, 2, 0).double().cpu().numpy()
            pieces = slic(array, n_segments=200, compactness=1, sigma=1, start_label=1)
            features = int(pieces.max())
            stream.randint(0, high=1000)  # the package draws a seed for a segmentation that it does not make here
            shown = stream.randint(0, 2, samples * features).reshape(samples, features).astype(bool)
            shown[0] = True
            segments = torch.from_numpy(pieces).to(image.device)
            hidden = hide_everything(image, segments, "mean")
            always = np.ones((samples, 1), bool)  # the last segment has no feature that could hide it
            logits = score_samples(network, image, hidden, segments, np.hstack([shown, always]), None, progress)
            fit = weighted_ridge(shown, logits.double().cpu().numpy(), 0.25)
            one = explanation(image, segments, int(label), fit)
            by_class = pad(one.weights_by_class, (0, 1))  # (classes,S+1)
            explanations.append(replace(one, weights=by_class[int(label)], weights_by_class=by_class))
    return explanations


def filter_visualization(
    model: nn.Module, images: Tensor, cnnid: Layer, filterid: int, *, steps: int = 100, lr: float = 0.1
) -> Tensor:  # (N,C,H,W), not bounded
    """Started from the pictures, where the slides say white noise; all of them as one sum, in free pixels, which
    leave [0, 1].

    >>> course.filter_visualization(FoodCNN(width=8), torch.rand(2, 3, 128, 128), cnnid=15, filterid=0, steps=2).shape
    torch.Size([2, 3, 128, 128])
    """
    images = pixels(images)
    with up_to(model, cnnid, images) as layer:
        code = images.clone().requires_grad_()
        optimizer = torch.optim.Adam([code], lr)
        for _ in progress_bar(range(whole_number(steps, "steps")), desc="filter visualisation"):
            code.grad = gradient(-one_filter(layer(code), filterid).sum(), code)
            optimizer.step()
    return code.detach()
