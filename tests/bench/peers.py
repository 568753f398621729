"""python -m tests.bench.peers: beside more of the public libraries, on the kit's trained networks; ten minutes.

    pip install captum grad-cam saliency shap bertviz    # any of them; what is missing is said and left out

Turn about and in one process, where what we ask of the memory allocator serves them too. "time" compares as many
passes through the network. Where a method draws, or cuts a path into steps, "same error" is what matters: the time in
which ours is as near to the converged answer as theirs is in its own. PartitionExplainer shares out among its own boxes
and not among superpixels: there it is only the time of as many passes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from hw9_xai import (
    explore,
    gradcam,
    integrated_gradients,
    lime,
    load_bert,
    load_classifier,
    load_corpus,
    load_pictures,
    occlusion,
    search_corpus,
    shapley,
    smoothgrad,
)
from hw9_xai.bert.corpus import Corpus
from hw9_xai.bert.encoding import encode, mask
from hw9_xai.bert.models import Bert
from hw9_xai.cnn.lime import score_samples, weighted_ridge
from hw9_xai.cnn.network import running
from hw9_xai.cnn.superpixels import hide_everything, segment
from hw9_xai.progress import no_bars, progress_bar
from tests.bench.speed import BATCH_SIZES, best, seconds, turn_about

SEEDS = range(3)
LADDER = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4)  # of as many passes as theirs
TEXT = "The police officer is popular with the residents because she is very generous and kind."


class Given(NamedTuple):
    model: nn.Module
    images: Tensor
    labels: Tensor
    bert: Bert
    corpus: Corpus
    samples: int = 1000  # of LIME and Shapley; SmoothGrad draws a fifth of them, a path has a twentieth
    converged: int = 10_000

    @property
    def image(self) -> Tensor:  # (1,3,H,W)
        return self.images[:1]

    @property
    def label(self) -> int:
        return int(self.labels[0])


@dataclass(frozen=True)
class Contest:
    method: str
    against: str
    ours: Callable[[int, int], Any]  # passes, seed -> the answer
    theirs: Callable[[int, int], Any]
    passes: int = 0  # where that can be chosen
    converged: Callable[[], Tensor] | None = None


class Row(NamedTuple):
    method: str
    against: str
    ours: float  # median seconds for as many passes
    theirs: float
    ratio: float
    error: float | None = None  # ours, after as many passes; relative to the converged answer
    their_error: float | None = None
    enough: int | None = None  # passes after which ours is as near
    same_error: float | None = None  # ratio of the times


def measure(contest: Contest, rounds: int) -> Row:
    def timed(passes: int) -> tuple[float, float, float]:
        def ours() -> float:
            return seconds(lambda: contest.ours(passes, 0))

        def theirs() -> float:
            return seconds(lambda: contest.theirs(contest.passes, 0))

        ours(), theirs()  # warm up
        return turn_about(ours, theirs, rounds)

    row = Row(contest.method, contest.against, *timed(contest.passes))
    if contest.converged is None:
        return row
    goal = contest.converged()
    theirs = error(contest.theirs, contest.passes, goal)
    for passes in (max(2, round(share * contest.passes)) for share in LADDER):
        if error(contest.ours, passes, goal) <= theirs:
            break
    else:
        return row._replace(error=error(contest.ours, contest.passes, goal), their_error=theirs)
    ratio = row.ratio if passes == contest.passes else timed(passes)[2]
    return row._replace(
        error=error(contest.ours, contest.passes, goal), their_error=theirs, enough=passes, same_error=ratio
    )


def error(answer: Callable[[int, int], Tensor], passes: int, goal: Tensor) -> float:
    return fmean(float((answer(passes, seed) - goal).norm() / goal.norm()) for seed in SEEDS)


def captum_contests(given: Given) -> Iterator[Contest]:
    from captum._utils.models.linear_model import SkLearnRidge
    from captum.attr import FeatureAblation, KernelShap, Lime

    model, image, label = given.model, given.image, given.label
    side = image.shape[-1]
    places = torch.arange(side) // 16
    boxes = places[:, None] * (side // 16) + places
    mean = hide_everything(image[0], torch.zeros_like(boxes), "mean")[None]
    ablation = FeatureAblation(model)

    def ablated(size: int) -> Tensor:  # (1,H,W)
        with torch.no_grad():
            return ablation.attribute(
                image, baselines=mean, target=label, feature_mask=boxes[None, None], perturbations_per_eval=size
            )[:, 0]

    size = best(BATCH_SIZES, ablated)
    yield Contest(
        "occlusion 8 x 8", "captum FeatureAblation",
        lambda *_: occlusion(model, image, label, window=16, stride=16), lambda *_: ablated(size),
    )  # fmt: skip

    pieces = segment(image[0], 200)
    hidden = hide_everything(image[0], pieces, "mean")[None]
    what = {"baselines": hidden, "target": label, "feature_mask": pieces[None, None]}

    def nearness(_: Tensor, __: Tensor, shown: Tensor, **___: object) -> Tensor:  # as the lime package has it
        distance = 1 - shown.double().mean().sqrt()
        return (-((distance / 0.25) ** 2) / 2).exp()

    def explaining(explainer: Any) -> Callable[[int, int], Tensor]:
        def weights(size: int, samples: int, seed: int) -> Tensor:
            torch.manual_seed(seed)
            return explainer.attribute(
                image, **what, n_samples=samples, perturbations_per_eval=size, return_input_shape=False
            )[0].float()

        size = best(BATCH_SIZES, lambda size: weights(size, 64, 0))
        return lambda samples, seed: weights(size, samples, seed)

    yield Contest(
        f"LIME {given.samples}", "captum Lime",
        lambda samples, seed: lime(model, image, label, samples=samples, segments=pieces, seed=seed)[0].weights,
        explaining(Lime(model, SkLearnRidge(alpha=1.0), nearness)),
        given.samples, lambda: coin_flips(model, image[0], hidden[0], pieces, label, given.converged),
    )  # fmt: skip

    def shares(samples: int, seed: int) -> Tensor:
        return shapley(model, image, label, samples=samples, segments=pieces, seed=seed)[0].weights

    yield Contest(
        f"Shapley {given.samples}", "captum KernelShap", shares, explaining(KernelShap(model)),
        given.samples, lambda: shares(given.converged, 99),
    )  # fmt: skip


def coin_flips(model: nn.Module, image: Tensor, hidden: Tensor, pieces: Tensor, label: int, samples: int) -> Tensor:
    """LIME's weights (S,) as the lime package and captum draw."""
    shown = np.random.default_rng(99).random((samples, int(pieces.max()) + 1)) < 0.5
    with running(model, image[None]) as network, progress_bar(total=samples, desc="coin flips") as progress:
        scores = score_samples(network, image, hidden, pieces, shown, None, progress)
    return torch.from_numpy(weighted_ridge(shown, scores.double().numpy(), 0.25)[0][:, label]).float()


def saliency_contests(given: Given) -> Iterator[Contest]:
    import saliency.core as pair

    model, image, label = given.model, given.image, given.label
    array = image[0].numpy()

    def gradients(batch: np.ndarray, **_: object) -> dict[str, np.ndarray]:
        pictures = torch.tensor(batch, dtype=torch.float32, requires_grad=True)
        (found,) = torch.autograd.grad(model(pictures)[:, label].sum(), pictures)
        return {pair.INPUT_OUTPUT_GRADIENTS: found.numpy()}

    def smooth(samples: int, seed: int) -> Tensor:  # takes one sample at a time, whatever the batch
        np.random.seed(seed)
        return torch.from_numpy(pair.GradientSaliency().GetSmoothedMask(array, gradients, nsamples=samples))[None]

    def ours(samples: int, seed: int) -> Tensor:
        return smoothgrad(model, image, label, samples=samples, of="score", reduce="square", seed=seed)

    samples, steps = given.samples // 5, given.samples // 20
    yield Contest(
        f"SmoothGrad {samples}", "PAIR saliency", ours, smooth, samples, lambda: ours(given.converged // 5, 99)
    )

    def integrated(size: int, steps: int = steps) -> Tensor:
        mask = pair.IntegratedGradients().GetMask(array, gradients, x_steps=steps, batch_size=size)
        return torch.from_numpy(mask)[None]

    def along_the_path(steps: int, _: int) -> Tensor:
        return integrated_gradients(model, image, label, steps=steps).attributions

    size = best(BATCH_SIZES, integrated)
    yield Contest(
        f"integrated gradients {steps}", "PAIR saliency", along_the_path, lambda steps, _: integrated(size, steps),
        steps, lambda: along_the_path(given.converged // 20, 0),
    )  # fmt: skip


def gradcam_contests(given: Given) -> Iterator[Contest]:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    last = [module for module in given.model.cnn if isinstance(module, nn.ReLU)][-1]
    targets = [ClassifierOutputTarget(int(label)) for label in given.labels]
    weights = [one for one in given.model.parameters() if one.requires_grad]

    def theirs(size: int) -> Tensor:
        with GradCAM(model=given.model, target_layers=[last]) as method:
            maps = [
                method(given.images[start : start + size], targets[start : start + size])
                for start in range(0, len(targets), size)
            ]
        for one in weights:
            one.grad = None  # it leaves them behind
        return torch.from_numpy(np.concatenate(maps))

    size = best(BATCH_SIZES, theirs)
    yield Contest(
        f"Grad-CAM of {len(targets)}", "pytorch-grad-cam",
        lambda *_: gradcam(given.model, given.images, given.labels), lambda *_: theirs(size),
    )  # fmt: skip


def shap_contests(given: Given) -> Iterator[Contest]:
    import shap

    model, image, label = given.model, given.image, given.label
    pieces = segment(image[0], 200)
    array = image.permute(0, 2, 3, 1).numpy()
    masker = shap.maskers.Image(np.broadcast_to(array[0].mean((0, 1)), array.shape[1:]).copy())

    def scores(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.from_numpy(batch).permute(0, 3, 1, 2).float())[:, label].numpy()

    def boxes(size: int, passes: int) -> Tensor:  # (H,W,3)
        explainer = shap.PartitionExplainer(scores, masker)
        found = explainer(array, max_evals=passes, batch_size=size, silent=True)
        return torch.from_numpy(found.values[0])

    size = best(BATCH_SIZES, lambda size: boxes(size, 64))
    yield Contest(
        f"Shapley {given.samples}", "shap PartitionExplainer",
        lambda samples, seed: shapley(model, image, label, samples=samples, segments=pieces, seed=seed)[0].weights,
        lambda passes, _: boxes(size, passes), given.samples,
    )  # fmt: skip


def bertviz_contests(given: Given) -> Iterator[Contest]:
    from bertviz import head_view

    bert = given.bert
    whole = encode(bert, TEXT)
    words = [place for place, special in enumerate(whole.special) if not special]
    states = [whole, *(mask(bert, whole, [place]) for place in words)]

    def pages(count: int) -> list[str]:
        made = []
        with torch.no_grad():
            for state in states[:count]:
                found = bert.model(input_ids=torch.tensor([state.ids]), output_attentions=True).attentions
                made.append(head_view(found, list(state.tokens), html_action="return").data)
        return made

    for name, count in (("bertviz, a page of one state", 1), (f"bertviz, {len(states)} pages", len(states))):
        yield Contest(
            f"explore, {len(states)} states", name,
            lambda *_: explore(bert, TEXT).html, lambda *_, count=count: pages(count),
        )  # fmt: skip


def corpus_contests(given: Given) -> Iterator[Contest]:
    bert, layer, top = given.bert, given.bert.model.config.num_hidden_layers, 50
    whole = encode(bert, TEXT)
    place = whole.tokens.index("she")

    def nearest(*_: int) -> Tensor:
        hits = search_corpus(bert, TEXT, place, layer=layer, top=top, corpus=given.corpus).hits
        return torch.tensor([hit.similarity for hit in hits])

    def states(ids: Iterable[int]) -> Tensor:  # (T,D)
        found = bert.model.base_model(input_ids=torch.tensor([ids]), output_hidden_states=True)
        return found.hidden_states[layer][0]

    def loop(*_: int) -> Tensor:
        with torch.no_grad():
            query = states(mask(bert, whole, [place]).ids)[place]
            cosines = [
                nn.functional.cosine_similarity(states(encode(bert, " ".join(words)).ids)[1:-1], query)
                for words, _ in given.corpus.sentences
            ]
        return torch.cat(cosines).topk(top).values

    yield Contest(f"search {len(given.corpus.sentences)} sentences", "a loop over sentences", nearest, loop)


PEERS: dict[str, tuple[str | None, Callable[[Given], Iterator[Contest]]]] = {  # name -> module, what it is beside
    "a plain loop": (None, corpus_contests),
    "bertviz": ("bertviz", bertviz_contests),
    "grad-cam": ("pytorch_grad_cam", gradcam_contests),
    "saliency": ("saliency", saliency_contests),
    "shap": ("shap", shap_contests),
    "captum": ("captum", captum_contests),
}


def trained() -> Given:
    pictures = load_pictures()
    corpus = Corpus(load_corpus().sentences[:500])
    return Given(load_classifier(), pictures.images, pictures.labels, load_bert("kit-en"), corpus)


def missing() -> list[str]:
    return [name for name, (module, _) in PEERS.items() if module and find_spec(module) is None]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if absent := missing():
        print(f"left out, not installed: pip install {' '.join(absent)}", file=sys.stderr)
    print(f"the kit's networks, {torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"{'':27}{'':29}{'ours':>8}{'theirs':>8}{'time':>7}{'error':>14}{'enough':>8}{'same error':>12}")
    with no_bars():
        given = trained()
        for name, (_, contests) in PEERS.items():
            for contest in contests(given) if name not in absent else ():
                print(line(measure(contest, options.rounds)), flush=True)


def line(row: Row) -> str:
    text = f"{row.method:27}{row.against:29}{row.ours:7.3f}s{row.theirs:7.3f}s{row.ratio:7.2f}"
    if row.error is not None:
        text += f"{row.error:7.3f}/{row.their_error:.3f} "
        text += "  never" if row.same_error is None else f"{row.enough:8}{row.same_error:12.2f}"
    return text


if __name__ == "__main__":
    main()
