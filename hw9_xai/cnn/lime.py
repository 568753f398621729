"""LIME (Ribeiro et al. 2016): hide pieces of the picture at random, and fit a linear model to what the network says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from hw9_xai.arguments import Labels, choice, finite, labelled, number, seed_number, whole_number
from hw9_xai.cnn.network import PRECISIONS, Network, batches, classifying
from hw9_xai.cnn.superpixels import Segmentation, hide_everything, segment
from hw9_xai.progress import progress_bar

# Weights (S,classes), intercepts and r2 (classes,), effective samples.
Fit = tuple[np.ndarray, np.ndarray, np.ndarray, float]


@dataclass(frozen=True)
class LimeExplanation:
    """One picture explained: how much each segment adds to the label's score when it is shown.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128)
    >>> explanation = lime(model, images, labels=3, samples=20, segments=4)[0]
    >>> explanation.heatmap().shape, explanation.overlay().shape
    (torch.Size([128, 128]), torch.Size([3, 128, 128]))
    """

    image: Tensor  # (C,H,W)
    segments: Tensor  # (H,W) int64, numbered from 0
    label: int
    weights: Tensor  # (S,) for the label
    intercept: float  # the linear model's score with everything hidden
    r2: float  # the share of the variance that the linear model explains: how far to trust it
    effective_samples: float  # how many samples the proximity kernel leaves; near `samples` it hardly localises
    weights_by_class: Tensor  # (classes,S)

    def heatmap(self) -> Tensor:  # (H,W) each pixel with its segment's weight
        return self.weights[self.segments]

    def density(self) -> Tensor:  # (H,W) each segment's weight spread evenly over its pixels: sums to all weights
        return (self.weights / self.segments.flatten().bincount())[self.segments]

    def strongest(self, segments: int = 11, min_weight: float = 0.0) -> Tensor:  # numbers of segments, strongest first
        order = self.weights.abs().argsort(descending=True, stable=True)[: whole_number(segments, "segments", 0)]
        return order[self.weights[order].abs() >= min_weight]

    def overlay(self, segments: int = 11, min_weight: float = 0.0) -> Tensor:  # (3,H,W)
        """The picture with its strongest segments lit: green speaks for the label, red against it."""
        picture = self.image.expand(3, -1, -1).clone()
        for piece in self.strongest(segments, min_weight):
            channel = 1 if self.weights[piece] > 0 else 0
            picture[channel, self.segments == piece] = picture.max()
        return picture


def lime(
    model: nn.Module,
    images: Tensor,
    labels: Labels,
    *,
    samples: int = 1000,
    segments: Segmentation = 200,
    hide: str | Sequence[float] = "mean",
    of: str = "score",
    kernel_width: float = 0.25,
    seed: int = 16,
    batch_size: int | None = None,
    precision: str = "exact",
) -> list[LimeExplanation]:
    """Explain each picture by the segments that raise or lower its label's score.

    `segments`: about how many superpixels, or an (H,W) map of integers, or a function from an (H,W,C) array to one.
    `hide`: what a hidden segment shows: its "mean" colour, "black", a "blur" of the picture, or a colour.
    `of`: "score" fits the logit, in which evidence adds up; "probability" saturates where the network is certain.
    `precision`: "fast" runs a plain float32 network, such as ours, in bfloat16 where the device multiplies matrices of
    it (AMX, tensor cores), and moves the result by less than another seed would; elsewhere it is the same as "exact".

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128)
    >>> explanation = lime(model, images, labels=3, samples=20, segments=4)[0]
    >>> explanation.weights.shape == (explanation.segments.max() + 1,)
    True
    """
    images, labels = labelled(images, labels, model)
    samples, seed = whole_number(samples, "samples"), seed_number(seed)
    choice(of, "of", ("score", "probability"))
    choice(precision, "precision", PRECISIONS)
    if (width := number(kernel_width, "kernel_width")) == 0:
        raise ValueError("kernel_width: expected a number above 0, got 0")
    maps = [segment(image, segments) for image in images]
    hidden = [hide_everything(image, pieces, hide) for image, pieces in zip(images, maps, strict=True)]
    explanations = []
    progress = progress_bar(total=samples * len(images), desc="LIME")
    with classifying(model, images, labels, precision) as network, progress:
        for image, label, pieces, dark in zip(images, labels, maps, hidden, strict=True):
            shown = balanced_samples(int(pieces.max()) + 1, samples, np.random.default_rng(seed))
            logits = score_samples(network, image, dark, pieces, shown, batch_size, progress)
            scores = logits.softmax(1) if of == "probability" else logits
            fit = weighted_ridge(shown, scores.double().cpu().numpy(), width)
            explanations.append(explanation(image, pieces, int(label), fit))
    return explanations


def balanced_samples(segments: int, samples: int, rng: np.random.Generator) -> np.ndarray:  # (samples,S) bool
    """Which segments each sample shows: every one half of the time, in pairs that are each other's opposite.

    The columns come from Hadamard matrices with random order and signs, so any two segments are shown together just
    as often as apart, and pairing cancels what two segments do only jointly: the more of a score's curvature is of that
    kind, the fewer samples a fit needs (measured in tests/bench).
    """
    order = 1 << max(1, (segments - 1).bit_length())
    square = np.ones((1, 1), bool)
    while len(square) < order:  # Sylvester's doubling
        square = np.block([[square, square], [square, ~square]])
    blocks = []
    for _ in range(-(-samples // (2 * order))):
        block = square[rng.permutation(order)][:, rng.permutation(order)[:segments]]
        block = block ^ (rng.random(segments) < 0.5)  # (order,S)
        blocks.append(np.stack([block, ~block], 1).reshape(-1, segments))
    return np.concatenate(blocks)[:samples]


def score_samples(
    network: Network,
    image: Tensor,  # (C,H,W)
    hidden: Tensor,  # (C,H,W)
    segments: Tensor,  # (H,W)
    shown: np.ndarray,  # (n,S) bool
    batch_size: int | None,
    progress: tqdm,
) -> Tensor:  # (n,classes) logits
    rows = torch.from_numpy(shown).to(image.device)
    logits = []
    with torch.no_grad():
        for batch in batches(len(rows), batch_size, image):
            masks = rows[batch][:, segments]  # (B,H,W) one gather
            logits.append(network(torch.where(masks[:, None], image, hidden)))
            progress.update(len(masks))
    return torch.cat(logits)


def explanation(image: Tensor, segments: Tensor, label: int, fit: Fit) -> LimeExplanation:
    weights, intercept, r2, effective = fit
    by_class = finite(torch.from_numpy(weights.T.copy()).to(image), "weights")  # (classes,S)
    return LimeExplanation(
        image, segments, label, by_class[label], float(intercept[label]), float(r2[label]), effective, by_class
    )


def weighted_ridge(shown: np.ndarray, scores: np.ndarray, kernel_width: float, alpha: float = 1.0) -> Fit:
    """A linear model of (n,classes) scores in (n,S) segments.

    Samples count by how near they are to the whole picture: a Gaussian in the cosine distance, as in the `lime`
    package, whose numbers these are on the same samples. All classes share one matrix, so one solve serves them all.
    """
    distance = 1 - np.sqrt(shown.mean(1))  # the cosine distance of a 0/1 row from the row of ones
    with np.errstate(over="ignore", under="ignore"):
        proximity = np.sqrt(np.exp(-((distance / kernel_width) ** 2)))  # (n,)
    if (total := proximity.sum()) < 1e-100:
        raise ValueError(f"kernel_width: expected more, got {kernel_width}: no sample is that near to the picture")
    centre, mean = proximity @ shown / total, proximity @ scores / total  # (S,), (classes,)
    x, y = shown - centre, scores - mean
    weighted = x.T * proximity  # (S,n)
    weights = np.linalg.solve(weighted @ x + alpha * np.eye(x.shape[1]), weighted @ y)  # (S,classes)
    r2 = r_squared(scores, mean + x @ weights, proximity)
    return weights, mean - centre @ weights, r2, float(total**2 / (proximity**2).sum())


def r_squared(
    scores: np.ndarray, fitted: np.ndarray, importance: np.ndarray
) -> np.ndarray:  # (n,classes) -> (classes,)
    """The share of each class's variance that a fit explains; 1 where there is none to explain."""
    total, largest = importance.sum() or 1.0, np.abs(scores).max() or 1.0  # whose square might be infinite
    scores, fitted = scores / largest, fitted / largest
    mean = importance @ scores / total
    unexplained, variance = importance @ (scores - fitted) ** 2, importance @ (scores - mean) ** 2
    constant = variance <= total * (np.finfo(np.float32).eps * np.abs(mean)) ** 2
    return np.where(constant, 1.0, 1 - unexplained / np.where(constant, 1, variance))
