#!/usr/bin/env python3
"""Runs hanfact, trafilatura and Readability over the same pages, one core each, and compares them.

pages.py FOLDER HANFACT NODE_FOLDER OUT

FOLDER: HTML pages, in subfolders or not. Where NAME.expected.txt stands beside NAME.html (its text
behind '# field: value' lines), text is scored as a multiset of character 4-grams without white
space, the measure of the public article-extraction benchmarks. OUT gets one file a program, JSON
lines {page, text, title, published, author, source}, for any other scorer. Peers get each page
decoded for them.
"""

import collections
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import time


def decode(raw):
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([-\w]+)", raw[:65536], re.I)
    name = found.group(1).decode("ascii").lower() if found else "gb18030"
    name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)
    return raw.decode(name, "replace")


def grams(text):
    tight = re.sub(r"\s+", "", text or "")
    return collections.Counter(tight[i:i + 4] for i in range(max(1, len(tight) - 3)))


def score(expected, got):
    a, b = grams(expected), grams(got)
    common = sum((a & b).values())
    return 2 * common / max(1, sum(a.values()) + sum(b.values()))


def expected_text(path):
    lines = path.read_text("utf-8").splitlines()
    if any(line.startswith("# reject:") for line in lines):
        return ""
    return "\n".join(line for line in lines if not line.startswith("# "))


def run_hanfact(hanfact, names, folder, out):
    db = out / "hanfact.db"
    for old in out.glob("hanfact.db*"):
        old.unlink()
    paths = [str(folder / name) for name in names]
    begin = time.perf_counter()
    subprocess.run(["taskset", "-c", "0", hanfact, "ingest", *paths, "--db", str(db), "--jobs", "1",
                    "--quiet"], check=True)
    seconds = time.perf_counter() - begin
    rows = sqlite3.connect(db).execute(
        "SELECT locator, text, title, published, author, source FROM documents")
    by_path = {row[0]: row[1:] for row in rows}
    found = []
    for name in names:
        row = by_path.get(str(folder / name), ("", "", "", "", ""))
        found.append(dict(zip(("text", "title", "published", "author", "source"), row), page=name))
    return found, seconds


def run_trafilatura(pages):
    import trafilatura

    def extract(html):
        body = trafilatura.bare_extraction(html, with_metadata=True)
        return body

    extract(next(iter(pages.values())))
    begin = time.perf_counter()
    found = []
    for name, html in pages.items():
        body = extract(html)
        found.append({"page": name, "text": body.text if body else "",
                      "title": body.title if body else "", "published": body.date if body else "",
                      "author": body.author if body else "",
                      "source": body.sitename if body else ""})
    return found, time.perf_counter() - begin


def run_readability(pages, node_folder, out):
    copies = out / "utf8"
    copies.mkdir(exist_ok=True)
    lines = []
    for number, (name, html) in enumerate(pages.items()):
        copy = copies / f"{number}.html"
        copy.write_text(html, "utf-8")
        lines.append(f"{name}\t{copy}")
    (out / "list.tsv").write_text("\n".join(lines), "utf-8")
    done = subprocess.run(["taskset", "-c", "0", "node", str(node_folder / "pages.mjs"),
                           str(out / "list.tsv"), str(out / "readability.raw")],
                          check=True, capture_output=True, text=True)
    found = [json.loads(line) for line in (out / "readability.raw").open(encoding="utf-8")]
    return found, json.loads(done.stdout.splitlines()[-1])["seconds"]


def main():
    folder, hanfact, node_folder, out = map(pathlib.Path, sys.argv[1:5])
    out.mkdir(parents=True, exist_ok=True)
    os.sched_setaffinity(0, {0})
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.html"))
    pages = {name: decode((folder / name).read_bytes()) for name in names}
    runs = {"hanfact": run_hanfact(str(hanfact), names, folder, out),
            "trafilatura": run_trafilatura(pages),
            "readability": run_readability(pages, node_folder, out)}
    for program, (found, seconds) in runs.items():
        with (out / f"{program}.jsonl").open("w", encoding="utf-8") as file:
            for line in found:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        scores = []
        for line in found:
            path = (folder / line["page"]).with_suffix(".expected.txt")
            if path.exists() and expected_text(path).strip():
                scores.append(score(expected_text(path), line["text"]))
        mean = f"F1 {sum(scores) / len(scores):.3f} worst {min(scores):.3f}" if scores else ""
        print(f"{program:12} {len(names) / seconds:8.1f} pages/s  {mean}")


if __name__ == "__main__":
    main()
