# SPDX-License-Identifier: Apache-2.0
"""Cuts the code of documentation pages out of sources that are built and tested.

    cut.py PAGE…           writes each cut into its page
    cut.py --check PAGE…   says which pages differ from their sources; exit 1 if any

A cut is a comment and the fenced block after it:

    <!-- cut: PATH NAME -->                         between "[snippet:NAME]" and "[/snippet:NAME]" in PATH
    <!-- cut: PATH from="REGEX" to="REGEX" -->      from the first line that matches to the next that matches
    … with @id@=late-report -->                     with words of a template replaced

Paths are relative to the repository.
"""

import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(<!-- cut: (.*?) -->\n```[\w-]*\n)(.*?)(^```$)", re.S | re.M)
MARK = re.compile(r"\[/?snippet:[\w-]+\]")


def refuse(why):
    sys.exit("cut.py: " + why)


def named(lines, name, where):
    marks = [i for i, line in enumerate(lines) if f"[snippet:{name}]" in line or f"[/snippet:{name}]" in line]
    if len(marks) != 2:
        refuse(f"{where}: {len(marks)} marks of {name}, not two")
    return lines[marks[0] + 1 : marks[1]]


def between(lines, first, last, where):
    start = next((i for i, line in enumerate(lines) if re.search(first, line)), None)
    if start is None:
        refuse(f"{where}: no line matches {first}")
    # The last line may be the first one.
    end = next((i for i in range(start, len(lines)) if re.search(last, lines[i])), None)
    if end is None:
        refuse(f"{where}: no line after {first} matches {last}")
    return lines[start : end + 1]


def cut(order):
    order, *words = order.split(" with ")
    path, what = order.split(" ", 1)
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    ends = re.fullmatch(r'from="(.*)" to="(.*)"', what)
    chosen = between(lines, *(part.replace('\\"', '"') for part in ends.groups()), path) if ends else named(lines, what, path)
    text = textwrap.dedent("\n".join(line for line in chosen if not MARK.search(line)))
    for word in words:
        for pair in word.split():
            old, new = pair.split("=", 1)
            text = text.replace(old, new)
    return text.strip("\n") + "\n"


def main():
    check = sys.argv[1:2] == ["--check"]
    stale = []
    for name in sys.argv[2 if check else 1 :]:
        page = pathlib.Path(name)
        text = page.read_text(encoding="utf-8")
        if text.count("<!-- cut: ") != len(BLOCK.findall(text)):
            refuse(f"{name}: a cut has no fenced block right after it")
        fresh = BLOCK.sub(lambda found: found[1] + cut(found[2]) + found[4], text)
        if fresh == text:
            continue
        stale.append(name)
        if not check:
            page.write_text(fresh, encoding="utf-8")
    if check and stale:
        refuse("not what the sources say: " + " ".join(stale))


main()
