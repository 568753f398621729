"""The exam: what is known of a scene, and the questions that a method is asked about it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from hw9_xai.arguments import shape_of
from hw9_xai.cnn.interventions import true_effects
from hw9_xai.cnn.parts import food_mask, joined, part_sums
from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.scenes import Scene, shapley_of_parts
from hw9_xai.progress import no_bars
from hw9_xai.trust.controls import edges, uniform
from hw9_xai.trust.forgetting import complexity, layers_with_weights, noisy_mean, randomised
from hw9_xai.trust.known import KnownNetwork
from hw9_xai.trust.measures import agreement, mass_over_area, pointing, rank_accuracy, right_sign, similarity
from hw9_xai.trust.methods import Method
from hw9_xai.trust.showing import deletion, insertion

CONTROLS: dict[str, Method] = {
    "random": lambda model, images, labels: uniform(images),
    "edges": lambda model, images, labels: edges(images),
}


class Case:
    """One method on one scene: each of its maps is made once, and only when a measure asks for it."""

    def __init__(self, truth: Truth, method: Method, seed: int) -> None:
        self.truth, self.method, self.seed = truth, method, seed
        self.draws = "seed" in inspect.signature(method).parameters

    def explain(self, model: nn.Module, images: Tensor, label: int, seed: int) -> Tensor:  # (H,W)
        labels = torch.tensor([label], device=images.device)
        maps = self.method(model, images.clone(), labels, **({"seed": seed} if self.draws else {}))
        if not isinstance(maps, Tensor) or maps.shape != images[:, 0].shape or not maps.isfinite().all():
            raise ValueError(f"methods: expected finite maps of shape {shape_of(images[:, 0])}, got {shape_of(maps)}")
        return maps.detach()[0]

    @cached_property
    def map(self) -> Tensor:
        return self.explain(self.truth.model, self.truth.images, self.truth.scene.label, self.seed)

    @cached_property
    def other_map(self) -> Tensor:  # for the class that came second
        return self.explain(self.truth.model, self.truth.images, self.truth.second, self.seed)

    @cached_property
    def repeated(self) -> Tensor:
        return self.explain(self.truth.model, self.truth.images, self.truth.scene.label, self.seed + 1)

    @cached_property
    def forgotten(self) -> Tensor:
        return self.explain(self.truth.forgetful, self.truth.images, self.truth.scene.label, self.seed)

    def smoothed(self, model: nn.Module) -> Tensor:
        def explain(images: Tensor) -> Tensor:
            return self.explain(model, images, self.truth.scene.label, self.seed)[None]

        return noisy_mean(explain, self.truth.images, seed=self.seed)[0]


class Truth:
    """What is known of one scene and one model, whatever the method."""

    def __init__(self, model: nn.Module, scene: Scene, seed: int) -> None:
        self.model, self.scene, self.seed = model, scene, seed
        weight = next(model.parameters(), scene.image)
        self.images = scene.image[None].to(weight)
        self.masks = {part: mask.to(weight.device) for part, mask in scene.masks.items()}

    @cached_property
    def food(self) -> Tensor:
        return food_mask(self.masks)

    @cached_property
    def second(self) -> int:
        scores = predict(self.model, self.images)[0]
        scores[self.scene.label] = -torch.inf
        return int(scores.argmax())

    @cached_property
    def effects(self) -> dict[str, float]:
        return true_effects(self.model, self.images[0], self.scene.label, self.scene.without)

    @cached_property
    def contrast(self) -> dict[str, float]:
        """What each part adds to the label's score more than to the second's."""
        others = true_effects(self.model, self.images[0], self.second, self.scene.without)
        return {part: effect - others[part] for part, effect in self.effects.items()}

    @cached_property
    def seen(self) -> dict[str, Tensor]:  # masks of what was taken out
        return joined(self.masks, self.effects)

    @cached_property
    def shares(self) -> dict[str, float]:
        return shapley_of_parts(self.model, self.scene)

    @cached_property
    def forgetful(self) -> nn.Module:
        return randomised(self.model, len(layers_with_weights(self.model)), seed=self.seed)


def _signs(case: Case) -> float:
    """How many of the parts that speak for the label are known, and how many of those against it: the mean of the two
    shares, for whoever says "for" of all parts would be right of most."""
    said, effects = part_sums(case.map, case.truth.seen), case.truth.effects
    known = [[right_sign(said[part], sign) for part in said if effects[part] * sign > 0] for sign in (1, -1)]
    return sum(sum(of_kind) / len(of_kind) for of_kind in known) / 2


def _changed(before: Tensor, after: Tensor) -> float:
    return 0.0 if torch.equal(before, after) else 1 - similarity(before, after)  # a constant map is alike to nothing


def _likeness(case: Case) -> float:
    truth = case.truth.model.truth(case.truth.images, case.truth.scene.label)[0]  # type: ignore[operator]
    return float(torch.cosine_similarity(case.map.flatten(), truth.flatten(), dim=0))


def _about_the_class(case: Case) -> float:
    return agreement(case.map - case.other_map, case.truth.masks, case.truth.contrast, signed=True)


class Measure(NamedTuple):
    question: tuple[str, str]  # 中文, English
    ask: Callable[[Case], float]
    first: int = 10_000  # of each class, only the first so many scenes: what asks for more maps takes longer
    bar: float | None = None  # to be cleared; None: the better control
    asks: Callable[[Case], bool] = lambda case: True
    signed: bool = False  # only for methods whose maps have signs


def _several(case: Case) -> bool:
    return len(case.truth.seen) > 1


MEASURES = {
    "mass / area": Measure(("哪個區域？", "which region?"), lambda case: mass_over_area(case.map, case.truth.food)),
    "top-K on food": Measure(("哪些像素？", "which pixels?"), lambda case: rank_accuracy(case.map, case.truth.food)),
    "pointing game": Measure(("哪一點？", "which single spot?"), lambda case: pointing(case.map, case.truth.food)),
    "agreement by size": Measure(
        ("哪個部分最重要？", "which part matters most?"),
        lambda case: agreement(case.map, case.truth.masks, case.truth.effects), asks=_several,
    ),
    "agreement with sign": Measure(
        ("部分的排名與正負？", "which part, with its sign?"),
        lambda case: agreement(case.map, case.truth.masks, case.truth.effects, signed=True), asks=_several, signed=True,
    ),
    "right sign": Measure(
        ("支持或反對？", "for or against?"), _signs, signed=True,
        asks=lambda case: {case.truth.effects[part] > 0 for part in case.truth.seen} == {True, False},
    ),
    "fair shares": Measure(
        ("各部分的份？", "each part's fair share?"),
        lambda case: agreement(case.map, case.truth.masks, case.truth.shares, signed=True),
        asks=lambda case: len(case.truth.scene.players) > 1,
    ),
    "right about the class": Measure(
        ("為什麼是這一類？", "why this class and not the next?"), _about_the_class, first=8, bar=0.0, asks=_several
    ),
    "insertion": Measure(
        ("哪些像素就夠？", "which pixels suffice?"),
        lambda case: insertion(case.truth.model, case.truth.images[0], case.truth.scene.label, case.map), first=8,
    ),
    "deletion": Measure(
        ("少不了哪些像素？", "which pixels are needed?"),
        lambda case: deletion(case.truth.model, case.truth.images[0], case.truth.scene.label, case.map), first=8,
    ),
    "change when forgetting": Measure(
        ("說的是模型嗎？", "is it about the model?"),
        lambda case: _changed(case.map, case.forgotten), first=8, bar=0.5,
    ),
    "change, smoothed": Measure(
        ("去掉雜訊再問一次？", "and with its noise averaged out?"),
        lambda case: _changed(case.smoothed(case.truth.model), case.smoothed(case.truth.forgetful)),
        first=2, bar=0.5,
    ),
    "disorder when forgetting": Measure(
        ("忘了就變亂嗎？", "does it grow disordered?"),
        lambda case: complexity(case.forgotten) / complexity(case.map) - 1 if complexity(case.map) else 0.0,
        first=8, bar=0.0,
    ),
    "repeats itself": Measure(
        ("結果重複嗎？", "the same twice?"), lambda case: similarity(case.map, case.repeated), first=8, bar=0.9,
        asks=lambda case: case.draws,
    ),
    "exact answer": Measure(  # the cosine with the map that is right
        ("跟正確答案一樣嗎？", "is it the exact answer?"), _likeness,
        asks=lambda case: isinstance(case.truth.model, KnownNetwork),
    ),
}  # fmt: skip


def examine(
    model: nn.Module, methods: Mapping[str, Method], scene: Scene, seed: int = 0, measures: Iterable[str] = MEASURES
) -> dict[str, dict[str, Any]]:  # method -> its measures, whether its map "has signs", and its "sums" on the parts
    """Every measure of every method on one scene, and under "truth" what each part truly does.

    >>> found = trust.examine(FoodCNN(width=8).eval(), trust.CONTROLS, load_scenes()[0], measures=["pointing game"])
    >>> list(found), list(found["edges"])
    (['random', 'edges', 'truth'], ['pointing game', 'has signs', 'sums'])
    """
    truth, found = Truth(model, scene, seed), {}
    asked = {measure: MEASURES[measure] for measure in measures}
    for name, method in methods.items():
        case = Case(truth, method, seed)
        with no_bars():  # of single maps: there are thousands
            measured: dict[str, Any] = {
                measure: round(one.ask(case), 4)
                for measure, one in asked.items()
                if scene.number < one.first and one.asks(case)
            }
            sums = part_sums(case.map, truth.seen)
        found[name] = measured | {
            "has signs": bool(case.map.min() < 0),
            "sums": {part: float(f"{sums[part]:.4g}") for part in truth.seen},
        }
    found["truth"] = {
        "effects": {part: round(truth.effects[part], 4) for part in truth.seen},
        "areas": {part: round(float(mask.float().mean()), 4) for part, mask in truth.seen.items()},
    }
    return found
