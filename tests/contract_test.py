#!/usr/bin/env python3
"""What other programs rely on, checked from outside: only the binary, SQLite and this file.

Ids, offsets, agreeing intervals and bookkeeping are worked out here a second time, from the
description in docs/formats.md and docs/facts.md, not with hanfact's own code.
Usage: contract_test.py HANFACT SOURCE_DIR
"""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from decimal import Decimal

HANFACT = ""
SOURCE = pathlib.Path()

COLUMNS = {
    "documents": "document_id external_id locator url site source title author published"
                 " published_from fetched script region language charset confidence text sha256"
                 " extra replaces story_id story_role similarity run_id",
    "inputs": "locator sha256 document_id outcome run_id",
    "blocks": "document_id start end kind",
    "rejects": "locator sha256 stage reason run_id",
    "entities": "entity_id canonical entity_type ticker known",
    "aliases": "entity_id alias script region",
    "mentions": "document_id start end surface entity_id",
    "claims": "claim_id document_id start end surface sentence_start sentence_end sentence subject"
              " subject_id metric metric_id scope kind value low high value_num low_num high_num"
              " precision unit bound direction basis period_start period_end period_text"
              " period_from modality attribution attribution_id confidence checks rule status",
    "claims_extracted": "claim_id document_id value unit",
    "claim_spans": "claim_id role start end",
    "facts": "fact_id subject subject_id metric metric_id scope kind value low high unit bound"
             " direction basis period_start period_end modality claims documents stories"
             " first_published last_published conflict_id status",
    "fact_claims": "fact_id claim_id relation",
    "fact_links": "fact_a fact_b relation explanation",
    "conflicts": "conflict_id subject metric period_start period_end unit facts reason",
    "stories": "story_id canonical_document_id documents sites",
    "reviews": "review_id claim_id decision target field old new reason editor at note"
               " document_id surface sentence",
    "claim_moves": "old_claim_id claim_id run_id",
    "runs": "run_id started finished version rules_digest lexicon_digest arguments documents"
            " rejected claims",
}
ENUMS = {
    ("claims", "kind"): "level change share multiple duration count rank price",
    ("claims", "bound"): "exact about more_than at_least less_than at_most nearly range",
    ("claims", "direction"): "up down",
    ("claims", "basis"): "yoy qoq mom ytd other",
    ("claims", "modality"): "actual forecast plan possible hypothetical negated",
    ("claims", "period_from"): "clause sentence previous_sentence paragraph headline published",
    ("claims", "status"): "unreviewed accepted rejected corrected",
    ("claim_spans", "role"): "value subject metric period attribution hedge modality direction"
                             " basis",
    ("documents", "story_role"): "original duplicate near_duplicate excerpt",
    ("documents", "script"): "Hans Hant mixed",
    ("inputs", "outcome"): "document same_document reject",
    ("blocks", "kind"): "headline paragraph subhead list table caption quote",
    ("entities", "entity_type"): "ORG PERSON PRODUCT PLACE MEDIA INDEX",
    ("fact_claims", "relation"): "identical consistent converted",
    ("fact_links", "relation"): "revision forecast_actual different_scope different_basis"
                                " different_period contradiction typo_suspect",
}


def run(*arguments, stdin=b"", check=None, cwd=None):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    done = subprocess.run([HANFACT, *map(str, arguments)], input=stdin, capture_output=True,
                          cwd=cwd, timeout=300)
    if check is not None and done.returncode != check:
        raise AssertionError(f"hanfact {' '.join(map(str, arguments))}: exit {done.returncode}, "
                             f"wanted {check}: {done.stderr.decode()}")
    return done


def identity(*parts):
    """First 128 bits of SHA-256 over parts, each behind its length in eight bytes."""
    joined = b"".join(len(p).to_bytes(8, "little") + p for p in parts)
    return hashlib.sha256(joined).hexdigest()[:32]


def rows(db, sql, *values):
    with contextlib.closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(r) for r in connection.execute(sql, values)]


def content(db):
    """Every row of every table a reader may use, without what a run may change."""
    out = {}
    for table in COLUMNS:
        if table == "runs":
            continue
        out[table] = sorted(json.dumps({k: v for k, v in r.items() if k != "run_id"},
                                       ensure_ascii=False, sort_keys=True)
                            for r in rows(db, f"SELECT * FROM {table}"))
    return out


class Scratch(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="hanfact-contract-"))
        self.db = self.dir / "facts.db"

    def tearDown(self):
        shutil.rmtree(self.dir)

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


class Demo(unittest.TestCase):
    """The sample articles, ingested once."""

    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="hanfact-contract-"))
        cls.db = cls.dir / "facts.db"
        run("ingest", SOURCE / "corpus/articles", "--db", cls.db, check=0)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    def test_tables_have_their_columns(self):
        for table, columns in COLUMNS.items():
            have = {r["name"] for r in rows(self.db, f"PRAGMA table_info({table})")}
            self.assertFalse(set(columns.split()) - have, table)

    def test_enums_hold_only_their_values(self):
        for (table, column), values in ENUMS.items():
            found = {r[column] for r in rows(self.db, f"SELECT DISTINCT {column} FROM {table}")}
            self.assertFalse(found - set(values.split()) - {None}, f"{table}.{column}")
            self.assertTrue(found, f"{table}.{column}")

    def test_offsets_are_code_points_of_the_text(self):
        texts = {r["document_id"]: r["text"] for r in rows(self.db, "SELECT * FROM documents")}
        claims = rows(self.db, "SELECT * FROM claims")
        self.assertGreater(len(claims), 200)
        for c in claims:
            text = texts[c["document_id"]]
            self.assertEqual(text[c["start"]:c["end"]], c["surface"])
            self.assertEqual(text[c["sentence_start"]:c["sentence_end"]], c["sentence"])
            self.assertLessEqual(c["sentence_start"], c["start"])
            self.assertLessEqual(c["end"], c["sentence_end"])
        for m in rows(self.db, "SELECT * FROM mentions"):
            self.assertEqual(texts[m["document_id"]][m["start"]:m["end"]], m["surface"])
        for s in rows(self.db, "SELECT s.*, c.document_id FROM claim_spans s"
                               " JOIN claims c USING (claim_id)"):
            self.assertTrue(0 <= s["start"] < s["end"] <= len(texts[s["document_id"]]))
        for b in rows(self.db, "SELECT * FROM blocks"):
            self.assertTrue(0 <= b["start"] <= b["end"] <= len(texts[b["document_id"]]))
        self.assertFalse([t for t in texts.values() if "\0" in t])

    def test_ids_can_be_worked_out_by_others(self):
        for d in rows(self.db, "SELECT * FROM documents"):
            parts = [d["sha256"].encode()]
            for name, value in (("url", d["url"]), ("id", d["external_id"])):
                given = d["locator"].endswith(".html") is False  # a page's own url is not given
                if value and given:
                    parts += [name.encode(), value.encode()]
            self.assertEqual(d["document_id"], identity(*parts), d["locator"])
        squeeze = re.compile(r"\s+")
        for d in rows(self.db, "SELECT document_id, text FROM documents"):
            claims = rows(self.db, "SELECT * FROM claims WHERE document_id = ? ORDER BY start",
                          d["document_id"])
            for c in claims:
                sentence = squeeze.sub("", c["sentence"])
                surface = squeeze.sub("", c["surface"])
                before = squeeze.sub("", d["text"][c["sentence_start"]:c["start"]])
                nth, at = 0, sentence.find(surface)
                while at < len(before):
                    nth, at = nth + 1, sentence.find(surface, at + 1)
                # Every claim of these articles stands in the first sentence of its wording unless
                # an earlier claim has the same sentence elsewhere.
                same = sorted({o["sentence_start"] for o in claims
                               if squeeze.sub("", o["sentence"]) == sentence})
                ids = [identity(d["document_id"].encode(), sentence.encode(), surface.encode(),
                                str(nth).encode(), str(same.index(c["sentence_start"])).encode())]
                self.assertIn(c["claim_id"], ids, c["sentence"])

    def test_values_are_decimal_text_and_their_doubles(self):
        for c in rows(self.db, "SELECT * FROM claims"):
            self.assertTrue(c["value"] is not None or c["low"] is not None or
                            c["high"] is not None, c["surface"])
            for name in ("value", "low", "high"):
                self.assertEqual(c[name] is None, c[name + "_num"] is None)
                if c[name] is not None:
                    self.assertRegex(c[name], r"^-?\d+(\.\d+)?$")
                    self.assertAlmostEqual(float(c[name]), c[name + "_num"],
                                           delta=abs(float(c[name])) * 1e-12)
            self.assertEqual(c["scope"], json.dumps(json.loads(c["scope"]), ensure_ascii=False,
                                                    sort_keys=True, separators=(",", ":")))
            self.assertIsInstance(json.loads(c["checks"]), list)
            self.assertTrue(0 <= c["confidence"] <= 1)

    def test_inputs_are_all_there(self):
        known = {r["document_id"] for r in rows(self.db, "SELECT document_id FROM documents")}
        rejected = {r["locator"] for r in rows(self.db, "SELECT locator FROM rejects")}
        for i in rows(self.db, "SELECT * FROM inputs"):
            if i["outcome"] == "reject":
                self.assertIsNone(i["document_id"])
                self.assertIn(i["locator"], rejected)
            else:
                self.assertIn(i["document_id"], known)

    def test_facts_hold_what_agrees(self):
        def interval(c):
            if c["bound"] == "range":
                return Decimal(c["low"] or c["value"]), Decimal(c["high"] or c["value"])
            v, u = Decimal(c["value"]), Decimal(c["precision"] or 0)
            tenth = abs(v) / 10
            return {"exact": (v - u / 2, v + u / 2),
                    "about": (v - max(u / 2, abs(v) / 20), v + max(u / 2, abs(v) / 20)),
                    "nearly": (v - tenth, v), "more_than": (v, v + tenth),
                    "at_least": (v, v + tenth), "less_than": (v - tenth, v),
                    "at_most": (v - tenth, v)}[c["bound"]]

        groups = {}
        for c in rows(self.db, "SELECT f.fact_id, f.relation, c.*, d.story_id FROM fact_claims f"
                               " JOIN claims c USING (claim_id) JOIN documents d"
                               " USING (document_id)"):
            groups.setdefault(c["fact_id"], []).append(c)
        several = 0
        for fact in rows(self.db, "SELECT * FROM facts"):
            claims = groups[fact["fact_id"]]
            self.assertEqual(fact["claims"], len(claims))
            self.assertEqual(fact["documents"], len({c["document_id"] for c in claims}))
            self.assertLessEqual(fact["stories"], len({c["story_id"] for c in claims}))
            self.assertGreaterEqual(fact["stories"], 1)
            first = next(c for c in claims if c["claim_id"] == fact["claim_id"])
            for c in claims:
                if c["relation"] == "converted" or c["unit"] != first["unit"] or \
                        c["metric"] != first["metric"] or c["direction"] != first["direction"]:
                    continue
                several += c is not first
                (a, b), (x, y) = interval(first), interval(c)
                self.assertTrue(a <= y and x <= b, f"{first['surface']} and {c['surface']}")
        self.assertGreater(several, 3)

    def test_conflicts_are_between_facts_that_cannot_both_hold(self):
        conflicts = rows(self.db, "SELECT * FROM conflicts")
        self.assertTrue(conflicts)
        for c in conflicts:
            facts = rows(self.db, "SELECT * FROM facts WHERE conflict_id = ?", c["conflict_id"])
            self.assertEqual(c["facts"], len(facts))
            self.assertGreaterEqual(len(facts), 2)
            self.assertTrue(c["reason"])
        listed = {(r["fact_a"], r["fact_b"]) for r in
                  rows(self.db, "SELECT * FROM fact_links WHERE relation IN"
                                " ('contradiction', 'typo_suspect')")}
        disputed = {r["fact_id"] for r in
                    rows(self.db, "SELECT fact_id FROM facts WHERE conflict_id IS NOT NULL")}
        self.assertEqual(disputed, {f for pair in listed for f in pair})


class Runs(Scratch):
    def articles(self):
        folder = self.dir / "in"
        shutil.copytree(SOURCE / "corpus/articles", folder)
        return folder

    def test_order_jobs_and_repetition_change_nothing(self):
        folder = self.articles()
        names = sorted(p.name for p in folder.iterdir() if not p.name.endswith(".meta.json"))
        first = self.dir / "a.db"
        run("ingest", "in", "--db", first, "--jobs", 1, check=0, cwd=self.dir)
        wanted = content(first)
        run("ingest", "in", "--db", first, "--jobs", 2, check=0, cwd=self.dir)
        self.assertEqual(content(first), wanted)
        second = self.dir / "b.db"
        for part in (names[1::2], names[0::2], names):
            run("ingest", *[f"in/{n}" for n in reversed(part)], "--db", second, "--jobs", 2,
                check=0, cwd=self.dir)
        self.assertEqual(content(second), wanted)
        for db in (first, second):
            run("verify", "--db", db, check=0)

    def test_a_killed_run_goes_on(self):
        self.articles()
        whole = self.dir / "whole.db"
        run("ingest", "in", "--db", whole, check=0, cwd=self.dir)
        wanted = content(whole)
        for pause in (0.25, 0.32, 0.4):
            db = self.dir / f"killed-{pause}.db"
            process = subprocess.Popen([HANFACT, "ingest", "in", "--db", str(db)], cwd=self.dir,
                                       stderr=subprocess.DEVNULL)
            try:
                process.wait(pause)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            run("ingest", "in", "--db", db, check=0, cwd=self.dir)
            self.assertEqual(content(db), wanted)

    def test_a_second_writer_says_who_holds_the_database(self):
        path = self.write("a.jsonl", "")
        reader, writer = os.pipe()
        first = subprocess.Popen([HANFACT, "ingest", "-", "--db", str(self.db)], stdin=reader,
                                 stderr=subprocess.DEVNULL)
        try:
            os.close(reader)
            os.write(writer, ('{"text": "港口今年上半年的货物吞吐量增长5.1%。"}\n').encode())
            lock = pathlib.Path(f"{self.db}.lock")
            for _ in range(600):
                if lock.exists() and lock.read_text().strip():
                    break
                time.sleep(0.1)
            second = run("ingest", path, "--db", self.db)
            self.assertEqual(second.returncode, 3)
            self.assertIn(str(first.pid), second.stderr.decode())
        finally:
            os.close(writer)
            first.wait(60)
        self.assertEqual(first.returncode, 0)
        run("ingest", path, "--db", self.db, check=0)

    def test_other_databases_are_left_alone(self):
        path = self.write("a.txt", "港口今年上半年的货物吞吐量增长5.1%。" * 8)
        other = self.dir / "other.db"
        with contextlib.closing(sqlite3.connect(other)) as connection, connection:
            connection.execute("CREATE TABLE mine(x)")
        newer = self.dir / "newer.db"
        run("ingest", path, "--db", newer, check=0)
        with contextlib.closing(sqlite3.connect(newer)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA user_version = 9999")
        for db in (other, newer):
            before = db.read_bytes()
            for command in (["ingest", path], ["facts"], ["verify"], ["stats"]):
                done = run(*command, "--db", db)
                self.assertEqual(done.returncode, 3, f"{command} on {db.name}")
                self.assertIn(db.name, done.stderr.decode())
            self.assertEqual(db.read_bytes(), before)

    def test_bad_inputs_are_rejects_and_cost_nobody_else(self):
        good = "海岳港上半年货物吞吐量为3.2亿吨，同比增长5.1%。" * 6
        self.write("in/empty.txt", "")
        self.write("in/good.txt", good)
        self.write("in/binary.bin", bytes(range(256)) * 40)
        self.write("in/broken.jsonl", '{"id": "x", "text": "' + good + '"}\n{"id": "y", "text"\n')
        self.write("in/english.txt", "The port handled more cargo in the first half. " * 20)
        self.write("in/list.html", "<html><body><ul>" + "".join(
            f'<li><a href="/{i}">新闻标题{i}</a></li>' for i in range(60)) + "</ul></body></html>")
        run("ingest", self.dir / "in", "--db", self.db, check=0)
        rejects = {pathlib.Path(r["locator"]).name: r for r in
                   rows(self.db, "SELECT * FROM rejects")}
        for name in ("empty.txt", "broken.jsonl#2", "english.txt", "list.html"):
            self.assertIn(name, rejects)
            self.assertGreater(len(rejects[name]["reason"]), 15)
        self.assertEqual(rejects["english.txt"]["stage"], "language")
        names = {pathlib.Path(r["locator"]).name for r in rows(self.db, "SELECT * FROM documents")}
        self.assertEqual(names, {"good.txt", "broken.jsonl#1"})
        strict = self.dir / "strict.db"
        run("ingest", "--strict", self.dir / "in", "--db", strict, check=1)
        run("verify", "--db", self.db, check=0)

    def test_metadata_by_precedence(self):
        body = "海岳港上半年货物吞吐量为3.2亿吨，同比增长5.1%。" * 6
        self.write("in/a.html", "<html><head><title>港口上半年增长_海岳网</title>"
                   '<meta property="article:published_time" content="2025-07-02T08:00:00+08:00">'
                   f"</head><body><h1>港口上半年增长</h1><p>{body}</p></body></html>")
        self.write("in/a.html.meta.json", json.dumps({"published": "2025-07-09"}))
        self.write("in/b.jsonl", json.dumps({"id": 7, "title": "标题", "published": "2025-07-01",
                                             "text": body, "mood": ["calm"], "region": "HK"}))
        self.write("in/c.jsonl", json.dumps({"id": {"b": 1, "a": 2}, "title": "只有标题的快讯，"
                                             "港口吞吐量增长百分之五。"}))
        run("ingest", self.dir / "in", "--db", self.db, "--as-of", "2025-08-01", check=0)
        docs = {pathlib.Path(r["locator"]).name: r for r in
                rows(self.db, "SELECT * FROM documents")}
        self.assertEqual(docs["a.html"]["published"][:10], "2025-07-09")
        self.assertEqual(docs["a.html"]["published_from"], "sidecar")
        self.assertEqual(docs["a.html"]["title"], "港口上半年增长")
        b = docs["b.jsonl#1"]
        self.assertEqual((b["external_id"], b["region"], b["published"][:10]),
                         ("7", "HK", "2025-07-01"))
        self.assertEqual(json.loads(b["extra"]), {"mood": ["calm"]})
        c = docs["c.jsonl#1"]
        self.assertEqual(json.loads(c["external_id"]), {"a": 2, "b": 1})
        self.assertIn("港口吞吐量", c["text"])
        self.assertEqual(c["published"][:10], "2025-08-01")
        self.assertFalse(any(n.endswith(".meta.json") for n in docs))

    def test_versions_of_an_address_are_one_voice(self):
        lines = [{"url": "https://example.com/a", "id": str(i), "published": f"2025-07-0{i}",
                  "text": f"海岳港集团公告，2025年上半年营业收入为{v}亿元，同比增长5.1%，"
                          "集装箱业务保持平稳，全年目标不变，码头扩建工程按期推进。" * 3}
                 for i, v in ((1, "31.2"), (2, "31.6"))]
        path = self.write("v.jsonl", "\n".join(json.dumps(x, ensure_ascii=False) for x in lines))
        run("ingest", path, "--db", self.db, check=0)
        docs = rows(self.db, "SELECT * FROM documents ORDER BY published")
        self.assertEqual(len(docs), 2)
        self.assertEqual(docs[1]["replaces"], docs[0]["document_id"])
        self.assertEqual(len({d["story_id"] for d in docs}), 1)
        self.assertFalse(rows(self.db, "SELECT * FROM conflicts"))
        relations = {r["relation"] for r in rows(self.db, "SELECT relation FROM fact_links")}
        self.assertEqual(relations, {"revision"})


class Annotate(Scratch):
    def mentions(self, text, **more):
        line = json.dumps({"id": 1, "text": text, **more}, ensure_ascii=False) + "\n"
        return json.loads(run("annotate", stdin=line, check=0).stdout)["mentions"]

    def test_every_line_is_answered_in_order(self):
        lines = ['{"id": {"a": [1]}, "text": "增长3%"}', "no json", '{"id": 2}', "",
                 '{"id": null, "text": ""}', '[1]', '{"id": "x", "text": 5}']
        out = run("annotate", stdin="\n".join(lines) + "\n", check=0).stdout.decode().splitlines()
        self.assertEqual(len(out), len(lines))
        answers = [json.loads(line) for line in out]
        self.assertEqual(answers[0]["id"], {"a": [1]})
        for n in (1, 2, 3, 5, 6):
            self.assertIn("error", answers[n])
        self.assertEqual(answers[4]["mentions"], [])

    def test_mentions_are_slices_sorted_and_complete(self):
        for name in ("claims", "numbers", "units", "periods"):
            with open(SOURCE / "tests/cases" / f"{name}.jsonl", encoding="utf-8") as cases:
                texts = [json.loads(line)["text"] for line in cases][:150]
            stdin = "".join(json.dumps({"id": i, "text": "𠮷" + t}, ensure_ascii=False) + "\n"
                            for i, t in enumerate(texts))
            out = run("annotate", stdin=stdin, check=0).stdout.decode().splitlines()
            for text, line in zip(texts, out):
                text, end = "𠮷" + text, 0
                covered = set()
                for m in json.loads(line)["mentions"]:
                    self.assertEqual(text[m["start"]:m["end"]], m["text"])
                    self.assertGreaterEqual(m["start"], end, text)
                    end = m["end"]
                    covered |= set(range(m["start"], m["end"]))
                    for field in ("value", "low", "high"):
                        if field in m:
                            self.assertRegex(m[field], r"^-?\d+(\.\d+)?$")
                    if "number" in m:
                        self.assertLessEqual(m["start"], m["number"][0])
                        self.assertLessEqual(m["number"][1], m["end"])
                for at in (i for i, ch in enumerate(text) if ch in "0123456789"):
                    word = re.search(r"[A-Za-z0-9.:/_+@%-]*$", text[:at]).group()
                    if not re.search(r"[A-Za-z@/:_]", word):  # inside a code or an address
                        self.assertIn(at, covered, f"{text[at]} at {at} of {text}")

    def test_fields_of_each_type(self):
        self.assertEqual(self.mentions("营收393.31亿美元，超过20%")[0]["value"], "39331000000")
        m = {x["type"]: x for x in self.mentions("2025年2月27日营收增长超过20%，第3名")}
        self.assertEqual((m["period"]["start_date"], m["period"]["end_date"],
                          m["period"]["grain"]), ("2025-02-27", "2025-02-27", "day"))
        self.assertEqual((m["quantity"]["value"], m["quantity"]["unit"], m["quantity"]["bound"]),
                         ("20", "percent", "more_than"))
        self.assertEqual(m["ordinal"]["value"], "3")
        low = self.mentions("数十家")[0]
        self.assertEqual((low["low"], low["high"], low["unit"]), ("20", "99", "count:家"))
        third = self.mentions("三分之一")[0]
        self.assertEqual(third["value"], "0.333333333333333")


if __name__ == "__main__":
    HANFACT, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)
