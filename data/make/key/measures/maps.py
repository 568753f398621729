"""What several topics measure: the maps of each method, and where on a picture they lie."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from data.make.key.claims import Measured, ranked, winner
from data.make.key.exhibits import Exhibits, once
from hw9_xai.cnn.lime import LimeExplanation, lime
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.quiz.bank import Question
from hw9_xai.trust import concentration

# Fewer samples than the notebooks draw: enough for these answers, and all of it runs in a minute.
LIME_SAMPLES = 512
SMOOTHGRAD_SAMPLES = 64
LIME_PICTURES = range(1, 9)  # those that Q1, Q4 and Q9 ask about

CAKE = ("cake", "cream", "strawberry")  # the parts of picture 3 that are one piece of cake to us


@once
def limes(exhibits: Exhibits, seed: int) -> dict[int, LimeExplanation]:  # by picture
    images, labels = exhibits.images(seed)[LIME_PICTURES], exhibits.labels[LIME_PICTURES]
    explanations = lime(exhibits.model, images, labels, samples=LIME_SAMPLES, seed=16 + seed)
    return dict(zip(LIME_PICTURES, explanations, strict=True))


@once
def saliency_maps(exhibits: Exhibits, seed: int) -> Tensor:  # (N,H,W)
    return saliency(exhibits.model, exhibits.images(seed), exhibits.labels)


@once
def plain_saliency_maps(exhibits: Exhibits, seed: int) -> Tensor:  # (N,H,W)
    return saliency(exhibits.plain, exhibits.images(seed), exhibits.labels)


@once
def smoothgrad_maps(exhibits: Exhibits, seed: int) -> Tensor:  # (N,H,W) the strongest colour channel, as in saliency
    return smoothgrad(
        exhibits.plain, exhibits.images(seed), exhibits.labels, samples=SMOOTHGRAD_SAMPLES, seed=seed
    ).amax(1)


def correlation(a: Tensor, b: Tensor) -> float:
    return float(torch.corrcoef(torch.stack([a.flatten(), b.flatten()]).double())[0, 1])


def most_for_its_area(question: Question, exhibits: Exhibits, picture: int, values: Tensor, parts: Mapping) -> Measured:
    """Which of the parts (their names by option) has the largest share of the picture's map over its share of the
    area."""
    masks = {letter: exhibits.part(picture, *names) for letter, names in parts.items()}
    shares = concentration(values, masks, least=0)
    first, second = ranked(shares)[:2]
    option = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        winner(shares),
        {"+".join(names): shares[letter] for letter, names in parts.items()},
        f"{option[first].en}: {shares[first]:.2f} times its share of the area; next, "
        f"{option[second].en[0].lower()}{option[second].en[1:]}: {shares[second]:.2f} times.",
    )


class Watched(nn.Module):
    """A network that keeps what it is fed."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.fed: list[Tensor] = []
        self.gradients = 0  # in how many calls somebody wants to differentiate by the pictures

    def forward(self, pictures: Tensor) -> Tensor:
        self.fed.append(pictures.detach().clone())
        self.gradients += pictures.requires_grad
        return self.network(pictures)
