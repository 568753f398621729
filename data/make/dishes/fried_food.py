"""Fried food: chips, chicken, onion rings, nuggets, spring rolls, prawns, fish, croquettes."""

import materials as m
import numpy as np
import setting
import shapes as s
import tableware as t

from dishes import sides


def french_fries(studio):
    """A heap of chips on a plate, on paper, in a basket or standing in a carton."""
    rng = studio.rng
    if rng.random() < 0.25:
        return carton_of_fries(studio)
    thick, (floor, reach) = m.pick(rng, 0.07, 0.085, 0.11), served(studio)
    with studio.placed((0, 0, floor)):
        sides.fries(studio, int(rng.integers(55, 95) * (0.085 / thick) ** 0.7), reach * 0.8, thick=thick)
        if rng.random() < 0.3:
            sides.herbs(studio, 14, reach * 0.6, 0.32, size=0.09)
    finish(studio, floor, reach, dips=0.6, lemon=0.05)


def carton_of_fries(studio):
    """Chips standing in a carton of card, as sold in the street."""
    rng = studio.rng
    width, deep, height = rng.uniform(0.5, 0.62), 0.26, rng.uniform(0.75, 0.95)
    colour = m.pick(rng, "#c0161b", "#c0161b", "#f4f1ea", "#d9a520", "#7a4a26")
    card = m.plain(rng, colour, 0.4)
    levels = np.linspace(0, 1, 6)
    wall = s.lathe(np.column_stack([0.72 + 0.28 * levels, levels]), 48, t.superellipse(5)).warped(
        lambda x, y, z: (x * width, y * deep, z * height * (1 + np.where(y > 0, 0.22, -0.22) * (1 - x**2) * z))
    )
    with studio.placed((0, 0, 0.0), (0, 0, rng.uniform(-35, 35))):
        studio.add(wall, card, "box")
        if rng.random() < 0.5:
            studio.add(s.disc(rng, 0.16, 0.01, 0.1).turned(x=90), m.plain(rng, "#f0b323", 0.4), "box", (0, -deep, 0.4))
        with studio.placed((0, 0, height * 0.78)):
            standing_fries(studio, width * 0.82, deep * 0.75)
    if rng.random() < 0.4:
        with studio.placed((rng.choice([-1, 1]) * 0.75, -0.35, 0), part="fries"):
            sides.fries(studio, 5, 0.2)
    if rng.random() < 0.4:
        sides.dip(studio, (rng.choice([-1, 1]) * 0.95, rng.uniform(-0.5, 0.2), 0), "#b3170f")
    setting.everyday(studio, 0.75, height + 0.35, elevation=rng.uniform(15, 45))


def standing_fries(studio, width, deep, count=55):
    """Chips stuck upright side by side, leaning outwards."""
    rng = studio.rng
    spots = rng.uniform(-1, 1, (count, 2)) * (width, deep)
    lean = np.column_stack([rng.normal(0, 7, count), -90 + 22 * spots[:, 0] / width + rng.normal(0, 6, count)])
    places = s.Places(
        np.column_stack([spots, rng.uniform(-0.1, 0.16, count)]),
        np.column_stack([lean, rng.uniform(-15, 15, count)]),
        rng.uniform(0.9, 1.15, count),
    )
    golden = sides.golden(rng)
    studio.scatter([sides.chip(rng) for _ in range(7)], golden, "fries", places)


def fried_chicken(studio):
    """Drumsticks, wings and pieces in a rough crust."""
    rng = studio.rng
    floor, reach = served(studio)
    crust = batter(rng, m.pick(rng, "#d08a3c", "#c67a30", "#b8682a"), crisp=0.07)
    kind = m.pick(rng, "drumsticks", "pieces", "mixed")
    pieces = [drumstick(studio) for _ in range(3)] if kind != "pieces" else []
    if kind != "drumsticks":
        pieces += [craggy(rng, s.blob(rng, rng.uniform(0.8, 1.2, 3) * (0.34, 0.24, 0.19), 0.25, 0.8, 4)) for _ in "123"]
    size = rng.uniform(0.75, 1.0)
    count = rng.integers(5, 10) if kind == "drumsticks" else rng.integers(7, 16)
    places = s.heap(rng, count, reach * 0.75, 0.34 * size, 0.75, 12, (0.85 * size, 1.1 * size))
    studio.scatter(pieces, crust, "chicken", places, at=(0, 0, floor), sharp=180)
    if kind != "pieces":
        bone = s.join(s.tube([(0.42, 0, 0), (0.66, 0, 0)], 0.06), s.blob(rng, 0.085, 0.15, 0.9, 2).moved(x=0.68))
        boned = [i for i in range(len(places)) if i % len(pieces) < 3]
        bones = s.Places(places.at[boned], places.turn[boned], places.scale[boned])
        studio.scatter(bone, m.plain(rng, "#e3c79a", 0.5), "chicken", bones, at=(0, 0, floor))
    if rng.random() < 0.3:
        with studio.placed((rng.choice([-1, 1]) * reach * 0.6, reach * 0.35, floor)):
            sides.fries(studio, 28, 0.45)
    finish(studio, floor, reach, dips=0.5, lemon=0.2, leaves=0.4)


def drumstick(studio):
    """The meat of a drumstick along x, thick end at -x."""
    rng = studio.rng
    profile = s.spline([(0, -0.4), (0.2, -0.34), (0.27, -0.12), (0.2, 0.15), (0.1, 0.36), (0.09, 0.5), (0, 0.52)], 26)
    return craggy(rng, s.lathe(profile, 30).turned(y=90).scaled(1, 1, 0.85).shifted(rng, 0.05, 0.5))


def onion_rings(studio):
    """Rings in batter or crumbs, of onion or of squid."""
    rng = studio.rng
    floor, reach = served(studio)
    squid = rng.random() < 0.35
    crust = batter(rng, m.pick(rng, "#e0a445", "#d4933a", "#c98330"))
    rings = [
        ring(rng, *((rng.uniform(0.17, 0.24), 0.065) if squid else (rng.uniform(0.26, 0.42), 0.105))) for _ in "12345"
    ]
    count = rng.integers(22, 36) if squid else rng.integers(11, 20)
    item = 0.22 if squid else 0.38
    places = s.heap(rng, count, reach * 0.8, item, 0.42, 22)
    studio.scatter(rings, crust, "squid" if squid else "onion rings", places, at=(0, 0, floor), sharp=180)
    finish(studio, floor, reach, dips=0.6, lemon=0.6 if squid else 0.1, leaves=0.25)


def ring(rng, radius, thick):
    """A coated ring that lies flat, higher than it is wide."""
    around = np.linspace(0, s.TAU, 30, endpoint=False)
    section = np.linspace(0, s.TAU, 10, endpoint=False)
    a, b = np.meshgrid(around, section, indexing="ij")
    r = radius * (1 + 0.12 * np.cos(2 * a + rng.uniform(0, 6))) + thick * 0.75 * np.cos(b)
    torus = s.grid(np.stack([r * np.cos(a), r * np.sin(a), 1.5 * thick * np.sin(b)], -1)[::-1], True, True)
    return torus.rough(rng, 0.028, 0.14).shifted(rng, 0.03, 0.3)


def nuggets(studio):
    """Chicken nuggets or popcorn chicken with a dip."""
    rng = studio.rng
    floor, reach = served(studio)
    crust = batter(rng, m.pick(rng, "#dea24a", "#d8963c", "#e3b062"), crisp=0.035)
    small = rng.random() < 0.35
    size = 0.13 if small else 0.25
    shapes = [craggy(rng, s.blob(rng, (size, size * 0.75, size * 0.5), 0.18, 1.1, 4), 0.4) for _ in "12345"]
    places = s.heap(rng, rng.integers(40, 70) if small else rng.integers(9, 22), reach * 0.75, size * 0.95, 0.7, 14)
    studio.scatter(shapes, crust, "nuggets", places, at=(0, 0, floor), sharp=180)
    if not small and rng.random() < 0.35:
        with studio.placed((rng.choice([-1, 1]) * reach * 0.6, reach * 0.4, floor)):
            sides.fries(studio, 30, 0.45)
    finish(studio, floor, reach, dips=0.8, lemon=0.05, leaves=0.2)


def spring_rolls(studio):
    """Spring rolls side by side or in a pile, with leaves and a red dip."""
    rng = studio.rng
    floor, reach = served(studio, ("plate", "plate", "board", "paper"))
    paint = m.Paint(rng)
    blisters = paint.cells(0.05)
    heat = paint.math("ADD", paint.noise(0.3, 4), paint.math("MULTIPLY", paint.upward(), 0.07))
    tint = paint.ramp(heat, (0.32, "#e6b462"), (0.55, m.vary(rng, "#cf8a36")), (0.76, "#96551f"))
    crisp = paint.skin(tint, 0.45, paint.bump(blisters, 0.025), gloss=0.1)
    long, thick = rng.uniform(0.42, 0.6), rng.uniform(0.1, 0.14)
    rolls = [spring_roll(rng, long, thick) for _ in "1234"]
    if rng.random() < 0.5:
        count = rng.integers(5, 9)
        rows = (np.arange(count) - (count - 1) / 2) * thick * 2.15
        on_top = np.repeat([0, 1], [count, max(count - 2, 0)])
        y = np.concatenate([rows, rows[1:-1]])
        at = np.column_stack([rng.normal(0, 0.04, len(y)), y, thick + on_top * thick * 1.8])
        places = s.Places(at, rng.normal(0, 4, (len(y), 3)), np.ones(len(y)))
    else:
        places = s.heap(rng, rng.integers(8, 15), reach * 0.65, 0.34, 0.5, 6)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-80, 80))):
        studio.scatter(rolls, crisp, "spring rolls", places, sharp=180)
    finish(studio, floor, reach, dips=0.75, lemon=0.1, leaves=0.6, colour=m.pick(rng, "#b8330f", "#d0601a", "#3a1a10"))


def spring_roll(rng, long, thick):
    """A rolled sheet of pastry along x with its flap showing and blunt ends."""
    along = long * np.sin(np.linspace(-np.pi / 2, np.pi / 2, 24))
    reach = thick * np.clip(1 - 0.5 * (np.abs(along) / long) ** 16, 0, 1) * (1 + rng.normal(0, 0.01, 24))
    roll = s.tube(np.column_stack([along, 0 * along, 0 * along]), reach, 20)
    flap = lambda x, y, z: 1 + 0.14 * np.clip(np.arctan2(z, y) + 0.25 * x / long, 0, 1.2)  # noqa: E731
    return roll.warped(lambda x, y, z: (x, y * flap(x, y, z), z * flap(x, y, z))).rough(rng, 0.007, 0.12)


def prawns(studio):
    """Prawns in tempura batter or breadcrumbs, tails out, now and then vegetables with them."""
    rng = studio.rng
    floor, reach = served(studio, ("plate", "plate", "paper", "basket"))
    pale = rng.random() < 0.6
    crust = batter(rng, m.pick(rng, "#f3cb84", "#efbd6a") if pale else m.pick(rng, "#d8963c", "#cc8430"), crisp=0.06)
    length = rng.uniform(0.8, 1.0)
    bodies, tails = zip(*[prawn(rng, length) for _ in "1234"], strict=True)
    count = rng.integers(5, 10)
    if rng.random() < 0.5:
        y = (np.arange(count) - (count - 1) / 2) * 0.27
        at = np.column_stack([rng.normal(0, 0.06, count), y, np.full(count, 0.14)])
        places = s.Places(at, np.array([0, 0, 1]) * rng.normal(0, 7, (count, 3)) + (0, -8, 0), np.ones(count))
    else:
        places = s.heap(rng, count, reach * 0.7, 0.34, 0.6, 9)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(0, 360))):
        studio.scatter(bodies, crust, "prawns", places, sharp=180)
        tail = m.fruit(rng, "#d9692a", "#b9481c", rough=0.35)
        studio.scatter(tails, tail, "prawns", places)
    if pale and rng.random() < 0.6:
        rounds = [craggy(rng, s.disc(rng, rng.uniform(0.22, 0.3), 0.12, 0.08, 0.4, 10, 40)) for _ in "123"]
        beside = s.heap(rng, rng.integers(3, 6), 0.4, 0.26, 0.4, 15)
        studio.scatter(
            rounds, crust, "vegetable", beside, at=(rng.choice([-1, 1]) * reach * 0.6, 0.4, floor), sharp=180
        )
    if rng.random() < 0.4:
        t.chopsticks(studio, (0.9, -reach - 0.35, 0), rng.normal(0, 8))
    dark = m.pick(rng, "#3a1a10", "#b8330f", "#f6eccd")
    finish(studio, floor, reach, dips=0.65, lemon=0.4, leaves=0.35, colour=dark)


def prawn(rng, length):
    """(body, tail) of a coated prawn along x: a craggy finger and a fan of two blades."""
    along = np.linspace(0, 1, 22)
    path = np.column_stack([(along - 0.5) * length, 0.12 * np.sin(2.2 * along + rng.uniform(-0.6, 0.6)), 0 * along])
    thick = 0.13 * (1 - 0.35 * along) * np.clip(1.1 - np.abs(2 * along - 1) ** 8, 0, 1)
    body = craggy(rng, s.tube(path, thick, 18), 0.7)
    fan = [s.leaf(0.2, 0.11, 20, 0.3, tip=0.9).turned(z=turn).moved(*path[-2]) for turn in (-22, 22)]
    return body, s.join(*fan)


def fish_and_chips(studio):
    """Fillets in batter on chips with lemon, peas and tartare sauce."""
    rng = studio.rng
    floor, reach = served(studio, ("plate", "plate", "plate", "paper", "basket", "board"))
    crust = batter(rng, m.pick(rng, "#d99a3e", "#cc8631", "#e2ab52"), crisp=0.09)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-30, 30))):
        with studio.placed((0, 0.15, 0)):
            sides.fries(studio, rng.integers(45, 70), reach * 0.75, thick=m.pick(rng, 0.085, 0.12))
        count = rng.integers(1, 4)
        for i in range(count):
            at = (0, -0.42 * reach + i * 0.36, 0.24 + 0.12 * i)
            studio.add(fillet(rng, reach), crust, "fish", at, (rng.normal(8, 4), 0, rng.normal(0, 12)), sharp=180)
    if rng.random() < 0.4:
        with studio.placed((rng.choice([-1, 1]) * reach * 0.75, -0.1, floor)):
            peas = m.fruit(rng, "#6d9a2c", rough=0.35)
            studio.scatter(s.ball(0.05, 2), peas, "peas", s.heap(rng, 70, 0.28, 0.05, 1.5))
    finish(studio, floor, reach, dips=0.7, lemon=0.75, leaves=0.25, colour=m.pick(rng, "#f3ecd2", "#b3170f"))


def fillet(rng, reach):
    """A long battered fillet along x, tapering to one end."""
    x = np.linspace(0, s.TAU, 40, endpoint=False)
    outline = np.column_stack([np.cos(x), 0.32 * np.sin(x) * (1 - 0.4 * np.cos(x))]) * reach * rng.uniform(0.72, 0.88)
    slab = s.prism(outline, 0.17, 0.08, 14).bent(rng.uniform(-35, -10))
    return craggy(rng, slab.moved(z=-slab.points[:, 2].mean()), 1.0)


def cutlets_and_croquettes(studio):
    """Breaded things: schnitzel, sliced cutlet, croquettes, balls, samosas."""
    rng = studio.rng
    floor, reach = served(studio, ("plate", "plate", "plate", "board", "paper"))
    kind = m.pick(rng, "schnitzel", "cutlet", "croquettes", "balls", "samosas")
    brown = m.pick(rng, "#cf8f3a", "#b8742c", "#c4822f", "#d99c42")
    crust = batter(rng, brown, crisp=0.03)
    with studio.placed((0, 0, floor), (0, 0, rng.uniform(-60, 60))):
        if kind == "schnitzel":
            for i in range(rng.integers(1, 3)):
                slab = s.disc(rng, reach * 0.75, 0.13, 0.05, 0.1, 26, 96).scaled(1, 0.68, 1)
                slab = craggy(rng, slab.warped(lambda x, y, z: (x, y, z + 0.03 * np.sin(3 * x) * np.cos(4 * y))), 0.4)
                studio.add(slab, crust, "meat", (0.1 * i, 0.3 * i, 0.04 + 0.1 * i), (0, 0, 40 * i), sharp=180)
        elif kind == "cutlet":
            sliced_cutlet(studio, crust, reach)
        else:
            shapes = {
                "croquettes": lambda: s.tube(np.linspace((-0.2, 0, 0), (0.2, 0, 0), 8), [0.12, 0.13] * 4, 20),
                "balls": lambda: s.blob(rng, rng.uniform(0.16, 0.19), 0.05, 1, 4),
                "samosas": lambda: samosa(rng),
            }
            pieces = [craggy(rng, shapes[kind](), 0.35) for _ in "1234"]
            count = rng.integers(9, 18)
            studio.scatter(pieces, crust, kind, s.heap(rng, count, reach * 0.7, 0.22, 0.8, 10), (0, 0, 0.04), sharp=180)
    if kind in ("schnitzel", "cutlet"):
        with studio.placed((rng.choice([-1, 1]) * reach * 0.65, reach * 0.5, floor)):
            m.pick(rng, shredded_cabbage, sides.fries)(studio)
    finish(studio, floor, reach, dips=0.5, lemon=0.6 if kind == "schnitzel" else 0.1, leaves=0.5)


def sliced_cutlet(studio, crust, reach):
    """A breaded cutlet cut across into strips, the pale meat showing between them."""
    rng = studio.rng
    meat = m.flesh(rng, "#e6cdb0", "#f3e3cc", 0.2)
    count, wide = rng.integers(5, 8), 0.21
    for i in range(count):
        swell = np.sqrt(1 - ((i + 0.5) / count * 2 - 1) ** 2 * 0.6) * reach * 0.95
        coat = craggy(rng, s.box((wide, swell, 0.26), 0.09, 10), 0.35)
        inside = s.box((wide * 1.12, swell * 0.88, 0.16), 0.05, 6).moved(z=0.05)
        at, turn = ((i - (count - 1) / 2) * wide * 1.25, 0, 0.02), (0, rng.uniform(5, 16), rng.normal(0, 3))
        studio.add(coat, crust, "meat", at, turn, sharp=180)
        studio.add(inside, meat, "meat", at, turn)


def samosa(rng):
    """A plump three-cornered parcel."""
    corners = np.array([(0.3, 0), (-0.17, 0.27), (-0.17, -0.27)])
    edge = np.concatenate([np.linspace(corners[i], corners[(i + 1) % 3], 12, endpoint=False) for i in range(3)])
    return s.prism(edge, 0.2, 0.09, 8).warped(lambda x, y, z: (x, y, z - 0.1))


def shredded_cabbage(studio):
    """A small heap of fine pale green strips."""
    rng = studio.rng
    strands = [s.tube(s.spline(rng.normal(0, 0.16, (4, 3)) * (1, 1, 0.4), 9), 0.016, 4, flat=0.5) for _ in range(6)]
    cabbage = m.greens(rng, "#cfdc9a", "#eef2d4")
    studio.scatter(strands, cabbage, "vegetable", s.heap(rng, 70, 0.4, 0.16, 0.4, 30), (0, 0, 0.03))


DISHES = {
    "french fries": french_fries,
    "fried chicken": fried_chicken,
    "onion rings": onion_rings,
    "nuggets": nuggets,
    "spring rolls": spring_rolls,
    "fried prawns": prawns,
    "fish and chips": fish_and_chips,
    "cutlets and croquettes": cutlets_and_croquettes,
}


def batter(rng, golden, crisp=0.05):
    """A crust of batter or crumbs: golden with darker tips and paler hollows, a little greasy."""
    paint = m.Paint(rng)
    golden = m.vary(rng, golden, 0.6)
    grain = paint.math("ADD", paint.math("MULTIPLY", paint.cells(crisp), 0.4), paint.noise(crisp * 0.8, 2))
    patches = paint.math("ADD", paint.noise(0.35, 3, roughness=0.6), paint.math("MULTIPLY", paint.chance(), 0.12))
    heat = paint.math("ADD", paint.math("MULTIPLY", patches, 0.8), paint.math("MULTIPLY", grain, 0.35))
    tint = paint.ramp(heat, (0.5, m.shade(golden, 1.2)), (0.66, golden), (1.0, m.vary(rng, "#7a3f14")))
    return paint.skin(tint, 0.5, paint.bump(grain, 0.045), gloss=rng.uniform(0.05, 0.3))


def craggy(rng, shape, amount=1.0):
    """The lumps and flakes of a crust on a smooth shape."""
    return shape.rough(rng, 0.035 * amount, 0.28).rough(rng, 0.022 * amount, 0.09)


def served(studio, kinds=("plate", "plate", "plate", "basket", "basket", "paper", "board", "tray")):
    """What the food lies on: (its height, the room on it)."""
    rng = studio.rng
    kind = m.pick(rng, *kinds)
    if kind == "plate":
        vessel = t.plate(studio)
    elif kind == "basket":
        vessel = t.basket(studio, rng.uniform(0.95, 1.2), rng.uniform(0.3, 0.45))
        lining(studio, vessel)
        return vessel.floor + 0.06, vessel.radius
    elif kind == "paper":
        vessel = t.sheet_of_paper(studio, rng.uniform(2.2, 2.8))
    else:
        vessel = t.board(studio) if kind == "board" else t.tray(studio)
        if kind == "tray" or rng.random() < 0.6:
            with studio.placed((0, 0, vessel.floor)):
                t.sheet_of_paper(studio, 1.8)
    return vessel.floor + 0.02, min(vessel.radius, 1.0)


def lining(studio, vessel):
    """Paper laid into a basket, white, brown or checked, its corners over the rim."""
    rng = studio.rng
    white = m.paper(rng, m.pick(rng, "#f6f3ec", "#f6f3ec", "#c9a57a"))
    paper = white if rng.random() < 0.55 else m.cloth(rng, "#f7f3ea", "checks", rng.uniform(0.12, 0.2), "#c4211c")
    flat = s.sheet(vessel.radius * 2.3, vessel.radius * 2.3, 30, 30)
    reach = np.hypot(*flat.points[:, :2].T) / vessel.radius
    lift = vessel.floor + 0.03 + (vessel.rim + 0.02) * np.clip(reach - 0.55, 0, 0.75) ** 1.2 * 1.4
    lift = lift + 0.05 * s.waves(rng, flat.points[:, :2], 0.5) * np.clip(reach - 0.6, 0, 1)
    pulled = 1 - 0.18 * np.clip(reach - 0.8, 0, 1)
    sheet = flat.warped(lambda x, y, z: (x * pulled, y * pulled, lift))
    studio.add(sheet, paper, "paper", turn=(0, 0, rng.uniform(0, 90)), sharp=180)


def finish(studio, floor, reach, dips=0.5, lemon=0.2, leaves=0.2, colour=None):
    """Garnish, a dip on the plate or beside it, and the photograph; the numbers are chances."""
    rng = studio.rng
    angle = rng.uniform(0, s.TAU)
    edge = lambda turn, away: (away * np.cos(angle + turn), away * np.sin(angle + turn))  # noqa: E731
    if rng.random() < dips:
        inside = rng.random() < 0.6
        x, y = edge(0, reach * 0.85 if inside else reach + 0.75)
        sides.dip(studio, (x, y, floor if inside else 0), colour)
    if rng.random() < lemon:
        x, y = edge(2.2, reach * 0.75)
        wedge_of_lemon(studio, (x, y, floor + 0.12))
    if rng.random() < leaves:
        x, y = edge(4.2, reach * 0.8)
        with studio.placed((x, y, floor)):
            m.pick(rng, lettuce, sides.herbs)(studio)
    setting.everyday(studio, reach, floor + 0.45, fill=rng.uniform(0.72, 1.25))


def lettuce(studio):
    """A crinkled leaf or two."""
    rng = studio.rng
    green = m.greens(rng, m.pick(rng, "#7fae3a", "#5f9a2e", "#8a3a4a"), "#dfe8b0")
    for _ in range(rng.integers(1, 4)):
        leaf = s.leaf(rng.uniform(0.6, 0.85), 0.6, 35, 0.2, 16, 13).rough(rng, 0.045, 0.2)
        studio.add(leaf, green, "lettuce", (0, 0, 0.05), (0, 0, rng.uniform(0, 360)), sharp=180)


def wedge_of_lemon(studio, at):
    """A sixth of a lemon lying on its skin, or a round slice."""
    rng = studio.rng
    if rng.random() < 0.4:
        return sides.citrus_slice(studio, at, (rng.normal(0, 25), rng.normal(0, 25), 0))
    profile = s.spline([(0, -0.36), (0.06, -0.32), (0.2, -0.16), (0.24, 0), (0.2, 0.16), (0.06, 0.32), (0, 0.36)], 24)
    skin, cuts = s.wedge(profile, 70, 10)
    with studio.placed(at, (90, rng.uniform(120, 240), rng.uniform(0, 360))):
        studio.add(skin, m.fruit(rng, "#f0c52a", peel=0.03), "lemon", sharp=60)
        studio.add(cuts, m.fruit(rng, "#f5dc6a", "#f9ecae", 0.12, rough=0.2), "lemon")
