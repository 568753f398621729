"""How fast the methods are, beside the public libraries, the homework's own loops, and the bare network passes.

Every row is timed in one process, turn about (A B A B ...), so that a machine that slows down slows both; medians and
ratios are what to read. Every competitor gets the batch size that suits it best on this machine.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from hw9_xai.cnn.integrated_gradients import integrated_gradients
from hw9_xai.cnn.lime import lime
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.cnn.superpixels import segment

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
    yield _duel("LIME 1000", "lime package", rounds, *lime_pair(model, image, label))
    yield _duel("LIME 1000", "1000 bare passes", rounds, *lime_pair(model, image, label)[:1], bare_passes(model, image))
    yield _duel("SmoothGrad 200", "captum NoiseTunnel", rounds, *smoothgrad_pair(model, image, label))
    yield _duel("SmoothGrad 200", "the homework's loop", rounds, *homework_smoothgrad_pair(model, image, label))
    yield _duel("integrated gradients 50", "captum", rounds, *integrated_gradients_pair(model, image, label))
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


def lime_pair(model: nn.Module, image: Tensor, label: Tensor, samples: int = 1000) -> tuple[Run, Run]:
    from lime.lime_image import LimeImageExplainer

    pieces = segment(image[0], 200).numpy()
    array = image[0].permute(1, 2, 0).double().numpy()

    def classify(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.tensor(batch, dtype=torch.float32).permute(0, 3, 1, 2)).numpy()

    def package() -> object:
        explainer = LimeImageExplainer(random_state=0)
        return explainer.explain_instance(array, classify, num_samples=samples, segmentation_fn=lambda _: pieces)

    return lambda: lime(model, image, label, samples=samples, segments=pieces), package


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


def smoothgrad_pair(model: nn.Module, image: Tensor, label: Tensor, samples: int = 200) -> tuple[Run, Run]:
    from captum.attr import NoiseTunnel, Saliency

    tunnel = NoiseTunnel(Saliency(model))
    sigma = 0.15 * (image.max() - image.min()).item()
    picture = image.clone().requires_grad_()

    def captum(size: int, samples: int = samples) -> object:
        return tunnel.attribute(
            picture, nt_type="smoothgrad", nt_samples=samples, nt_samples_batch_size=size, stdevs=sigma, target=label
        )

    size = _best(BATCH_SIZES, lambda size: captum(size, 32))
    return lambda: smoothgrad(model, image, label, samples=samples, of="score"), lambda: captum(size)


def integrated_gradients_pair(model: nn.Module, image: Tensor, label: Tensor, steps: int = 50) -> tuple[Run, Run]:
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(model)

    def captum(size: int, steps: int = steps) -> object:
        return method.attribute(
            image, target=label, n_steps=steps, method="riemann_middle", internal_batch_size=size,
            return_convergence_delta=True,
        )  # fmt: skip

    size = _best(BATCH_SIZES, lambda size: captum(size, 32))
    return lambda: integrated_gradients(model, image, label, steps=steps), lambda: captum(size)


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
