"""python -m data.make.key prove | compare | options | open | close"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from data.make.key import options, proof, sealing
from data.make.key.exhibits import SEEDS
from hw9_xai.progress import no_bars
from hw9_xai.quiz.bank import FILE


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data.make.key",
        description="For the kit's authors: it prints the answers. Measuring takes about a minute, and five to prove.",
        epilog="exit status: 0 done, 1 not proven, or the kit's key is not what was measured, 2 wrong use",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, what in (
        ("prove", prove, "measure with five seeds, write the kit's key from it, and checkpoints/key.md"),
        ("compare", compare, "print what is measured beside the kit's key and the official one, and why"),
        ("options", propose, "propose options that name pictures, layers, heads and amounts"),
        ("open", unsealed, "make the bank's answers and explanations readable, to edit them"),
        ("close", sealed, "seal them again"),
    ):
        commands.add_parser(name, help=what, description=what).set_defaults(run=run)
    return parser.parse_args(arguments).run()


def prove() -> int:
    exhibits, runs = proof.shipped(), []
    for seed in SEEDS:
        print(f"measuring, seed {seed} of {len(SEEDS)}", flush=True)
        with no_bars():
            runs.append(proof.measure_all(exhibits, seed))
    proved = proof.prove(runs)
    print(proved)
    try:
        differing = proof.write_key(proved)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    print("wrote the kit's key; not the official answer, so their explanations need reading:", *differing or ["none"])
    return 0


def compare() -> int:
    with no_bars():
        run = proof.measure_all(proof.shipped())
    text, agrees = proof.comparison(run)
    print(text)
    return 0 if agrees else 1


def propose() -> int:
    exhibits = proof.shipped()
    with no_bars():
        proposals = [*options.propose(exhibits), options.heads_to_ask(exhibits), options.words_to_mask(exhibits)]
    print(*proposals, sep="\n")
    return 0


def unsealed() -> int:
    FILE.write_text(sealing.unsealed(FILE.read_text("utf-8")), "utf-8")
    return 0


def sealed() -> int:
    FILE.write_text(sealing.sealed(FILE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
