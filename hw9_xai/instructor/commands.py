"""hw9-xai assets and doctor: what a person already has, and whether all is well."""

from __future__ import annotations

import argparse
from pathlib import Path

from hw9_xai.assets import EDITIONS, read_shelf
from hw9_xai.commands import argument, command, group, what_was_asked
from hw9_xai.instructor import doctor
from hw9_xai.instructor.files import shelf
from hw9_xai.output import say

DONE = "exit status: 0 done, 2 wrong use or an unreadable file; then nothing was changed"
group(
    "assets",
    help="use the course's own pictures and classifier, Food-11, or a book",
    description="Files that you still have are recognised, checked, and kept in a cache: the folder that the "
    "variable HW9_XAI_CACHE names, or else your platform's. What is interrupted leaves no trace.",
    epilog="example: hw9-xai assets add ml2022spring-hw9.zip",
)


@command("assets list", help="what there is, and what is in use", epilog="example: hw9-xai assets list")
def _assets_list(options: argparse.Namespace) -> int:
    say(shelf.listing(read_shelf()))
    return 0


@command(
    "assets add",
    argument("path", metavar="FILE_OR_FOLDER", type=Path),
    argument("--name", help="what to call a book (default: its file's name)"),
    help="recognise a file or folder, and keep what it holds",
    description="Takes the course's ZIP (with the ZIP in it), checkpoint.pth, food/, hw9_bert/, a classifier that "
    "you trained, a Food-11 folder (which is not copied), or an English book as .txt.",
    epilog=f"example: hw9-xai assets add ml2022spring-hw9.zip\n{DONE}; 1 added, but something was left out",
)
def _assets_add(options: argparse.Namespace) -> int:
    from hw9_xai.instructor.files.add import add, what_became

    with what_was_asked():
        outcomes = add(options.path, options.name)
    say(what_became(outcomes))
    return int(any(outcome.is_finding for outcome in outcomes))


@command(
    "assets use",
    argument("edition", choices=EDITIONS, help="course: what was added, and the kit's where nothing was"),
    help="choose what load_classifier(), load_pictures() and the questions take",
    epilog=f"example: hw9-xai assets use course\n{DONE}",
)
def _assets_use(options: argparse.Namespace) -> int:
    with what_was_asked():
        say(shelf.listing(shelf.use(options.edition)))
    return 0


@command(
    "assets remove",
    argument("kind", metavar="KIND", help="as hw9-xai assets list calls it, or all"),
    help="take one kind, or all, out of the cache",
    epilog=f"example: hw9-xai assets remove book:oz\n{DONE}",
)
def _assets_remove(options: argparse.Namespace) -> int:
    with what_was_asked():
        say(shelf.listing(shelf.remove(options.kind)))
    return 0


@command(
    "doctor",
    help="is everything here, and is it what it should be?",
    description="Versions, device, the kit's files and yours. The course's files are known by the ten scores that "
    "its classifier gives its pictures. Nothing is changed, and no network is asked.",
    epilog="example: hw9-xai doctor\nexit status: 0 all is well, 1 there is something to do",
)
def _doctor(options: argparse.Namespace) -> int:
    findings = list(doctor.examine())
    say(doctor.page(findings))
    return int(any(finding.is_problem for finding in findings))
