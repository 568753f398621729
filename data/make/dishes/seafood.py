"""Seafood: raw fish with chopsticks near, shrimps, shells, crabs and lobsters, fish grilled or cooked."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def sashimi(studio):
    """Slices of raw salmon, tuna or white fish fanned out on a plate, with shiso, radish, wasabi and chopsticks."""
    rng = studio.rng
    vessel = japanese_plate(studio)
    rows = rng.integers(1, 4)
    fish = rng.choice(["salmon", "tuna", "white fish"], rows, p=[0.65, 0.22, 0.13])
    tall = min(0.55, 1.5 * vessel.radius / rows)
    for i, y in enumerate((np.arange(rows) - (rows - 1) / 2) * tall):
        room = np.sqrt(max(vessel.radius**2 - y**2, 0.3)) * 0.85
        count = rng.integers(4, 9)
        with studio.placed((rng.normal(0, 0.05), y + 0.05, vessel.floor), (0, 0, rng.normal(0, 8))):
            fan(studio, str(fish[i]), count, min(room * 2 / count, 0.3), tall)
            if rng.random() < 0.5:
                shreds(studio, (-room, 0.1, 0.02))
    garnish(studio, vessel)
    soy_and_chopsticks(studio, vessel.radius)
    setting.everyday(studio, vessel.radius * 1.1, 0.35, elevation=rng.uniform(30, 85))


def sushi(studio):
    """Nigiri and rolls in rows on a plate, a board or a slate, with chopsticks."""
    rng = studio.rng
    vessel = japanese_plate(studio)
    kinds = [nigiri(rng, fish) for fish in rng.choice(["salmon", "tuna", "white fish", "shrimp"], 2, replace=False)]
    rolls = [roll(rng) for _ in range(2)]
    lean = rng.uniform(-30, 30)
    with studio.placed((0, 0, vessel.floor), (0, 0, lean)):
        for row, y in enumerate((-0.45, 0.15, 0.65)[: rng.integers(2, 4)]):
            lying_rolls = rng.random() < 0.4
            pieces, gap = (rolls[row % 2], 0.42) if lying_rolls else (kinds[row % 2], 0.5)
            for x in np.arange(-0.8, 0.85, gap) * vessel.radius:
                turn = rng.uniform(0, 360) if lying_rolls else 90 + rng.normal(0, 5)
                for shape, material, part in pieces:
                    studio.add(shape, material, part, (x, y * vessel.radius, 0), (0, 0, turn))
    garnish(studio, vessel)
    soy_and_chopsticks(studio, vessel.radius)
    setting.everyday(studio, vessel.radius, 0.35, elevation=rng.uniform(28, 75))


def shrimps(studio):
    """A heap or a ring of cooked shrimps, peeled or with their heads, with lemon and a dip."""
    rng = studio.rng
    vessel = m.pick(rng, t.plate, t.plate, t.bowl)(studio)
    whole = rng.random() < 0.45
    _, material = sides.shrimp(rng, peeled=not whole)
    shapes = [sides.shrimp(rng, peeled=not whole)[0] for _ in range(3)]
    if whole:
        shapes = [s.join(shape, prawn_head(rng, shape)) for shape in shapes]
    if rng.random() < 0.3 and vessel.rim < 0.35:
        angle = np.linspace(0, 360, rng.integers(9, 16), endpoint=False)
        at = vessel.radius * 0.75 * np.column_stack([np.cos(np.radians(angle)), np.sin(np.radians(angle)), 0 * angle])
        places = s.Places(at, np.column_stack([0 * angle, 0 * angle - 15, angle]), np.full(len(angle), 1.0))
        sides.dip(studio, (0, 0, vessel.floor), m.pick(rng, "#b3170f", "#e0805a"))
    else:
        count = int(rng.uniform(14, 34) * vessel.radius)
        places = s.heap(rng, count, vessel.radius * 0.95, 0.25, 0.42, 28)
    studio.scatter(shapes, material, "shrimp", places, at=(0, 0, vessel.floor + 0.06))
    lemons(studio, vessel)
    top = vessel.floor + places.at[:, 2].max()
    strewn(studio, places, vessel.floor + 0.09)
    setting.everyday(studio, vessel.radius * 1.05, top, elevation=rng.uniform(28, 85))


def whole_fish(studio):
    """Grilled or fried fish on a plate with lemon, herbs and vegetables, or raw on a board or the table."""
    rng = studio.rng
    plain = rng.random() < 0.35
    if plain:
        vessel = (
            t.board(studio, 3.2, 1.6, "square") if rng.random() < 0.5 else t.Vessel(1.4, 0.0, 0.0, np.zeros((1, 2)))
        )
    else:
        vessel = t.plate(studio, rng.uniform(1.35, 1.6), m.pick(rng, "oval", "oval", "round", "square"))
    count = m.pick(rng, 1, 1, 2, 3)
    skin = fish_skin(rng, raw=plain)
    length = 2.6 if count == 1 else 2.3
    with studio.placed((0, 0, vessel.floor), (0, 0, rng.normal(0, 14) + rng.choice([0, 180]))):
        for y in (np.arange(count) - (count - 1) / 2) * 0.55:
            fish(studio, skin, length * rng.uniform(0.92, 1.05), 0.66 if count == 1 else 0.46, (rng.normal(0, 0.06), y))
        for i in range(0 if plain else rng.integers(0, 3)):
            at = (-0.3 + 0.33 * i, rng.normal(0, 0.05), 0.39 if count == 1 else 0.27)
            sides.citrus_slice(studio, at, (rng.normal(0, 8), rng.normal(0, 8), rng.uniform(0, 360)), 0.22)
        if rng.random() < 0.6 and not plain:
            with studio.placed((rng.uniform(-0.5, 0.5), -0.05, 0.38 if count == 1 else 0.27)):
                sides.herbs(studio, rng.integers(6, 20), 0.5, size=0.13)
    lemons(studio, vessel)
    if rng.random() < 0.6 and not plain:
        sides.side_dish(studio, (rng.uniform(-0.5, 0.5), 0.75 * vessel.radius, vessel.floor), 0.35)
    setting.everyday(studio, 1.2, 0.4, elevation=rng.uniform(32, 88), clutter=0 if plain else None)


def shells(studio):
    """Mussels or clams, open, heaped in a bowl, a pan or on a plate, with herbs and broth."""
    rng = studio.rng
    vessel = m.pick(rng, soup_bowl, soup_bowl, t.plate, iron_pan)(studio)
    reach, z = vessel.filling(0.35)
    if vessel.rim > 0.3:
        broth = m.broth(rng, m.pick(rng, "#c9a24a", "#b8471d", "#d9c59a"), 0.4, 0.5)
        studio.add(s.lathe([(reach, z), (0, z)], 40), broth, "broth")
    floor = vessel.floor + (z - vessel.floor) * 0.5
    mussel = rng.random() < 0.65
    count = int((26 if mussel else 34) * vessel.radius / 0.9)
    places = tumbled(rng, s.heap(rng, count, vessel.radius, 0.26, 0.75, 25), 35)
    for _ in range(3):
        part_of = s.Places(*(column[_::3] for column in (places.at, places.turn, places.scale)))
        for shape, material, part in open_shell(rng, mussel):
            studio.scatter(shape, material, part, part_of, at=(0, 0, floor + 0.05))
    strewn(studio, places, floor + 0.2, often=0.85)
    lemons(studio, vessel)
    setting.everyday(studio, vessel.radius, floor + places.at[:, 2].max(), elevation=rng.uniform(32, 88))


def crustacean(studio):
    """A red crab or a red lobster on a plate, a board or paper, with lemon and a dip."""
    rng = studio.rng
    ground = m.pick(rng, "plate", "plate", "board", "paper")
    floor = {
        "plate": lambda: t.plate(studio, rng.uniform(1.4, 1.6), m.pick(rng, "round", "oval", "coupe")).floor,
        "board": lambda: t.board(studio, 3.2, 2.3, "square").floor,
        "paper": lambda: t.sheet_of_paper(studio, 3.0).floor,
    }[ground]()
    shell = boiled_shell(rng)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
        if rng.random() < 0.5:
            crab(studio, shell)
            if rng.random() < 0.3:
                with studio.placed((0.2, 0.9, 0.2), (10, 0, rng.uniform(0, 360))):
                    crab(studio, shell)
        else:
            lobster(studio, shell)
    for _ in range(rng.integers(1, 4)):
        at = 0.95 * np.array([np.cos(angle := rng.uniform(0, s.TAU)), np.sin(angle)])
        sides.lemon_wedge(studio, (*at, floor), (0, 0, rng.uniform(0, 360)))
    if rng.random() < 0.5:
        with studio.placed((0.2, 0.2, floor)):
            sides.herbs(studio, rng.integers(5, 14), 1.2, 0.02, size=0.22)
    if rng.random() < 0.4:
        sides.dip(studio, (rng.choice([-1.1, 1.1]), 0.7, floor), "#e9c46a")
    setting.everyday(studio, 1.25, 0.45, elevation=rng.uniform(30, 88))


def oysters(studio):
    """Oysters on the half shell on ice or salt, with lemon and a little sauce."""
    rng = studio.rng
    vessel = t.plate(studio, rng.uniform(1.3, 1.55), m.pick(rng, "round", "coupe", "flat"))
    if rng.random() < 0.75:
        lumps = [s.blob(rng, 0.07, 0.35, 0.7, 1) for _ in range(5)]
        ice = m.plain(rng, "#dfeaf0", 0.1, clear=0.6, ior=1.2)
        places = s.heap(rng, 260, vessel.radius * 0.95, 0.09, 0.4, 90, (0.6, 1.3))
        studio.scatter(lumps, ice, "ice", places, (0, 0, vessel.floor))
    count = rng.integers(5, 9)
    pieces = [oyster(rng) for _ in range(3)]
    angle = np.linspace(0, 360, count, endpoint=False) + rng.uniform(0, 360)
    for i, turn in enumerate(angle):
        out = vessel.radius * rng.uniform(0.68, 0.76)
        at = (out * np.cos(np.radians(turn)), out * np.sin(np.radians(turn)), vessel.floor + 0.24)
        with studio.placed(at, (rng.normal(0, 5), rng.normal(0, 5), turn + rng.normal(0, 12)), rng.uniform(1.15, 1.35)):
            for shape, material, part in pieces[i % 3]:
                studio.add(shape, material, part, sharp=70)
    if rng.random() < 0.5:
        sides.dip(studio, (0, 0, vessel.floor + 0.12), m.pick(rng, "#b3170f", "#5c1426"), 0.26)
    else:
        for turn in rng.uniform(0, 360, rng.integers(1, 4)):
            sides.lemon_wedge(studio, (*rng.normal(0, 0.13, 2), vessel.floor + 0.13), (0, 0, turn))
    setting.everyday(studio, vessel.radius, 0.35, elevation=rng.uniform(32, 88))


def fillet(studio):
    """A cooked fillet of salmon or white fish with vegetables, sauce and lemon."""
    rng = studio.rng
    vessel = t.plate(studio, form=m.pick(rng, "round", "coupe", "square", "flat"))
    pink = rng.random() < 0.7
    with studio.placed((0, -0.15, vessel.floor), (0, 0, rng.uniform(-40, 40))):
        if rng.random() < 0.45:
            pool = m.sauce(rng, m.pick(rng, "#efdc9a", "#f3e7c8", "#8fa34a", "#b3541e"))
            studio.add(s.disc(rng, rng.uniform(0.55, 0.8), 0.04, 0.12, 0.4), pool, "sauce", at=(0, 0, -0.005))
        for i in range(m.pick(rng, 1, 1, 2)):
            with studio.placed((0.1 * i, 0.42 * i, 0.02), (0, -6 * i, rng.normal(0, 7))):
                cooked_fillet(studio, pink)
    sides.side_dish(studio, (-0.45, 0.55, vessel.floor), 0.42)
    if rng.random() < 0.6:
        sides.side_dish(studio, (0.55, 0.5, vessel.floor), 0.35)
    lemons(studio, vessel)
    setting.everyday(studio, vessel.radius, 0.4, elevation=rng.uniform(28, 85))


DISHES = {
    "sashimi": sashimi,
    "shrimps": shrimps,
    "whole fish": whole_fish,
    "shells": shells,
    "crab or lobster": crustacean,
    "oysters": oysters,
    "fillet": fillet,
    "sushi": sushi,
}


# -- raw fish ---------------------------------------------------------------------------------------------------------


def japanese_plate(studio):
    """A plate, more often dark or square than elsewhere, or a board."""
    rng = studio.rng
    kind = rng.random()
    if kind < 0.18:
        return t.board(studio, 2.8, 1.7, "square", m.pick(rng, m.stone(rng, "#33363a"), m.wood(rng)))
    form = m.pick(rng, "square", "round", "oval", "flat", "coupe")
    dark = m.ceramic(rng, m.vary(rng, m.pick(rng, "#23252a", "#2f4a6d", "#39464e", "#5a4636")))
    return t.plate(studio, rng.uniform(1.15, 1.4), form, dark if kind < 0.42 else t.ware(rng))


def raw_fish(rng, kind):
    if kind == "salmon":
        return m.salmon(rng, m.pick(rng, "#ee6a2c", "#f0713a", "#ea5f2f", "#f2824a"), gap=rng.uniform(0.1, 0.16))
    if kind == "tuna":
        return m.salmon(rng, m.pick(rng, "#a3172a", "#b32536", "#8c1626"), "#bb4450", gap=rng.uniform(0.12, 0.2))
    return m.salmon(rng, "#f3e6da", "#e8bfb4", gap=rng.uniform(0.16, 0.24))


def raw_slice(rng, length, width, thick):
    """A slice cut at a slant, limp and a little uneven; long in x."""
    outline = s.spline(
        [(-0.5, -0.42), (0, -0.5), (0.45, -0.42), (0.5, 0.1), (0.36, 0.46), (-0.1, 0.5), (-0.5, 0.36)], 40, closed=True
    )
    flat = s.prism(outline * (length, width), thick, thick * 0.35, rings=6)
    return flat.shifted(rng, 0.025, 0.5).bent(rng.uniform(15, 40)).moved(z=-0.02)


def fan(studio, kind, count, step, length):
    """Slices leaning on one another in a row along x."""
    rng = studio.rng
    flesh = raw_fish(rng, kind)
    lean = rng.uniform(25, 55)
    part = "salmon" if kind == "salmon" else "raw fish"
    for x in (np.arange(count) - (count - 1) / 2) * step:
        slice_ = raw_slice(rng, length * rng.uniform(1.2, 1.5), rng.uniform(0.44, 0.56), rng.uniform(0.035, 0.06))
        with studio.placed((x, rng.normal(0, 0.03), 0.25 * np.sin(np.radians(lean))), (0, -lean + rng.normal(0, 7), 0)):
            studio.add(slice_, flesh, part, turn=(0, 0, 90 + rng.normal(0, 9)))


def shreds(studio, at, part="radish"):
    """Fine threads of white radish in a heap."""
    rng = studio.rng
    threads = []
    for _ in range(5):
        path = s.spline(rng.normal(0, 1, (5, 3)) * (0.16, 0.16, 0.05), 20)
        threads.append(s.tube(path, 0.014, 5))
    white = m.plain(rng, "#f3f2ea", 0.3, gloss=0.3)
    studio.scatter(threads, white, part, s.heap(rng, 34, 0.26, 0.14, 0.3, 20), at)


def garnish(studio, vessel):
    """Wasabi, pink ginger, a shiso leaf, lemon: some of them, towards the edge."""
    rng = studio.rng
    spots = iter(s.spread(rng, 4, vessel.radius * 0.85, 0.4, inner=vessel.radius * 0.62))

    def somewhere(z=0.0):
        return (*next(spots), vessel.floor + z)

    if rng.random() < 0.7:
        studio.add(s.blob(rng, (0.12, 0.11, 0.09), 0.15), m.cream(rng, "#a9bf63", 0.6, 0.02), "wasabi", somewhere(0.05))
    if rng.random() < 0.4:
        petals = [s.leaf(0.26, 0.2, 70).shifted(rng, 0.03, 0.2) for _ in range(3)]
        pink = m.greens(rng, "#efb3a4", "#f3c9bd")
        studio.scatter(petals, pink, "ginger", s.heap(rng, 9, 0.14, 0.1, 0.4, 30), somewhere(0.03))
    if rng.random() < 0.55:
        with studio.placed(somewhere(0.04), (0, 0, rng.uniform(0, 360))):
            leaf = s.leaf(0.55, 0.42, 25, rows=14, columns=7).shifted(rng, 0.03, 0.12)
            studio.add(leaf, m.greens(rng, "#3f7d2a", "#7aa34f"), "leaf", sharp=180)
    if rng.random() < 0.35:
        sides.lemon_wedge(studio, somewhere(), (0, 0, rng.uniform(0, 360)), 0.2)


def soy_and_chopsticks(studio, radius):
    """Chopsticks before the plate or across its edge nearly always, often soy sauce in a small dish."""
    rng = studio.rng
    if rng.random() < 0.85:
        if rng.random() < 0.3:
            t.chopsticks(studio, (-0.3 * radius, -0.75 * radius, 0.14), rng.uniform(150, 200), rest=False)
        else:
            at = (rng.choice([-1, 1]) * radius * 0.9, -radius - rng.uniform(0.25, 0.5), 0)
            t.chopsticks(studio, at, (180 if at[0] < 0 else 0) + rng.normal(0, 7))
    if rng.random() < 0.5:
        sides.dip(studio, (rng.choice([-1, 1]) * (radius + 0.35), rng.uniform(-0.7, 0.8), 0), "#1d0f09")


def rice_block(rng, length, width, height):
    """A hand-pressed block of rice: grains all over a rounded core."""
    core = s.ball((length / 2, width / 2, height / 2)).moved(z=height / 2)
    core = core.warped(lambda x, y, z: (x, y, np.clip(z, 0.015, height * 0.93)))
    spots = core.points[rng.integers(0, len(core.points), 150)] + rng.normal(0, 0.006, (150, 3))
    grain = s.ball((0.034, 0.014, 0.014), 1)
    grains = [grain.turned(*rng.uniform(0, 360, 3)).moved(*spot) for spot in spots]
    return s.join(core, *grains)


def nigiri(rng, kind):
    """Rice with a slice on top: (shape, material, part) for each piece."""
    rice = rice_block(rng, 0.68, 0.36, 0.3), m.grain(rng), "rice"
    if kind in ("shrimp", "white fish"):  # sea bream blushes: all white it would be taken for rice
        pale, dark = ("#f9e6d6", "#e9793f") if kind == "shrimp" else ("#f3e4dd", "#dc9a95")
        paint = m.Paint(rng)
        tint = paint.ramp(paint.bands(0.1 if kind == "shrimp" else 0.16, "X", 1.0), (0.3, pale), (0.7, dark))
        flesh = paint.skin(tint, 0.3, gloss=0.4)
    else:
        flesh = raw_fish(rng, kind)
    slab = s.prism(s.spline([(-0.38, -0.13), (0.38, -0.15), (0.4, 0.13), (-0.4, 0.14)], 40, closed=True), 0.07, 0.03, 7)
    slab = slab.shifted(rng, 0.02, 0.4)
    slab = slab.warped(lambda x, y, z: (x, y, z + 0.275 - 0.7 * x**2 - 1.2 * y**2))
    return [rice, (slab, flesh, "salmon" if kind == "salmon" else "raw fish")]


def roll(rng):
    """A piece of maki standing on its cut: seaweed, rice, a filling."""
    radius, height = rng.uniform(0.17, 0.21), rng.uniform(0.22, 0.28)
    outside = rng.random() < 0.4
    wrap = s.prism(s.wobbly(rng, radius, 0.02), height * 0.97, 0.015)
    spots = s.spread(rng, 90, radius * 0.92, 0.02)
    grain = s.ball((0.026, 0.013, 0.01), 1)
    grains = s.join(
        *[grain.turned(z=rng.uniform(0, 360), x=rng.normal(0, 20)).moved(x, y, height * 0.97) for x, y in spots]
    )
    filling = s.prism(s.wobbly(rng, radius * 0.42, 0.12), height * 1.03, 0.02)
    core = raw_fish(rng, "salmon") if rng.random() < 0.6 else m.fruit(rng, m.pick(rng, "#8fb04a", "#e9793f", "#f2c230"))
    coat = m.grain(rng) if outside else m.seaweed(rng)
    return [(wrap, coat, "rice" if outside else "seaweed"), (grains, m.grain(rng), "rice"), (filling, core, "filling")]


# -- shrimps and shells -----------------------------------------------------------------------------------------------


def prawn_head(rng, body):
    """The head, legs and feelers that continue a shrimp's body at its thick end."""
    end = body.points[39 * 12 : 40 * 12].mean(axis=0)
    before = body.points[34 * 12 : 35 * 12].mean(axis=0)
    ahead = (end - before) / np.linalg.norm(end - before)
    side = np.array([-ahead[1], ahead[0], 0])
    head = s.tube(end + np.linspace(-0.05, 0.26, 8)[:, None] * ahead, np.array([9, 10, 10, 9, 7, 5, 3, 1]) / 100, 10)
    feelers = [
        s.tube(
            s.spline([end + 0.2 * ahead, end + 0.5 * ahead + k * side, end + 0.4 * ahead + 2.2 * k * side], 10), 0.01, 4
        )
        for k in rng.uniform(-0.35, 0.35, 3)
    ]
    legs = [
        s.tube([end + a * ahead, end + a * ahead + 0.13 * side, end + (a + 0.08) * ahead + 0.2 * side], 0.012, 4)
        for a in (-0.15, -0.05, 0.03, 0.1)
    ]
    whole = s.join(head, *feelers, *legs)
    return whole.toned(0.93)


def tumbled(rng, places, tilt):
    """The same places, each leaning as it fell."""
    turn = np.column_stack([rng.normal(0, tilt, (len(places), 2)), rng.uniform(0, 360, len(places))])
    return s.Places(places.at, turn, places.scale)


def shell_half(length, width, height, ridges=0.0):
    """A shell's half as a dish open upwards, its hinge at the origin, along x. Tone: 0 at the hinge, 1 at the lip."""
    u, turn = np.linspace(0.02, 1, 12)[:, None], np.linspace(0, s.TAU, 25)[:-1]
    reach = 1 + ridges * np.sin(u * 40)
    outline_x = 0.5 * length * (1 + np.cos(turn))
    outline_y = 0.5 * width * np.sin(turn) * (0.62 + 0.38 * (outline_x / length)) * 1.15
    x = u * outline_x
    z = -height * (1 - u**2.2) * np.sqrt(np.clip(1 - (0.5 * (1 + np.cos(turn)) - 0.6) ** 2, 0, 1))
    points = np.stack(np.broadcast_arrays(x + (1 - u) * 0.42 * length, u * outline_y, z * reach), -1)
    return s.grid(points[::-1], False, True).toned(np.repeat(u[::-1, 0], 24))


def open_shell(rng, mussel):
    """Two gaping halves with the flesh between: (shape, material, part) for each."""
    length, width, height = (0.55, 0.3, 0.12) if mussel else (0.36, 0.38, 0.13)
    half = shell_half(length, width, height, 0.0 if mussel else 0.02)
    gape = rng.uniform(35, 75)
    shell = s.join(half, half.scaled(1, 1, -1).turned(y=-gape))
    flesh = s.blob(rng, (length * 0.33, width * 0.3, 0.07), 0.25, 0.6).moved(x=length * 0.52, z=-0.02)
    orange = m.pick(rng, "#e39a3c", "#e8b26a", "#d98a35") if mussel else m.pick(rng, "#ecd0a0", "#e3b777")
    meat = m.fruit(rng, orange, m.shade(orange, 0.7), 0.12, gloss=0.5)
    centre = (-length * 0.5, 0, 0.03)
    coat = mussel_coat(rng) if mussel else clam_coat(rng)
    return [(shell.moved(*centre), coat, "shells"), (flesh.moved(*centre), meat, "mussels" if mussel else "clams")]


def two_sided(paint, outside, inside):
    """One colour on a surface's front, another on its back."""
    return paint.mix(paint.node("NewGeometry").outputs["Backfacing"], outside, inside)


def mussel_coat(rng):
    paint = m.Paint(rng)
    growth = paint.math("ADD", paint.tone(), paint.math("MULTIPLY", paint.noise(0.2, 3), 0.3))
    dark = paint.ramp(growth, (0.4, "#3d3a52"), (0.7, "#16161f"), (1.1, "#1f1a17"))
    pearl = paint.ramp(paint.tone(), (0.5, "#c9cad6"), (0.8, "#8b8fa6"), (0.97, "#23232e"))
    return paint.skin(two_sided(paint, dark, pearl), 0.25, gloss=0.4)


def clam_coat(rng):
    paint = m.Paint(rng)
    colour = m.vary(rng, m.pick(rng, "#c9b08a", "#d9c6a3", "#a38d6d"))
    bands = paint.math("FRACT", paint.math("ADD", paint.math("MULTIPLY", paint.tone(), 6.0), paint.noise(0.15, 3)))
    outside = paint.ramp(bands, (0.2, m.shade(colour, 0.6)), (0.7, colour))
    return paint.skin(two_sided(paint, outside, "#efe6d8"), 0.35, paint.bump(bands, 0.01), gloss=0.3)


def oyster(rng):
    """A rough shell with pearl inside and the soft body in its liquor: (shape, material, part) for each."""
    outline = s.wobbly(rng, 1.0, 0.09, 44, 9) * (0.36, 0.24)
    u = np.linspace(0.02, 1, 14)[:, None]
    frill = 0.03 * s.waves(rng, outline, 0.12) * u**6
    z = 0.13 * (u**2.4 - 1) + frill
    cup = s.grid(np.stack([u * outline[:, 0], u * outline[:, 1], z], -1)[::-1], False, True)
    cup = cup.toned(np.repeat(u[::-1, 0], 44))
    under = cup.scaled(1.03, 1.03, 1.15).moved(z=-0.012)
    paint = m.Paint(rng)
    pearl = paint.ramp(paint.tone(), (0.7, "#e9e6df"), (0.9, "#cfc8bb"), (0.98, "#6b6558"))
    nacre = paint.skin(pearl, 0.2, gloss=0.5)
    rough = m.crust(rng, "#a39a88", "#6e675b", "#3b3833", 0.5, 0.1, depth=0.05)
    paint = m.Paint(rng)
    edge = paint.math("ADD", paint.tone(), paint.math("MULTIPLY", paint.noise(0.06, 3), 0.35))
    tint = paint.ramp(edge, (0.55, "#d9cbb0"), (0.9, "#a99a80"), (1.05, "#4a443c"))
    flesh = paint.skin(tint, 0.15, paint.bump(paint.noise(0.1, 3), 0.02), gloss=0.9, soft=0.1)
    body = s.disc(rng, 1.0, 0.4, 0.07, 0.75, rings=10, sides=40).scaled(0.27, 0.17, 0.2)
    body = body.shifted(rng, 0.02, 0.12).moved(z=-0.085)
    return [(cup, nacre, "shells"), (under, rough, "shells"), (body, flesh, "oysters")]


def soup_bowl(studio):
    return t.bowl(studio, studio.rng.uniform(0.9, 1.1), 0.45)


def iron_pan(studio):
    """A black pan with low walls and two ears."""
    rng = studio.rng
    radius, depth = rng.uniform(1.0, 1.2), 0.32
    iron = m.plain(rng, "#1d1d1f", 0.4)
    profile = [(0, 0), (radius * 0.92, 0), (radius, depth), (radius * 0.96, depth), (radius * 0.88, 0.06), (0, 0.05)]
    studio.add(s.lathe(profile, 48), iron, "pan")
    for side in (-1, 1):
        ear = s.spline([(radius * 0.98, -0.25, 0.28), (radius * 1.25, 0, 0.3), (radius * 0.98, 0.25, 0.28)], 14)
        studio.add(s.tube(ear * (side, 1, 1), 0.05), iron, "pan")
    return t.Vessel(radius * 0.9, 0.05, depth, np.array([(radius * 0.88, 0.05), (radius * 0.95, depth)]))


# -- crabs and lobsters -----------------------------------------------------------------------------------------------


def boiled_shell(rng):
    """Red as boiled shells are, paler below, rough."""
    paint = m.Paint(rng)
    colour = m.vary(rng, m.pick(rng, "#c8321a", "#d9481f", "#b8260f", "#dd5f28"))
    cloud = paint.noise(0.25, 5, roughness=0.65)
    height = paint.math("ADD", cloud, paint.math("MULTIPLY", paint.upward(), 0.12))
    tint = paint.ramp(height, (0.3, "#efb27a"), (0.45, m.shade(colour, 1.12)), (0.75, m.shade(colour, 0.75)))
    return paint.skin(tint, 0.35, paint.bump(paint.cells(0.07), 0.012), gloss=0.4)


def limb(joints, radii):
    """A leg of straight pieces through joints, thick between them and thin at each."""
    pieces = []
    for a, b, radius in zip(joints[:-1], joints[1:], radii, strict=True):
        along = np.linspace(0, 1, 6)[:, None]
        path = np.asarray(a) + along * (np.asarray(b) - np.asarray(a))
        pieces.append(s.tube(path, radius * np.array([0.7, 1, 1.05, 1, 0.9, 0.65]), 8, flat=0.8))
    return s.join(*pieces)


def claw(rng, size):
    """Two fingers, one thicker, along +x from the wrist."""
    thick = np.array([0.10, 0.17, 0.2, 0.19, 0.14, 0.1, 0.06, 0.015]) * size
    x = np.linspace(0, 0.85, 8) * size
    palm = np.column_stack([x, 0.08 * size * np.sin(x / size * 3), 0 * x])
    finger = s.spline([(0.3, 0.14, 0), (0.5, 0.27, 0), (0.72, 0.2, 0), (0.85, 0.08, 0)], 8) * size
    upper = s.tube(palm, thick, 10, flat=0.55)
    lower = s.tube(finger, np.array([0.06, 0.09, 0.085, 0.075, 0.06, 0.05, 0.03, 0.01]) * size, 8, flat=0.7)
    return s.join(upper, lower).rough(rng, 0.008, 0.15)


def crab(studio, shell):
    """A crab seen from above: broad shell, eight legs, two claws."""
    rng = studio.rng
    x, y = 0.62, 0.42
    outline = 1 + 0.05 * np.abs(np.sin(7 * np.linspace(0, s.TAU, 48, endpoint=False)))
    dome = s.lathe(
        [(0, 0.05), (0.85, 0.06), (1.0, 0.16), (0.93, 0.24), (0.7, 0.33), (0.4, 0.38), (0, 0.4)], 48, lambda a: outline
    )
    studio.add(dome.scaled(x, y, 0.9).rough(rng, 0.02, 0.2), shell, "crab")
    for side in (-1, 1):
        for k, turn in enumerate((-50, -22, 4, 30)):
            long = 1.0 - 0.09 * abs(k - 1.3)
            joints = [(0.35, 0, 0.16), (0.72 * long, 0, 0.34), (1.0 * long, 0.04, 0.2), (1.25 * long, 0.12, 0.03)]
            leg = limb(joints, (0.075, 0.06, 0.04)).turned(z=turn + rng.normal(0, 5))
            studio.add(leg.scaled(side, 1, 1).scaled(1, -1, 1) if side < 0 else leg.scaled(1, -1, 1), shell, "crab")
        arm = limb([(0.4 * side, 0.22, 0.18), (0.72 * side, 0.5, 0.22), (0.52 * side, 0.78, 0.2)], (0.1, 0.1))
        studio.add(arm, shell, "crab")
        pincer = claw(rng, 0.62).turned(z=100 if side > 0 else 80).scaled(1, 1, 1)
        pincer = pincer if side > 0 else claw(rng, 0.62).scaled(1, -1, 1).turned(z=80)
        studio.add(pincer.moved(0.5 * side, 0.72, 0.2), shell, "crab")
        eye = m.plain(rng, "#14100e", 0.15)
        studio.add(s.ball(0.035, 2), eye, "crab", at=(0.13 * side, 0.43, 0.26))


def lobster(studio, shell):
    """A lobster: jointed tail with its fan, big claws, long feelers."""
    rng = studio.rng
    along = np.linspace(0, 1, 60)
    ring = (along * 13) % 1
    thick = np.interp(along, [0, 0.06, 0.45, 0.5, 0.85, 1], [0.14, 0.19, 0.24, 0.3, 0.2, 0.05])
    thick = thick * np.where(along < 0.5, 1 + 0.14 * ring, 1)
    curl = rng.uniform(-0.5, 0.5)
    path = np.column_stack([1.9 * along - 1.0, curl * (along - 0.55).clip(None, 0) ** 2 * 3, 0 * along + 0.22])
    studio.add(s.tube(path, thick, 16, flat=0.8), shell, "lobster")
    tail = path[0]
    fan = s.join(*[s.leaf(0.42, 0.24, 12).turned(z=180 + turn) for turn in (-55, -26, 0, 26, 55)])
    studio.add(fan, shell, "lobster", at=(*tail[:2], 0.16))
    for side in (-1, 1):
        arm = limb([(0.62, 0.15 * side, 0.2), (0.85, 0.5 * side, 0.2), (1.05, 0.52 * side, 0.2)], (0.075, 0.09))
        pincer = claw(rng, rng.uniform(0.85, 1.05)).scaled(1, -side, 1).turned(z=-side * rng.uniform(-5, 20))
        if side > 0:
            pincer = s.Shape(pincer.points, pincer.faces[:, ::-1])
        studio.add(s.join(arm, pincer.moved(1.0, 0.52 * side, 0.2)), shell, "lobster")
        for k in range(4):
            joints = [
                (0.1 + 0.14 * k, 0.2 * side, 0.15),
                (0.12 + 0.2 * k, 0.5 * side, 0.2),
                (0.2 * k, 0.75 * side, 0.03),
            ]
            studio.add(limb(joints, (0.04, 0.03)), shell, "lobster")
        feeler = s.spline([(0.9, 0.06 * side, 0.26), (1.25, 0.2 * side, 0.4), (0.9, 1.0 * side, 0.15)], 20)
        studio.add(s.tube(feeler, np.linspace(0.022, 0.006, 20), 5), shell, "lobster")
        studio.add(s.ball(0.035, 2), m.plain(rng, "#14100e", 0.15), "lobster", at=(0.84, 0.09 * side, 0.3))


# -- fish, cooked -----------------------------------------------------------------------------------------------------


def fish_skin(rng, raw):
    """Dark on the back, silver on the belly, or golden and charred from the grill; tone runs back to belly."""
    paint = m.Paint(rng)
    silver = [("#3a444c", "#98a2a6", "#e6e8e4"), ("#4a4a3a", "#a8a88c", "#e9e6d4"), ("#a8564a", "#d9a496", "#f0ddd2")]
    grilled = [("#4a4238", "#a98d5c", "#d9c79a"), ("#5a3418", "#b5742c", "#dca65a"), ("#3e4750", "#9aa0a0", "#dcdcd4")]
    back, flank, belly = m.pick(rng, *(silver if raw else grilled))
    heat = paint.noise(0.3, 5, roughness=0.7)
    tone = paint.math("ADD", paint.tone(), paint.math("MULTIPLY", paint.math("SUBTRACT", heat, 0.5), 0.5))
    tint = paint.ramp(tone, (0.15, back), (0.5, flank), (0.85, belly))
    if not raw:
        tint = paint.mix(paint.step(heat, 0.58, 0.72), tint, m.pick(rng, "#2b1a10", "#6b3a16"))
    scales = paint.cells(0.04, randomness=0.6)
    tint = paint.mix(paint.step(scales, 0.6, 0.3), paint.mix(1.0, tint, "#d2cec6", "MULTIPLY"), tint)
    return paint.skin(tint, 0.3, paint.bump(scales, 0.008), gloss=0.5)


def fish(studio, skin, length, height, at):
    """A fish on its side, head towards -x."""
    rng = studio.rng
    x, y = at
    u, turn = np.linspace(0, 1, 44)[:, None], np.linspace(0, s.TAU, 33)[:-1]
    profile = s.spline(
        [(0, 0.02), (0.06, 0.5), (0.22, 0.92), (0.4, 1), (0.6, 0.8), (0.8, 0.38), (0.9, 0.22), (1, 0.24)], 60
    )
    tall = np.interp(u[:, 0], profile[:, 0], profile[:, 1])[:, None] * height / 2
    points = np.stack(
        np.broadcast_arrays((u - 0.5) * length * 0.85, tall * np.cos(turn), 0.62 * tall * np.sin(turn)), -1
    )
    slash = 0.035 * np.exp(-(((u * 7.5 + 0.35 * np.cos(turn)) % 1 - 0.5) ** 2) * 60) * ((u > 0.35) & (u < 0.8))
    points = points * (1 - (slash * (np.sin(turn) > 0.2) * 3)[..., None] * (0, 0, 1))
    gill = 0.05 * np.exp(-((u - 0.235 - 0.03 * np.cos(turn)) ** 2) * 6000)
    points = points * (1 - gill[..., None] * (0, 1, 2.5))
    body = s.grid(points, False, True).toned(np.broadcast_to(0.5 - 0.5 * np.cos(turn), (44, 32)).ravel())
    body = body.shifted(rng, 0.02, 0.7)
    fins = [
        s.leaf(0.36, 0.2, 8).turned(z=35).moved(length * 0.4),
        s.leaf(0.36, 0.2, 8).turned(z=-35).moved(length * 0.4),
        s.leaf(0.6, 0.22, 5).turned(z=12).moved(-length * 0.12, height * 0.42),
        s.leaf(0.3, 0.16, 5).turned(z=-28).moved(length * 0.1, -height * 0.36),
    ]
    eye_at = (-length * 0.85 * 0.41, height * 0.1, 0.62 * height * 0.34)
    with studio.placed((x, y, 0.62 * height / 2), (rng.normal(0, 4), 0, rng.normal(0, 3))):
        studio.add(body, skin, "fish")
        studio.add(s.join(*fins).toned(0.3), skin, "fish")
        studio.add(s.ball((0.045, 0.045, 0.015), 2), m.egg_white(rng, 0), "fish", at=eye_at)
        studio.add(
            s.ball((0.028, 0.028, 0.012), 2), m.plain(rng, "#1a1715", 0.2), "fish", np.add(eye_at, (0, 0, 0.008))
        )


def cooked_fillet(studio, pink):
    """A thick piece of fish: flakes on its sides, a browned top, herbs on it."""
    rng = studio.rng
    size = (rng.uniform(1.15, 1.5), rng.uniform(0.5, 0.64), rng.uniform(0.24, 0.34))
    paint = m.Paint(rng)
    flesh = m.vary(rng, m.pick(rng, "#ec8f62", "#e88258", "#f0a27a") if pink else m.pick(rng, "#f7ead2", "#f3e0be"))
    brown = m.pick(rng, "#b8642a", "#a8561f", "#c98542")
    flake = paint.bands(rng.uniform(0.12, 0.2), "X", 3.0, detail=3)
    tint = paint.ramp(flake, (0.02, m.shade(flesh, 1.1)), (0.2, flesh), (0.8, m.shade(flesh, 0.96)))
    seared = paint.math("ADD", paint.noise(0.2, 4), paint.math("MULTIPLY", paint.upward(), rng.uniform(0.02, 0.22)))
    tint = paint.mix(paint.step(seared, 0.5, 0.74), tint, m.vary(rng, brown))
    skin = paint.skin(tint, 0.35, paint.bump(paint.noise(0.1, 4), 0.02), gloss=0.45)
    shape = s.box(size, 0.1, 12).warped(lambda x, y, z: (x, y * (1 - 0.25 * (x / size[0] + 0.5)), z * (1 - 0.2 * x)))
    studio.add(shape.shifted(rng, 0.03, 0.6), skin, "fish")
    if rng.random() < 0.7:
        sides.herbs(studio, rng.integers(8, 24), size[1] * 0.7, size[2] + 0.01, size=rng.uniform(0.06, 0.12))
    if rng.random() < 0.35:
        sides.citrus_slice(studio, (0.05, 0, size[2]), (5, -5, rng.uniform(0, 360)), 0.22)


# -- about the food ---------------------------------------------------------------------------------------------------


def lemons(studio, vessel, often=0.65):
    """Wedges of lemon or lime at the edge."""
    rng = studio.rng
    if rng.random() > often:
        return
    colour = m.pick(rng, "#f4d03b", "#f4d03b", "#a9c14a")
    for x, y in s.spread(rng, rng.integers(1, 4), vessel.radius * 0.95, 0.4, inner=vessel.radius * 0.8):
        height = vessel.floor if vessel.rim < 0.35 else vessel.rim * 0.85
        sides.lemon_wedge(studio, (x, y, height), (0, 0, rng.uniform(0, 360)), 0.22, colour)


def strewn(studio, places, lift, often=0.6):
    """Chopped herbs that lie on top of a heap."""
    rng = studio.rng
    if rng.random() > often:
        return
    high = places.at[places.at[:, 2] >= np.quantile(places.at[:, 2], 0.35)]
    spots = high[rng.integers(0, len(high), rng.integers(10, 40))] + rng.normal(0, 0.07, (1, 3)) * (1, 1, 0)
    leaves = [s.leaf(0.1, 0.06, rng.uniform(10, 70)) for _ in range(3)]
    studio.scatter(leaves, m.greens(rng), "herbs", s.scattered(rng, spots[:, :2], spots[:, 2] + lift, 25))
