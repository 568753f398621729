"""The kit's exam in full: python -m data.make.leaderboard --work ~/exam --jobs 2   (an hour on 2 cores; can be resumed)

Every method of the kit on three networks: the classifier, the plain one, and the one whose weights are set by hand.
Writes data/trust/<network>.json and, from these, the tables in data/trust/README.md (`--tables`: only these).
"""

import argparse
import re
import resource
import time
from pathlib import Path

from hw9_xai import load_classifier, load_scenes, trust, trust_report
from hw9_xai.assets import DATA

FOLDER = DATA / "trust"
OF_ONE_MAP = [measure for measure, asked in trust.MEASURES.items() if asked.first > 10]
EXAMS = {  # network: how it is loaded, scenes of each class, measures
    "food_cnn": (load_classifier, 40, [*trust.MEASURES]),
    "known": (trust.KnownNetwork, 40, [*trust.MEASURES]),
    "food_cnn_plain": (lambda: load_classifier("plain"), 10, OF_ONE_MAP),
}


def main():
    parser = argparse.ArgumentParser(description="Measure the leaderboard again.")
    parser.add_argument("--work", type=Path, help="where what is done is kept")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--network", nargs="+", choices=EXAMS, default=[*EXAMS])
    parser.add_argument("--per-class", type=int, help="fewer scenes than usual")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tables", action="store_true", help="only write the tables again")
    order = parser.parse_args()
    for name in () if order.tables else order.network:
        load, per_class, measures = EXAMS[name]
        scenes, began = load_scenes(per_class=order.per_class or per_class), time.time()
        work, how = order.work / f"{name}-seed-{order.seed}", {"jobs": order.jobs, "seed": order.seed}
        report = trust_report(load(), trust.METHODS, scenes, measures=measures, folder=work, **how)
        memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"{name}: {len(scenes)} scenes in {time.time() - began:.0f} s, at most {memory / 1e6:.1f} GB", flush=True)
        report.save(work / "report.json")
        if order.seed == 0 and not order.per_class:
            (FOLDER / f"{name}.json").unlink(missing_ok=True)  # git has it
            report.save(FOLDER / f"{name}.json")
    write_tables()


def write_tables():
    page = FOLDER / "README.md"
    text = page.read_text("utf-8")
    for path in sorted(FOLDER.glob("*.json")):
        report = trust.load_trust(path)
        marks = rf"(<!-- {path.stem} -->\n).*?(<!-- end -->)"
        rows = "\n\n".join([how(report), verdicts(report), numbers(report)])
        text = re.sub(marks, lambda found, rows=rows: f"{found[1]}{rows}\n{found[2]}", text, count=1, flags=re.S)
    page.write_text(text, "utf-8")


def how(report):
    protocol, areas, effects = report.protocol, report.of_parts("areas"), report.of_parts("effects")
    return (
        f"Measured on {protocol['date']}: protocol {protocol['protocol']}, model {protocol['model']}, "
        f"seed {protocol['seed']}, torch {protocol['torch']}; {len(report.scenes)} scenes, {len(effects)} parts taken "
        "out. Area alone explains "
        f"{trust.area_alone(areas, effects):.0%} of the variance of the effects' sizes."
    )


def verdicts(report):
    rows = []
    for measure in report.table.intervals:
        needed = sorted(report.table.pictures_needed(measure).items(), key=lambda one: one[1])
        answer = ", ".join(report.table.trusted(measure)) or "no evidence yet" + "".join(
            f" ({name}: about {count} scenes would settle it)" for name, count in needed[:1]
        )
        rows.append([trust.MEASURES[measure].question[1], measure, answer, str(report.table.pictures[measure])])
    return table(["question", "measure", "cleared the bar, best first", "scenes"], rows)


def numbers(report):
    marked = report.table
    rows = [[f"{name} (control)" if name in marked.controls else name] for name in marked.methods]
    for measure, scored in marked.intervals.items():
        for row, name in zip(rows, marked.methods, strict=True):
            tick = " ✓" if name in marked.trusted(measure) else ""
            one = scored.get(name)
            row.append(f"{one.mean:.2f}{tick} ({one.low:.2f} to {one.high:.2f})" if one else "–")
    return table(["", *marked.intervals], rows)


def table(head, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


if __name__ == "__main__":
    main()
