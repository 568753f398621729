"""Scenes again without their parts, the truth that explanations are held against:
python data/make/without.py --renders ~/scenes --out data/scenes   (40 minutes on 2 cores; can be stopped and resumed)

Every validation scene without each part of at least 1 % of the picture; of four scenes a class, and of the ten
pictures, also without every combination of up to four main parts, which gives exact Shapley values of things.
The renders are kept as PNG; the kit ships them as WebP. <scene>.webp is one strip of pictures of 128 pixels, from top
to bottom: the whole scene, and what scenes.json names. All of a strip went through the same compression, so that it
speaks for no part and against none. What stands in clear glass has a mask of its own in <scene>.inside.png: what a ray
hits once the glass is taken out.
"""

import argparse
import json
import os
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image
from render import CLASSES, digest, save, workers
from tqdm import tqdm

LEAST = 0.01  # of the picture: a part that covers less is a matter of a few pixels
GROUND = {"background", "table", "shadow"}
GLASSWARE = {"glass", "jug", "bottle"}
PLAYERS = 4  # at most: 2 ** 4 renders of a scene
COMBINED = 4  # scenes of each class whose parts are taken out in every combination
SIDE = 128
TEN = "picture_"  # before the names of the ten pictures
QUALITY = 88


def main():
    parser = argparse.ArgumentParser(description="Render scenes again without their parts.")
    parser.add_argument("--data", type=Path, default=Path("data"), help="where validation/ and pictures/ are")
    parser.add_argument("--renders", type=Path, required=True, help="where the renders are kept, as PNG")
    parser.add_argument("--out", type=Path, required=True, help="where the kit's own go")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    order = parser.parse_args()
    order.renders.mkdir(parents=True, exist_ok=True)
    record = order.renders / "scenes.json"
    scenes = json.loads(record.read_text())["scenes"] if record.exists() else {}
    jobs = [job for job in (*validation_jobs(order.data), *picture_jobs(order.data)) if job["name"] not in scenes]
    with workers(order.workers) as pool:
        for name, entry in tqdm(
            pool.imap_unordered(render_scene, [(order.renders, job) for job in jobs]), total=len(jobs)
        ):
            scenes[name] = entry
            write(record, scenes)
    pack(order.renders, order.out, scenes)


def write(record, scenes):
    in_order = dict(
        sorted(scenes.items(), key=lambda entry: [int(part) for part in entry[0].removeprefix(TEN).split("_")])
    )
    passing = record.with_suffix(".passing")
    passing.write_text(json.dumps({"least": LEAST, "scenes": in_order}, indent=1, allow_nan=False) + "\n")
    os.replace(passing, record)


# -- what is to be taken out -----------------------------------------------------------------------------------------


def validation_jobs(data):
    made = json.loads((data / "validation" / "parts.json").read_text())
    combined = dict.fromkeys(range(len(CLASSES)), 0)
    for name, entry in made["pictures"].items():
        mask = np.asarray(Image.open(data / "validation" / f"{name}.parts.png"))
        areas = {part: (mask == number).mean() for part, number in entry["parts"].items() if part not in GROUND}
        large = [part for part, area in areas.items() if area >= LEAST]
        main_parts = sorted(set(large) - {"clutter"}, key=lambda part: -areas[part])[:PLAYERS]
        of_class = int(name.split("_")[0])
        chosen = len(main_parts) >= 3 and combined[of_class] < COMBINED
        combined[of_class] += chosen
        yield {
            "name": name,
            "key": entry["key"],
            "dish": (CLASSES[of_class], entry["dish"]),
            "samples": made["samples"],
            "sha256": entry["sha256"],
            "without": large,
            "players": main_parts if chosen else [],
        }


def picture_jobs(data):
    """The ten pictures: what observation.py takes out, but not what lies inside another thing that is taken out."""
    made = json.loads((data / "pictures" / "parts.json").read_text())
    for name, entry in made["pictures"].items():
        mask = np.asarray(Image.open(data / "pictures" / f"{name}.parts.png"))
        taken = [path.name.split("without_")[1][:-4] for path in (data / "pictures").glob(f"{name}.without_*.png")]
        things = [set(thing.split("+")) for thing in taken]
        whole = [thing for thing in taken if not any(set(thing.split("+")) < other for other in things)]
        areas = {
            thing: sum((mask == entry["parts"].get(part, -1)).sum() for part in thing.split("+")) for thing in whole
        }
        players = sorted(whole, key=lambda thing: -areas[thing])[:PLAYERS]
        yield {
            "name": f"{TEN}{name}",
            "key": f"pictures/{name}",
            "samples": made["samples"],
            "sha256": entry["sha256"],
            "without": [],
            "players": players,
        }


def every_combination(players):
    return ["+".join(some) for count in range(1, len(players) + 1) for some in combinations(players, count)]


# -- rendering -------------------------------------------------------------------------------------------------------


def render_scene(job):
    """One strip, and the mask of what stands in glass; gives the scene's name and what scenes.json says of it."""
    from studio import Studio

    out, order = job
    studio = Studio(order["key"])
    size, suffix = arrange(studio, order)
    whole = studio.picture(size, order["samples"])
    again = out / f"{order['name']}.again{suffix}"
    save(again, whole)
    same = digest(again) == order["sha256"]
    again.unlink()

    entry = {"same": same, "without": list(order["without"])}
    if clear := clear_glass(studio):
        inside = studio.mask(size, without=clear)
        plain = studio.mask(size)
        behind = [
            (part, number)
            for number, part in enumerate(studio.parts)
            if part not in GROUND | {"clutter"} and ((inside == number) & (plain != number)).any()
        ]
        entry["inside"] = dict(behind)
        save(out / f"{order['name']}.inside.png", inside)
        seen = [part for part, number in behind if (inside == number).mean() >= LEAST]
        entry["without"] += [part for part in seen if "dish" in order and part not in entry["without"]]
    entry["players"] = order["players"]
    combined = every_combination(order["players"])
    entry["without"] += [some for some in combined if some not in entry["without"]]
    tiles = [whole, *(studio.picture(size, order["samples"], without=some.split("+")) for some in entry["without"])]
    save(out / f"{order['name']}.png", np.vstack([picture_at_128(tile) for tile in tiles]))
    return order["name"], entry


def arrange(studio, order):
    """Build the scene; gives its size and the kind of file that its hash is of."""
    if "dish" in order:
        from dishes import MENU

        of_class, dish = order["dish"]
        MENU[of_class][dish](studio)
        return SIDE, ".jpg"
    from observation import SCENES

    scene = SCENES[order["name"].removeprefix(TEN)]
    scene.arrange(studio)
    return scene.size, ".png"


def clear_glass(studio):
    """The glassware that light passes; a china jug hides its milk for good."""
    return sorted({
        part
        for thing in studio.scene.objects
        if (part := studio._part(thing)) in GLASSWARE
        for slot in thing.material_slots
        if any(node.type == "BSDF_TRANSPARENT" for node in slot.material.node_tree.nodes)
    })  # fmt: skip


def picture_at_128(pixels):
    """As load_picture() makes it."""
    return np.asarray(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


# -- shipping --------------------------------------------------------------------------------------------------------


def pack(renders, out, scenes):
    out.mkdir(parents=True, exist_ok=True)
    for name, entry in scenes.items():
        with Image.open(renders / f"{name}.png") as strip:
            strip.save(out / f"{name}.webp", quality=QUALITY, method=6, use_sharp_yuv=True)
        entry["sha256"] = digest(out / f"{name}.webp")
        if "inside" in entry:
            (out / f"{name}.inside.png").write_bytes((renders / f"{name}.inside.png").read_bytes())
    write(out / "scenes.json", scenes)


if __name__ == "__main__":
    main()
