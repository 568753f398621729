"""Make the pictures: python data/make/render.py training|validation|pictures|interventions|sheet|verify

For the kit, from the repository's root (minutes on 2 cores in brackets):
  render.py training --per-class 400 --samples 8 --out FOLDER   [60]
  render.py validation --out data/validation                    [8]
  render.py pictures --samples 32 --out data/pictures           [10]
  render.py interventions --out data/interventions              [5]
  render.py sheet --out data/validation --sheet data/contact_sheet.jpg
  render.py verify --out data/validation                        [1]
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

CLASSES = (
    "bread",
    "dairy",
    "dessert",
    "egg",
    "fried_food",
    "meat",
    "noodles",
    "rice",
    "seafood",
    "soup",
    "vegetable_fruit",
)
PICTURES_PER_PROCESS = 100  # Blender keeps some memory of every scene: a worker is replaced before that matters


def main():
    order = arguments()
    others = {"sheet": make_sheet, "verify": verify, "pictures": render_observations, "interventions": intervene}
    others.get(order.what, render_set)(order)


def arguments():
    parser = argparse.ArgumentParser(description="Render the kit's pictures of food with a mask for every part.")
    parser.add_argument("what", choices=("training", "validation", "pictures", "interventions", "sheet", "verify"))
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the pictures (for sheet and verify: to read)"
    )
    parser.add_argument("--per-class", type=int, default=40)
    parser.add_argument(
        "--numbers", type=int, nargs=2, metavar=("FIRST", "END"), help="only these numbers, END not included"
    )
    parser.add_argument("--class", dest="classes", nargs="+", choices=CLASSES, default=CLASSES)
    parser.add_argument("--dish", help="only this dish, whatever the number")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--columns", type=int, default=20, help="of the sheet")
    parser.add_argument("--sheet", type=Path, default=Path("contact_sheet.jpg"), help="where the sheet goes")
    parser.add_argument("--check", type=int, default=11, help="how many pictures to verify")
    return parser.parse_args()


# -- training and validation -----------------------------------------------------------------------------------------


def render_set(order):
    """Render what is missing of a set; safe to stop and to start again."""
    order.out.mkdir(parents=True, exist_ok=True)
    record = Record(order.out / "parts.json", {"set": order.what, "size": order.size, "samples": order.samples})
    first, end = order.numbers or (0, order.per_class)
    jobs = [
        (
            f"{CLASSES.index(name)}_{n}",
            f"{order.what}/{CLASSES.index(name)}/{n}",
            name,
            n,
            order.dish,
            order.size,
            order.samples,
        )
        for n in range(first, end)
        for name in order.classes
    ]
    jobs = [(order.out, *job) for job in jobs if not record.has(job[0], "jpg")]
    with record, workers(order.workers) as pool:
        for name, entry in tqdm(pool.imap_unordered(render_one, jobs), total=len(jobs), unit="picture"):
            record.add(name, entry)


def render_one(job):
    """Render one picture and its mask into `out`; gives its name and what parts.json says of it."""
    from dishes import MENU
    from studio import Studio

    out, name, key, of_class, n, dish, size, samples = job
    dishes = MENU[of_class]
    dish = dish or list(dishes)[n % len(dishes)]
    studio = Studio(key)
    dishes[dish](studio)
    picture, mask = studio.picture(size, samples), studio.mask(size)
    save(out / f"{name}.parts.png", mask)
    save(out / f"{name}.jpg", picture)
    seen = {part: i for i, part in enumerate(studio.parts) if (mask == i).any()}
    return name, {
        "dish": dish,
        "key": key,
        "parts": seen,
        "sha256": digest(out / f"{name}.jpg"),
        "mask_sha256": digest_of(mask),
    }


def save(path, pixels):
    """Write a picture without metadata under a passing name first: what bears its name is complete."""
    passing = path.with_name(f".{path.name}")
    options = {"quality": 92, "subsampling": 0} if path.suffix == ".jpg" else {"optimize": True}
    Image.fromarray(pixels).save(passing, format="JPEG" if path.suffix == ".jpg" else "PNG", **options)
    os.replace(passing, path)


def digest(path):
    return digest_of(path.read_bytes())


def digest_of(data):
    return hashlib.sha256(data).hexdigest()[:16]


class Record:
    """parts.json: how a folder was made and, for each picture, its dish, key, parts by id, and hash."""

    def __init__(self, path, made):
        self.path = path
        self.content = json.loads(path.read_text()) if path.exists() else {**made, "pictures": {}}
        if any(self.content[field] != value for field, value in made.items()):
            sys.exit(
                f"{path} was made otherwise: { ({field: self.content[field] for field in made}) }, asked now: {made}"
            )

    def has(self, name, suffix):
        return name in self.content["pictures"] and (self.path.parent / f"{name}.{suffix}").exists()

    def add(self, name, entry):
        self.content["pictures"][name] = entry
        if len(self.content["pictures"]) % 100 == 0:
            self.write()

    def write(self):
        by_number = sorted(
            self.content["pictures"].items(), key=lambda item: [int(part) for part in item[0].split("_")]
        )
        passing = self.path.with_suffix(".passing")
        passing.write_text(json.dumps({**self.content, "pictures": dict(by_number)}, indent=1, allow_nan=False))
        os.replace(passing, self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.write()


def workers(count):
    """Processes that each render many pictures, one thread each."""
    fresh = multiprocessing.get_context("spawn")
    return fresh.Pool(count, initializer=hush, maxtasksperchild=PICTURES_PER_PROCESS)


def hush():
    """Blender reports every frame on standard output: send that nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


# -- the ten observation pictures ------------------------------------------------------------------------------------


def render_observations(order):
    """The ten pictures as PNG, each with parts, shadow, and the scene again without each of its main parts."""
    order.out.mkdir(parents=True, exist_ok=True)
    record = Record(order.out / "parts.json", {"set": order.what, "samples": order.samples})
    with record, workers(order.workers) as pool:
        names = [name for name in pool.apply(names_of_scenes) if not record.has(name, "png")]
        jobs = [(order.out, name, order.samples) for name in names]
        for name, entry in tqdm(pool.imap_unordered(render_observation, jobs), total=len(jobs), unit="scene"):
            record.add(name, entry)


def names_of_scenes():
    """Asked of a worker: a process that has imported bpy itself can start no others that import it."""
    from observation import SCENES

    return list(SCENES)


def render_observation(job):
    from observation import SCENES
    from studio import Studio

    out, name, samples = job
    scene = SCENES[name]
    studio = Studio(f"pictures/{name}")
    scene.arrange(studio)
    save(out / f"{name}.png", studio.picture(scene.size, samples))
    mask = studio.mask(scene.size)
    mask[studio.shadow(scene.size, samples)] = len(studio.parts)  # where table or background lies in shadow
    studio.parts.append("shadow")
    save(out / f"{name}.parts.png", mask)
    for part in scene.take_out:
        save(out / f"{name}.without_{part}.png", studio.picture(scene.size, samples, without=part.split("+")))
    seen = {part: i for i, part in enumerate(studio.parts) if (mask == i).any()}
    return name, {"shows": scene.shows, "parts": seen, "sha256": digest(out / f"{name}.png")}


# -- interventions ---------------------------------------------------------------------------------------------------


def intervene(order):
    """Held-out scenes with and without one part: <case>_<n>.jpg and <case>_<n>.without.jpg."""
    order.out.mkdir(parents=True, exist_ok=True)
    with workers(order.workers) as pool:
        cases = pool.apply(names_of_cases)
        jobs = [(order.out, case, n, order.size, order.samples) for n in range(order.per_class) for case in cases]
        jobs = [job for job in jobs if not (order.out / f"{job[1]}_{job[2]}.without.jpg").exists()]
        for _ in tqdm(pool.imap_unordered(intervene_once, jobs), total=len(jobs), unit="pair"):
            pass


def names_of_cases():
    from interventions import CASES

    return list(CASES)


def intervene_once(job):
    from interventions import CASES
    from studio import Studio

    out, case, n, size, samples = job
    arrange, part = CASES[case]
    studio = Studio(f"interventions/{case}/{n}")
    arrange(studio, n)
    if part not in studio.parts:
        return  # a soup in a cup has no bowl to lose
    save(out / f"{case}_{n}.jpg", studio.picture(size, samples))
    save(out / f"{case}_{n}.without.jpg", studio.picture(size, samples, without=[part]))


# -- looking and checking --------------------------------------------------------------------------------------------


def make_sheet(order):
    """All pictures of a folder side by side, class by class."""
    paths = sorted(order.out.glob("*_*.jpg"), key=lambda path: [int(part) for part in path.stem.split("_")])
    chosen = [path for path in paths if CLASSES[int(path.stem.split("_")[0])] in order.classes]
    tiles = [np.asarray(Image.open(path).resize((order.size, order.size))) for path in chosen]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % order.columns)
    rows = [np.hstack(tiles[i : i + order.columns]) for i in range(0, len(tiles), order.columns)]
    Image.fromarray(np.vstack(rows)).save(order.sheet, optimize=True)


def verify(order):
    """Render a sample of a folder again and compare: the same bytes, or say which differ."""
    made = json.loads((order.out / "parts.json").read_text())
    names = list(made["pictures"])
    names = names[:: max(1, len(names) // order.check)][: order.check]
    again = order.out / "again"
    again.mkdir(exist_ok=True)
    jobs = []
    for name in names:
        of_class, n = (int(part) for part in name.split("_"))
        entry = made["pictures"][name]
        jobs.append((again, name, entry["key"], CLASSES[of_class], n, entry["dish"], made["size"], made["samples"]))
    with workers(order.workers) as pool:
        differ = [n for n, entry in tqdm(pool.imap(render_one, jobs), total=len(jobs)) if entry != made["pictures"][n]]
    for path in again.iterdir():
        path.unlink()
    again.rmdir()
    sys.exit(f"differ: {', '.join(differ)}" if differ else print(f"{len(names)} pictures are the same, byte for byte"))


if __name__ == "__main__":
    main()
