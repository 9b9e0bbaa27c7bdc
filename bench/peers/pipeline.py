#!/usr/bin/env python3
"""The peer of `hanfact ingest`: what one would build in Python today from well-known packages.

Each saved page goes through trafilatura (article), OpenCC (simplified script), JioNLP (amounts of
money and times, sentence by sentence), datasketch (near duplicates) and sqlite3. It does less than
hanfact: no entities, metrics, speakers, facts or contradictions. The clock starts when all packages
are loaded and warm, which is in the peer's favour.

Prints one JSON line: pages, seconds, pages_per_second, claims.
"""

import argparse
import json
import logging
import pathlib
import re
import sqlite3
import time

import datasketch
import jionlp
import opencc
import trafilatura

SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
SCHEMA = """
CREATE TABLE documents (id INTEGER PRIMARY KEY, path TEXT, title TEXT, text TEXT, story INTEGER);
CREATE TABLE claims (id INTEGER PRIMARY KEY, document INTEGER REFERENCES documents, start INTEGER,
                     end INTEGER, surface TEXT, value TEXT, unit TEXT, period TEXT, sentence TEXT);
"""


def shingles(text, size=5):
    return {text[i:i + size].encode() for i in range(max(1, len(text) - size + 1))}


def process(path, page, convert, lsh, db):
    body = trafilatura.bare_extraction(page, with_metadata=True, favor_recall=True)
    if body is None or not body.text:
        return 0
    simplified = convert.convert(body.text)
    signature = datasketch.MinHash(num_perm=128)
    signature.update_batch(shingles(simplified))
    near = lsh.query(signature)
    cursor = db.execute("INSERT INTO documents(path, title, text, story) VALUES (?,?,?,?)",
                        (str(path), body.title, body.text, min(near) if near else None))
    document = cursor.lastrowid
    lsh.insert(document, signature)
    claims = 0
    for match in SENTENCE.finditer(simplified):
        sentence = match.group()
        if not re.search(r"[0-9０-９一二三四五六七八九十百千万亿两几半]", sentence):
            continue
        amounts = jionlp.ner.extract_money(sentence)
        times = jionlp.ner.extract_time(sentence) if amounts else []
        period = json.dumps(times[0]["detail"]["time"]) if times else None
        for amount in amounts:
            start, end = amount["offset"]
            db.execute(
                "INSERT INTO claims(document, start, end, surface, value, unit, period, sentence)"
                " VALUES (?,?,?,?,?,?,?,?)",
                (document, match.start() + start, match.start() + end, amount["text"],
                 str(amount["detail"].get("num")), amount["detail"].get("case"), period, sentence))
            claims += 1
    return claims


def main():
    logging.disable(logging.CRITICAL)  # JioNLP logs each time it cannot read
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="saved pages (*.htm, *.html)")
    parser.add_argument("--limit", type=int, default=0, help="read only so many pages")
    options = parser.parse_args()
    paths = sorted(p for p in options.folder.rglob("*") if p.suffix in (".html", ".htm"))
    if options.limit:
        paths = paths[:options.limit]
    if not paths:
        parser.error(f"{options.folder}: no *.html in it; name a folder of saved pages")
    pages = [(p, p.read_bytes()) for p in paths]
    convert = opencc.OpenCC("t2s")
    jionlp.ner.extract_money("营收达到1亿元")
    jionlp.ner.extract_time("去年")
    lsh = datasketch.MinHashLSH(threshold=0.7, num_perm=128)
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    begin = time.perf_counter()
    claims = sum(process(path, page, convert, lsh, db) for path, page in pages)
    db.commit()
    seconds = time.perf_counter() - begin
    print(json.dumps({"pages": len(pages), "seconds": round(seconds, 3),
                      "pages_per_second": round(len(pages) / seconds, 2), "claims": claims}))


if __name__ == "__main__":
    main()
