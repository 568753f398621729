#!/usr/bin/env bash
# What a newcomer does, from a fresh clone in an empty environment in another folder; with times.
#   bash tests/fresh.sh          the README's two lines
#   bash tests/fresh.sh figure   from the clone to the first figure
#   bash tests/fresh.sh wheel    the built wheel, used outside the repository
#   bash tests/fresh.sh colab    the notebooks with the versions Colab has (August 2026) and a stand-in google.colab
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 HW9_XAI_CACHE="$place/cache"
began=$SECONDS
say() { echo "== $((SECONDS - began)) s: $*"; }

# A local clone stands in for GitHub: the README's own address leads to it.
address=$(sed -n 's|^Homepage = "\(.*\)"|\1|p' "$here/pyproject.toml")
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="url.file://$here.insteadOf" GIT_CONFIG_VALUE_0="$address"
cd "$place"

# The two lines of the README, as they stand there.
sed -n '/^## In one line/,/^## /p' "$here/README.md" | sed -n '/^git clone/p' >lines
[ "$(wc -l <lines)" = 2 ] || { echo "expected two lines that begin with git clone in README.md" >&2; exit 1; }

case ${1-lines} in
lines)
    while read -r line <&3; do
        folder=$(mktemp -d -p "$place")
        (cd "$folder" && say "$line" && bash -c "$line" </dev/null)
        say "done"
        find "$folder" -name index.html -path '*report*' -exec ls -l {} \;
        rm -rf "$folder"
    done 3<lines
    ;;
figure)
    bash -c "$(sed -n '1s|hw9_xai.cli run|hw9_xai.cli explain data/pictures/9_9.png --label Soup|p' lines)"
    ls -l hw9-xai/data/pictures/9_9.png.lime.png
    ;;
wheel)
    git clone -q "$address" clone && python3 -m venv venv && export PATH="$place/venv/bin:$PATH"
    pip install -qq build && (cd clone && python -m build --wheel --outdir "$place" >/dev/null)
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
    git clone -q "$address" clone && python3 -m venv venv && export PATH="$place/venv/bin:$PATH"
    pip install -qq -r clone/requirements.txt \
        'ipython==7.34.*' 'ipywidgets==7.7.*' 'matplotlib==3.10.*' 'numpy==2.1.*' 'scikit-image==0.25.*'
    mkdir -p venv/colab/google/colab && touch venv/colab/google/{,colab/}__init__.py
    say "installed"
    cd clone && PYTHONPATH="$place/venv/colab" pytest --nbval notebooks
    ;;
*)
    echo "usage: bash tests/fresh.sh [lines|figure|wheel|colab], got '$1'" >&2
    exit 2
    ;;
esac
say "all of it"
