"""What each exercise is tried on: networks and numbers whose answer is known, and what usual mistakes give there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from hw9_xai.cnn.pictures import load_pictures

Wrong = Tensor | Callable[[Tensor], Tensor]  # what a mistake gives; or what it would be, next to what came
NOISE = 0.15  # of SmoothGrad, as a share of the range


@dataclass(frozen=True)
class Trial:
    arguments: tuple[Any, ...]
    truth: Tensor
    wrong: Mapping[str, Wrong]


class Bowl(nn.Module):
    """f_k(x) = w_k x + a_k (x - 1/2)^2 / 2: its gradients are known, on a path and in noise too."""

    slope: Tensor
    bend: Tensor

    def __init__(self, images: Tensor, classes: int = 11) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(9)
        size = images[0].numel()
        slope, bend = torch.randn(2, classes, size, generator=draw) * torch.tensor([0.2, 1.0])[:, None, None]
        self.register_buffer("slope", slope / size**0.5)
        self.register_buffer("bend", bend / size**0.5)

    def forward(self, images: Tensor) -> Tensor:  # (N,3,H,W) -> (N,classes)
        x = images.flatten(1)
        return x @ self.slope.T + (x - 0.5).square() @ self.bend.T / 2

    def share(self, images: Tensor, labels: Tensor, of: str) -> Tensor:  # (N,classes) how each score enters
        chosen = torch.eye(len(self.slope))[labels]
        return chosen if of == "score" else self(images).softmax(1) - chosen

    def gradient(self, images: Tensor, labels: Tensor, of: str) -> Tensor:  # (N,3,H,W)
        share = self.share(images, labels, of)
        return share.mm(self.slope).view_as(images) + share.mm(self.bend).view_as(images) * (images - 0.5)


def saliency() -> list[Trial]:
    trials = []
    for images, labels in _pictures():
        bowl = Bowl(images)
        gradient = bowl.gradient(images, labels, "loss")
        wrong = {
            "score": _largest(bowl.gradient(images, labels, "score")),
            "signed": gradient.amax(1),
            "summed": gradient.abs().sum(1),
            "averaged": gradient.abs().mean(1),
            "abs_last": gradient.sum(1).abs(),
            "normalized": _normalized(_largest(gradient)),
            "labels_from_1": _largest(bowl.gradient(images, labels - 1, "loss")),
            "argmax": _largest(bowl.gradient(images, bowl(images).argmax(1), "loss")),
        }
        trials.append(Trial((bowl, images, labels), _largest(gradient), wrong))
    return trials


def smoothgrad() -> list[Trial]:
    trials = []
    for pictures, labels in _pictures():
        images = 0.5 + 4 * (pictures - 0.5) ** 3  # most pixels lie near the bowls' bottoms, where noise turns gradients
        bowl = Bowl(images)
        spread = images.amax((1, 2, 3), keepdim=True) - images.amin((1, 2, 3), keepdim=True)
        mean, deviation = _in_noise(bowl, images, labels, NOISE * spread)
        lifted = bowl.gradient(images + NOISE / 2 * spread, labels, "loss")
        wrong = {
            "abs_last": mean.abs(),
            "signed": mean,
            "score": _folded(*_in_noise(bowl, images, labels, NOISE * spread, "score")),
            "absolute_noise": _folded(*_in_noise(bowl, images, labels, NOISE)),
            "squared": mean.square() + deviation.square(),
            "uniform": _folded(lifted, deviation / 12**0.5),
            "labels_from_1": _folded(*_in_noise(bowl, images, labels - 1, NOISE * spread)),
        }
        trials.append(Trial((bowl, images, labels), _folded(mean, deviation), wrong))
    return trials


def integrated_gradients() -> list[Trial]:
    trials = []
    for images, labels in _pictures():
        bowl = Bowl(images)
        start, end = _along(bowl, images, labels, 0.0), _along(bowl, images, labels, 1.0)
        truth, others = (start + end) / 2, bowl(images).argmax(1)  # the gradient is linear on the way
        loss = [_along(bowl, images, labels, (step + 0.5) / 32, "loss") for step in range(32)]
        wrong: dict[str, Wrong] = {
            "loss": torch.stack(loss).mean(0),
            "no_factor": bowl.gradient(images / 2, labels, "score"),
            "at_the_end": end,
            "left_ends": partial(_nearest_between, start, start + 0.498 * (end - start)),
            "right_ends": partial(_nearest_between, start + 0.502 * (end - start), start + 0.98 * (end - start)),
            "absolute": truth.abs(),
            "labels_from_1": _along(bowl, images, labels - 1, 0.5),
            "argmax": _along(bowl, images, others, 0.5),
        }
        trials.append(Trial((bowl, images, labels), truth, wrong))
    return trials


def ridge() -> list[Trial]:
    trials = []
    for seed, pieces in ((0, 6), (1, 12)):
        draw = torch.Generator().manual_seed(seed)
        shown = (torch.rand(64, pieces, generator=draw) < 0.5).float()
        noise = torch.randn(64, generator=draw)
        scores = shown @ torch.randn(pieces, generator=draw) * 3 + 2 * shown[:, 0] * shown[:, 1] + noise + 5
        proximity = torch.exp(-((1 - shown.mean(1).sqrt()) ** 2) / 0.25**2).sqrt()

        def fit(
            weights: Tensor, alpha: float = 1.0, on_intercept: float = 0.0, shown: Tensor = shown, y: Tensor = scores
        ) -> Tensor:
            """The normal equations with the intercept as one more column."""
            x = torch.cat([shown, torch.ones(len(shown), 1)], 1).double()
            penalty = torch.diag(torch.tensor([alpha] * shown.shape[1] + [on_intercept])).double()
            return torch.linalg.solve(x.T * weights @ x + penalty, x.T @ (weights * y.double()))[:-1].float()

        centred = shown - shown.mean(0), scores - scores.mean()
        wrong = {
            "unweighted": fit(torch.ones(64)),
            "no_intercept": fit(proximity, on_intercept=1e12),
            "no_ridge": fit(proximity, alpha=0.0),
            "squared": fit(proximity**2),
            "plain_means": fit(proximity, on_intercept=1e12, shown=centred[0], y=centred[1]),
            "ridge_on_intercept": fit(proximity, on_intercept=1.0),
        }
        trials.append(Trial((shown, scores, proximity), fit(proximity), wrong))
    return trials


def attention_head() -> list[Trial]:
    from transformers import BertConfig, BertModel  # slow to import, and only this exercise needs it

    config = BertConfig(
        vocab_size=30, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=24,
        max_position_embeddings=12, attn_implementation="eager",
    )  # fmt: skip
    draw, bert = torch.Generator().manual_seed(9), BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for parameter in bert.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=draw) * 0.4)
        told = bert(torch.arange(2, 9)[None], output_attentions=True, output_hidden_states=True)
    states = torch.cat(told.hidden_states)  # (L+1,T,D)

    def weights(reads: int, layer: int, columns: slice, divide: float, swap: bool = False) -> Tensor:  # before softmax
        self = bert.encoder.layer[layer].attention.self
        query, key = self.query(states[reads])[:, columns], self.key(states[reads])[:, columns]
        return (key @ query.T if swap else query @ key.T).detach() / divide

    trials = []
    for layer, head in ((1, 1), (2, 3), (2, 2)):
        mine, following, root = slice(8 * head - 8, 8 * head), slice(8 * head, 8 * head + 8), 8**0.5
        plain = weights(layer - 1, layer - 1, mine, root)
        wrong = {
            "unscaled": (plain * root).softmax(1),
            "divided": (plain / root).softmax(1),
            "columns": plain.softmax(0),
            "no_softmax": plain,
            "head_from_0": weights(layer - 1, layer - 1, following, root).softmax(1),
            "layer_from_0": weights(layer, layer, mine, root).softmax(1),
            "state_later": weights(layer, layer - 1, mine, root).softmax(1),
            "swapped": weights(layer - 1, layer - 1, mine, root, swap=True).softmax(1),
            "all_heads": weights(layer - 1, layer - 1, slice(None), root).softmax(1),
        }
        trials.append(Trial((bert, states, layer, head), told.attentions[layer - 1][0, head - 1].detach(), wrong))
    return trials


PAIRS = [  # no two of the formulas below agree on all of these
    (torch.tensor([3.0, -1.0, 2.0, 0.5, 4.0]), torch.tensor([-1.0, 2.0, 2.5, 1.0, -3.0])),
    (torch.tensor([1.0, 2.0, 0.0, -2.0, 1.5]), torch.tensor([2.0, 1.0, 1.0, -1.0, 3.0])),
    (torch.tensor([0.2, 0.1, -0.3, 0.4, 0.0]), torch.tensor([1.0, 5.0, 2.0, -1.0, 0.5])),
]


def euclidean() -> list[Trial]:
    return [
        Trial((a, b), torch.tensor(math.dist(a, b)), {
            "squared": (a - b).square().sum(),
            "manhattan": (a - b).abs().sum(),
            "mean_root": (a - b).square().mean().sqrt(),
            "mean": (a - b).square().mean(),
            "added": (a + b).norm(),
            "largest": (a - b).abs().max(),
            "lengths": (a.norm() - b.norm()).abs(),
            "cosine": torch.cosine_similarity(a, b, dim=0),
        })
        for a, b in PAIRS
    ]  # fmt: skip


def cosine() -> list[Trial]:
    trials = []
    for a, b in PAIRS:
        dot, lengths = a @ b, a.norm() * b.norm()
        wrong = {
            "dot": dot,
            "distance": 1 - dot / lengths,
            "first_only": dot / a.norm(),
            "second_only": dot / b.norm(),
            "no_roots": dot / lengths**2,
            "lengths_added": dot / (a.norm() + b.norm()),
            "sign_lost": (dot / lengths).abs(),
            "angle": (dot / lengths).arccos(),
            "pearson": torch.cosine_similarity(a - a.mean(), b - b.mean(), dim=0),
            "euclidean": (a - b).norm(),
        }
        trials.append(Trial((a, b), torch.cosine_similarity(a, b, dim=0), wrong))
    return trials


def answer_distance() -> list[Trial]:
    trials = []
    for seed, answer in ((0, (2, 3)), (1, (0,)), (2, (1, 4, 5))):
        states = torch.randn(4, 7, 5, generator=torch.Generator().manual_seed(seed))
        distances = (states[:, :, None] - states[:, None]).norm(dim=-1)  # (L+1,T,T)
        others = [place for place in range(7) if place not in answer]
        mean = distances.sum((1, 2)) / 42
        wrong = {
            "undivided": distances[:, answer][:, :, others].mean((1, 2)),
            "with_itself": distances[:, answer].mean((1, 2)) / mean,
            "with_zeros": distances[:, answer][:, :, others].mean((1, 2)) / distances.mean((1, 2)),
            "squared": (distances**2)[:, answer][:, :, others].mean((1, 2)) / ((distances**2).sum((1, 2)) / 42),
            "rest": distances[:, others][:, :, others].sum((1, 2)) / (len(others) * (len(others) - 1)) / mean,
        }
        trials.append(Trial((states, answer), wrong["undivided"] / mean, wrong))
    return trials


EXERCISES = saliency, smoothgrad, integrated_gradients, ridge, attention_head, euclidean, cosine, answer_distance
TRIALS: dict[str, Callable[[], list[Trial]]] = {one.__name__: one for one in EXERCISES}


def _pictures() -> list[tuple[Tensor, Tensor]]:
    """The ten, and three of them pale, so that their range is not 1. No label is class 0: one may count from there."""
    images = load_pictures().images
    labels = 1 + torch.arange(len(images)) % 10
    return [(images, labels), (0.3 + 0.4 * images[:3], labels[3:6])]


def _in_noise(
    bowl: Bowl, images: Tensor, labels: Tensor, sigma: Tensor | float, of: str = "loss"
) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of the gradient: it is linear in noise that hardly moves the scores."""
    bend = bowl.share(images, labels, of).mm(bowl.bend).view_as(images)
    return bowl.gradient(images, labels, of), (bend * sigma).abs()


def _along(bowl: Bowl, images: Tensor, labels: Tensor, fraction: float, of: str = "score") -> Tensor:
    """The picture times the gradient at this fraction of the way from black."""
    return images * bowl.gradient(images * fraction, labels, of)


def _nearest_between(start: Tensor, end: Tensor, came: Tensor) -> Tensor:
    """Gradients at one end of n steps give a point on this line, for every n another."""
    fraction = ((came - start) * (end - start)).sum() / (end - start).square().sum()
    return start + fraction.clamp(0, 1) * (end - start)


def _largest(gradient: Tensor) -> Tensor:  # (N,3,H,W) -> (N,H,W)
    return gradient.abs().amax(1)


def _normalized(maps: Tensor) -> Tensor:
    least, most = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    return (maps - least) / (most - least)


def _folded(mean: Tensor, deviation: Tensor) -> Tensor:
    """The mean absolute value of a normal variable."""
    ratio = mean / deviation.clamp(min=1e-12) / 2**0.5
    return deviation * (2 / math.pi) ** 0.5 * torch.exp(-(ratio**2)) + mean * torch.erf(ratio)
