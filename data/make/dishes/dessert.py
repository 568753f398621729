"""Desserts: cakes, cupcakes, doughnuts, waffles and pancakes, ice cream, puddings, small bakes."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides

SPONGES = {
    "strawberry": ("#f0d79c", "#fbf4e6"),
    "vanilla": ("#e9c47a", "#f6e7c8"),
    "chocolate": ("#4a2614", "#3a1c10"),
    "chocolate and cream": ("#55301b", "#f6ecdc"),
    "red velvet": ("#8f1a18", "#fbf4e8"),
    "carrot": ("#a8692c", "#f7ecd2"),
    "matcha": ("#8a9a4a", "#f1efd2"),
}

WAFFLE_RIMS = {
    "round": np.ones_like,
    "square": t.superellipse(12),
    "heart": lambda angle: 0.82 + 0.16 * np.abs(np.cos(2.5 * angle)),
}


def cake_slice(studio):
    """A slice of layer cake on a plate: strawberry, chocolate, red velvet and others."""
    rng = studio.rng
    floor = plated(studio)
    kind = m.pick(rng, "strawberry", "strawberry", "chocolate", *SPONGES)
    angle, radius = rng.uniform(30, 48), rng.uniform(1.25, 1.5)
    turn = rng.choice([-1, 1]) * rng.uniform(35, 125) - 90
    with studio.placed((0, 0, floor), (0, 0, turn)), studio.placed((-radius * 0.55, 0, 0)):
        top, icing = layered_wedge(
            studio, *SPONGES[kind], radius, angle, int(rng.integers(2, 5)), fruity=kind == "strawberry"
        )
        crown(studio, kind, icing, radius, top)
    garnish(studio, floor, 0.85, berries=0.45, drizzle=0.3)
    t.fork(
        studio,
        (rng.choice([-1, 1]) * rng.uniform(0.7, 1.0), rng.uniform(-0.9, 0.2), floor + 0.12),
        rng.uniform(30, 150),
    )
    setting.everyday(studio, 0.95, floor + top + 0.2, elevation=rng.uniform(18, 55), fill=rng.uniform(0.75, 1.2))


def layered_wedge(studio, sponge, icing, radius, angle, layers, height=None, fruity=False):
    """A slice of cake, its tip at the origin: sponge between cream, cream outside; gives (its top, the cream).

    `fruity`: thick cream with halved strawberries in it.
    """
    rng = studio.rng
    height = height or rng.uniform(0.7, 0.95)
    dark = int(icing[1:3], 16) < 128
    cream = m.chocolate(rng, icing, 0.4) if dark else m.cream(rng, icing)
    crumb = m.crumb(rng, sponge, 0.03, 0.012)
    sag = lambda x, y, z: (x, y, z + 0.008 * np.sin(5 * x + 7 * y))  # noqa: E731
    skin, cuts = s.wedge(slab(radius, 0, height, 0.05), angle, 24)
    studio.add(s.welded(s.join(skin, cuts)).warped(sag), cream, "cream")
    gap = height * (0.19 if fruity else rng.uniform(0.06, 0.11))
    thick = (height - 0.05 - gap * (layers - 1)) / layers
    for i in range(layers):
        z = i * (thick + gap)
        _, cuts = s.wedge(slab(radius - 0.07, z, z + thick, 0.015), angle, 4)
        studio.add(cuts.moved(-0.018).warped(sag).rough(rng, 0.003, 0.09), crumb, "cake")
        if fruity and i < layers - 1:
            berries_in_cut(studio, radius, angle / 2, z + thick + gap / 2, gap / 0.31)
    return height, cream


def berries_in_cut(studio, radius, half_angle, z, size):
    """Halved strawberries along both cut faces of a wedge at height z."""
    rng = studio.rng
    for side in (-1, 1):
        reach = radius * rng.uniform(0.2, 0.3)
        while reach < 0.93 * radius:
            x, y = reach * np.cos(np.radians(half_angle)), side * reach * np.sin(np.radians(half_angle))
            share = rng.uniform(0.75, 1.3)
            with studio.placed((x, y, z), (-90 * side, 0, side * half_angle), size * share):
                half_berry(studio, (0, 0, -0.075), (0, 0, rng.choice([0, 90, 180, 270]) + rng.normal(0, 25)))
            reach += size * share * 0.34 + rng.exponential(0.05)


def slab(radius, low, high, round):
    """The profile of a disc, with enough points along its sides for noise."""
    corner = np.linspace(0, np.pi / 2, 4)
    below = [(r, low) for r in np.linspace(0, radius - round, 8)]
    side = [(radius, z) for z in np.linspace(low + round, high - round, 6)]
    edge = [(radius - round + round * np.cos(a), high - round + round * np.sin(a)) for a in corner[1:]]
    above = [(r, high) for r in np.linspace(radius - round, 0, 8)[1:]]
    return np.array(below + side + edge + above)


def crown(studio, kind, cream, radius, top):
    """What lies on a slice: strawberries, rosettes of cream, cherries, chocolate."""
    rng = studio.rng
    if rng.random() < 0.7:
        at = (radius * rng.uniform(0.72, 0.82), 0, top - 0.01)
        studio.add(rosette(rng.uniform(0.17, 0.22), 0.22), cream, "cream", at, sharp=180)
        if kind in ("strawberry", "vanilla", "matcha") or rng.random() < 0.4:
            berry(studio, (at[0], 0, top + 0.17))
    elif kind in ("strawberry", "vanilla"):
        for x, y in ((0.45, 0.0), (0.8, 0.17), (0.82, -0.17)):
            berry(studio, (radius * x, radius * y, top + 0.08))
    if rng.random() < 0.4:
        shavings(studio, top + 0.02, (radius * 0.55, 0.0), 0.16)


def berry(studio, at, turn=None):
    """One strawberry, mostly on its broad end, its tip up."""
    rng = studio.rng
    profile = s.spline([(0, -0.15), (0.12, -0.14), (0.175, -0.04), (0.13, 0.12), (0.05, 0.2), (0, 0.21)], 20)
    body = s.lathe(profile, 20).shifted(rng, 0.02, 0.3)
    turn = turn or (rng.normal(0, 14), rng.normal(0, 14), rng.uniform(0, 360))
    studio.add(body, m.strawberry(rng, size=0.036), "strawberry", at, turn, sharp=180)


def half_berry(studio, at, turn):
    """A strawberry cut in half: red rim, paler heart."""
    rng = studio.rng
    a = np.linspace(0, s.TAU, 28, endpoint=False)
    outline = np.column_stack([0.155 * np.sin(a) * (1 - 0.42 * np.cos(a)), 0.2 * np.cos(a)])
    body = s.prism(outline * rng.uniform(0.85, 1.15, 2), 0.1, 0.05, 8).shifted(rng, 0.015, 0.2)
    reach = np.hypot(body.points[:, 0] / 0.15, (body.points[:, 1] - 0.02) / 0.2)
    paint = m.Paint(rng)
    depth = paint.math("ADD", paint.tone(), paint.math("MULTIPLY", paint.noise(0.05, 3), 0.35))
    tint = paint.ramp(depth, (0.3, "#f6d9c6"), (0.55, "#ea8672"), (0.8, "#d8342c"), (1.05, "#b30f16"))
    flesh = paint.skin(tint, 0.3, paint.bump(paint.noise(0.04), 0.008), gloss=0.25)
    studio.add(body.toned(reach), flesh, "strawberry", at, turn, sharp=180)


def whole_cake(studio):
    """A whole cake or tart: iced, dripped with chocolate, under strawberries or mixed fruit, now and then cut."""
    rng = studio.rng
    floor = plated(studio, 1.45)
    radius = rng.uniform(0.85, 1.05)
    kind = m.pick(rng, "chocolate", "strawberry", "drip", "tart", "tart", "cheesecake")
    height = {"tart": 0.26, "cheesecake": 0.4}.get(kind) or rng.uniform(0.45, 0.75)
    with studio.placed((0, 0, floor)):
        if kind == "tart":
            tart(studio, radius, height)
        elif kind == "cheesecake":
            base = m.crust(rng, "#c58a45", "#8a5320", baked=0.4)
            top = m.crust(rng, "#f6e3ad", "#d9a24e", "#7a451c", rng.uniform(0.2, 0.9), 0.8)
            studio.add(s.lathe(slab(radius * 1.01, 0, 0.12, 0.02), 60).rough(rng, 0.012, 0.08), base, "cake")
            studio.add(s.lathe(slab(radius, 0.1, height, 0.04), 60).rough(rng, 0.01, 0.5), top, "cake")
        else:
            iced_cake(studio, kind, radius, height)
    setting.everyday(studio, radius * 1.1, floor + height + 0.2, fill=rng.uniform(0.75, 1.2))


def iced_cake(studio, kind, radius, height):
    """A round cake under icing with what its kind has on top."""
    rng = studio.rng
    pale = m.pick(rng, "#fbf4e6", "#f6e3d8", "#f7dfe2")
    icing = m.chocolate(rng, m.pick(rng, "#3d1d10", "#5a3019"), 0.35) if kind == "chocolate" else m.cream(rng, pale)
    body = s.lathe(slab(radius, 0, height, 0.06), 72).rough(rng, 0.012, 0.35)
    studio.add(body, icing, "cake")
    if kind == "drip":
        glaze(studio, m.chocolate(rng, rough=0.15), radius, height)
    count = int(rng.integers(7, 13))
    angle = np.linspace(0, s.TAU, count, endpoint=False)
    ring = radius * 0.8 * np.column_stack([np.cos(angle), np.sin(angle)])
    if rng.random() < 0.75:
        places = s.scattered(rng, ring, height - 0.01, 0, (0.95, 1.05))
        cream = icing if rng.random() < 0.5 else m.cream(rng)
        studio.scatter(rosette(0.16, 0.2), cream, "cream", places, sharp=180)
        if kind != "chocolate" or rng.random() < 0.3:
            for x, y in ring:
                berry(studio, (x, y, height + 0.16))
    elif kind == "chocolate":
        shavings(studio, height + 0.02, (0, 0), radius * 0.45, 90)
    else:
        fruit_topping(studio, radius * 0.75, height)


def glaze(studio, chocolate, radius, height):
    """Chocolate poured over the top, running down the side in drips."""
    rng = studio.rng
    angle = np.linspace(0, s.TAU, 90, endpoint=False)
    runs = 0.1 + 0.16 * np.clip(s.waves(rng, np.column_stack([np.cos(angle), np.sin(angle)]), 0.3, 1), 0, 1.6)
    levels = np.linspace(0, 1, 6)[:, None]
    wall = radius + 0.028 * np.sin(np.pi * levels.clip(0.12, 1))
    lid = np.linspace(1, 0.01, 8)[:, None] * (radius - 0.03)
    reach = np.concatenate([np.broadcast_to(wall, (6, 90)), np.broadcast_to(lid, (8, 90))])
    z = np.concatenate([height + 0.02 - (1 - levels) * runs * min(1, height), np.full((8, 90), height + 0.025)])
    studio.add(
        s.grid(np.stack([reach * np.cos(angle), reach * np.sin(angle), z], -1), False, True),
        chocolate,
        "chocolate",
        sharp=180,
    )


def tart(studio, radius, height):
    """A fluted shell filled with custard under fruit."""
    rng = studio.rng
    flutes = int(rng.integers(26, 40))
    profile = s.spline(
        [(0, 0), (radius * 0.9, 0), (radius, height), (radius * 0.93, height), (radius * 0.88, 0.1), (0, 0.1)], 40
    )
    shell = s.lathe(profile, 160, lambda a: 1 + 0.022 * np.cos(flutes * a)).rough(rng, 0.01, 0.2)
    studio.add(shell, m.crust(rng, "#e0ab62", "#b3742f", baked=0.45), "tart")
    custard = m.cream(rng, m.pick(rng, "#f3dc98", "#f7ecd0", "#4a2616"))
    studio.add(s.disc(rng, radius * 0.92, height * 0.9, 0.0, 0.15), custard, "cream")
    fruit_topping(studio, radius * 0.85, height * 0.8)


def fruit_topping(studio, radius, z):
    """Strawberries whole or halved, berries, or several fruits in rings, glazed."""
    rng = studio.rng
    kind = m.pick(rng, "strawberries", "halves", "halves", "berries", "mixed")
    if kind == "strawberries":
        for x, y in s.spread(rng, 40, radius * 0.9, 0.3):
            berry(studio, (x, y, z + 0.13))
    elif kind == "halves":
        for reach in np.arange(radius * 0.88, 0.1, -0.27):
            for angle in np.arange(0, 360, 16.5 / reach):
                x, y = reach * np.cos(np.radians(angle)), reach * np.sin(np.radians(angle))
                half_berry(studio, (x, y, z + 0.05), (-22, 0, angle + 90))
    else:
        for colour, size, share in (("#2b2f55", 0.085, 30), ("#b3122a", 0.1, 26), ("#8fae3c", 0.1, 12)):
            if kind == "mixed" or share > 20:
                spots = s.spread(rng, share, radius * 0.92, 0.17)
                small_berries(studio, s.scattered(rng, spots, z + size * 0.8, 40), colour, size)
        if kind == "mixed":
            for x, y in s.spread(rng, 9, radius * 0.85, 0.35):
                half_berry(studio, (x, y, z + 0.1), (rng.normal(0, 20), rng.normal(0, 20), rng.uniform(0, 360)))


def small_berries(studio, places, colour, size):
    """Blueberries and grapes are smooth, raspberries (red) a cluster of beads."""
    rng = studio.rng
    if int(colour[1:3], 16) > 160:
        beads = [s.ball(size * 0.36, 1).moved(*(0.72 * size * p)) for p in s.ball(1.0, 1).points]
        return studio.scatter(s.join(*beads), m.fruit(rng, colour, gloss=0.2), "berries", places, sharp=180)
    return studio.scatter(s.blob(rng, size, 0.04), m.fruit(rng, colour, rough=0.4), "berries", places)


def cupcakes(studio):
    """Cupcakes under piped cream, or muffins with a cracked top, in paper cases."""
    rng = studio.rng
    floor = plated(studio) if rng.random() < 0.65 else 0.0
    count = int(m.pick(rng, 1, 1, 2, 3, 5, 7))
    spots = np.array([[0.0, 0.0]]) if count == 1 else s.spread(rng, count, 0.3 + 0.2 * count**0.7, 0.66)
    spots = spots - spots.mean(axis=0)
    muffins = rng.random() < 0.25
    dough, frosting = m.crust(rng, *m.pick(rng, ("#e0ac62", "#a86a2c"), ("#5a2f18", "#3a1b0e")), baked=0.5), icing(rng)
    case = m.plain(rng, m.pick(rng, "#f3e6d2", "#5a3320", "#d9a7b0", "#9cc4c9", "#c43a3a", "#efefef"), 0.6)
    swirl = rosette(0.34, rng.uniform(0.3, 0.46), rng.uniform(1.6, 3.2))
    for x, y in spots:
        with studio.placed((x, y, floor), (0, 0, rng.uniform(0, 360)), rng.uniform(0.95, 1.05)):
            paper = s.lathe([(0, 0), (0.23, 0), (0.32, 0.36), (0.31, 0.35)], 96, lambda a: 1 + 0.03 * np.cos(30 * a))
            studio.add(paper, case, "paper case", sharp=60)
            dome = s.disc(rng, 0.36 if muffins else 0.32, 0.24 if muffins else 0.1, 0.05, 0.7).rough(rng, 0.012, 0.1)
            studio.add(dome, dough, "cake", at=(0, 0, 0.33))
            if muffins:
                shavings(studio, 0.52, (0, 0), 0.14, 16)
            else:
                studio.add(swirl, frosting, "cream", at=(0, 0, 0.38), sharp=180)
                topping(studio, 0.38, swirl)
    garnish(studio, floor, 1.0, berries=0.2, drizzle=0.0)
    radius = max(0.5, np.hypot(*spots.T).max() + 0.25)
    setting.everyday(studio, radius, floor + 0.8, elevation=rng.uniform(15, 60), fill=rng.uniform(0.75, 1.15))


def topping(studio, z, swirl):
    """A berry, a cherry, sprinkles or shavings on a swirl of cream."""
    rng = studio.rng
    kind = rng.random()
    if kind < 0.3:
        berry(studio, (0, 0, z + swirl.top))
    elif kind < 0.45:
        cherry = m.fruit(rng, "#a80f1a", rough=0.12, gloss=0.6)
        studio.add(s.ball(0.1, 3), cherry, "cherry", (0, 0, z + swirl.top + 0.04))
    elif kind < 0.8:
        sprinkles(studio, swirl, (0, 0, z))


def sprinkles(studio, shape, at, count=45):
    """Coloured sugar strewn on the upward parts of a shape."""
    rng = studio.rng
    up = np.flatnonzero(shape.normals[:, 2] > 0.25)
    spots = shape.points[rng.choice(up, count)]
    colours = m.pick(rng, ("#e0305a", "#f2c12e", "#3a9ad0", "#6ab04a", "#f7f3ea"), ("#3d1d10",), ("#fdfbf5", "#e88aa8"))
    grain = s.tube([(-0.03, 0, 0), (0.03, 0, 0)], 0.013, 6)
    for i, colour in enumerate(colours):
        mine = spots[i :: len(colours)]
        turn = rng.uniform(-35, 35, (len(mine), 3)) + np.array([0, 0, 1]) * rng.uniform(0, 360, (len(mine), 1))
        studio.scatter(grain, m.plain(rng, colour, 0.3), "sprinkles", s.Places(mine, turn, np.ones(len(mine))), at)


def rosette(radius, height, turns=1.8, ridges=7):
    """Cream piped round and up through a star nozzle."""
    t_, a = np.meshgrid(np.linspace(0, 1, 44), np.linspace(0, s.TAU, 64, endpoint=False), indexing="ij")
    coil = np.abs(np.cos(0.5 * (a - s.TAU * turns * t_)))
    star = np.cos(ridges * a + 9 * t_)
    reach = radius * (1 - t_) ** 0.62 * (0.78 + 0.26 * coil + 0.055 * star * (1 - 0.5 * t_))
    z = height * (t_ + 0.05 * coil * (1 - t_))
    return s.grid(np.stack([reach * np.cos(a), reach * np.sin(a), z], -1), False, True)


def doughnuts(studio):
    """Doughnuts under icing with sprinkles or sugar, alone, in a row or in a pile."""
    rng = studio.rng
    floor = plated(studio)
    count = int(m.pick(rng, 1, 2, 3, 4, 6))
    radius = 0.42
    spots = np.array([[0.0, 0.0]]) if count == 1 else s.spread(rng, count, 0.5 + 0.12 * count, radius * 1.5)
    dough = m.crust(rng, "#dda558", "#b3732f", baked=0.45, gloss=0.2)
    for i, (x, y) in enumerate(spots):
        lean = (rng.normal(0, 5), rng.normal(0, 5), rng.uniform(0, 360))
        with studio.placed((x, y, floor + 0.03 * (i % 2)), lean):
            doughnut(studio, dough, radius)
    reach = max(0.55, np.hypot(*spots.T).max() + 0.35)
    setting.everyday(studio, reach, floor + 0.4, fill=rng.uniform(0.75, 1.2))


def doughnut(studio, dough, radius):
    """One doughnut: a ring, mostly iced on top with a wavy edge."""
    rng = studio.rng
    around, section = np.linspace(0, s.TAU, 48, endpoint=False), np.linspace(0, s.TAU, 20, endpoint=False)
    a, b = np.meshgrid(around, section, indexing="ij")

    def torus(inner, outer, lift, low):
        tube = np.clip(b, 0, s.TAU) if low is None else low + (np.pi - 2 * low) * b / s.TAU
        r = radius * (0.62 + inner * np.cos(tube))
        return s.grid(
            np.stack([r * np.cos(a), r * np.sin(a), lift + outer * np.sin(tube)], -1)[::-1], True, low is None
        )

    ring = torus(0.4, 0.16, 0.16, None).rough(rng, 0.012, 0.2)
    studio.add(ring, dough, "doughnut", sharp=180)
    if rng.random() < 0.85:
        edge = 0.25 + 0.16 * s.waves(rng, np.column_stack([np.cos(around), np.sin(around)]), 0.5, 1)[:, None]
        coat = torus(0.425, 0.175, 0.165, edge).rough(rng, 0.006, 0.2)
        studio.add(coat, icing(rng, 0.12), "icing", sharp=180)
        if rng.random() < 0.6:
            sprinkles(studio, coat, (0, 0, 0.005), 60)


def icing(rng, rough=0.35):
    """Cream or icing in a sweet shop's colours."""
    colour = m.pick(
        rng, "#fbf4e6", "#fbf4e6", "#f2a7b8", "#e8718f", "#c9a2d6", "#a9d3c4", "#4a2616", "#6b3a1e", "#f3dc98"
    )
    return m.chocolate(rng, colour, rough) if int(colour[1:3], 16) < 128 else m.cream(rng, colour, rough)


def waffles_and_pancakes(studio):
    """Waffles, round or square, or a pile of pancakes, with fruit, cream, butter and syrup."""
    rng = studio.rng
    floor = plated(studio)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 90))):
        if rng.random() < 0.4:
            top = pancakes(studio)
        else:
            golden = m.crust(rng, "#e6b25c", "#b8742a", "#7a431a", rng.uniform(0.35, 0.65), 0.4)
            count, form = int(m.pick(rng, 1, 1, 2, 3)), m.pick(rng, "round", "square", "heart")
            for i in range(count):
                at = (rng.normal(0, 0.12) * (i > 0), rng.normal(0, 0.12) * (i > 0), 0.19 * i)
                studio.add(
                    waffle(rng, rng.uniform(0.72, 0.85), form), golden, "waffle", at, (0, 0, rng.uniform(0, 30) * i)
                )
            top = 0.19 * count
        dress(studio, top)
    garnish(studio, floor, 1.0, berries=0.4, drizzle=0.15)
    setting.everyday(studio, 0.95, floor + top + 0.2, fill=rng.uniform(0.75, 1.2))


def waffle(rng, radius, form="round", pitch=0.2, depth=0.085):
    """A waffle with square pits in its top, drawn as a height over a fine grid."""
    n = 96
    axis = np.linspace(-1.04, 1.04, n)
    x, y = np.meshgrid(axis, axis)
    r, a = np.hypot(x, y), np.arctan2(y, x)
    rim = WAFFLE_RIMS[form](a)
    near = np.minimum(r / rim, 1.0)
    x, y = radius * np.cos(a) * near * rim, radius * np.sin(a) * near * rim
    phase = lambda v: np.abs((v / pitch + 0.5) % 1 - 0.5) * 2  # 1 on a rib, 0 in the middle of a pit  # noqa: E731
    rib = np.maximum(phase(x), phase(y))
    pit = np.clip((0.78 - rib) / 0.22, 0, 1) * np.clip((1 - r / rim) / 0.1, 0, 1)
    edge = np.sqrt(np.clip(1 - np.clip((r / rim - 0.9) / 0.1, 0, 1) ** 2, 0, 1))
    z = 0.1 + 0.09 * edge - depth * pit
    top = s.grid(np.stack([x, y, z], -1))
    under = s.lathe([(0, 0), (0.93, 0), (1, 0.06), (0.995, 0.11)], 72, WAFFLE_RIMS[form])
    return s.join(top, under.scaled(radius, radius, 1)).rough(rng, 0.006, 0.12).shifted(rng, 0.02, 0.8)


def pancakes(studio):
    """A pile of pancakes, brown above, pale round their sides; gives its height."""
    rng = studio.rng
    paint = m.Paint(rng)
    brown = paint.mix(paint.step(paint.noise(0.25, 4), 0.35, 0.65), m.vary(rng, "#a65f20"), "#c98538")
    flat = paint.step(paint.math("ABSOLUTE", paint.upward()), 0.55, 0.95)
    tint = paint.mix(flat, m.vary(rng, "#efcf8d"), brown)
    cake = paint.skin(tint, 0.5, paint.bump(paint.noise(0.05, 2), 0.006), gloss=0.1)
    radius, thick = rng.uniform(0.62, 0.8), rng.uniform(0.09, 0.14)
    count = int(rng.integers(2, 8))
    for i in range(count):
        at = (*rng.normal(0, 0.035, 2), i * thick * 0.92)
        outline = s.wobbly(rng, radius * rng.uniform(0.95, 1.05), 0.03, 64)
        round_ = s.prism(outline, thick, thick * 0.48, 8).shifted(rng, 0.025, 0.7)
        studio.add(round_, cake, "pancakes", at, (rng.normal(0, 1.2), rng.normal(0, 1.2), 0), sharp=180)
    return count * thick * 0.92 + 0.02


def dress(studio, top):
    """Syrup, fruit, cream, butter, sugar on waffles or pancakes."""
    rng = studio.rng
    if rng.random() < 0.5:
        syrup = m.sauce(rng, m.pick(rng, "#8a4a12", "#a8621a", "#3a1a0c", "#a3121c"), 0.1, 0.005)
        pool = s.disc(rng, rng.uniform(0.4, 0.58), 0.05, 0.2, 0.5, 8, 64)
        studio.add(pool, syrup, "syrup", (0, 0, top - 0.02), sharp=180)
    kind = m.pick(
        rng, "strawberries", "strawberries", "berries", "butter", "cream", "ice cream", "nothing", "nothing", "nothing"
    )
    if kind in ("strawberries", "cream"):
        for x, y in s.spread(rng, rng.integers(3, 9), 0.5, 0.24):
            half_berry(studio, (x, y, top + 0.08), (rng.normal(0, 25), rng.normal(0, 25), rng.uniform(0, 360)))
    if kind == "berries":
        for colour, size in (("#2b2f55", 0.08), ("#b3122a", 0.095)):
            places = s.scattered(rng, s.spread(rng, 9, 0.5, 0.17), top + 0.08, 40)
            small_berries(studio, places, colour, size)
    elif kind == "butter":
        studio.add(s.box((0.26, 0.24, 0.1), 0.03, 3), m.butter(rng), "butter", (0.05, 0, top + 0.02), (6, 4, 25))
    elif kind == "ice cream":
        studio.add(scoop(rng, 0.3), ice(rng), "ice cream", (0, 0, top + 0.2), sharp=180)
    if kind == "cream" or rng.random() < 0.25:
        studio.add(rosette(0.24, 0.26), m.cream(rng), "cream", (-0.1, 0.05, top), sharp=180)


def ice_cream(studio):
    """Scoops of ice cream in a bowl, a glass or a cone, with sauce, wafers, berries."""
    rng = studio.rng
    if rng.random() < 0.2:
        return cone(studio)
    vessel = m.pick(rng, t.bowl, t.bowl, t.bowl, coupe, coupe, t.plate)(studio)
    size = rng.uniform(0.3, 0.36)
    room = max(vessel.radius, 0.45)
    count = int(rng.integers(2, 6)) if room > 0.5 else 2
    spots = s.spread(rng, count, room * 0.6, size * 1.1)
    z = vessel.floor + 0.45 * (vessel.rim - vessel.floor) + size * 0.5
    for x, y in spots:
        with studio.placed((x, y, z), (0, 0, rng.uniform(0, 360))):
            studio.add(scoop(rng, size), ice(rng), "ice cream", sharp=180)
            if rng.random() < 0.45:
                sauce = m.sauce(rng, m.pick(rng, "#3a1a0c", "#8a4a12", "#a3121c"), 0.12, 0.004)
                studio.add(melted(rng, size), sauce, "sauce", (0, 0, 0.01), sharp=180)
    if rng.random() < 0.4:
        wafer = m.crust(rng, "#e2b26a", "#c08436", baked=0.4)
        stick = s.tube(np.linspace((0, 0, 0), (0, 0, 0.9), 12), 0.065, 14)
        studio.add(stick, wafer, "wafer", (0.1, 0.15, z), (rng.normal(-15, 8), rng.normal(15, 10), 0))
    if rng.random() < 0.5:
        for x, y in s.spread(rng, rng.integers(1, 4), room * 0.5, 0.25):
            berry(studio, (x, y, z + size * rng.uniform(0.6, 0.85)))
    if rng.random() < 0.4:
        with studio.placed((*rng.normal(0, 0.1, 2), z + size * 0.85)):
            sides.herbs(studio, 3, 0.08, size=0.2)
    if rng.random() < 0.5:
        t.spoon(studio, (vessel.radius + 0.35, -0.3, 0), rng.uniform(60, 120))
    setting.everyday(
        studio, max(room * 0.95, 0.6), z + size, elevation=rng.uniform(20, 65), fill=rng.uniform(0.75, 1.15)
    )


def coupe(studio):
    """A glass dish on a short foot."""
    return t.glass(studio, 0.52, 0.5, "tulip")


def cone(studio):
    """A wafer cone with scoops, standing in a glass."""
    rng = studio.rng
    t.glass(studio, 0.26, 0.75, "tumbler")
    paint = m.Paint(rng)
    lattice = paint.math("MAXIMUM", paint.bands(0.07, "DIAGONAL", detail=0), paint.bands(0.07, "Z", detail=0))
    biscuit = paint.skin(paint.ramp(lattice, (0.4, "#e0a552"), (0.9, "#b3742c")), 0.6, paint.bump(lattice, 0.02))
    studio.add(s.lathe([(0.02, 0.1), (0.29, 1.15), (0.27, 1.15), (0.02, 0.2)], 40), biscuit, "cone")
    for i in range(rng.integers(1, 4)):
        studio.add(scoop(rng, 0.31), ice(rng), "ice cream", (*rng.normal(0, 0.03, 2), 1.28 + 0.4 * i), sharp=180)
    setting.everyday(studio, 0.6, 1.6, elevation=rng.uniform(8, 30), fill=rng.uniform(0.8, 1.1))


def scoop(rng, size):
    """A ball of ice cream, rough, with a torn skirt where the scoop let go."""
    ball = s.ball(size, 4)
    skirt = np.exp(-(((ball.points[:, 2] / size + 0.45) / 0.16) ** 2))
    out = 1 + skirt * (0.1 + 0.09 * s.waves(rng, ball.points, size * 0.5))
    return ball.warped(lambda x, y, z: (x * out, y * out, z)).rough(rng, 0.02, 0.14)


def melted(rng, size):
    """Sauce over the top of a scoop, with runs."""
    a = np.linspace(0, s.TAU, 60, endpoint=False)
    low = 0.9 + 0.45 * s.waves(rng, np.column_stack([np.cos(a), np.sin(a)]), 0.6, 1).clip(-0.8, 1)
    tilt = np.linspace(1, 0.01, 12)[:, None] * low
    r = size * 1.06
    return s.grid(
        np.stack([r * np.sin(tilt) * np.cos(a), r * np.sin(tilt) * np.sin(a), r * np.cos(tilt)], -1), False, True
    )


def ice(rng):
    """Ice cream of some flavour, now and then with pieces in it."""
    paint = m.Paint(rng)
    flavour = m.pick(
        rng, "#f8eccb", "#f8eccb", "#5b3522", "#f0a9b4", "#d9536a", "#b9cf9a", "#e8c48a", "#c9b0d6", "#f3a24e"
    )
    colour = m.vary(rng, flavour)
    frost = paint.noise(0.06, 4, roughness=0.65)
    tint = paint.ramp(frost, (0.3, m.shade(colour, 0.88)), (0.65, m.shade(colour, 1.05)))
    if rng.random() < 0.3:
        tint = paint.mix(paint.step(paint.cells(0.12), 0.16, 0.12), tint, "#3a1d10")
    return paint.skin(tint, 0.5, paint.bump(frost, 0.05), soft=0.1)


def puddings(studio):
    """Flan in caramel, panna cotta, mousse in a glass, crème brûlée, trifle."""
    rng = studio.rng
    kind = m.pick(rng, "flan", "flan", "panna cotta", "mousse", "crème brûlée", "brownie")
    if kind in ("mousse", "crème brûlée"):
        radius, height = potted(studio, kind)
        return setting.everyday(
            studio, radius * 1.25, height, elevation=rng.uniform(22, 65), fill=rng.uniform(0.75, 1.1)
        )
    floor = plated(studio, 1.1)
    with studio.placed((0, 0, floor)):
        top = brownie(studio) if kind == "brownie" else turned_out(studio, kind)
    garnish(studio, floor, 0.8, berries=0.5, drizzle=0.2)
    setting.everyday(studio, 0.8, floor + top, elevation=rng.uniform(18, 60), fill=rng.uniform(0.7, 1.15))


def turned_out(studio, kind):
    """A custard turned out of its mould under caramel or berry sauce; gives its height."""
    rng = studio.rng
    caramel = kind == "flan"
    sauce = m.sauce(rng, "#8a3f0c" if caramel else "#a3121c", 0.08, 0.003)
    custard = m.cream(rng, m.pick(rng, "#eec873", "#f0d28c") if caramel else "#fbf4e6", 0.2, 0.002)
    foot, head, height = rng.uniform(0.5, 0.6), rng.uniform(0.36, 0.46), rng.uniform(0.38, 0.55)
    profile = [(0, 0), (foot, 0), (foot * 0.99, 0.06), (head + 0.02, height - 0.06), (head - 0.03, height), (0, height)]
    studio.add(s.lathe(s.spline(profile, 40), 72), custard, "pudding", sharp=180)
    studio.add(
        s.disc(rng, head + 0.02, 0.035, 0.01, 0.3), sauce, "caramel" if caramel else "sauce", (0, 0, height - 0.015)
    )
    studio.add(
        s.disc(rng, foot * rng.uniform(1.25, 1.5), 0.025, 0.1, 0.3),
        sauce,
        "caramel" if caramel else "sauce",
        (0, 0, 0.003),
    )
    if rng.random() < 0.5:
        studio.add(rosette(0.14, 0.18), m.cream(rng), "cream", (0, 0, height), sharp=180)
    if rng.random() < 0.35:
        berry(studio, (0.05, -0.02, height + 0.16))
    return height + 0.2


def potted(studio, kind):
    """Mousse in a glass or crème brûlée in its dish; gives (radius, height)."""
    rng = studio.rng
    if kind == "mousse":
        vessel = t.glass(studio, rng.uniform(0.38, 0.5), rng.uniform(0.65, 0.9), m.pick(rng, "tumbler", "tulip"))
        layers = [m.pick(rng, "#4a2616", "#fbf4e6", "#b3122a", "#f3dc98", "#f2a7b8", "#c98a45") for _ in range(3)]
    else:
        vessel = t.bowl(studio, rng.uniform(0.55, 0.7), rng.uniform(0.26, 0.34), part="dish")
        layers = ["#f3dc98"]
    levels = np.linspace(0, 0.88, len(layers) + 1)
    for colour, low, high in zip(layers, levels[:-1], levels[1:], strict=True):
        (below, z0), (above, z1) = vessel.filling(low), vessel.filling(high)
        filling = s.lathe([(0, z0), (below, z0), (above, z1), (0, z1)], 48)
        studio.add(filling, m.cream(rng, colour), "cream")
    reach, z = vessel.filling(0.88)
    if kind == "mousse":
        studio.add(rosette(reach * 0.7, 0.24), icing(rng), "cream", (0, 0, z), sharp=180)
        if rng.random() < 0.7:
            berry(studio, (0, 0, z + 0.22))
        shavings(studio, z + 0.03, (0, 0), reach * 0.6, 20)
    else:
        burnt = m.crust(rng, "#e0a03c", "#9a4f14", "#3a1a0a", rng.uniform(0.4, 0.8), 0.3, gloss=0.8, depth=0.008)
        studio.add(s.disc(rng, reach * 0.985, 0.03, 0.0, 0.1), burnt, "caramel", (0, 0, z - 0.012))
        if rng.random() < 0.6:
            with studio.placed((reach * 0.3, reach * 0.1, z)):
                berry(studio, (0, 0, 0.14))
                sides.herbs(studio, 2, 0.14, 0.05, size=0.22)
    return vessel.radius, vessel.rim + 0.15


def brownie(studio):
    """A square of chocolate cake with ice cream or cream and sauce; gives its height."""
    rng = studio.rng
    dark = m.crust(rng, "#4a2512", "#2e150a", "#1a0b05", 0.5, depth=0.03)
    for i in range(rng.integers(1, 4)):
        side = rng.uniform(0.55, 0.7)
        body = s.box((side, side, 0.3), 0.04, 9).rough(rng, 0.018, 0.12)
        studio.add(body, dark, "brownie", (*rng.normal(0, 0.06, 2), 0.3 * i * 0.95), (0, 0, rng.uniform(0, 60)))
        top = 0.3 * (i + 1) * 0.95
    if rng.random() < 0.6:
        studio.add(scoop(rng, 0.26), ice(rng), "ice cream", (0, 0, top + 0.17), sharp=180)
        if rng.random() < 0.6:
            sauce = m.sauce(rng, "#2e130a", 0.1, 0.003)
            studio.add(melted(rng, 0.26), sauce, "sauce", (0, 0, top + 0.18), sharp=180)
    return top + 0.3


def small_bakes(studio):
    """Cookies, macarons or cream puffs heaped or lined up."""
    rng = studio.rng
    floor = plated(studio)
    kind = m.pick(rng, "cookies", "cookies", "macarons", "macarons", "cream puffs")
    with studio.placed((0, 0, floor)):
        if kind == "cookies":
            biscuits(studio)
        elif kind == "macarons":
            macarons(studio)
        else:
            puff = m.crust(rng, "#e0a552", "#a8662a", baked=0.55)
            shapes = [s.blob(rng, (0.24, 0.24, 0.18), 0.12, 0.7, 4) for _ in "123"]
            places = s.heap(rng, rng.integers(6, 16), 0.75, 0.25, 1.2, 10)
            studio.scatter(shapes, puff, "cream puffs", places, (0, 0, 0.03), sharp=180)
            if rng.random() < 0.6:
                caps = s.Places(np.add(places.at, (0, 0, 0.14)), places.turn, places.scale)
                studio.scatter(
                    s.disc(rng, 0.19, 0.07, 0.14, 0.8), m.chocolate(rng, rough=0.15), "chocolate", caps, (0, 0, 0.03)
                )
    setting.everyday(studio, 0.95, floor + 0.4, fill=rng.uniform(0.75, 1.2))


def biscuits(studio):
    """Cookies with chocolate pieces, nuts or bare, strewn over each other."""
    rng = studio.rng
    pale, brown = m.pick(rng, ("#e3b673", "#b97b3c"), ("#d9a35c", "#a8692e"), ("#5a3019", "#3a1c0f"))
    dough = m.crust(rng, pale, brown, baked=0.42, size=0.3, depth=0.03)
    chip = m.chocolate(rng, m.pick(rng, "#3d1d10", "#2a140b"))
    places = s.heap(rng, rng.integers(4, 11), 0.9, 0.38, 0.5, 7)
    for at, turn, scale in zip(places.at, places.turn, places.scale, strict=True):
        with studio.placed(at, turn, scale):
            round_ = s.disc(rng, 0.4, 0.09, 0.025, 0.3, 14, 48).rough(rng, 0.01, 0.1)
            studio.add(round_, dough, "cookies")
            spots = s.spread(rng, rng.integers(5, 13), 0.3, 0.09)
            studio.scatter(s.blob(rng, 0.045, 0.2, 0.5, 1), chip, "chocolate", s.scattered(rng, spots, 0.105, 40))


def macarons(studio):
    """Macarons in several colours."""
    rng = studio.rng
    places = s.pile(rng, rng.integers(6, 15), 0.85, 0.235, 12)
    places.turn[:, 0] += rng.choice([0, 0, 80], len(places))
    dome = s.spline([(0.2, 0.075), (0.235, 0.1), (0.225, 0.15), (0.15, 0.2), (0, 0.215)], 16)
    foot = s.lathe([(0, 0.04), (0.22, 0.04), (0.235, 0.06), (0.22, 0.08)], 40).rough(rng, 0.012, 0.05)
    shell = s.join(s.lathe(dome, 40), foot)
    both, cream = (
        s.join(shell, shell.turned(x=180)),
        s.lathe([(0, -0.045), (0.21, -0.045), (0.22, 0), (0.21, 0.045), (0, 0.045)]),
    )
    colours = rng.permutation(["#e88aa8", "#a9c97a", "#f0d27a", "#c9a2d6", "#7a4a2c", "#f0ad84", "#c9243f"])[
        : rng.integers(1, 5)
    ]
    filling = m.cream(rng)
    for i, colour in enumerate(colours):
        mine = s.Places(places.at[i :: len(colours)], places.turn[i :: len(colours)], places.scale[i :: len(colours)])
        studio.scatter(both, m.cream(rng, str(colour), 0.45), "macarons", mine)
        studio.scatter(cream, filling, "macarons", mine)


DISHES = {
    "cake slice": cake_slice,
    "whole cake": whole_cake,
    "cupcakes": cupcakes,
    "doughnuts": doughnuts,
    "waffles and pancakes": waffles_and_pancakes,
    "ice cream": ice_cream,
    "puddings": puddings,
    "small bakes": small_bakes,
}


def plated(studio, radius=None):
    """A plate mostly, else a board, paper or a slate; gives the height of its top."""
    rng = studio.rng
    if rng.random() < 0.8:
        return t.plate(studio, radius or rng.uniform(1.05, 1.35)).floor
    return m.pick(rng, t.board, t.sheet_of_paper)(studio).floor


def garnish(studio, floor, reach, berries, drizzle):
    """Berries, mint and strokes of sauce round what lies in the middle; the numbers are chances."""
    rng = studio.rng
    if rng.random() < drizzle:
        sweep = np.linspace(-1, 1, 60)
        path = np.column_stack(
            [reach * 1.1 * sweep, reach * 0.35 * np.sin(sweep * 16) - 0.35, np.full(60, floor + 0.02)]
        )
        sauce = m.sauce(rng, m.pick(rng, "#3a1a0c", "#a3121c", "#8a4a12"), 0.12, 0.003)
        studio.add(s.tube(path, 0.03, 6, flat=0.6), sauce, "sauce", turn=(0, 0, rng.uniform(0, 360)), sharp=180)
    if rng.random() < berries:
        angle = rng.uniform(0, 360)
        with studio.placed((reach * np.cos(np.radians(angle)), reach * np.sin(np.radians(angle)), floor)):
            if rng.random() < 0.5:
                sides.strawberries(studio, rng.integers(1, 4), 0.3, "strawberry")
            else:
                colour, size = m.pick(rng, ("#2b2f55", 0.08), ("#b3122a", 0.1))
                small_berries(studio, s.scattered(rng, s.spread(rng, 6, 0.28, 0.16), 0.09, 40), colour, size)
            if rng.random() < 0.6:
                sides.herbs(studio, 3, 0.2, 0.1, "#3f8a3a", 0.22)


def shavings(studio, z, at, reach, count=26):
    """Flakes of chocolate strewn about `at`."""
    rng = studio.rng
    flake = [s.sheet(0.1, 0.045, 3, 5).bent(rng.uniform(60, 200)) for _ in range(3)]
    spots = rng.normal(0, reach, (count, 2)).clip(-1.6 * reach, 1.6 * reach) + at
    studio.scatter(flake, m.chocolate(rng), "chocolate", s.scattered(rng, spots, z, 40))
