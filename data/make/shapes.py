"""Shapes as numpy arrays: quick to make, to deform and to join; they become Blender meshes only when placed."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import pi, radians, sqrt

import bpy
import numpy as np

TAU = 2 * pi


@dataclass(frozen=True)
class Shape:
    """Points (N, 3), faces (F, 4) with -1 ending a triangle, and a tone (N,) that materials may read as "tone"."""

    points: np.ndarray
    faces: np.ndarray
    tone: np.ndarray | None = None

    def moved(self, x=0.0, y=0.0, z=0.0):
        return replace(self, points=self.points + np.array([x, y, z]))

    def scaled(self, x, y=None, z=None):
        return replace(self, points=self.points * (x, x if y is None else y, x if z is None else z))

    def turned(self, x=0.0, y=0.0, z=0.0):
        """Turn by degrees about x, then y, then z."""
        return replace(self, points=self.points @ rotation(x, y, z).T)

    def warped(self, function):
        """Move every point: `function` takes the columns x, y, z and gives three new ones."""
        return replace(self, points=np.stack(np.broadcast_arrays(*function(*self.points.T)), axis=1))

    def bent(self, angle):
        """Bend the x axis upwards into an arc of `angle` degrees over the shape's length."""
        x, y, z = self.points.T
        radius = np.ptp(x) / radians(angle)
        turn = (x - x.mean()) / radius
        return replace(self, points=np.stack([np.sin(turn) * (radius - z), y, radius - np.cos(turn) * (radius - z)], 1))

    def rough(self, rng, amount, size=0.3, octaves=2):
        """Push points in and out along their normals by smooth noise with bumps of about `size`."""
        return replace(
            self, points=self.points + self.normals * waves(rng, self.points, size, octaves)[:, None] * amount
        )

    def shifted(self, rng, amount, size=0.5):
        """Push points about by smooth noise in all directions: makes a regular thing hand-made."""
        return replace(self, points=self.points + amount * np.stack([waves(rng, self.points, size) for _ in "xyz"], 1))

    def toned(self, tone):
        """Give each point a tone: an array, or a function of the columns x, y, z."""
        return replace(self, tone=np.broadcast_to(tone(*self.points.T) if callable(tone) else tone, len(self.points)))

    @property
    def normals(self):
        a, b, c = (self.points[self.faces[:, i]] for i in range(3))
        d = self.points[np.where(self.faces[:, 3] < 0, self.faces[:, 2], self.faces[:, 3])]
        across = np.cross(c - a, d - b)
        normals = np.zeros_like(self.points)
        for i in range(4):
            used = self.faces[:, i] >= 0
            np.add.at(normals, self.faces[used, i], across[used])
        return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)

    @property
    def top(self):
        return self.points[:, 2].max()

    def to_mesh(self, material, sharp=40):
        """A smooth Blender mesh whose edges beyond `sharp` degrees stay edges."""
        mesh = bpy.data.meshes.new("shape")
        sizes = 3 + (self.faces[:, 3] >= 0)
        corners = self.faces[self.faces >= 0]
        mesh.vertices.add(len(self.points))
        mesh.vertices.foreach_set("co", self.points.astype(np.float32).ravel())
        mesh.loops.add(len(corners))
        mesh.loops.foreach_set("vertex_index", corners.astype(np.int32))
        mesh.polygons.add(len(sizes))
        mesh.polygons.foreach_set("loop_start", np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32))
        mesh.update(calc_edges=True)
        mesh.polygons.foreach_set("use_smooth", np.ones(len(sizes), bool))
        if self.tone is not None:
            mesh.attributes.new("tone", "FLOAT", "POINT").data.foreach_set("value", self.tone.astype(np.float32))
        if sharp < 180:
            mesh.set_sharp_from_angle(angle=radians(sharp))
        mesh.materials.append(material)
        return mesh


@dataclass(frozen=True)
class Places:
    """Where copies go: positions (N, 3), turns in degrees (N, 3), scales (N,) or (N, 3)."""

    at: np.ndarray
    turn: np.ndarray
    scale: np.ndarray

    def __len__(self):
        return len(self.at)


def rotation(x=0.0, y=0.0, z=0.0):
    """Rotation matrix for degrees about x, then y, then z."""
    (sx, sy, sz), (cx, cy, cz) = np.sin(np.radians([x, y, z])), np.cos(np.radians([x, y, z]))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def waves(rng, points, size=0.3, octaves=2):
    """Smooth noise of about -1 to 1 at each point: a sum of random plane waves, bumps of about `size`."""
    total = np.zeros(len(points))
    for octave in range(octaves):
        directions = rng.normal(size=(8, points.shape[1])) * (TAU / size / 2.2 * 2**octave) / sqrt(points.shape[1])
        total += np.sin(points @ directions.T + rng.uniform(0, TAU, 8)).sum(axis=1) / (2.5 * 2**octave)
    return total / 1.3


def join(*shapes):
    """Several shapes as one."""
    starts = np.cumsum([0] + [len(shape.points) for shape in shapes])
    faces = [np.where(shape.faces >= 0, shape.faces + start, -1) for shape, start in zip(shapes, starts, strict=False)]
    tone = None
    if any(shape.tone is not None for shape in shapes):
        tone = np.concatenate([np.zeros(len(s.points)) if s.tone is None else s.tone for s in shapes])
    return Shape(np.concatenate([shape.points for shape in shapes]), np.concatenate(faces), tone)


def welded(shape, distance=1e-4):
    """Merge points that coincide."""
    _, first, index = np.unique(np.rint(shape.points / distance), axis=0, return_index=True, return_inverse=True)
    faces = np.where(shape.faces >= 0, index.reshape(-1)[shape.faces], -1)
    return Shape(shape.points[first], faces, None if shape.tone is None else shape.tone[first])


def grid(points, wrap_rows=False, wrap_columns=False):
    """A surface through points given as (rows, columns, 3)."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    if wrap_rows:
        index = np.concatenate([index, index[:1]])
    if wrap_columns:
        index = np.concatenate([index, index[:, :1]], axis=1)
    faces = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)
    return Shape(points.reshape(-1, 3).astype(float), faces)


def spline(points, count=24, closed=False):
    """`count` points along a smooth (Catmull-Rom) curve through the given ones, in any dimension."""
    points = np.asarray(points, float)
    if closed:
        padded = np.concatenate([points[-1:], points, points[:2]])
    else:
        padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    pieces = len(padded) - 3
    t = np.linspace(0, pieces, count, endpoint=not closed)
    i = np.minimum(t.astype(int), pieces - 1)
    t = (t - i)[:, None]
    a, b, c, d = (padded[i + k] for k in range(4))
    return (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2


def lathe(profile, sides=40, squash=None):
    """Spin a profile of (radius, z) that runs up the outside, then down inside; `squash(angle)` scales the radius."""
    radius, z = np.asarray(profile, float).T
    angle = np.linspace(0, TAU, sides, endpoint=False)
    reach = np.maximum(radius, 1e-4)[:, None] * (np.ones(sides) if squash is None else squash(angle))
    return grid(
        np.stack([reach * np.cos(angle), reach * np.sin(angle), np.repeat(z[:, None], sides, 1)], -1), False, True
    )


def wedge(profile, angle, sides=16):
    """A slice of a lathe, symmetric about +x with its tip on the axis: (skin, cut faces), two shapes.

    The profile runs from the axis at the bottom round the outside to the axis at the top.
    """
    radius, z = np.asarray(profile, float).T
    turn = np.radians(np.linspace(-angle / 2, angle / 2, sides))
    skin = grid(
        np.stack([radius[:, None] * np.cos(turn), radius[:, None] * np.sin(turn), np.repeat(z[:, None], sides, 1)], -1)
    )
    cuts = []
    for side, steps in ((turn[0], slice(None)), (turn[-1], slice(None, None, -1))):
        # Rows run from the axis to the profile, so that noise and warps find points inside the cut as well.
        depth = np.linspace(0, 1, 10)[:, None]
        axis_z = np.linspace(z[0], z[-1], len(z))
        r, height = depth * radius, axis_z + depth * (z - axis_z)
        face = np.stack([r * np.cos(side), r * np.sin(side), height], -1)
        cuts.append(grid(face[steps]))
    return skin, join(*cuts)


def tube(path, radius=0.1, sides=8, flat=1.0, caps=True):
    """A tube along points (N, 3); radius per point or one for all; `flat` < 1 presses it into a ribbon."""
    path = np.asarray(path, float)
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    side = np.zeros_like(path)
    side[0] = np.cross(along[0], (0, 0, 1) if abs(along[0, 2]) < 0.9 else (1, 0, 0))
    for i in range(1, len(path)):  # carry the frame along, so that the tube does not twist
        side[i] = side[i - 1] - along[i] * (side[i - 1] @ along[i])
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    up = np.cross(side, along)
    radius = np.broadcast_to(radius, len(path)).astype(float)
    if caps:  # a short taper closes the ends roundly
        ends = [path[0] - along[0] * radius[0] * 0.5], [path[-1] + along[-1] * radius[-1] * 0.5]
        path = np.concatenate([ends[0], path, ends[1]])
        radius = np.concatenate([[radius[0] * 0.05], radius, [radius[-1] * 0.05]])
        side, up = (np.concatenate([v[:1], v, v[-1:]]) for v in (side, up))
    angle = np.linspace(0, TAU, sides, endpoint=False)[:, None]
    ring = np.cos(angle) * side[:, None] + flat * np.sin(angle) * up[:, None]
    return grid(path[:, None] + radius[:, None, None] * ring, False, True)


def box(size, round=0.05, steps=1):
    """A rounded box of size (x, y, z) that stands on z = 0; `steps` cells along each flat side (more, to deform it)."""
    half = np.asarray(size, float) / 2
    round = min(round, *(half * 0.99))
    ease = round * (1 - np.cos(np.linspace(0, pi / 2, 4)))[:-1]
    lines = [np.concatenate([-h + ease, np.linspace(-h + round, h - round, steps + 1), h - ease[::-1]]) for h in half]
    sides = []
    for axis in range(3):
        u, v = lines[(axis + 1) % 3], lines[(axis + 2) % 3]
        for sign in (1, -1):
            points = np.empty((len(u), len(v), 3))
            points[..., (axis + 1) % 3], points[..., (axis + 2) % 3] = u[:, None], v
            points[..., axis] = sign * half[axis]
            sides.append(grid(points[::-sign]))
    shape = welded(join(*sides), distance=1e-5)
    core = np.clip(shape.points, -half + round, half - round)
    out = shape.points - core
    points = core + round * out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return Shape(points + np.array([0, 0, half[2]]), shape.faces)


def prism(outline, height, round=0.04, rings=4):
    """An outline (N, 2), counter-clockwise, as a slab on z = 0 with rounded edges; star-shaped about its mean."""
    outline = np.asarray(outline, float)
    centre = outline.mean(axis=0)
    reach = np.linalg.norm(outline - centre, axis=1).mean()
    turn = np.linspace(0, pi / 2, 4)
    inset, rise = round / reach * (1 - np.sin(turn)), round * (1 - np.cos(turn))
    fill = np.linspace(1e-3, 1, rings, endpoint=False)
    scale = np.concatenate([fill * (1 - inset[0]), 1 - inset, 1 - inset[::-1], fill[::-1] * (1 - inset[0])])
    z = np.concatenate([0 * fill, rise, height - rise[::-1], 0 * fill + height])
    flat = centre + scale[:, None, None] * (outline - centre)
    return grid(np.concatenate([flat, np.broadcast_to(z[:, None, None], (*flat.shape[:2], 1))], -1), False, True)


@lru_cache(maxsize=8)
def _icosphere(detail):
    golden = (1 + sqrt(5)) / 2
    corners = [(-1, golden, 0), (1, golden, 0), (-1, -golden, 0), (1, -golden, 0)]
    points = np.array([tuple(np.roll(c, shift)) for shift in range(3) for c in corners], float)
    points /= np.linalg.norm(points[0])
    gaps = np.linalg.norm(points[:, None] - points, axis=2)
    near = (gaps > 0.1) & (gaps < 1.2)
    triples = [
        (a, b, c) for a in range(12) for b in range(a) for c in range(b) if near[a, b] and near[b, c] and near[a, c]
    ]
    faces = np.array([t if np.linalg.det(points[list(t)]) > 0 else t[::-1] for t in triples])
    for _ in range(detail):
        edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
        unique, index = np.unique(edges, axis=0, return_inverse=True)
        middle = points[unique].mean(axis=1)
        ab, bc, ca = index.reshape(-1).reshape(3, -1) + len(points)
        points = np.concatenate([points, middle / np.linalg.norm(middle, axis=1, keepdims=True)])
        a, b, c = faces.T
        faces = np.concatenate([np.stack(t, 1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])
    return points, np.concatenate([faces, np.full((len(faces), 1), -1)], axis=1)


def ball(radius=1.0, detail=3):
    """A sphere, or an ellipsoid where radius has three numbers, about the origin."""
    points, faces = _icosphere(detail)
    return Shape(points * np.broadcast_to(radius, 3), faces)


def blob(rng, radius=1.0, amount=0.1, size=0.5, detail=3):
    """A lumpy ball: noise of `amount` times the mean radius, bumps of `size` times it."""
    radius = np.broadcast_to(radius, 3).astype(float)
    unit = ball(1.0, detail)
    push = 1 + amount * waves(rng, unit.points, size)
    return Shape(unit.points * push[:, None] * radius, unit.faces)


def wobbly(rng, radius=1.0, wobble=0.1, sides=48, lobes=6):
    """An irregular round outline (sides, 2) made of a few random waves."""
    angle = np.linspace(0, TAU, sides, endpoint=False)
    order = np.arange(2, 2 + lobes)
    reach = 1 + wobble * (
        np.cos(order * angle[:, None] + rng.uniform(0, TAU, lobes)) * rng.normal(size=lobes) / order**0.7
    ).sum(1)
    return radius * reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)


def disc(rng, radius=1.0, height=0.08, wobble=0.1, dome=0.3, rings=8, sides=48):
    """An irregular puddle or pancake on z = 0; `dome` 0: flat with a round edge, 1: a cap. Tone: 1 at the rim."""
    outline = wobbly(rng, radius, wobble, sides)
    t = np.concatenate([[1e-3], np.sin(np.linspace(0.15, pi / 2, rings))])
    flat_top = np.sqrt(np.clip(1 - ((t - 0.85) / 0.15).clip(0) ** 2, 0, 1))
    z = height * ((1 - dome) * flat_top + dome * (1 - t**2))
    # The widest ring comes first: the surface then faces upwards.
    points = np.concatenate([t[:, None, None] * outline, np.broadcast_to(z[:, None, None], (len(t), sides, 1))], -1)
    return replace(grid(points[::-1], False, True), tone=np.repeat(t[::-1], sides))


def leaf(length=1.0, width=0.4, curl=30, fold=0.15, rows=9, columns=5, tip=1.5):
    """A leaf along +x from the origin, folded by `fold` along its rib, bent up `curl` degrees. Tone: 0 on the rib."""
    u, v = np.linspace(0.01, 1, rows)[:, None], np.linspace(-1, 1, columns)
    half = width / 2 * np.sin(pi * u ** (1 / tip)).clip(0.02)
    x, y, z = np.broadcast_arrays(u * length, half * v, fold * half * np.abs(v) * 2)
    flat = grid(np.stack([x, y, z], -1))
    shape = flat.bent(curl) if curl else flat
    start = shape.points[:columns].mean(axis=0)
    return replace(shape, points=shape.points - start, tone=np.abs(np.broadcast_to(v, (rows, columns))).ravel())


def sheet(width=1.0, depth=1.0, rows=24, columns=24):
    """A flat cloth about the origin, to be warped or made rough."""
    x, y = np.meshgrid(np.linspace(-width / 2, width / 2, columns), np.linspace(-depth / 2, depth / 2, rows))
    return grid(np.stack([x, y, 0 * x], -1))


def spread(rng, count, radius, gap, tries=40, inner=0.0):
    """Up to `count` spots (n, 2) on a ring or disc that keep `gap` from each other."""
    spots = np.empty((0, 2))
    for _ in range(count * tries):
        angle, reach = rng.uniform(0, TAU), sqrt(rng.uniform((inner / radius) ** 2, 1)) * radius
        spot = np.array([np.cos(angle), np.sin(angle)]) * reach
        if not len(spots) or np.linalg.norm(spots - spot, axis=1).min() > gap:
            spots = np.vstack([spots, spot])
        if len(spots) == count:
            break
    return spots


def scattered(rng, spots, z=0.0, tilt=15, scale=(0.85, 1.15)):
    """Places at the given spots with any heading, a little tilt and varied size."""
    n = len(spots)
    turn = np.stack([rng.normal(0, tilt, n), rng.normal(0, tilt, n), rng.uniform(0, 360, n)], 1)
    return Places(np.column_stack([spots, np.broadcast_to(z, n)]), turn, rng.uniform(*scale, n))


def heap(rng, count, radius, item, height=0.5, tilt=25, scale=(0.85, 1.15), floor=None):
    """A pile of items of radius `item` (lateral) on a disc: each falls on what lies there already.

    `height` is how thick one item lies, in parts of its radius; `floor(x, y)` is what the pile stands on (z = 0).
    """
    cells = 48
    step = 2.4 * radius / cells
    axis = (np.arange(cells) + 0.5) * step - 1.2 * radius
    x, y = np.meshgrid(axis, axis)
    level = np.zeros((cells, cells)) if floor is None else np.asarray(floor(x, y), float)
    at = np.empty((count, 3))
    for i in range(count):
        best = np.inf
        for spot in rng.normal(0, radius * 0.5, (4, 2)):  # of a few chances the lowest: things roll off a tower
            spot *= min(1, (radius - item * 0.5) / np.hypot(*spot))
            distance = np.hypot(x - spot[0], y - spot[1])
            under = distance < item * 0.8
            rest = np.quantile(level[under], 0.6) if under.any() else 0.0
            if rest < best:
                best, chosen = rest, (spot, distance, under)
        (spot, distance, under), rest = chosen, best
        at[i] = *spot, rest + item * height * 0.5
        level[under] = np.maximum(level[under], rest + item * height * np.sqrt(1 - (distance[under] / item) ** 2))
    turn = np.stack([rng.normal(0, tilt, count), rng.normal(0, tilt, count), rng.uniform(0, 360, count)], 1)
    return Places(at, turn, rng.uniform(*scale, count))


def copies(shape, places):
    """Copies of a shape as one: cheaper than to scatter beyond a few hundred. Tone: 0 to 1, another for each copy."""
    turned = [shape.points * scale @ rotation(*turn).T for turn, scale in zip(places.turn, places.scale, strict=True)]
    points = np.stack(turned) + np.asarray(places.at)[:, None]
    starts = np.arange(len(places))[:, None, None] * len(shape.points)
    faces = np.where(shape.faces >= 0, shape.faces + starts, -1)
    chance = np.arange(len(places)) * 0.618034 % 1
    return Shape(points.reshape(-1, 3), faces.reshape(-1, 4), np.repeat(chance, len(shape.points)))


class Mound:
    """A rounded, uneven heap on z = 0: `level(x, y)` is its surface, `skin()` its shape, `spots(n)` places on it."""

    def __init__(self, rng, radius, height, steep=0.6, uneven=0.12):
        self.rng, self.radius, self.height, self.steep, self.uneven = rng, radius, height, steep, uneven
        self.ripples = rng.normal(size=(2, 6)) * 3.5 / radius, rng.uniform(0, TAU, 6)

    def level(self, x, y):
        directions, phases = self.ripples
        lumps = np.sin(np.stack([x, y], -1) @ directions + phases).sum(-1) / 2.5
        fall = (1 - (np.square(x) + np.square(y)) / self.radius**2).clip(0) ** self.steep
        return self.height * fall * (1 + self.uneven * lumps)

    def skin(self, wobble=0.0):
        cap = disc(self.rng, self.radius, 0.0, wobble, rings=14)
        return cap.warped(lambda x, y, z: (x, y, self.level(x, y)))

    def spots(self, count, lift=0.0, tilt=25, scale=(0.85, 1.15), reach=0.97, inner=0.0):
        """Places strewn evenly over the surface, `lift` above it."""
        angle = self.rng.uniform(0, TAU, count)
        away = np.sqrt(self.rng.uniform(inner**2, 1, count)) * self.radius * reach
        x, y = away * np.cos(angle), away * np.sin(angle)
        return scattered(self.rng, np.column_stack([x, y]), self.level(x, y) + lift, tilt, scale)


def pile(rng, count, radius, item, tilt=40, scale=(0.9, 1.08), floor=None, tries=24):
    """A pile of balls of radius `item` that touch but hardly overlap; `floor(x, y)` is what they lie on (z = 0)."""
    at = np.empty((0, 3))
    for _ in range(count):
        spots = rng.normal(0, radius * 0.7, (tries, 2))
        spots *= np.minimum(1, max(radius - item, 0.01) / np.maximum(np.hypot(*spots.T), 1e-6))[:, None]
        z = item + (np.zeros(tries) if floor is None else floor(*spots.T))
        if len(at):
            apart = ((spots[:, None] - at[:, :2]) ** 2).sum(axis=2)
            on = at[:, 2] + np.sqrt((3.6 * item**2 - apart).clip(0))
            z = np.maximum(z, np.where(apart < 3.6 * item**2, on, 0).max(axis=1))
        lowest = np.argmin(z)
        at = np.vstack([at, [*spots[lowest], z[lowest]]])
    turn = np.column_stack([rng.normal(0, tilt, (count, 2)), rng.uniform(0, 360, count)])
    return Places(at, turn, rng.uniform(*scale, count))
