"""Q1 to Q4: what LIME finds, painted as the homework paints it."""

from __future__ import annotations

import torch

from data.make.key.claims import Measured, lead, winner
from data.make.key.exhibits import Exhibits, Unmeasurable
from data.make.key.measures.maps import CAKE, Watched, limes
from hw9_xai.cnn.lime import lime
from hw9_xai.cnn.parts import part_sums
from hw9_xai.quiz.bank import Question

OVERLAY = {"segments": 11, "min_weight": 0.05}  # what the homework paints
VISIBLE_AREA = 0.02  # of a part: the cake has 2,500 pixels, and at three of the screen for one this is a 20 by 20 patch


def q1(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """LIME's weight on the jug and on the strawberries, each for its area: where the superpixels are cut otherwise, the
    sum over the large, plain jug changes most."""
    explanation = limes(exhibits, seed)[2]
    parts = {name: exhibits.part(2, name) for name in ("jug", "strawberries")}
    sums = part_sums(explanation.density(), parts)
    jug, strawberries = (1000 * sums[name] / int(parts[name].sum()) for name in ("jug", "strawberries"))
    return Measured(
        winner({"A": -strawberries, "B": jug, "C": strawberries, "D": -jug}),
        {"jug, 1000 pixels": jug, "strawberries, 1000 pixels": strawberries}
        | {f"{name}, sum": total for name, total in sums.items()},
        f"LIME's weights on 1000 pixels: {strawberries:+.2f} for strawberries, {jug:+.2f} for the jug; their sums "
        f"are {sums['strawberries']:+.2f} and {sums['jug']:+.2f}.",
    )


def q2(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: what the overlay does to segments that raise the score, and to those that lower it."""
    gains: dict[tuple[str, str], list[float]] = {}
    for explanation in limes(exhibits, seed).values():
        overlay = explanation.overlay(len(explanation.weights))  # every segment
        for piece, weight in enumerate(explanation.weights.tolist()):
            change = (overlay - explanation.image)[:, explanation.segments == piece].mean(1)
            for channel, gain in zip(("red", "green"), change.tolist(), strict=False):
                gains.setdefault(("positive" if weight > 0 else "negative", channel), []).append(gain)
    mean = {key: sum(values) / len(values) for key, values in gains.items()}
    if len(mean) < 4:
        raise Unmeasurable("no segment of these pictures speaks against its class, or none for it")
    red, green = ({sign: mean[sign, channel] for sign in ("negative", "positive")} for channel in ("red", "green"))
    against, favour = lead(red["negative"], green["negative"]), lead(green["positive"], red["positive"])
    return Measured(
        {"A": against, "B": -against, "C": -favour, "D": favour},
        {f"{channel}, {sign} weight": value for (sign, channel), value in mean.items()},
        f"Segments of negative weight gain {red['negative']:.2f} of red and {green['negative']:.2f} of green; "
        f"those of positive weight {red['positive']:.2f} and {green['positive']:.2f}.",
    )


def q3(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """A demonstration: what the network is fed, and whether anything but its answer is asked for."""
    watched = Watched(exhibits.model)
    explanation = lime(watched, exhibits.images(seed)[2:3], exhibits.labels[2:3], samples=64, seed=16 + seed)[0]
    fed = torch.cat(watched.fed)  # (n,3,H,W)
    pixels = explanation.segments.flatten().bincount()
    differs = (fed != explanation.image).any(1).flatten(1).float()  # (n,H*W)
    per_piece = differs.new_zeros(len(fed), len(pixels)).index_add(1, explanation.segments.flatten(), differs) / pixels
    # A piece that is hidden differs nearly everywhere, one that is shown nowhere; noise would leave no piece whole.
    whole = float(((per_piece == 0) | (per_piece > 0.5)).float().mean())
    shown = float((per_piece == 0).float().mean())
    gradient = float(watched.gradients)
    pieces = min(2 * whole - 1, lead(shown, 0.1), lead(1 - shown, 0.1))
    return Measured(
        {"A": -pieces, "C": min(pieces, 1 - 2 * gradient), "D": min(-pieces, 2 * gradient - 1)},
        {"pictures fed": len(fed), "pieces shown": shown, "pieces whole": whole, "gradients asked for": gradient},
        f"{len(fed)} pictures were fed: {shown:.0%} of the pieces shown, {whole:.0%} of all pieces shown or hidden "
        f"as a whole, gradients asked for: {gradient:.0f}.",
    )


def q4(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How much of the cake the overlay paints green, and how much red."""
    explanation, cake = limes(exhibits, seed)[3], exhibits.part(3, *CAKE)
    lit = explanation.strongest(**OVERLAY)
    signs = torch.zeros_like(explanation.weights).index_copy(0, lit, explanation.weights[lit].sign())
    painted = signs[explanation.segments][cake]
    green, red = float((painted > 0).float().mean()), float((painted < 0).float().mean())
    on, against = lead(green, VISIBLE_AREA), lead(red, VISIBLE_AREA)
    return Measured(
        {"A": min(-on, against), "B": min(on, -against), "C": min(-on, -against), "D": min(on, against)},
        {"green": green, "red": red, "r2": explanation.r2},
        f"Of the cake's area {green:.0%} are green in the overlay and {red:.0%} red.",
    )


MEASURES = {"Q1": q1, "Q2": q2, "Q3": q3, "Q4": q4}
