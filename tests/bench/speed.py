"""How fast the methods are, beside the public libraries, the homework's own loops, and the bare network passes.

The two sides of a row run turn about (A B A B ...), so that a machine that slows down slows both; medians and ratios
are what to read. Each has a process of its own, as with whoever uses it: what one asks of the memory allocator would
serve or hinder the other. Every competitor gets the batch size that suits it best on this machine.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
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
    one, every = (model, images[:1].clone(), labels[:1].clone()), (model, images, labels)
    methods = [
        ("LIME 1000", our_lime, "lime package", lime_of_the_package),
        ("SmoothGrad 200", our_smoothgrad, "captum NoiseTunnel", captum_smoothgrad),
        ("integrated gradients 50", our_path, "captum", captum_path),
    ]
    for mark, precision in PRECISIONS.items():
        for method, ours, against, theirs in methods:
            asked = partial(ours, *one, precision=precision)
            yield duel(method + mark, against, rounds, asked, partial(theirs, *one))
    loop = "the homework's loop"
    yield duel("LIME 1000", "1000 bare passes", rounds, partial(our_lime, *one), partial(bare_passes, *one))
    yield duel("SmoothGrad 200", loop, rounds, partial(our_smoothgrad, *one), partial(homework_smoothgrad, *one))
    yield duel("integrated gradients 50", loop, rounds, partial(our_path, *one), partial(homework_path, *one))
    for against, theirs in (("captum", captum_saliency), (loop, homework_saliency)):
        yield duel(
            f"saliency of {len(images)}", against, rounds, partial(our_saliency, *every), partial(theirs, *every)
        )


def bench_real(model: nn.Module, image: Tensor, label: Tensor, *, rounds: int = 3) -> Iterable[Timing]:
    """The same on a real network, with fewer passes: each takes longer."""
    one = model, image, label
    ours = partial(our_lime, *one, 100)
    yield duel("LIME 100", "lime package", rounds, ours, partial(lime_of_the_package, *one, 100))
    yield duel("LIME 100", "100 bare passes", rounds, ours, partial(bare_passes, *one, 100))
    ours, theirs = (partial(make, *one, 32) for make in (our_smoothgrad, captum_smoothgrad))
    yield duel("SmoothGrad 32", "captum NoiseTunnel", rounds, ours, theirs)
    ours, theirs = (partial(make, *one, 32) for make in (our_path, captum_path))
    yield duel("integrated gradients 32", "captum", rounds, ours, theirs)


def bench_as_near(*, rounds: int = 5) -> Iterable[Timing]:
    """LIME of the kit's network with the fewest samples that come as near to what samples without end say, on average
    over two pictures and three seeds, as 1000 bring the package."""
    model, pictures = load_classifier(), load_pictures()
    cases = [Case(model, pictures.images[number], int(pictures.labels[number])) for number in (2, 7)]
    theirs = mean(case.error(case.package(seed)) for case in cases for seed in range(3))
    one = model, pictures.images[2:3].clone(), pictures.labels[2:3].clone()
    for mark, precision in PRECISIONS.items():
        for samples in range(128, 1001, 64):
            ours = mean(case.error(case.ours(samples, seed, precision)) for case in cases for seed in range(3))
            if ours <= theirs:
                break
        fewer = partial(our_lime, *one, samples, precision)
        yield duel(f"LIME {samples}{mark}", "lime package as near", rounds, fewer, partial(lime_of_the_package, *one))


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


def our_lime(model: nn.Module, image: Tensor, label: Tensor, samples: int = 1000, precision: str = "exact") -> Run:
    pieces = segment(image[0], 200)
    return lambda: lime(model, image, label, samples=samples, segments=pieces, precision=precision)


def lime_of_the_package(model: nn.Module, image: Tensor, label: Tensor, samples: int = 1000) -> Run:
    from lime.lime_image import LimeImageExplainer

    pieces = segment(image[0], 200).numpy()
    array = image[0].permute(1, 2, 0).double().numpy()

    def classify(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.tensor(batch, dtype=torch.float32).permute(0, 3, 1, 2)).numpy()

    def package() -> object:
        explainer = LimeImageExplainer(random_state=0)
        return explainer.explain_instance(array, classify, num_samples=samples, segmentation_fn=lambda _: pieces)

    return package


def bare_passes(model: nn.Module, image: Tensor, label: Tensor, passes: int = 1000) -> Run:
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
    layout, size = best([(layout, size) for layout in networks for size in BATCH_SIZES],
                        lambda way: run(networks[way[0]], way[0], way[1], 64))  # fmt: skip
    return lambda: run(networks[layout], layout, size, passes)


def our_smoothgrad(model: nn.Module, image: Tensor, label: Tensor, samples: int = 200, precision: str = "exact") -> Run:
    return lambda: smoothgrad(model, image, label, of="score", samples=samples, precision=precision)


def captum_smoothgrad(model: nn.Module, image: Tensor, label: Tensor, samples: int = 200) -> Run:
    from captum.attr import NoiseTunnel, Saliency

    tunnel = NoiseTunnel(Saliency(model))
    sigma = 0.15 * (image.max() - image.min()).item()
    picture = image.clone().requires_grad_()

    def captum(size: int, samples: int = samples) -> object:
        return tunnel.attribute(
            picture, nt_type="smoothgrad", nt_samples=samples, nt_samples_batch_size=size, stdevs=sigma, target=label
        )

    size = best(BATCH_SIZES, lambda size: captum(size, 32))
    return lambda: captum(size)


def homework_smoothgrad(model: nn.Module, image: Tensor, label: Tensor) -> Run:
    def loop() -> None:
        for _ in range(200):
            _homework_gradient(model, image + 0.16 * torch.randn(image.shape), label)

    return loop


def our_path(model: nn.Module, image: Tensor, label: Tensor, steps: int = 50, precision: str = "exact") -> Run:
    return lambda: integrated_gradients(model, image, label, steps=steps, precision=precision)


def captum_path(model: nn.Module, image: Tensor, label: Tensor, steps: int = 50) -> Run:
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(model)

    def captum(size: int, steps: int = steps) -> object:
        return method.attribute(
            image, target=label, n_steps=steps, method="riemann_middle", internal_batch_size=size,
            return_convergence_delta=True,
        )  # fmt: skip

    size = best(BATCH_SIZES, lambda size: captum(size, 32))
    return lambda: captum(size)


def homework_path(model: nn.Module, image: Tensor, label: Tensor) -> Run:
    def loop() -> None:
        for step in range(50):
            _homework_gradient(model, image * step / 50, label)

    return loop


def our_saliency(model: nn.Module, images: Tensor, labels: Tensor) -> Run:
    return lambda: saliency(model, images, labels, of="score")


def captum_saliency(model: nn.Module, images: Tensor, labels: Tensor) -> Run:
    from captum.attr import Saliency

    method = Saliency(model)

    def captum(size: int) -> object:
        parts = zip(images.split(size), labels.split(size), strict=True)
        return [method.attribute(part.clone().requires_grad_(), target=target) for part, target in parts]

    size = best(BATCH_SIZES, captum)
    return lambda: captum(size)


def homework_saliency(model: nn.Module, images: Tensor, labels: Tensor) -> Run:
    return lambda: _homework_gradient(model, images, labels)


def _homework_gradient(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor | None:
    """One picture or batch at a time, by backward(), which also fills the gradients of all parameters."""
    images = images.clone().requires_grad_()
    nn.functional.cross_entropy(model(images), labels).backward()
    model.zero_grad()
    return images.grad


def best(ways: Iterable[Way], run: Callable[[Way], object]) -> Way:
    """The way that runs fastest, each tried twice and its better time counted."""
    return min(ways, key=lambda way: min(seconds(lambda: run(way)) for _ in range(2)))


def duel(method: str, against: str, rounds: int, ours: Callable[[], Run], theirs: Callable[[], Run]) -> Timing:
    with alone(ours) as our_seconds, alone(theirs) as their_seconds:
        return Timing(method, against, *turn_about(our_seconds, their_seconds, rounds))


def turn_about(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[float, float, float]:
    """Median seconds of each, and the median of the ratios pair by pair."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs)


@contextmanager
def alone(make: Callable[[], Run]) -> Iterator[Callable[[], float]]:
    """What it makes, in a process of its own, each call giving the seconds of one run."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        process.submit(_get_ready, make, torch.get_num_threads()).result()
        yield lambda: process.submit(_run_once).result()


READY: list[Run] = []  # in such a process: what it runs


def _get_ready(make: Callable[[], Run], threads: int) -> None:
    torch.set_num_threads(threads)
    READY[:] = [make()]
    _run_once()  # warm up


def _run_once() -> float:
    with no_bars():
        return seconds(READY[0])


def seconds(run: Run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
