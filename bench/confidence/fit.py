#!/usr/bin/env python3
"""Fit the weights of extract/rules/confidence.tsv and the records of records.tsv to gold claims.

fit.py [--hanfact BIN] [--unread GOLD.jsonl TEXTS.jsonl]... GOLD.jsonl TEXTS.jsonl [...]

Each pair of files is one set: gold claims as in corpus/gold/claims.jsonl, and the texts they are of. A
claim of hanfact is right when the gold claim it overlaps has the same value, unit, bound, period,
subject, metric, kind, direction and modality (subject and metric leniently: one holds the other). A
logistic regression tells what each check that fails costs in log odds (none may gain; 0 for one that
too few claims fail). Printed are, for each set, how
well a fit of the *other* sets orders its claims (area under the curve, .5 is chance) and how many of
the claims of each tenth of confidence were right; then the numbers of the two tables, of the fit of
all sets (confidence.tsv has a third column, which stays as it is).

Rules are written by reading articles, and are right more often of those than of others. --unread names
sets that nobody has read: they are no part of the fit, but the base is moved until what is told of
their claims is, on the average, what comes true. Standard library alone; about a minute for 3,000 claims.
"""
import argparse
import collections
import json
import math
import re
import subprocess
import sys

L2, ROUNDS, STEP = 3.0, 300, 0.03
PRIOR, SLOPE = 20, 5  # kPrior and kSlope of extract/confidence.cc
RECORD = "record of the measure"  # a check that has a table of its own
BY_HAND = {"arithmetic": -1.0, "has metric": -0.5, "sign agrees with direction": -1.0}
ENOUGH = 15  # claims that fail a check, or that are of a measure
CHECKS = set()  # the names of all that the program makes


def squeeze(text):
    return re.sub(r"[\s·・()（）《》「」“”\"'’-]", "", text or "").lower()


def alike(a, b):
    a, b = squeeze(a), squeeze(b)
    return a == b or (min(len(a), len(b)) >= 2 and (a in b or b in a))


def number(x):
    return None if x in (None, "") else float(x)


def same_number(a, b):
    a, b = number(a), number(b)
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(1, abs(b))


SAME = [{"about", "nearly"}, {"more_than", "at_least"}, {"less_than", "at_most"},
        {"level", "price"}, {"level", "count"}, {"count:倍", "multiple"}]


def equal(a, b):
    return (a or None) == (b or None) or any({a, b} <= same for same in SAME)


def is_right(gold, claim):
    unsure = set(gold.get("unsure") or [])
    span = ("low", "high") if gold.get("low") is not None else ("value",)
    day = lambda key: (claim.get(key) or "")[:10] or None
    checks = {
        "value": all(same_number(gold.get(k), claim.get(k)) for k in span),
        "unit": equal(gold["unit"], claim.get("unit")) or
                (gold["unit"].startswith("count") and (claim.get("unit") or "").startswith("count")),
        "bound": equal(gold["bound"], claim.get("bound")),
        "period": (gold.get("start") or None, gold.get("end") or None) ==
                  (day("period_start"), day("period_end")) or bool(unsure & {"start", "end"}),
        "subject": alike(gold["subject"], claim.get("subject")),
        "metric": alike(gold["metric"], claim.get("metric")),
        "kind": equal(gold["kind"], claim.get("kind")),
        "direction": equal(gold.get("direction"), claim.get("direction")),
        "modality": gold["modality"] == claim.get("modality"),
    }
    return all(ok or key in unsure for key, ok in checks.items())


def occurrences(text, surface):
    at = text.find(surface)
    while at >= 0:
        yield at
        at = text.find(surface, at + 1)


def rows_of(hanfact, gold_file, texts_file):
    """[failed checks, measure, right] of each claim of a set."""
    gold = collections.defaultdict(list)
    for line in open(gold_file, encoding="utf-8"):
        if line.strip():
            claim = json.loads(line)
            gold[claim["doc"]].append(claim)
    texts = [json.loads(line) for line in open(texts_file, encoding="utf-8")]
    keep = ("title", "published", "region", "text")
    lines = "".join(json.dumps({"id": t["doc"], **{k: t[k] for k in keep if k in t}},
                               ensure_ascii=False) + "\n" for t in texts)
    done = subprocess.run([hanfact, "extract", "--quiet", "-"], input=lines, capture_output=True,
                          text=True, check=True)
    rows = []
    for text, line in zip(texts, done.stdout.splitlines()):
        document = json.loads(line)
        free = list(document.get("claims") or [])
        clean = document.get("text") or text["text"]
        found = []
        for claim in gold[text["doc"]]:
            places = list(occurrences(clean, claim["surface"]))
            nth = min(claim.get("nth") or 1, len(places))
            if not places:
                continue
            at = places[nth - 1]
            over = [c for c in free if c["start"] < at + len(claim["surface"]) and at < c["end"]]
            best = max(over, key=lambda c: is_right(claim, c), default=None)
            if best is not None:
                free.remove(best)
                found.append((best, is_right(claim, best), claim["kind"]))
        found += [(c, False, c["kind"]) for c in free]
        for claim, right, kind in found:
            if kind == "rank":
                continue
            failed = [name for name, passed, *_ in claim["checks"]
                      if not passed and name != RECORD]
            CHECKS.update(name for name, *_ in claim["checks"] if name != RECORD)
            rows.append((failed, claim.get("metric_id") or "-", int(right)))
    return rows


def share(odds):
    return 1 / (1 + math.exp(-odds))


def odds_of(fit, row):
    base, weights, records = fit
    odds = base + sum(weights.get(name, 0) for name in row[0])
    if row[1] in records:
        seen, right, expected = records[row[1]]
        odds += SLOPE * (right - expected) / (seen + PRIOR)
    return odds


def fit_to(rows):
    counts = collections.Counter(name for row in rows for name in row[0])
    names = sorted(n for n, count in counts.items() if count >= ENOUGH and n not in BY_HAND)
    weights, base = dict.fromkeys(names, 0.0), 0.9
    squares, base_square = dict.fromkeys(names, 1e-3), 1e-3
    for _ in range(ROUNDS):  # RMSprop over the whole set
        slopes, base_slope = {n: L2 * weights[n] for n in names}, 0.0
        for failed, _, right in rows:
            miss = share(base + sum(weights.get(n, 0) for n in failed)) - right
            base_slope += miss
            for n in failed:
                if n in slopes:
                    slopes[n] += miss
        for n in names:
            squares[n] = 0.9 * squares[n] + 0.1 * slopes[n] ** 2
            weights[n] = min(0.0, weights[n] - STEP * slopes[n] / math.sqrt(squares[n]))
        base_square = 0.9 * base_square + 0.1 * base_slope ** 2
        base -= STEP * base_slope / math.sqrt(base_square)
    weights = {**dict.fromkeys(CHECKS, 0.0), **weights, **BY_HAND}
    tallies = collections.defaultdict(lambda: [0, 0, 0.0])
    for row in rows:
        tally = tallies[row[1]]
        tally[0] += 1
        tally[1] += row[2]
        tally[2] += share(odds_of((base, weights, {}), row))
    return base, weights, {k: v for k, v in tallies.items() if v[0] >= ENOUGH}


def moved_to(fit, rows):
    """The base at which the rows come true as often as is told of them."""
    _, weights, records = fit
    low, high = -5.0, 5.0
    for _ in range(40):
        base = (low + high) / 2
        told = sum(share(odds_of((base, weights, records), row)) for row in rows)
        low, high = (low, base) if told > sum(row[2] for row in rows) else (base, high)
    return base


def tell_tenths(told):
    """How many of the claims of each tenth of confidence were right."""
    tenths = collections.defaultdict(list)
    for chance, right in told:
        tenths[int(chance * 10)].append(right)
    for tenth in sorted(tenths):
        these = tenths[tenth]
        print(f"{tenth / 10:.1f}: {len(these)} claims, {sum(these) / len(these):.2f} right")


def area_under_curve(pairs):
    pairs = sorted(pairs)
    right = sum(y for _, y in pairs)
    if right in (0, len(pairs)):
        return float("nan")
    ranks, at = 0.0, 0
    while at < len(pairs):
        end = at
        while end < len(pairs) and pairs[end][0] == pairs[at][0]:
            end += 1
        ranks += (at + end + 1) / 2 * sum(y for _, y in pairs[at:end])
        at = end
    return (ranks - right * (right + 1) / 2) / (right * (len(pairs) - right))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hanfact", default="build/release/hanfact")
    parser.add_argument("--unread", nargs=2, action="append", default=[],
                        metavar=("GOLD", "TEXTS"), help="a set that nobody has read")
    parser.add_argument("files", nargs="+", help="gold and texts of each set, in turn")
    args = parser.parse_args()
    if len(args.files) % 2:
        parser.error("a gold file without its texts")
    sets = [rows_of(args.hanfact, *args.files[i:i + 2]) for i in range(0, len(args.files), 2)]
    if len(sets) > 1:
        told = []
        for i, rows in enumerate(sets):
            fit = fit_to([row for j, other in enumerate(sets) if j != i for row in other])
            mine = [(share(odds_of(fit, row)), row[2]) for row in rows]
            told += mine
            print(f"{args.files[2 * i]}: {len(rows)} claims, {area_under_curve(mine):.3f}")
        print(f"all: {len(told)} claims, {area_under_curve(told):.3f}")
        tell_tenths(told)
    base, weights, records = fit_to([row for rows in sets for row in rows])
    unread = [row for pair in args.unread for row in rows_of(args.hanfact, *pair)]
    if unread:
        base = moved_to((base, weights, records), unread)
        told = [(share(odds_of((base, weights, records), row)), row[2]) for row in unread]
        print(f"unread: {len(told)} claims, {area_under_curve(told):.3f}")
        tell_tenths(told)
    print(f"\nbase\t{base:.2f}")
    for name in sorted(weights, key=str.encode):
        print(f"{name}\t{weights[name]:.2f}")
    print()
    for measure in sorted(records, key=str.encode):
        seen, right, expected = records[measure]
        print(f"{measure}\t{seen}\t{right}\t{expected:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
