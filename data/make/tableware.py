"""What food is served on and eaten with. Dishes give back a `Vessel`: how wide and high the food may lie."""

from dataclasses import dataclass

import materials as m
import numpy as np
import shapes as s

WHITES = ("#f7f5f0", "#fbfbfb", "#efe9dc", "#f2f0ee")
COLOURS = ("#2f4a6d", "#39464e", "#7d9a8c", "#c9a27a", "#b4532e", "#e0b94f", "#9db4c0", "#d99f9b", "#23252a", "#6c7f4f")


@dataclass(frozen=True)
class Vessel:
    """Food lies on `floor` within `radius`; `inner` is the profile (radius, z) that a filling follows."""

    radius: float
    floor: float
    rim: float
    inner: np.ndarray

    def filling(self, level):
        """(radius, z) of a surface that fills the vessel to the part `level` of its depth."""
        z = self.floor + level * (self.rim - self.floor)
        return float(np.interp(z, self.inner[:, 1], self.inner[:, 0])) * 1.005, z


def ware(rng, colourful=0.35):
    """A material for crockery: mostly white, else coloured, speckled or painted."""
    white = m.vary(rng, m.pick(rng, *WHITES), 0.3)
    chance = rng.random()
    if chance > colourful:
        return m.ceramic(rng, white)
    if chance > colourful * 0.4:
        return m.ceramic(rng, m.vary(rng, m.pick(rng, *COLOURS)))
    return m.painted(rng, white, m.pick(rng, *COLOURS))


def _turned(studio, outer, inner, material, part, squash=None, sides=48):
    """A vessel from its outer profile (from the foot up) and its inner one (from the rim down)."""
    profile = np.concatenate([s.spline(outer, 14), s.spline(inner, 18)])
    studio.add(s.lathe(profile, sides, squash), material, part)
    up = profile[14:][::-1]
    return np.column_stack([up[:, 0], np.maximum.accumulate(up[:, 1])])


def superellipse(power):
    """A squash for `lathe`: 2 round, more towards square."""
    return lambda a: (np.abs(np.cos(a)) ** power + np.abs(np.sin(a)) ** power) ** (-1 / power)


def plate(studio, radius=None, form=None, material=None, part="plate"):
    """A plate: "round", "coupe" (no rim), "oval" (long in x), "square" or "flat"."""
    rng = studio.rng
    radius = radius or rng.uniform(1.15, 1.45)
    form = form or m.pick(rng, "round", "round", "round", "coupe", "coupe", "oval", "square", "flat")
    material = material or ware(rng)
    lift, thick = radius * rng.uniform(0.1, 0.17), 0.05
    well = radius * rng.uniform(0.62, 0.76)
    if form == "coupe":
        well, lift = radius * 0.8, lift * 1.4
    elif form == "flat":
        well, lift = radius * 0.92, 0.08
    outer = [(0, 0), (well * 0.8, 0), (well * 0.95, 0.02), (radius * 0.97, lift - 0.03), (radius, lift)]
    inner = [
        (radius * 0.985, lift + 0.02),
        (well * 1.08, thick + 0.35 * lift),
        (well * 0.95, thick + 0.01),
        (well * 0.5, thick),
        (0, thick),
    ]
    squash = None
    if form == "oval":
        longer = rng.uniform(0.6, 0.75)
        squash = lambda a: longer / np.sqrt((longer * np.cos(a)) ** 2 + np.sin(a) ** 2)  # noqa: E731
    elif form == "square":
        squash = superellipse(rng.uniform(5, 9))
    profile = _turned(studio, outer, inner, material, part, squash)
    return Vessel(well * (longer if form == "oval" else 1), thick, lift, profile)


def bowl(studio, radius=None, depth=None, material=None, part="bowl"):
    """A soup, rice or cereal bowl, from a shallow dish to a deep one."""
    rng = studio.rng
    radius = radius or rng.uniform(0.65, 0.95)
    depth = depth or radius * rng.uniform(0.5, 0.85)
    foot, belly = radius * rng.uniform(0.4, 0.6), rng.uniform(0.75, 0.98)
    material = material or ware(rng, 0.5)
    outer = [(0, 0.02), (foot, 0), (foot, 0.06), (radius * belly, depth * 0.45), (radius, depth)]
    inner = [(radius * 0.96, depth), (radius * belly * 0.94, depth * 0.47), (foot * 0.9, 0.13), (0, 0.1)]
    profile = _turned(studio, outer, inner, material, part)
    return Vessel(radius * 0.95, 0.1, depth, profile)


def lacquer_bowl(studio, radius=None, colour="#b0160f", inside=None, part="bowl"):
    """A Japanese soup bowl with a foot ring, lacquered outside and inside."""
    rng = studio.rng
    radius = radius or rng.uniform(0.6, 0.75)
    depth = radius * rng.uniform(0.85, 1.05)
    outer = [
        (radius * 0.45, 0),
        (radius * 0.45, 0.1),
        (radius * 0.8, depth * 0.35),
        (radius * 0.98, depth * 0.75),
        (radius, depth),
    ]
    inner = [
        (radius * 0.97, depth),
        (radius * 0.94, depth * 0.75),
        (radius * 0.75, depth * 0.35),
        (radius * 0.35, 0.16),
        (0, 0.15),
    ]
    studio.add(s.lathe(s.spline(outer, 20), 48), m.plain(rng, colour, 0.12, gloss=0.6), part)
    profile = s.spline(inner, 20)
    studio.add(
        s.lathe(profile, 48), m.plain(rng, inside or m.pick(rng, colour, "#1b1311", "#a81c10"), 0.14, gloss=0.6), part
    )
    studio.add(
        s.lathe([(radius * 0.96, depth), (radius * 0.985, depth + 0.012), (radius, depth)], 48),
        m.plain(rng, colour, 0.12),
        part,
    )
    return Vessel(radius * 0.94, 0.15, depth, profile[::-1])


def cup(studio, radius=None, height=None, material=None, handle=True, saucer=None, part="cup"):
    """A coffee or tea cup, often on a saucer."""
    rng = studio.rng
    radius = radius or rng.uniform(0.36, 0.48)
    height = height or rng.uniform(0.55, 0.9)
    material = material or ware(rng, 0.45)
    saucer = rng.random() < 0.5 if saucer is None else saucer
    foot = radius * rng.uniform(0.6, 0.95)
    base = 0.0
    if saucer:
        base = plate(studio, radius * 1.75, "coupe", material, part="saucer").floor
    with studio.placed((0, 0, base)):
        outer = [(0, 0), (foot, 0), ((foot + radius) * 0.5, height * 0.3), (radius, height * 0.8), (radius, height)]
        inner = [
            (radius * 0.93, height),
            (radius * 0.92, height * 0.8),
            (foot * 0.88, height * 0.25),
            (foot * 0.6, 0.07),
            (0, 0.06),
        ]
        profile = _turned(studio, outer, inner, material, part, sides=36)
        if handle:
            x = radius * 0.95
            path = [
                (x, 0, height * 0.82),
                (x + 0.24, 0, height * 0.78),
                (x + 0.25, 0, height * 0.4),
                (x * 0.85, 0, height * 0.25),
            ]
            ear = s.tube(s.spline(path, 14), 0.045).turned(z=rng.uniform(-60, 60) + rng.choice([0, 180]))
            studio.add(ear, material, part)
    return Vessel(radius * 0.92, base + 0.06, base + height, profile + np.array([0, base]))


def glass(studio, radius=None, height=None, form=None, material=None, part="glass"):
    """A drinking glass: "tumbler", "highball", "tulip" or "stem"."""
    rng = studio.rng
    form = form or m.pick(rng, "tumbler", "highball", "tulip")
    radius = radius or rng.uniform(0.32, 0.42)
    height = height or radius * {"tumbler": 2.3, "highball": 3.4, "tulip": 3.0, "stem": 2.2}[form]
    narrow = radius * rng.uniform(0.72, 0.95)
    wall, foot = 0.025, 0.0
    if form == "stem":
        foot = height * 0.8
        stem = [(radius * 0.8, 0), (radius * 0.7, 0.03), (0.05, 0.08), (0.04, foot * 0.6), (0.06, foot)]
        studio.add(s.lathe(s.spline(stem, 20), 32), material or m.glass(rng), part)
        narrow = radius * 0.25
    waist = radius * (1.08 if form in ("tulip", "stem") else 0.5 * (1 + narrow / radius))
    outer = [
        (0, foot),
        (narrow * 0.96, foot),
        (narrow, foot + 0.03),
        (waist, foot + height * 0.5),
        (radius, foot + height),
    ]
    inner = [
        (radius - wall, foot + height),
        (waist - wall, foot + height * 0.5),
        (narrow - wall, foot + 0.1),
        (0, foot + 0.09),
    ]
    profile = _turned(studio, outer, inner, material or m.glass(rng), part, sides=40)
    return Vessel(radius - wall, foot + 0.09, foot + height, profile)


def jug(studio, radius=None, height=None, material=None, part="jug"):
    """A bellied jug with a spout towards -x and a handle towards +x, of glass unless told."""
    rng = studio.rng
    radius = radius or rng.uniform(0.5, 0.62)
    height = height or radius * rng.uniform(2.0, 2.5)
    material = material or m.glass(rng)
    neck, wall = radius * rng.uniform(0.58, 0.72), 0.03
    levels = np.array([0, 0.02, 0.12, 0.35, 0.6, 0.82, 1.0]) * height
    reach = np.array([0.5, 0.75, 0.95, 1.0, 0.86, neck / radius, neck / radius * 1.18]) * radius

    def poured(x, y, z):
        lift = np.clip((z / height - 0.82) / 0.18, 0, 1) ** 1.5 * np.clip(-x / neck, 0, 1) ** 4
        return x - 0.3 * radius * lift, y * (1 - 0.35 * lift), z + 0.05 * lift

    outside = s.spline(np.column_stack([reach, levels]), 22)
    inside = s.spline(np.column_stack([reach - wall, levels + np.array([0.06, 0.06, 0.02, 0, 0, 0, 0])])[::-1], 22)
    body = s.lathe(np.concatenate([[(0, 0)], outside, inside, [(0, 0.06)]]), 48)
    studio.add(body.warped(poured), material, part)
    x = np.interp(height * 0.86, levels, reach)
    low = np.interp(height * 0.35, levels, reach)
    path = [
        (x - 0.02, 0, height * 0.88),
        (x + 0.42, 0, height * 0.85),
        (x + 0.48, 0, height * 0.55),
        (low - 0.01, 0, height * 0.36),
    ]
    studio.add(s.tube(s.spline(path, 22), 0.055, sides=10), material, part)
    return Vessel(radius - wall, 0.06, height, inside[::-1])


def bottle(studio, radius=None, height=None, material=None, part="bottle"):
    """A milk, wine or oil bottle without its cork."""
    rng = studio.rng
    radius = radius or rng.uniform(0.34, 0.42)
    height = height or radius * rng.uniform(4.2, 6)
    neck, shoulder = radius * rng.uniform(0.35, 0.55), rng.uniform(0.55, 0.65)
    outer = [
        (radius * 0.96, 0),
        (radius, 0.05),
        (radius, height * 0.3),
        (radius, height * shoulder),
        (neck, height * 0.8),
        (neck, height),
    ]
    outside = np.concatenate([[(0, 0)], s.spline(outer, 22)])
    inside = (outside - np.array([0.03, 0])).clip(0) + np.array([0, 0.04])
    inside[-1, 1] = height
    studio.add(s.lathe(np.concatenate([outside, inside[::-1]]), 32), material or m.glass(rng), part)
    return Vessel(radius - 0.03, 0.04, height, inside)


def board(studio, width=None, depth=None, form=None, material=None, part="board"):
    """A cutting board ("square", "round", "handle") or a slate; gives the height of its top and the room on it."""
    rng = studio.rng
    width, depth = width or rng.uniform(2.2, 3.2), depth or rng.uniform(1.5, 2.1)
    form = form or m.pick(rng, "square", "square", "round", "handle")
    material = material or (m.stone(rng, "#3a3c40") if rng.random() < 0.12 else m.wood(rng))
    thick = rng.uniform(0.12, 0.22)
    if form == "round":
        depth = width = max(width, depth) * 0.9
        studio.add(s.prism(s.wobbly(rng, width / 2, 0.0), thick), material, part)
    else:
        studio.add(s.box((width, depth, thick), 0.04), material, part)
    if form == "handle":
        studio.add(s.box((0.8, 0.34, thick), 0.08).moved(x=width / 2 + 0.3), material, part)
    return Vessel(min(width, depth) / 2 * 0.92, thick, thick, np.array([(width / 2, thick)]))


def tray(studio, width=3.2, depth=2.2, material=None, part="tray"):
    """A flat tray with a raised edge."""
    rng = studio.rng
    material = material or m.pick(
        rng, m.wood(rng), m.plain(rng, m.pick(rng, "#1b1311", "#7a1a12", "#3a3f44"), 0.2), m.metal(rng)
    )
    studio.add(s.box((width, depth, 0.08), 0.03), material, part)
    for sign in (-1, 1):
        studio.add(s.box((width, 0.08, 0.22), 0.03), material, part, at=(0, sign * depth / 2, 0))
        studio.add(s.box((0.08, depth, 0.22), 0.03), material, part, at=(sign * width / 2, 0, 0))
    return Vessel(depth / 2 * 0.92, 0.08, 0.22, np.array([(width / 2, 0.08)]))


def _handle(length, width, rng):
    path = s.spline([(0, 0, 0.06), (-length * 0.2, 0, 0.12), (-length * 0.55, 0, 0.07), (-length, 0, 0.05)], 14)
    swell = np.interp(np.linspace(0, 1, 14), [0, 0.25, 0.9, 1], [0.5, 0.45, 1.0, 0.8]) * width
    return s.tube(path, swell, 8, flat=0.35)


def fork(studio, at=(0, 0, 0), turn=0.0, length=1.9, material=None, part="fork"):
    """A fork, tines towards `turn` degrees, lying on its back."""
    rng = studio.rng
    neck = s.tube(
        [(0, 0, 0.06), (0.14, 0, 0.04), (0.26, 0, 0.04), (0.32, 0, 0.045)], [0.04, 0.11, 0.12, 0.11], 8, flat=0.22
    )
    tines = [
        s.tube(
            s.spline([(0.3, y, 0.045), (0.5, y, 0.05), (0.68, y * 0.95, 0.11)], 6),
            [0.022, 0.02, 0.02, 0.018, 0.014, 0.008],
            6,
        )
        for y in np.linspace(-0.09, 0.09, 4)
    ]
    shape = s.join(_handle(length - 0.68, 0.075, rng), neck, *tines)
    studio.add(shape, material or m.metal(rng), part, at, (0, 0, turn))


def spoon(studio, at=(0, 0, 0), turn=0.0, length=1.8, material=None, part="spoon"):
    """A spoon, bowl towards `turn` degrees."""
    rng = studio.rng
    t = np.linspace(0.02, 1, 8)
    cup = s.lathe(np.column_stack([t, 0.32 * t**2]), 20).scaled(0.3, 0.2, 0.2)
    cup = s.join(cup, s.lathe(np.column_stack([t, 0.32 * t**2 + 0.05])[::-1], 20).scaled(0.3, 0.2, 0.2)).moved(
        0.27, 0, 0.02
    )
    studio.add(s.join(_handle(length - 0.55, 0.07, rng), cup), material or m.metal(rng), part, at, (0, 0, turn))


def knife(studio, at=(0, 0, 0), turn=0.0, length=2.1, material=None, grip=None, part="knife"):
    """A table knife, blade towards `turn` degrees, flat on the table."""
    rng = studio.rng
    outline = s.spline(
        [(0, -0.08), (0.5, -0.11), (0.9, -0.1), (1.08, 0.04), (0.95, 0.09), (0.4, 0.09), (0, 0.08)], 28, closed=True
    )
    steel = material or m.metal(rng, "#c9c9cb")
    blade = s.prism(outline * (length / 2.1, 1), 0.03, 0.012, rings=2).moved(z=0.03)
    studio.add(blade, steel, part, at, (0, 0, turn))
    grip = grip or m.pick(rng, steel, steel, m.wood(rng, "#4a2f1f"), m.plain(rng, "#17171a", 0.3))
    handle = s.tube(
        [(0.03, 0, 0.05), (-0.2, 0, 0.06), (-0.7, 0, 0.06), (-0.98, 0, 0.05)], [0.07, 0.08, 0.095, 0.08], 8, flat=0.55
    )
    studio.add(handle.scaled(length / 2.1, 1, 1), grip, part, at, (0, 0, turn))


def chopsticks(studio, at=(0, 0, 0), turn=0.0, length=2.3, rest=None, material=None, part="chopsticks"):
    """A pair, tips towards `turn` degrees, on a rest or on the table; `at` is the tips' end."""
    rng = studio.rng
    material = material or m.pick(
        rng,
        m.wood(rng, "#5b2b1a"),
        m.wood(rng, "#d8b27c"),
        m.plain(rng, "#16100e", 0.2, gloss=0.5),
        m.plain(rng, "#8f1712", 0.2, gloss=0.5),
    )
    rest = rng.random() < 0.5 if rest is None else rest
    tip = 0.15 if rest else 0.05
    with studio.placed(at, (0, 0, turn)):
        for side in (-1, 1):
            path = [(0, side * rng.uniform(0.04, 0.08), tip), (-length, side * rng.uniform(0.06, 0.16), 0.06)]
            studio.add(s.tube(np.linspace(*path, 6), np.linspace(0.025, 0.05, 6), 8), material, part)
        if rest:
            body = s.box((0.2, 0.45, 0.13), 0.05, 3).warped(lambda x, y, z: (x, y, z * (0.75 + 1.2 * y**2)))
            studio.add(body, ware(rng, 0.6), part, at=(-0.25, 0, 0))


def napkin(studio, at=(0, 0, 0), turn=0.0, size=None, material=None, part="napkin"):
    """A cloth laid flat with folds, or folded to a packet."""
    rng = studio.rng
    width, depth = np.broadcast_to(size, 2) if size else (rng.uniform(1.2, 2.4), rng.uniform(1.4, 2.6))
    material = material or m.cloth(rng)
    with studio.placed(at, (0, 0, turn)):
        if rng.random() < 0.5:
            studio.add(s.box((width * 0.6, depth, 0.07), 0.03, 8).rough(rng, 0.02, 0.8), material, part)
        else:
            flat = s.sheet(width, depth, 28, 28)
            lift = 0.09 + 0.045 * s.waves(rng, flat.points[:, :2] * (1, 0.35), 0.9)
            studio.add(
                flat.warped(lambda x, y, z: (x, y, lift.clip(0.05))).shifted(rng, 0.03, 0.9), material, part, sharp=180
            )


def basket(studio, radius=1.0, height=0.5, part="basket"):
    """A round woven basket."""
    rng = studio.rng
    paint = m.Paint(rng)
    colour = m.vary(rng, "#b98b52")
    around, up = paint.bands(0.2, "X"), paint.bands(0.12, "Z")
    weave = paint.math("MULTIPLY", around, up)
    material = paint.skin(paint.ramp(weave, (0.05, m.shade(colour, 0.4)), (0.5, colour)), 0.6, paint.bump(weave, 0.05))
    outer = [(0, 0), (radius * 0.8, 0), (radius * 0.93, height * 0.5), (radius, height)]
    inner = [(radius * 0.95, height), (radius * 0.88, height * 0.5), (radius * 0.75, 0.06), (0, 0.05)]
    profile = _turned(studio, outer, inner, material, part)
    return Vessel(radius * 0.85, 0.05, height, profile)


def sheet_of_paper(studio, size=2.0, material=None, part="paper"):
    """Greaseproof paper under the food, crumpled a little."""
    rng = studio.rng
    material = material or m.paper(rng, m.pick(rng, "#f6f3ec", "#c9a57a", "#fbfbfb"))
    flat = s.sheet(size * rng.uniform(0.9, 1.2), size, 24, 24)
    lift = (
        0.02 + 0.12 * np.abs(s.waves(rng, flat.points[:, :2], 0.8)) * (np.hypot(*flat.points[:, :2].T) / size) ** 2 * 3
    )
    studio.add(
        flat.warped(lambda x, y, z: (x, y, lift)),
        material,
        part,
        at=(0, 0, 0.005),
        turn=(0, 0, rng.uniform(0, 90)),
        sharp=25,
    )
    return Vessel(size * 0.4, 0.03, 0.03, np.array([(size * 0.4, 0.03)]))


def pan(studio, radius=None, material=None, part="pan"):
    """A frying pan with its handle towards +x."""
    rng = studio.rng
    radius = radius or rng.uniform(1.0, 1.35)
    material = material or m.pick(
        rng, m.plain(rng, "#1c1b1b", 0.35), m.plain(rng, "#262423", 0.6), m.metal(rng, "#a9a7a5", 0.3)
    )
    rim = rng.uniform(0.25, 0.4)
    outer = [(0, 0), (radius * 0.8, 0), (radius * 0.88, 0.05), (radius, rim)]
    inner = [(radius * 0.975, rim), (radius * 0.86, 0.08), (radius * 0.76, 0.045), (0, 0.04)]
    profile = _turned(studio, outer, inner, material, part)
    handle = s.spline([(radius * 0.9, 0, rim * 0.7), (radius + 0.5, 0, rim + 0.12), (radius + 1.7, 0, rim + 0.18)], 14)
    studio.add(s.tube(handle, np.linspace(0.09, 0.13, 14), 10, flat=0.5), material, part)
    return Vessel(radius * 0.84, 0.045, rim, profile)
