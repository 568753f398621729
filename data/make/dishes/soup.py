"""Soup: in a bowl or a soup plate, seldom in a cup; the soup is a body of its own that fills the vessel."""

from dataclasses import replace

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def miso(studio):
    """Miso soup: cloudy broth with tofu, wakame and spring onion, mostly in a red lacquer bowl."""
    rng = studio.rng
    if rng.random() < 0.75:
        vessel = t.lacquer_bowl(studio, colour=m.vary(rng, m.pick(rng, "#b0160f", "#b0160f", "#8f1410", "#1b1311")))
    else:
        vessel = t.bowl(studio, rng.uniform(0.6, 0.75), rng.uniform(0.45, 0.6))
    reach, z = ladle(studio, vessel, miso_broth(rng))
    float_in(studio, "tofu", rng.integers(4, 14), reach, z)
    if rng.random() < 0.85:
        float_in(studio, "seaweed", rng.integers(3, 12), reach, z)
    if rng.random() < 0.3:
        float_in(studio, "mushroom", rng.integers(3, 8), reach, z)
    float_in(studio, "onion", rng.integers(8, 40), reach, z)
    if rng.random() < 0.4:
        t.chopsticks(studio, (vessel.radius * 0.9, -vessel.radius - 0.35, 0), rng.uniform(-12, 12))
    photograph(studio, vessel)


def miso_broth(rng):
    """Pale, with clouds of paste that sink and rise in a clearer, darker stock."""
    paint = m.Paint(rng)
    colour = m.vary(rng, "#d9a95c")
    cloud = paint.noise(0.4, 5, distortion=2.2, roughness=0.6)
    tint = paint.ramp(cloud, (0.34, m.shade(colour, 0.62)), (0.5, colour), (0.66, m.shade(colour, 1.35)))
    return paint.skin(tint, 0.06, paint.bump(paint.noise(0.3, 2), 0.004), soft=0.3, gloss=0.5)


def tomato(studio):
    """Tomato soup, smooth or lumpy, with cream, basil or croutons."""
    rng = studio.rng
    vessel = served(studio)
    red = m.pick(rng, "#c9361a", "#b52714", "#d9501f", "#a3220f")
    reach, z = ladle(studio, vessel, thick(rng, red, rng.uniform(0.004, 0.03)), waves=0.012)
    topped(studio, reach, z, cream=0.6, croutons=0.35, leaves=0.75)
    photograph(studio, vessel)


def cream_soup(studio):
    """A smooth soup of pumpkin, carrot, mushroom, potato, asparagus or pea with a swirl of cream."""
    rng = studio.rng
    vessel = served(studio)
    colour = m.pick(
        rng, "#e08a1c", "#dd9a2e", "#e6a948", "#d97817", "#e9d9ae", "#cdb285", "#b7a27c", "#a3b04f", "#7f9a35"
    )
    reach, z = ladle(studio, vessel, thick(rng, colour), waves=0.012)
    topped(studio, reach, z, cream=0.65, croutons=0.3, leaves=0.5)
    if rng.random() < 0.4:
        float_in(studio, m.pick(rng, "pumpkin seeds", "mushroom", "bacon"), rng.integers(6, 18), reach * 0.55, z)
    photograph(studio, vessel)


def pea_soup(studio):
    """Pea, broccoli or spinach soup, green, with peas, mint, ham or cream."""
    rng = studio.rng
    vessel = served(studio)
    green = m.pick(rng, "#8aa03a", "#6f8f2f", "#94a850", "#5d7d2b", "#a9a346")
    reach, z = ladle(studio, vessel, thick(rng, green, rng.uniform(0.01, 0.05)), waves=0.02)
    topped(studio, reach, z, cream=0.5, croutons=0.35, leaves=0.5)
    if rng.random() < 0.6:
        float_in(studio, m.pick(rng, "peas", "bacon"), rng.integers(8, 24), reach * 0.7, z)
    photograph(studio, vessel)


def vegetable_soup(studio):
    """Broth full of vegetables: minestrone, chicken soup, vegetable stew."""
    rng = studio.rng
    vessel = served(studio)
    colour = m.pick(rng, "#cf9320", "#d9a83a", "#c2661c", "#b8471d", "#c99a2c")
    reach, z = ladle(studio, vessel, m.broth(rng, colour, rng.uniform(0.1, 0.5), rng.uniform(0.3, 0.7)))
    kinds = ["carrot", "potato", "peas", "celery", "beans", "corn", "chicken", "tomato", "noodles", "cabbage"]
    for kind in rng.choice(kinds, rng.integers(3, 6), replace=False):
        float_in(studio, kind, rng.integers(8, 26), reach, z)
    float_in(studio, "herbs", rng.integers(6, 25), reach, z)
    photograph(studio, vessel)


def chowder(studio):
    """Clam chowder: white, thick, with potato, bacon, clams and parsley."""
    rng = studio.rng
    vessel = served(studio)
    white = m.pick(rng, "#f6ebcf", "#f8f0da", "#f3e0b0", "#f0dcac")
    reach, z = ladle(studio, vessel, thick(rng, white, 0.03), waves=0.03)
    coated = thick(rng, m.shade(white, 0.97), 0.02)
    for kind in ("potato", "clams", m.pick(rng, "corn", "carrot", "celery")):
        float_in(studio, kind, rng.integers(5, 16), reach, z, coated if rng.random() < 0.15 else None)
    if rng.random() < 0.6:
        float_in(studio, "bacon", rng.integers(6, 16), reach * 0.7, z)
    float_in(studio, "herbs", rng.integers(8, 30), reach * 0.8, z)
    photograph(studio, vessel)


def spicy_broth(studio):
    """Soup of the Far East: tom yum with shrimps, dumplings in clear broth, or broth with egg and noodles."""
    rng = studio.rng
    kind = m.pick(rng, "tom yum", "dumplings", "egg")
    vessel = t.bowl(studio, rng.uniform(0.8, 1.0))
    colour = {"tom yum": "#c9541c", "dumplings": "#d0a04a", "egg": "#b98240"}[kind]
    reach, z = ladle(studio, vessel, m.broth(rng, colour, rng.uniform(0.1, 0.6), rng.uniform(0.5, 0.9)))
    if kind == "tom yum":
        shape, material = sides.shrimp(rng)
        spots = s.spread(rng, rng.integers(3, 7), reach * 0.65, 0.3)
        studio.scatter(shape.scaled(0.85), material, "shrimp", s.scattered(rng, spots, z + 0.02, 25))
        float_in(studio, "mushroom", rng.integers(4, 10), reach, z)
        float_in(studio, "tomato", rng.integers(2, 7), reach, z)
    elif kind == "dumplings":
        float_in(studio, "dumplings", rng.integers(4, 9), reach, z)
        float_in(studio, "cabbage", rng.integers(3, 9), reach, z)
    else:
        float_in(studio, "noodles", rng.integers(8, 20), reach, z)
        halved_eggs(studio, rng.integers(1, 3), reach, z)
        float_in(studio, m.pick(rng, "pork", "seaweed", "tofu"), rng.integers(2, 5), reach, z)
    float_in(studio, "onion", rng.integers(10, 45), reach, z)
    float_in(studio, "herbs", rng.integers(3, 16), reach, z)
    if rng.random() < 0.5:
        t.chopsticks(studio, (vessel.radius * 0.9, -vessel.radius - 0.35, 0), rng.uniform(-12, 12))
    photograph(studio, vessel)


def borscht(studio):
    """Beetroot soup, deep red, with sour cream and dill."""
    rng = studio.rng
    vessel = served(studio)
    red = m.pick(rng, "#7d0f1c", "#8f1526", "#6b0d1a", "#a3231c")
    reach, z = ladle(studio, vessel, m.broth(rng, red, 0.2, rng.uniform(0.2, 0.5)))
    for kind in ("beetroot", "cabbage", "potato", "carrot"):
        if rng.random() < 0.75:
            float_in(studio, kind, rng.integers(4, 16), reach, z)
    dollop(studio, reach, z)
    float_in(studio, "herbs", rng.integers(8, 40), reach * 0.8, z + 0.02)
    photograph(studio, vessel)


DISHES = {
    "miso soup": miso,
    "tomato soup": tomato,
    "cream soup": cream_soup,
    "pea soup": pea_soup,
    "vegetable soup": vegetable_soup,
    "chowder": chowder,
    "spicy broth": spicy_broth,
    "borscht": borscht,
}


def served(studio):
    """What soup is served in, on a saucer now and then."""
    rng = studio.rng
    kind, base = rng.random(), 0.0
    radius = rng.uniform(0.75, 1.0)
    if rng.random() < 0.25:
        base = t.plate(studio, radius * rng.uniform(1.35, 1.6), "coupe").floor
    with studio.placed((0, 0, base)):
        if kind < 0.62:
            vessel = t.bowl(studio, radius)
        elif kind < 0.92:
            vessel = soup_plate(studio, radius * 1.2)
        else:
            vessel = t.cup(studio, rng.uniform(0.5, 0.6), 0.6, saucer=False)
    lift = np.array([0, base])
    return replace(vessel, floor=vessel.floor + base, rim=vessel.rim + base, inner=vessel.inner + lift)


def soup_plate(studio, radius):
    """A deep plate with a broad rim."""
    rng = studio.rng
    well, depth = radius * rng.uniform(0.68, 0.78), radius * rng.uniform(0.2, 0.28)
    inner = [(radius, depth * 1.15), (well * 1.03, depth), (well * 0.93, depth * 0.55), (well * 0.7, 0.08), (0, 0.07)]
    outer = [(0, 0), (well * 0.7, 0), (well, depth * 0.6), (radius * 0.99, depth * 1.08)]
    studio.add(s.lathe(np.concatenate([s.spline(outer, 12), s.spline(inner, 26)]), 56), t.ware(rng), "bowl")
    profile = s.spline(inner[1:], 20)[::-1]
    return t.Vessel(radius * 0.97, 0.07, depth, np.column_stack([profile[:, 0], np.maximum.accumulate(profile[:, 1])]))


def thick(rng, colour, lumpy=0.008):
    """The surface of a thick soup."""
    paint = m.Paint(rng)
    colour = m.vary(rng, colour)
    cloud, grain = paint.noise(0.5, 4, distortion=1.0), paint.noise(0.05, 3)
    tint = paint.ramp(cloud, (0.3, m.shade(colour, 0.86)), (0.7, m.shade(colour, 1.1)))
    tint = paint.mix(paint.step(grain, 0.62, 0.72), tint, m.shade(colour, 0.8))
    height = paint.math("ADD", paint.noise(0.14, 3), paint.math("MULTIPLY", grain, 0.2))
    return paint.skin(tint, rng.uniform(0.15, 0.3), paint.bump(height, lumpy), gloss=0.3)


def ladle(studio, vessel, material, level=None, waves=0.004):
    """Fill the vessel; gives the radius and the height of the soup's surface."""
    rng = studio.rng
    _, z = vessel.filling(rng.uniform(0.68, 0.9) if level is None else level)
    heights = np.linspace(vessel.floor, z, 12)
    wall = np.interp(heights, vessel.inner[:, 1], vessel.inner[:, 0]) + 0.004
    reach = wall[-1]
    surface = [(reach * k, z - 0.012 * (1 - k**30)) for k in np.linspace(0.99, 0, 18)]
    foot = max(vessel.floor - 0.12, 0.03)  # hidden in the vessel's own; without it the soup stands on this
    start = [(0, foot), (0.3 * vessel.radius, foot), (0.3 * vessel.radius, vessel.floor)]
    body = s.lathe([*start, *zip(wall, heights, strict=True), *surface], 48)
    on_top = (body.points[:, 2] > z - 0.02) & (np.hypot(*body.points[:, :2].T) < 0.97 * reach)
    points = body.points + np.array([0, 0, 1]) * (waves * on_top * s.waves(rng, body.points, 0.3))[:, None]
    studio.add(replace(body, points=points), material, "soup", sharp=70)
    return reach, z


def topped(studio, reach, z, cream, croutons, leaves):
    """What smooth soups are topped with: each with its own chance."""
    rng = studio.rng
    if rng.random() < cream:
        swirl(studio, reach, z) if rng.random() < 0.7 else dollop(studio, reach, z)
    if rng.random() < croutons:
        float_in(studio, "croutons", rng.integers(4, 16), reach * rng.uniform(0.35, 0.75), z)
    if rng.random() < leaves:
        float_in(studio, "herbs", rng.integers(4, 30), reach * rng.uniform(0.3, 0.8), z)
    if rng.random() < leaves:
        with studio.placed((*rng.normal(0, 0.1 * reach, 2), z + 0.015), (0, 0, rng.uniform(0, 360))):
            sides.herbs(studio, rng.integers(2, 6), 0.1, size=rng.uniform(0.2, 0.38))
    if rng.random() < 0.4:
        float_in(studio, "pepper", rng.integers(20, 60), reach * 0.85, z)


def swirl(studio, reach, z):
    """A spiral, a zigzag or drops of cream drawn on the surface."""
    rng = studio.rng
    cream, kind = m.cream(rng), m.pick(rng, "spiral", "zigzag", "ring of drops")
    if kind == "ring of drops":
        spots = s.spread(rng, rng.integers(5, 12), reach * 0.75, reach * 0.22, inner=reach * 0.3)
        drops = [s.disc(rng, 0.07, 0.012, 0.15, 0.6, sides=24) for _ in range(4)]
        studio.scatter(drops, cream, "cream", s.scattered(rng, spots, z - 0.012, 0, (0.5, 1.5)))
        return
    if kind == "spiral":
        angle = np.linspace(0, rng.uniform(9, 20), 110)
        out = reach * rng.uniform(0.45, 0.78) * (angle / angle[-1])
        path = np.column_stack([out * np.cos(angle), out * np.sin(angle)])
    else:
        x, y = np.linspace(-0.6, 0.6, 9) * reach, 0.35 * reach * np.array([-1, 1, -1, 1, -1, 1, -1, 1, -1])
        path = s.spline(np.column_stack([x, y]) + rng.normal(0, 0.06, (9, 2)), 160)
    path = np.column_stack([path + 0.05 * s.waves(rng, path[:, None, 0], 0.5)[:, None], np.full(len(path), z - 0.005)])
    width = rng.uniform(0.012, 0.03) * np.exp(0.5 * s.waves(rng, path, 0.4))
    studio.add(s.tube(path, width, 8, flat=0.25).turned(z=rng.uniform(0, 360)), cream, "cream")


def dollop(studio, reach, z):
    """A spoonful of sour cream."""
    rng = studio.rng
    blob = s.blob(rng, (0.24, 0.2, 0.1), 0.2, 0.6)
    at = (*rng.normal(0, 0.2 * reach, 2), z + 0.015)
    studio.add(blob, m.cream(rng), "cream", at, (0, 0, rng.uniform(0, 360)), rng.uniform(0.7, 1.25), sharp=180)


def halved_eggs(studio, count, reach, z):
    """Halves of boiled eggs, the yolk up."""
    rng = studio.rng
    half = s.ball((0.24, 0.19, 0.19)).warped(lambda x, y, z: (x, y, np.minimum(z, 0.01)))
    yolk = s.disc(rng, 0.115, 0.03, 0.03, 0.4)
    for x, y in s.spread(rng, count, reach * 0.55, 0.5):
        with studio.placed((x, y, z + 0.05), (rng.normal(0, 10), rng.normal(0, 10), rng.uniform(0, 360))):
            studio.add(half, m.egg_white(rng, 0), "egg")
            studio.add(yolk, m.yolk(rng), "egg", at=(0.02, 0, 0.005))


def float_in(studio, kind, count, reach, z, material=None):
    """Let pieces of an ingredient float about, more or less sunk."""
    rng = studio.rng
    shapes, own, size, sink = INGREDIENTS[kind](rng)
    spots = s.spread(rng, count, max(reach - size * 0.8, 0.05), size * 0.75, tries=8)
    places = s.scattered(rng, spots, z, tilt=18, scale=(0.75, 1.2))
    places.at[:, 2] += size * (0.15 - (0.15 + sink) * rng.random(len(spots)))
    studio.scatter(shapes, material or own, kind, places)


def cubes(rng, side, material, sink=0.4):
    """Rough cubes: shapes, material, radius, how deep they sink."""
    shapes = [
        s.box(side * rng.uniform(0.7, 1.2, 3), side * 0.12, 2).moved(z=-side / 2).shifted(rng, side * 0.08, side)
        for _ in range(3)
    ]
    return shapes, material, side * 0.7, sink


def slices(rng, radius, height, material):
    """Round slices, some of them halved."""
    round_ = s.prism(s.wobbly(rng, radius, 0.02, 20), height, height * 0.3)
    half = round_.warped(lambda x, y, z: (x, np.maximum(y, -0.1 * radius), z))
    return [round_, half], material, radius, 0.35


def crumpled(rng, size, material, wide=0.6):
    """Limp leaves on the surface."""
    leaves = [
        s.leaf(size * 2, size * 2 * wide, rng.uniform(10, 50)).moved(x=-size).shifted(rng, size * 0.25, size)
        for _ in range(5)
    ]
    return leaves, material, size, 0.25


def rings(rng, radius, height, material):
    """Thin rings as of spring onions."""
    ring = [(radius, 0), (radius, height), (radius * 0.62, height), (radius * 0.62, 0)]
    return [s.lathe([*ring, ring[0]], 14, t.superellipse(rng.uniform(1.7, 2.3)))], material, radius, 0.1


def strands(rng):
    """Noodles that come up here and there."""
    shapes = []
    for _ in range(5):
        turn = np.linspace(0, rng.uniform(1.2, 3.5), 16)
        path = np.column_stack([np.cos(turn), np.sin(turn), 0.1 * np.sin(turn * 1.7)]) * rng.uniform(0.2, 0.45)
        shapes.append(s.tube(path - path.mean(axis=0), 0.026, 6))
    return shapes, m.noodle(rng), 0.25, 0.15


def dumplings(rng):
    """Wontons: a lump with a frilled tail of dough."""
    shapes = []
    for _ in range(3):
        tail = s.leaf(0.3, 0.3, 50).shifted(rng, 0.05, 0.15).moved(x=0.1, z=0.02)
        shapes.append(s.join(s.blob(rng, (0.19, 0.15, 0.12), 0.12, 0.5), tail))
    return shapes, m.noodle(rng, "#f0dfb4"), 0.22, 0.2


def small_leaves(rng):
    return [s.leaf(0.09, 0.06, rng.uniform(10, 70)) for _ in range(3)], m.greens(rng, "#3f7d2a"), 0.06, -0.15


INGREDIENTS = {
    "tofu": lambda rng: cubes(rng, rng.uniform(0.16, 0.22), m.cream(rng, "#fbf5e8", 0.25, 0.012), 0.35),
    "potato": lambda rng: cubes(rng, 0.17, m.butter(rng, "#efcf78")),
    "celery": lambda rng: cubes(rng, 0.11, m.greens(rng, "#9fb85c")),
    "beetroot": lambda rng: cubes(rng, 0.15, m.fruit(rng, "#7a0f26")),
    "chicken": lambda rng: cubes(rng, 0.2, m.flesh(rng, "#e2c79c", marbling=0)),
    "croutons": lambda rng: cubes(rng, 0.13, m.crust(rng, baked=0.35), 0.1),
    "bacon": lambda rng: cubes(rng, 0.09, m.roast(rng, "#c9705a", "#8f3324", "#4a1a12"), 0.1),
    "clams": lambda rng: ([s.blob(rng, (0.14, 0.1, 0.06), 0.3, 0.6)], m.cream(rng, "#d9b98c"), 0.12, 0.2),
    "pork": lambda rng: slices(rng, 0.24, 0.05, m.flesh(rng, "#c99a7c", marbling=0.8)),
    "carrot": lambda rng: slices(rng, rng.uniform(0.09, 0.15), 0.06, m.fruit(rng, "#e8751a")),
    "tomato": lambda rng: cubes(rng, 0.17, m.fruit(rng, "#b8301a", "#cf5a2c", 0.15)),
    "mushroom": lambda rng: slices(rng, 0.12, 0.05, m.cream(rng, m.pick(rng, "#d9c19a", "#b98f62"))),
    "peas": lambda rng: ([s.ball(0.048, 2)], m.fruit(rng, "#7da33a"), 0.05, 0.3),
    "beans": lambda rng: ([s.ball((0.09, 0.055, 0.05), 2).bent(40)], m.fruit(rng, "#8f3a24"), 0.08, 0.3),
    "corn": lambda rng: ([s.blob(rng, (0.05, 0.04, 0.035), 0.1, 0.6, 2)], m.fruit(rng, "#f2c230"), 0.05, 0.3),
    "pumpkin seeds": lambda rng: ([s.ball((0.075, 0.04, 0.015), 2)], m.fruit(rng, "#5f7434"), 0.06, -0.1),
    "onion": lambda rng: rings(rng, rng.uniform(0.035, 0.055), 0.035, onion_green(rng)),
    "seaweed": lambda rng: crumpled(rng, 0.16, m.seaweed(rng, "#1d3320")),
    "cabbage": lambda rng: crumpled(rng, 0.17, m.greens(rng, m.pick(rng, "#b9c77a", "#5f9440"))),
    "noodles": strands,
    "dumplings": dumplings,
    "herbs": small_leaves,
    "pepper": lambda rng: ([s.ball(0.011, 1)], m.plain(rng, "#2a211a"), 0.012, -0.2),
}


def onion_green(rng):
    """Each ring another green, from the dark end to the white."""
    paint = m.Paint(rng)
    return paint.skin(
        paint.ramp(paint.chance(), (0.1, "#3f8a2b"), (0.55, "#86b84a"), (1.0, "#dfe8bd")), 0.35, gloss=0.3
    )


def photograph(studio, vessel):
    """Spoon, bread and the camera, high enough to see the soup."""
    rng = studio.rng
    side = rng.choice([-1, 1])
    if rng.random() < 0.45:
        t.spoon(studio, (side * (vessel.radius + 0.4), rng.uniform(-0.4, 0.1), 0), rng.uniform(60, 120))
    if rng.random() < 0.15:
        with studio.placed((-side * (vessel.radius + 0.5), rng.uniform(-0.2, 0.6), 0)):
            bread(studio)
    elevation = rng.uniform(72, 90) if rng.random() < 0.3 else rng.uniform(30, 65)
    setting.everyday(studio, vessel.radius * 1.02, vessel.rim, elevation=elevation, fill=rng.uniform(0.7, 1.3))


def bread(studio):
    """Two slices of baguette."""
    rng = studio.rng
    crumb, crust = m.crumb(rng), m.crust(rng)
    for lift in (0, 0.14):
        outline = s.wobbly(rng, 0.28, 0.05) * (1.3, 1)
        with studio.placed((*rng.normal(0, 0.1, 2), lift), (rng.normal(0, 5), 8, rng.uniform(0, 360))):
            studio.add(s.prism(outline, 0.12, 0.03), crust, "bread")
            studio.add(s.prism(outline * 0.93, 0.02, 0.01).moved(z=0.108), crumb, "bread")
