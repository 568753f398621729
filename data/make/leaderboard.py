"""The kit's exam in full: python -m data.make.leaderboard --work ~/exam --jobs 2   (an hour on 2 cores; can be resumed)

Every method of the kit on three networks: the classifier, the plain one, and the one whose weights are set by hand.
Writes data/trust/<network>.json and, from these, the tables in data/trust/README.md (`--tables`: only these).
"""

import argparse
import resource
import time
from pathlib import Path

from hw9_xai import load_classifier, load_scenes, trust, trust_report
from hw9_xai.assets import DATA

FOLDER = DATA / "trust"
SCENES_A_CLASS = {"food_cnn": 40, "known": 40, "food_cnn_plain": 10}


def main():
    parser = argparse.ArgumentParser(description="Measure the leaderboard again.")
    parser.add_argument("--work", type=Path, help="where what is done is kept")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--network", nargs="+", choices=SCENES_A_CLASS, default=[*SCENES_A_CLASS])
    parser.add_argument("--per-class", type=int, help="fewer scenes than usual")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tables", action="store_true", help="only write the tables again")
    order = parser.parse_args()
    for name in () if order.tables else order.network:
        scenes, began = load_scenes(per_class=order.per_class or SCENES_A_CLASS[name]), time.time()
        work = order.work / f"{name}-seed-{order.seed}"
        report = trust_report(network(name), trust.METHODS, scenes, jobs=order.jobs, seed=order.seed, folder=work)
        memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"{name}: {len(scenes)} scenes in {time.time() - began:.0f} s, at most {memory / 1e6:.1f} GB", flush=True)
        report.save(work / "report.json")
        if order.seed == 0:
            FOLDER.mkdir(exist_ok=True)
            report.save(FOLDER / f"{name}.json")
    readme = FOLDER / "README.md"
    readme.write_text(written(readme.read_text("utf-8") if readme.exists() else TEXT), "utf-8")


def network(name):
    return {
        "food_cnn": load_classifier, "food_cnn_plain": lambda: load_classifier("plain"), "known": trust.KnownNetwork
    }[name]()  # fmt: skip


if __name__ == "__main__":
    main()
