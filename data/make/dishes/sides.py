"""Things that accompany more than one class: berries, cookies, herbs, slices of lemon."""

import materials as m
import numpy as np
import shapes as s


def strawberries(studio, count=3, reach=0.45, part="strawberries"):
    """Whole strawberries with their leaves, lying about the origin."""
    rng = studio.rng
    body = s.lathe(
        s.spline([(0, -0.3), (0.1, -0.26), (0.2, -0.1), (0.245, 0.05), (0.2, 0.18), (0.08, 0.23), (0, 0.21)], 22), 24
    )
    skin, green = m.strawberry(rng), m.greens(rng, "#4f8f2c")
    star = s.join(*[s.leaf(0.17, 0.08, 40).turned(y=15, z=i * 360 / 7 + 9).moved(z=0.22) for i in range(7)])
    for x, y in s.spread(rng, count, reach, 0.38):
        size = rng.uniform(0.8, 1.1)
        with studio.placed((x, y, 0.2 * size), (rng.uniform(80, 110), 0, rng.uniform(0, 360)), size):
            studio.add(body.shifted(rng, 0.02, 0.3), skin, part)
            studio.add(star, green, part)


def cookies(studio, count=3, part="cookies"):
    """Cookies with chocolate chips, stacked carelessly round the origin."""
    rng = studio.rng
    dough, chip = m.crust(rng, "#e0b070", "#b97b3c", "#7a4a20", 0.4, 0.3), m.chocolate(rng)
    height = 0.0
    for _ in range(count):
        at = (*rng.normal(0, 0.12, 2), height)
        with studio.placed(at, (rng.normal(0, 4), rng.normal(0, 4), rng.uniform(0, 360))):
            studio.add(s.disc(rng, 0.36, 0.11, 0.04, 0.5), dough, part)
            spots = s.spread(rng, 8, 0.28, 0.1)
            studio.scatter(s.blob(rng, 0.04, 0.2, 0.5, 1), chip, part, s.scattered(rng, spots, 0.1))
        height += 0.1


def herbs(studio, count=5, reach=0.3, z=0.0, colour="#3f7d2a", size=0.18, part="herbs"):
    """Small leaves (parsley, basil, mint) strewn about the origin at height z."""
    rng = studio.rng
    leaves = [s.leaf(size, size * 0.55, rng.uniform(10, 60)) for _ in range(3)]
    places = s.scattered(rng, s.spread(rng, count, reach, size * 0.3), z, tilt=20)
    studio.scatter(leaves, m.greens(rng, colour), part, places)


def citrus_slice(studio, at=(0, 0, 0), turn=(0, 0, 0), radius=0.27, colour="#f4d03b", part="lemon"):
    """A round slice of lemon, lime or orange."""
    rng = studio.rng
    paint = m.Paint(rng)
    x, y = paint.axis("x"), paint.axis("y")
    angle = paint.math("ARCTAN2", y, x)
    segment = paint.math("ABSOLUTE", paint.math("SINE", paint.math("MULTIPLY", angle, 4.5)))
    reach = paint.math("SQRT", paint.math("ADD", paint.math("MULTIPLY", x, x), paint.math("MULTIPLY", y, y)))
    inside = paint.math("MULTIPLY", paint.step(segment, 0.08, 0.2), paint.step(reach, 0.86 * radius, 0.8 * radius))
    tint = paint.mix(inside, "#fbf3d0", m.vary(rng, colour))
    tint = paint.mix(paint.step(reach, 0.92 * radius, 0.95 * radius), tint, m.shade(colour, 0.95))
    slice_ = s.prism(s.wobbly(rng, radius, 0.01), 0.06, 0.015)
    studio.add(slice_, paint.skin(tint, 0.25, gloss=0.4, soft=0.2), part, at, turn)


def sesame(studio, count=30, reach=0.5, z=0.0, colour="#f1e3c0", part="sesame"):
    """Seeds strewn about the origin."""
    rng = studio.rng
    spots = rng.normal(0, reach / 2, (count, 2))
    places = s.Places(
        np.column_stack([spots, np.full(count, z)]), rng.uniform(0, 360, (count, 3)) * (0, 0, 1), np.ones(count)
    )
    studio.scatter(s.ball((0.03, 0.017, 0.01), 1), m.plain(rng, colour, 0.4), part, places)
