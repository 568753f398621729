#!/usr/bin/env bash
# What a newcomer does, in an empty environment in another folder; with times.
#   bash tests/fresh.sh          the README's two lines, from an archive unpacked without git
#   bash tests/fresh.sh wheel    the built wheel, used outside the repository
#   bash tests/fresh.sh colab    the notebooks with the versions Colab has (August 2026; Python 3.13, or what PYTHON names)
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 HW9_XAI_CACHE="$place/cache"
began=$SECONDS
say() { echo "== $((SECONDS - began)) s: $*"; }

# As a host's "Download ZIP" gives it: the committed files, no history; and a path as people have them.
unpack() {
    mkdir -p "$place/$1"
    git -C "$here" archive HEAD | tar -x -C "$place/$1"
    cd "$place/$1"
}

case ${1-lines} in
lines)
    while read -r line <&3; do
        unpack "可解釋 AI" # both in an empty environment of their own
        began=$SECONDS
        say "$line"
        first="" # when the first notebook's figures were there to look at
        while sleep 1; do
            [ -z "$first" ] && [ -s report/index.html ] && first=1 && say "first figures"
            [ -e "$place/ended" ] && break
        done &
        PIP_QUIET=1 bash -c "$line" </dev/null || touch "$place/failed"
        touch "$place/ended" && wait && rm "$place/ended"
        say "the end"
        [ ! -e "$place/failed" ]
        cd "$place" && rm -rf "可解釋 AI"
    done 3< <(bash "$here/.ci/lines")
    ;;
wheel)
    unpack clone && python3 -m venv ../venv && export PATH="$place/venv/bin:$PATH"
    pip install -qq build && python -m build --wheel --outdir "$place" >/dev/null
    cd "$place"
    ls -l ./*.whl
    [ "$(stat -c %s ./*.whl)" -lt 60000000 ] || { echo "the wheel is larger than 60 MB" >&2; exit 1; }
    pip install -qq ./*.whl && cp clone/data/pictures/9_9.png soup.png && mkdir -p hand/in && rm -rf clone
    say "installed"
    [ -f venv/lib/python3*/site-packages/hw9_xai/py.typed ] || { echo "the wheel has no py.typed" >&2; exit 1; }
    hw9-xai doctor
    hw9-xai explain soup.png --method saliency --label Soup --out map.png
    say "first figure"
    printf '%s\n' '# %%' 'Q1 = "A"' >hand/in/answers.py
    hw9-xai grade hand --out grades.csv
    cat grades.csv
    ;;
colab)
    unpack clone && "${PYTHON-python3}" -m venv ../venv && export PATH="$place/venv/bin:$PATH"
    python --version
    pip install -qq -r requirements.txt \
        'torch==2.11.*' 'torchvision==0.26.*' 'transformers==5.15.*' 'ipython==7.34.*' 'ipywidgets==7.7.*' \
        'matplotlib==3.10.*' 'numpy==2.1.*' 'scikit-image==0.25.*'
    mkdir -p "$place/colab/google/colab" && touch "$place"/colab/google/{,colab/}__init__.py
    say "installed"
    PYTHONPATH="$place/colab" pytest notebooks
    ;;
*)
    echo "usage: bash tests/fresh.sh [lines|wheel|colab], got '$1'" >&2
    exit 2
    ;;
esac
say "all of it"
