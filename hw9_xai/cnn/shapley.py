"""Kernel SHAP (Lundberg & Lee 2017, arXiv:1705.07874): LIME's samples, drawn and fitted for fair shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import comb
from torch import Tensor, nn

from hw9_xai.arguments import Labels, choice, labelled, seed_number, whole_number
from hw9_xai.cnn.lime import LimeExplanation, explanation, r_squared, score_samples
from hw9_xai.cnn.network import PRECISIONS, classifying
from hw9_xai.cnn.superpixels import Segmentation, hide_everything, segment
from hw9_xai.progress import progress_bar


def shapley(
    model: nn.Module,
    images: Tensor,
    labels: Labels,
    *,
    samples: int = 1000,
    segments: Segmentation = 200,
    hide: str | Sequence[float] = "mean",
    seed: int = 16,
    batch_size: int | None = None,
    precision: str = "exact",
) -> list[LimeExplanation]:
    """Share out each picture's score among its segments: what a segment adds, averaged over all orders of showing them.

    The weights sum to the score with all shown less the score with all hidden (`intercept`). Where there are no more
    than `samples` subsets of the segments, each is scored and the shares are exact; otherwise they are estimated, and
    `samples` should be several times the number of segments. `segments`, `hide` and `precision` are `lime`'s.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(1, 3, 128, 128)
    >>> explanation = shapley(model, images, labels=3, samples=16, segments=4)[0]
    >>> explanation.weights.shape == (explanation.segments.max() + 1,)
    True
    """
    images, labels = labelled(images, labels, model)
    samples, seed = whole_number(samples, "samples", least=2), seed_number(seed)
    choice(precision, "precision", PRECISIONS)
    maps = [segment(image, segments) for image in images]
    hidden = [hide_everything(image, pieces, hide) for image, pieces in zip(images, maps, strict=True)]
    drawn = [subsets(int(pieces.max()) + 1, samples, np.random.default_rng(seed)) for pieces in maps]
    explanations = []
    progress = progress_bar(total=sum(len(shown) for shown, _ in drawn), desc="Shapley")
    with classifying(model, images, labels, precision) as network, progress:
        for image, label, pieces, dark, (shown, kernel) in zip(images, labels, maps, hidden, drawn, strict=True):
            logits = score_samples(network, image, dark, pieces, shown, batch_size, progress)
            scores = logits.double().cpu().numpy()
            weights, empty = fair_shares(shown, scores, kernel)
            r2 = r_squared(scores, empty + shown @ weights, kernel)
            effective = float(kernel.sum() ** 2 / ((kernel**2).sum() or 1))
            explanations.append(explanation(image, pieces, int(label), (weights, empty, r2, effective)))
    return explanations


def subsets(segments: int, samples: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What each sample shows (n,S), nothing and everything among them, and how much it counts (n,).

    Shapley's kernel gives all subsets of size k together (S-1) / (k (S-k)). Where they are too many, sizes are drawn by
    that, and every subset counts the same; each comes with its opposite, so that pairs of segments cancel.
    """
    size = np.arange(1, segments)
    of_size = (segments - 1) / (size * (segments - size))
    if 2**segments <= samples:
        shown = (np.arange(2**segments)[:, None] >> np.arange(segments) & 1).astype(bool)
        kernel = of_size / comb(segments, size)
    else:
        sizes = rng.choice(size, (samples - 1) // 2, p=of_size / of_size.sum())
        order = rng.random((len(sizes), segments)).argsort(1).argsort(1)  # each row a random order
        first = np.concatenate([np.ones((1, segments), bool), order < sizes[:, None]])
        shown = np.stack([first, ~first], 1).reshape(-1, segments)[:samples]
        kernel = np.ones(len(size))
    return shown, np.concatenate([[0], kernel, [0]])[shown.sum(1)]  # the two ends are no matter of fit: they are met


def fair_shares(shown: np.ndarray, scores: np.ndarray, kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (S,classes) by least squares among those that sum to all that there is to share; the score of nothing.

    To start with, all share alike; what is added to that has to sum to 0. Rows about their own mean see to it: the
    shortest solution is made of them.
    """
    full, empty = scores[shown.all(1)][0], scores[~shown.any(1)][0]  # (classes,)
    alike = (full - empty) / shown.shape[1]
    share = shown.mean(1, keepdims=True)
    root = np.sqrt(kernel)[:, None]
    added = np.linalg.lstsq(root * (shown - share), root * (scores - empty - share * (full - empty)), rcond=None)[0]
    return alike + added, empty
