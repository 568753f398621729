"""Dairy products: milk, butter, cheese, yogurt and cream."""

from dataclasses import replace

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def milk_glass(studio):
    """A glass of milk, now and then with cookies, rarely with strawberries."""
    rng = studio.rng
    vessel = t.glass(studio, form=m.pick(rng, "tumbler", "highball", "tulip"))
    pour(studio, vessel, rng.uniform(0.7, 0.92))
    beside(studio, vessel.radius)
    photograph(studio, vessel.radius * 1.6, vessel.rim)


def milk_jug(studio):
    """A jug of milk, of glass or of china."""
    rng = studio.rng
    vessel = t.jug(studio, material=m.glass(rng) if rng.random() < 0.8 else t.ware(rng, 0.2))
    pour(studio, vessel, rng.uniform(0.55, 0.8))
    beside(studio, vessel.radius)
    photograph(studio, vessel.radius * 1.6, vessel.rim)


def milk_bottle(studio):
    """A bottle of milk, often with a glass of it."""
    rng = studio.rng
    vessel = t.bottle(studio, height=rng.uniform(1.5, 1.9))
    pour(studio, vessel, rng.uniform(0.75, 0.93))
    if rng.random() < 0.5:
        with studio.placed((rng.choice([-1, 1]) * rng.uniform(0.85, 1.1), rng.uniform(-0.5, 0.1), 0)):
            glass = t.glass(studio, form="tumbler")
            pour(studio, glass, rng.uniform(0.5, 0.9))
    beside(studio, vessel.radius)
    photograph(studio, 0.75, vessel.rim)


def butter_block(studio):
    """A block of butter on white, on its paper, on a dish or a board, often with slices cut off and a knife."""
    rng = studio.rng
    width, depth, height = rng.uniform(1.0, 1.5), rng.uniform(0.55, 0.8), rng.uniform(0.4, 0.6)
    ground = m.pick(rng, "bare", "paper", "plate", "board")
    floor = 0.0
    if ground == "paper":
        floor = t.sheet_of_paper(studio, 2.0).floor
    elif ground == "plate":
        floor = t.plate(studio, 1.25, m.pick(rng, "round", "oval", "flat")).floor
    elif ground == "board":
        floor = t.board(studio).floor
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-50, 50))):
        butter = m.butter(rng, m.pick(rng, "#f8dc94", "#f9e3a8", "#f5d27a"))
        block = s.box((width, depth, height), 0.035, 8).shifted(rng, 0.015, 0.6)
        studio.add(block, butter, "butter")
        x = width / 2
        for _ in range(rng.integers(0, 4)):
            thick = rng.uniform(0.06, 0.12)
            x += thick + rng.uniform(0.02, 0.1)
            slice_ = s.box((height, depth, thick), 0.02, 5).shifted(rng, 0.015, 0.5)
            lean = rng.uniform(0, 75)
            studio.add(slice_, butter, "butter", at=(x + 0.3 * lean / 75, 0, thick), turn=(0, lean - 90, 0), scale=0.98)
            x += 0.35 * lean / 75
    if ground != "bare" and rng.random() < 0.5:
        t.knife(studio, (0.3, -0.85, floor + 0.05), rng.uniform(150, 210))
    if ground == "bare" or rng.random() < 0.2:
        setting.pack_shot(studio, 0.95, height + floor, fill=rng.uniform(0.6, 1.0))
    else:
        setting.everyday(studio, 0.95, height + floor)


def cheese_wedge(studio):
    """A wedge of cheese, with holes or without, of a wheel with a rind."""
    rng = studio.rng
    floor = served(studio)
    wheel, height = rng.uniform(1.1, 1.5), rng.uniform(0.45, 0.75)
    with studio.placed((-wheel * 0.45, 0, floor), (0, 0, rng.uniform(-70, 70))):
        holed_wedge(studio, wheel, height, rng.uniform(35, 60), holes=rng.random() < 0.65)
    finish_cheese(studio, floor, height)


def cheese_wheel(studio):
    """A small soft cheese with a white rind, a piece cut out and laid beside it."""
    rng = studio.rng
    floor = served(studio)
    radius, height, angle = rng.uniform(0.6, 0.8), rng.uniform(0.26, 0.36), rng.uniform(35, 70)
    rind = m.cream(rng, m.pick(rng, "#f6f1e3", "#f1e6cb", "#e8ad57"), 0.75, 0.02)
    paste = m.cheese(rng, m.pick(rng, "#f6e6b0", "#f3dc95"))
    profile = s.spline([(0, 0), (radius * 0.95, 0), (radius, height * 0.5), (radius * 0.95, height), (0, height)], 24)
    turn = rng.uniform(0, 360)
    for start, size, out in ((0, 360 - angle, 0), (180, angle, radius * rng.uniform(0.1, 1.0))):
        skin, cut = s.wedge(profile, size, 32)
        with studio.placed((0, 0, floor), (0, 0, turn + start)), studio.placed((out, 0, 0)):
            studio.add(skin.rough(rng, 0.012, 0.3), rind, "cheese")
            studio.add(cut, paste, "cheese")
    finish_cheese(studio, floor, height)


def cheese_slices(studio):
    """Slices of cheese fanned out, or cubes in a heap."""
    rng = studio.rng
    floor = served(studio)
    cheese = m.cheese(rng)
    if rng.random() < 0.6:
        count, side = rng.integers(3, 8), rng.uniform(0.75, 1.0)
        with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
            for i in range(count):
                slice_ = s.box((side, side, 0.045), 0.015, 8).rough(rng, 0.012, 0.6)
                x = (i - count / 2) * side * 0.28
                studio.add(
                    slice_,
                    cheese,
                    "cheese",
                    at=(x, rng.normal(0, 0.03), side * 0.1),
                    turn=(0, 12, rng.normal(0, 4)),
                )
    else:
        cube = s.box((0.26, 0.26, 0.26), 0.02, 2)
        places = s.heap(rng, rng.integers(14, 34), 0.65, 0.2, 1.1, tilt=25)
        studio.scatter(
            [cube.shifted(rng, 0.02, 0.2) for _ in range(3)], cheese, "cheese", places, at=(0, 0, floor - 0.06)
        )
    finish_cheese(studio, floor, 0.3)


def yogurt(studio):
    """Yogurt or cream in a bowl, a cup or a glass, swirled, now and then with berries or honey."""
    rng = studio.rng
    vessel = m.pick(rng, t.bowl, t.cup, t.glass)(studio)
    reach, z = vessel.filling(rng.uniform(0.72, 0.9))
    cream = m.cream(rng, m.pick(rng, "#fbf6ea", "#fdfbf5", "#f8e3df"))
    studio.add(
        s.lathe([(0, vessel.floor), (vessel.filling(0.1)[0] * 0.95, vessel.floor + 0.03), (reach, z), (0, z)]),
        cream,
        "yogurt",
    )
    studio.add(
        swirl(reach, rng.uniform(0.05, 0.12)),
        cream,
        "yogurt",
        at=(0, 0, z - 0.02),
        turn=(0, 0, rng.uniform(0, 360)),
        sharp=180,
    )
    topping = rng.random()
    if topping < 0.3:
        berries = rng.integers(3, 9)
        spots = s.spread(rng, berries, reach * 0.5, 0.16)
        studio.scatter(
            s.blob(rng, 0.085, 0.05),
            m.fruit(rng, "#2c3157", "#4a5384", rough=0.5),
            "berries",
            s.scattered(rng, spots, z + 0.07),
        )
    elif topping < 0.45:
        path = s.spline(rng.normal(0, reach * 0.35, (6, 2)), 30)
        honey = s.tube(np.column_stack([path, np.full(30, z + 0.06)]), 0.03, 6)
        studio.add(honey, m.sauce(rng, "#c9861a", 0.1), "honey")
    if rng.random() < 0.4:
        t.spoon(studio, (vessel.radius + 0.25, -0.3, 0), rng.uniform(60, 120))
    setting.everyday(studio, max(vessel.radius * 1.15, 0.55), vessel.rim, elevation=rng.uniform(28, 80))


DISHES = {
    "glass of milk": milk_glass,
    "jug of milk": milk_jug,
    "bottle of milk": milk_bottle,
    "butter": butter_block,
    "cheese wedge": cheese_wedge,
    "cheese wheel": cheese_wheel,
    "cheese slices": cheese_slices,
    "yogurt": yogurt,
}


def pour(studio, vessel, level):
    """Milk up to `level`; it overlaps the glass a little, as a gap of air would look like foil."""
    _, z = vessel.filling(level)
    heights = np.linspace(vessel.floor - 0.01, z, 12)
    wall = np.interp(heights, vessel.inner[:, 1], vessel.inner[:, 0]) + 0.006
    profile = [(0, heights[0]), *zip(wall, heights, strict=True), (0, z)]
    studio.add(s.lathe(profile), m.cream(studio.rng, "#fdfaf2", 0.2, 0.0), "milk")


def beside(studio, radius):
    """What stands by milk: seldom anything; cookies now and then, strawberries rarely."""
    rng = studio.rng
    side = rng.choice([-1, 1])
    at = (side * (radius + rng.uniform(0.45, 0.7)), rng.uniform(-0.6, 0.0), 0)
    chance = rng.random()
    if chance < 0.25:
        with studio.placed(at):
            sides.cookies(studio, rng.integers(2, 5))
    elif chance < 0.31:
        with studio.placed(at):
            sides.strawberries(studio, rng.integers(2, 5))


def photograph(studio, radius, height):
    if studio.rng.random() < 0.25:
        setting.pack_shot(
            studio, radius, height, elevation=studio.rng.uniform(8, 35), fill=studio.rng.uniform(0.6, 0.95)
        )
    else:
        setting.everyday(studio, radius, height, elevation=studio.rng.uniform(12, 50))


def served(studio):
    """What cheese lies on; gives the height of its top."""
    kind = studio.rng.random()
    if kind < 0.45:
        return t.board(studio).floor
    if kind < 0.75:
        return t.plate(studio).floor
    return t.sheet_of_paper(studio).floor if kind < 0.85 else 0.0


def finish_cheese(studio, floor, height):
    rng = studio.rng
    if rng.random() < 0.3:
        t.knife(studio, (0.1, -0.95, floor), rng.uniform(-20, 20))
    if rng.random() < 0.2:
        places = s.heap(rng, 12, 0.3, 0.13, 1.2)
        grapes = m.fruit(rng, m.pick(rng, "#7d9a3a", "#4a1f3d"), rough=0.25)
        studio.scatter(s.ball(0.12, 2), grapes, "grapes", places, at=(rng.choice([-0.9, 0.9]), 0.5, floor + 0.05))
    if rng.random() < 0.2:
        setting.pack_shot(studio, 1.0, floor + height)
    else:
        setting.everyday(studio, 1.0, floor + height)


def holed_wedge(studio, wheel, height, angle, holes):
    """A slice of a wheel whose holes are dents in the cut faces."""
    rng = studio.rng
    colour = m.pick(rng, "#f0c46a", "#eab04e", "#f4dba4", "#e2933a")
    turn = np.radians(np.linspace(-angle / 2, angle / 2, 16))
    arc = wheel * np.column_stack([np.cos(turn), np.sin(turn)])
    edge = np.linspace(0, 1, 24)[:-1, None]
    body = fine_prism(np.concatenate([edge * arc[0], arc, (edge * arc[-1])[:0:-1]]), height)
    if holes:
        body = dented(rng, body, rng.integers(14, 30), wheel)
    studio.add(body, m.cheese(rng, colour), "cheese", sharp=50)
    if rng.random() < 0.7:
        band = np.stack([np.column_stack([arc * 1.012, np.full(16, z)]) for z in (0.0, height)], 0)
        studio.add(s.grid(band), m.plain(rng, m.pick(rng, "#c98a2d", "#a8331f", "#8a5a2b", "#f0d9a0"), 0.5), "cheese")


def fine_prism(outline, height, rows=14):
    """A prism with many points on its sides and its lid, so that it can be dented."""
    inwards = np.linspace(0.03, 1, 14)
    centre = outline.mean(axis=0)
    lid = [(centre + k * (outline - centre), height) for k in inwards]
    wall = [(outline, z) for z in np.linspace(height, 0, rows)]
    layers = [np.column_stack([xy, np.full(len(xy), z)]) for xy, z in lid + wall[1:]]
    return s.grid(np.stack(layers)[::-1], False, True)


def dented(rng, shape, count, reach):
    """Press round holes into a shape."""
    points = shape.points.copy()
    normals = shape.normals
    for spot in shape.points[rng.integers(0, len(points), count)]:
        size = rng.uniform(0.04, 0.12) * reach / 1.2
        near = np.clip(1 - (np.linalg.norm(shape.points - spot, axis=1) / size) ** 2, 0, 1)
        points -= normals * (np.sqrt(near) * size * 0.8)[:, None]
    return replace(shape, points=points)


def swirl(radius, height):
    """A spiral ridge on a round surface, as a spoon leaves it."""
    reach, angle = np.linspace(1, 0.001, 26), np.linspace(0, s.TAU, 48, endpoint=False)
    r, a = np.meshgrid(reach, angle, indexing="ij")
    z = height * (0.4 + 0.5 * np.sin(a + 9 * r)) * np.sqrt((1 - r**4).clip(0)) + 0.02
    return s.grid(np.stack([radius * r * np.cos(a), radius * r * np.sin(a), z], -1), False, True)
