"""How fast the methods are, beside the public libraries, the homework's own loops, and the bare network passes.

Every row is timed in one process, turn about (A B A B ...), so that a machine that slows down slows both; medians and
ratios are what to read. Every competitor gets the batch size that suits it best on this machine.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable
from statistics import mean, median
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.integrated_gradients import integrated_gradients
from hw9_xai.cnn.lime import lime, score_samples, weighted_ridge
from hw9_xai.cnn.network import running
from hw9_xai.cnn.pictures import load_pictures
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.cnn.superpixels import hide_everything, segment
from hw9_xai.progress import no_bars, progress_bar

PRECISIONS = {"": "exact", ", fast": "fast"}  # as a row is marked
BATCH_SIZES = (1, 2, 4, 8, 16, 32)
Run = Callable[[], object]
Way = TypeVar("Way")  # to run something: a batch size, say


class Timing(NamedTuple):
    method: str
    against: str
    ours: float  # median seconds
    theirs: float  # median seconds
    ratio: float  # median of the ratios pair by pair


def bench(model: nn.Module, images: Tensor, labels: Tensor, *, rounds: int = 5) -> Iterable[Timing]:
    """One row at a time, as each is measured. The first picture is explained; saliency takes them all."""
    model = model.eval()
    image, label = images[:1], labels[:1]
    for mark, precision in PRECISIONS.items():
        pair = lime_pair(model, image, label, precision=precision)
        yield _duel(f"LIME 1000{mark}", "lime package", rounds, *pair)
        pair = smoothgrad_pair(model, image, label, precision=precision)
        yield _duel(f"SmoothGrad 200{mark}", "captum NoiseTunnel", rounds, *pair)
        pair = integrated_gradients_pair(model, image, label, precision=precision)
        yield _duel(f"integrated gradients 50{mark}", "captum", rounds, *pair)
    yield _duel("LIME 1000", "1000 bare passes", rounds, *lime_pair(model, image, label)[:1], bare_passes(model, image))
    yield _duel("SmoothGrad 200", "the homework's loop", rounds, *homework_smoothgrad_pair(model, image, label))
    yield _duel("integrated gradients 50", "the homework's loop", rounds, *homework_path_pair(model, image, label))
    yield _duel(f"saliency of {len(images)}", "captum", rounds, *saliency_pair(model, images, labels))
    yield _duel(
        f"saliency of {len(images)}", "the homework's loop", rounds, *homework_saliency_pair(model, images, labels)
    )


def bench_real(model: nn.Module, image: Tensor, label: Tensor, *, rounds: int = 3) -> Iterable[Timing]:
    """The same on a real network, with fewer passes: each takes longer."""
    few = {"samples": 100}
    yield _duel("LIME 100", "lime package", rounds, *lime_pair(model, image, label, **few))
    yield _duel("LIME 100", "100 bare passes", rounds, lime_pair(model, image, label, **few)[0],
                bare_passes(model, image, 100))  # fmt: skip
    yield _duel("SmoothGrad 32", "captum NoiseTunnel", rounds, *smoothgrad_pair(model, image, label, samples=32))
    yield _duel("integrated gradients 32", "captum", rounds, *integrated_gradients_pair(model, image, label, steps=32))


def bench_as_near(*, rounds: int = 5) -> Iterable[Timing]:
    """LIME of the kit's network with the fewest samples that come as near to what samples without end say, on average
    over two pictures and three seeds, as 1000 bring the package."""
    model, pictures = load_classifier(), load_pictures()
    cases = [Case(model, pictures.images[number], int(pictures.labels[number])) for number in (2, 7)]
    theirs = mean(case.error(case.package(seed)) for case in cases for seed in range(3))
    for mark, precision in PRECISIONS.items():
        for samples in range(128, 1001, 64):
            ours = mean(case.error(case.ours(samples, seed, precision)) for case in cases for seed in range(3))
            if ours <= theirs:
                break
        image, label = pictures.images[2:3], pictures.labels[2:3]
        fewer, _ = lime_pair(model, image, label, samples=samples, precision=precision)
        _, package = lime_pair(model, image, label)
        yield _duel(f"LIME {samples}{mark}", "lime package as near", rounds, fewer, package)


class Case:
    """One picture, explained by the package and by us on the same segments."""

    def __init__(self, model: nn.Module, image: Tensor, label: int, samples: int = 10_000) -> None:
        self.model, self.image, self.label, self.pieces = model, image, label, segment(image, 200)
        self.limit = reference_weights(model, image, self.pieces, samples)[:, label]

    def package(self, seed: int) -> np.ndarray:
        from tests.given.lime_package import lime_package

        return lime_package(self.image, self.model, self.label, 1000, lambda _: self.pieces.numpy(), seed).weights

    def ours(self, samples: int, seed: int, precision: str = "exact") -> np.ndarray:
        how = {"samples": samples, "segments": self.pieces, "seed": seed, "precision": precision}
        return lime(self.model, self.image[None], self.label, **how)[0].weights.numpy()

    def error(self, weights: np.ndarray) -> float:
        return float(np.linalg.norm(weights - self.limit) / np.linalg.norm(self.limit))


def reference_weights(model: nn.Module, image: Tensor, pieces: Tensor, samples: int) -> np.ndarray:  # (S,classes)
    """From coin flips, as the package draws."""
    shown = np.random.default_rng(99).random((samples, int(pieces.max()) + 1)) < 0.5
    hidden = hide_everything(image, pieces, "mean")
    with running(model, image[None]) as network, no_bars():
        scores = score_samples(network, image, hidden, pieces, shown, None, progress_bar(desc="limit"))
    return weighted_ridge(shown, scores.double().numpy(), 0.25)[0]


def lime_pair(
    model: nn.Module, image: Tensor, label: Tensor, samples: int = 1000, precision: str = "exact"
) -> tuple[Run, Run]:
    from lime.lime_image import LimeImageExplainer

    pieces = segment(image[0], 200).numpy()
    array = image[0].permute(1, 2, 0).double().numpy()

    def classify(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.tensor(batch, dtype=torch.float32).permute(0, 3, 1, 2)).numpy()

    def package() -> object:
        explainer = LimeImageExplainer(random_state=0)
        return explainer.explain_instance(array, classify, num_samples=samples, segmentation_fn=lambda _: pieces)

    return lambda: lime(model, image, label, samples=samples, segments=pieces, precision=precision), package


def bare_passes(model: nn.Module, image: Tensor, passes: int = 1000) -> Run:
    """The floor: nothing but the plain network, in the layout and batch size that suit it best."""

    def run(network: nn.Module, layout: torch.memory_format, size: int, passes: int) -> None:
        batch = image.repeat(size, 1, 1, 1).contiguous(memory_format=layout)
        with torch.inference_mode():
            for _ in range(passes // size):
                network(batch)

    networks = {
        layout: copy.deepcopy(model).to(memory_format=layout)  # type: ignore[call-overload]  # older torch does not hint it
        for layout in (torch.contiguous_format, torch.channels_last)
    }
    layout, size = _best([(layout, size) for layout in networks for size in BATCH_SIZES],
                         lambda way: run(networks[way[0]], way[0], way[1], 64))  # fmt: skip
    return lambda: run(networks[layout], layout, size, passes)


def smoothgrad_pair(
    model: nn.Module, image: Tensor, label: Tensor, samples: int = 200, precision: str = "exact"
) -> tuple[Run, Run]:
    from captum.attr import NoiseTunnel, Saliency

    tunnel = NoiseTunnel(Saliency(model))
    sigma = 0.15 * (image.max() - image.min()).item()
    picture = image.clone().requires_grad_()

    def captum(size: int, samples: int = samples) -> object:
        return tunnel.attribute(
            picture, nt_type="smoothgrad", nt_samples=samples, nt_samples_batch_size=size, stdevs=sigma, target=label
        )

    size = _best(BATCH_SIZES, lambda size: captum(size, 32))
    how = {"samples": samples, "precision": precision}
    return lambda: smoothgrad(model, image, label, of="score", **how), lambda: captum(size)


def integrated_gradients_pair(
    model: nn.Module, image: Tensor, label: Tensor, steps: int = 50, precision: str = "exact"
) -> tuple[Run, Run]:
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(model)

    def captum(size: int, steps: int = steps) -> object:
        return method.attribute(
            image, target=label, n_steps=steps, method="riemann_middle", internal_batch_size=size,
            return_convergence_delta=True,
        )  # fmt: skip

    size = _best(BATCH_SIZES, lambda size: captum(size, 32))
    return lambda: integrated_gradients(model, image, label, steps=steps, precision=precision), lambda: captum(size)


def saliency_pair(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[Run, Run]:
    from captum.attr import Saliency

    method = Saliency(model)

    def captum(size: int) -> object:
        parts = zip(images.split(size), labels.split(size), strict=True)
        return [method.attribute(part.clone().requires_grad_(), target=target) for part, target in parts]

    size = _best(BATCH_SIZES, captum)
    return lambda: saliency(model, images, labels, of="score"), lambda: captum(size)


def homework_saliency_pair(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[Run, Run]:
    return lambda: saliency(model, images, labels), lambda: _homework_gradient(model, images, labels)


def homework_smoothgrad_pair(model: nn.Module, image: Tensor, label: Tensor) -> tuple[Run, Run]:
    def loop() -> None:
        for _ in range(200):
            _homework_gradient(model, image + 0.16 * torch.randn(image.shape), label)

    return lambda: smoothgrad(model, image, label, samples=200), loop


def homework_path_pair(model: nn.Module, image: Tensor, label: Tensor) -> tuple[Run, Run]:
    def loop() -> None:
        for step in range(50):
            _homework_gradient(model, image * step / 50, label)

    return lambda: integrated_gradients(model, image, label, steps=50), loop


def _homework_gradient(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor | None:
    """One picture or batch at a time, by backward(), which also fills the gradients of all parameters."""
    images = images.clone().requires_grad_()
    nn.functional.cross_entropy(model(images), labels).backward()
    model.zero_grad()
    return images.grad


def _best(ways: Iterable[Way], run: Callable[[Way], object]) -> Way:
    """The way that runs fastest, each tried twice and its better time counted."""
    return min(ways, key=lambda way: min(_seconds(lambda: run(way)) for _ in range(2)))


def _duel(method: str, against: str, rounds: int, ours: Run, theirs: Run) -> Timing:
    ours(), theirs()  # warm up
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds)]
    return Timing(
        method, against, median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs)
    )


def _seconds(run: Run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
