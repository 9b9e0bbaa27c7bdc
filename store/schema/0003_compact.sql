-- Version 3: what repeats is kept once and named by a small number, hashes are bytes, and the text of a
-- document stands in a table of its own, so that what is asked for each claim (its document's date, site,
-- story) lies close together. The public views stay as they were; `entities`, `fact_links` and
-- `conflicts` become views. hanfact_hash is the program's own and is needed here only.

DROP VIEW documents;
DROP VIEW inputs;
DROP VIEW blocks;
DROP VIEW mentions;
DROP VIEW stories;
DROP VIEW claims;
DROP VIEW claims_extracted;
DROP VIEW claim_spans;
DROP VIEW facts;
DROP VIEW fact_claims;

-- Documents.
CREATE TABLE text_rows (
  document_no INTEGER PRIMARY KEY REFERENCES document_rows ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;
INSERT INTO text_rows SELECT no, text FROM document_rows;

CREATE TABLE document_rows_3 (
  no INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL UNIQUE,
  published TEXT,
  url TEXT,
  site TEXT,
  source TEXT,
  latest INTEGER NOT NULL DEFAULT 1,
  story_no INTEGER,
  story_role TEXT NOT NULL DEFAULT 'original',
  similarity REAL NOT NULL DEFAULT 1,
  text_size INTEGER NOT NULL,
  content_hash INTEGER NOT NULL,
  external_id TEXT,
  locator TEXT NOT NULL,
  title TEXT,
  author TEXT,
  published_from TEXT,
  fetched TEXT,
  script TEXT NOT NULL,
  region TEXT,
  language TEXT NOT NULL,
  charset TEXT NOT NULL,
  confidence REAL NOT NULL,
  sha256 BLOB NOT NULL,
  metadata_digest BLOB NOT NULL,
  replaces TEXT,
  run_id INTEGER NOT NULL REFERENCES runs,
  numbers BLOB NOT NULL,
  extra TEXT
) STRICT;
INSERT INTO document_rows_3
SELECT no, document_id, published, url, site, source, latest, story_no, story_role, similarity,
  text_size, content_hash, external_id, locator, title, author, published_from, fetched, script,
  region, language, charset, confidence, hanfact_bytes(sha256), hanfact_bytes(metadata_digest),
  replaces, run_id, numbers, extra
FROM document_rows;
DROP TABLE document_rows;
ALTER TABLE document_rows_3 RENAME TO document_rows;
CREATE INDEX document_rows_url ON document_rows(url) WHERE url IS NOT NULL;
CREATE INDEX document_rows_story ON document_rows(story_no);
CREATE INDEX document_rows_content ON document_rows(content_hash);

CREATE VIEW documents AS
SELECT d.document_id, d.external_id, d.locator, d.url, d.site, d.source, d.title, d.author,
  d.published, d.published_from, d.fetched, d.script, d.region, d.language, d.charset, d.confidence,
  t.text, lower(hex(d.sha256)) AS sha256, d.extra, d.replaces,
  (SELECT s.document_id FROM document_rows s WHERE s.no = d.story_no) AS story_id,
  d.story_role, d.similarity, d.run_id
FROM document_rows d JOIN text_rows t ON t.document_no = d.no;

CREATE VIEW blocks AS
SELECT d.document_id, b.start, b.end, b.kind
FROM block_rows b JOIN document_rows d ON d.no = b.document_no;

CREATE VIEW stories AS
SELECT s.document_id AS story_id, s.document_id AS canonical_document_id, count(*) AS documents,
  count(DISTINCT coalesce(d.site, d.document_id)) AS sites
FROM document_rows d JOIN document_rows s ON s.no = d.story_no
GROUP BY d.story_no;

-- The journal: found by the hash of locator and payload, which is looked at in full then.
CREATE TABLE input_rows_3 (
  no INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  locator TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  metadata_digest BLOB NOT NULL,
  as_of TEXT NOT NULL,
  document_no INTEGER REFERENCES document_rows,
  outcome TEXT NOT NULL,
  rules_no INTEGER NOT NULL REFERENCES rules_rows,
  run_id INTEGER NOT NULL REFERENCES runs
) STRICT;
INSERT INTO input_rows_3 (key, locator, sha256, metadata_digest, as_of, document_no, outcome,
  rules_no, run_id)
SELECT hanfact_hash(locator, sha256), locator, hanfact_bytes(sha256), hanfact_bytes(metadata_digest),
  as_of, document_no, outcome, rules_no, run_id FROM input_rows;
DROP TABLE input_rows;
ALTER TABLE input_rows_3 RENAME TO input_rows;
CREATE INDEX input_rows_key ON input_rows(key);
CREATE INDEX input_rows_document ON input_rows(document_no);

CREATE VIEW inputs AS
SELECT i.locator, lower(hex(i.sha256)) AS sha256, d.document_id, i.outcome, i.run_id
FROM input_rows i LEFT JOIN document_rows d ON d.no = i.document_no;

-- Entities.
CREATE TABLE entity_rows (
  no INTEGER PRIMARY KEY,
  entity_id TEXT NOT NULL UNIQUE,
  canonical TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  ticker TEXT,
  known INTEGER NOT NULL,
  fiscal_year_end INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO entity_rows (entity_id, canonical, entity_type, ticker, known, fiscal_year_end)
SELECT entity_id, canonical, entity_type, ticker, known, fiscal_year_end FROM entities
ORDER BY entity_id;

CREATE TABLE mention_rows_3 (
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  entity_no INTEGER NOT NULL,
  PRIMARY KEY (document_no, start, end)
) STRICT, WITHOUT ROWID;
INSERT INTO mention_rows_3 SELECT m.document_no, m.start, m.end, e.no FROM mention_rows m
JOIN entity_rows e ON e.entity_id = m.entity_id;
DROP TABLE mention_rows;
DROP TABLE entities;
ALTER TABLE mention_rows_3 RENAME TO mention_rows;
CREATE INDEX mention_rows_entity ON mention_rows(entity_no);

CREATE VIEW entities AS
SELECT entity_id, canonical, entity_type, ticker, known, fiscal_year_end FROM entity_rows;

CREATE VIEW mentions AS
SELECT d.document_id, m.start, m.end, substr(t.text, m.start + 1, m.end - m.start) AS surface,
  e.entity_id
FROM mention_rows m JOIN document_rows d ON d.no = m.document_no
JOIN text_rows t ON t.document_no = m.document_no JOIN entity_rows e ON e.no = m.entity_no;

-- Claims. Rows of these three are found by the hash of their columns, and looked at in full then. They
-- are never changed, and stay when nothing names them any more.
CREATE TABLE name_rows (      -- of a subject, a metric, a speaker: as written, and its id
  no INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL            -- '' where there is none, as in all columns here
) STRICT;
CREATE TABLE period_rows (
  no INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  period_text TEXT NOT NULL
) STRICT;
CREATE TABLE frame_rows (     -- what claims have in common that one rule made
  no INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  low_open INTEGER NOT NULL,
  high_open INTEGER NOT NULL,
  precision TEXT NOT NULL,
  unit TEXT NOT NULL,
  bound TEXT NOT NULL,
  direction TEXT NOT NULL,
  basis TEXT NOT NULL,
  period_from TEXT NOT NULL,
  modality TEXT NOT NULL,
  confidence REAL NOT NULL,
  checks_no INTEGER NOT NULL REFERENCES check_rows,
  rule TEXT NOT NULL
) STRICT;
INSERT INTO name_rows (key, name, id)
SELECT hanfact_hash(a, b), a, b FROM (
  SELECT coalesce(subject, '') AS a, coalesce(subject_id, '') AS b FROM claim_rows
  UNION SELECT coalesce(metric, ''), coalesce(metric_id, '') FROM claim_rows
  UNION SELECT coalesce(attribution, ''), coalesce(attribution_id, '') FROM claim_rows)
WHERE a <> '' OR b <> '';
INSERT INTO period_rows (key, period_start, period_end, period_text)
SELECT hanfact_hash(a, b, c), a, b, c FROM (
  SELECT DISTINCT coalesce(period_start, '') AS a, coalesce(period_end, '') AS b,
    coalesce(period_text, '') AS c FROM claim_rows)
WHERE a <> '' OR b <> '' OR c <> '';
INSERT INTO frame_rows (key, scope, kind, low_open, high_open, precision, unit, bound, direction,
  basis, period_from, modality, confidence, checks_no, rule)
SELECT hanfact_hash(scope, kind, precision, unit, bound, direction, basis, period_from, modality,
  rule), * FROM (
  SELECT DISTINCT scope, kind, low_open, high_open, precision, unit, bound,
    coalesce(direction, '') AS direction, coalesce(basis, '') AS basis,
    coalesce(period_from, '') AS period_from, modality, confidence, checks_no, rule FROM claim_rows);
CREATE INDEX name_rows_key ON name_rows(key);
CREATE INDEX period_rows_key ON period_rows(key);
CREATE INDEX frame_rows_key ON frame_rows(key);

-- `spans`: a JSON array; 0 is the value where it is the claim's own span, else [role, start behind the
-- claim's start, length], roles counted from the value as 0 in the order of the view claim_spans.
CREATE TABLE claim_rows_3 (
  no INTEGER PRIMARY KEY,
  claim_id TEXT NOT NULL UNIQUE,
  aspect INTEGER NOT NULL,
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  frame_no INTEGER NOT NULL,
  subject_no INTEGER,
  metric_no INTEGER,
  period_no INTEGER,
  attribution_no INTEGER,
  value TEXT,
  low TEXT,
  high TEXT,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  sentence_start INTEGER NOT NULL,
  sentence_end INTEGER NOT NULL,
  surface TEXT NOT NULL,
  spans TEXT NOT NULL
) STRICT;
INSERT INTO claim_rows_3
SELECT c.no, c.claim_id, c.aspect, c.document_no,
  (SELECT f.no FROM frame_rows f WHERE f.key = hanfact_hash(c.scope, c.kind, c.precision, c.unit,
      c.bound, coalesce(c.direction, ''), coalesce(c.basis, ''), coalesce(c.period_from, ''),
      c.modality, c.rule)
    AND f.low_open = c.low_open AND f.high_open = c.high_open AND f.confidence = c.confidence
    AND f.checks_no = c.checks_no),
  (SELECT n.no FROM name_rows n WHERE
    n.key = hanfact_hash(coalesce(c.subject, ''), coalesce(c.subject_id, ''))),
  (SELECT n.no FROM name_rows n WHERE
    n.key = hanfact_hash(coalesce(c.metric, ''), coalesce(c.metric_id, ''))),
  (SELECT p.no FROM period_rows p WHERE p.key = hanfact_hash(coalesce(c.period_start, ''),
    coalesce(c.period_end, ''), coalesce(c.period_text, ''))),
  (SELECT n.no FROM name_rows n WHERE
    n.key = hanfact_hash(coalesce(c.attribution, ''), coalesce(c.attribution_id, ''))),
  c.value, c.low, c.high, c.start, c.end - c.start, c.sentence_start, c.sentence_end, c.surface,
  (SELECT json_group_array(json(iif(j.value ->> 0 = 'value' AND j.value ->> 1 = c.start AND
        j.value ->> 2 = c.end, '0', json_array(
      CASE j.value ->> 0 WHEN 'value' THEN 0 WHEN 'subject' THEN 1 WHEN 'metric' THEN 2
        WHEN 'period' THEN 3 WHEN 'attribution' THEN 4 WHEN 'hedge' THEN 5 WHEN 'modality' THEN 6
        WHEN 'direction' THEN 7 ELSE 8 END,
      (j.value ->> 1) - c.start, (j.value ->> 2) - (j.value ->> 1))))) FROM json_each(c.spans) j)
FROM claim_rows c ORDER BY c.no;

-- Facts, with small numbers for what they point to. An aspect's conflicts keep their rows while they
-- grow, so that the facts in them need not be written again.
CREATE TABLE fact_rows_3 (
  no INTEGER PRIMARY KEY,
  fact_id TEXT NOT NULL UNIQUE,
  aspect INTEGER NOT NULL,
  claim_no INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  stories INTEGER NOT NULL,
  first_published TEXT,
  last_published TEXT,         -- NULL where it is the first
  conflict_no INTEGER
) STRICT;
CREATE TABLE conflict_rows (
  no INTEGER PRIMARY KEY,
  conflict_id TEXT NOT NULL,
  aspect INTEGER NOT NULL,
  subject TEXT,
  metric TEXT,
  period_start TEXT,
  period_end TEXT,
  unit TEXT NOT NULL,
  facts INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
INSERT INTO conflict_rows (conflict_id, aspect, subject, metric, period_start, period_end, unit,
  facts, reason)
SELECT k.conflict_id, (SELECT f.aspect FROM fact_rows f WHERE f.conflict_id = k.conflict_id LIMIT 1),
  k.subject, k.metric, k.period_start, k.period_end, k.unit, k.facts, k.reason
FROM conflicts k WHERE EXISTS (SELECT 1 FROM fact_rows f WHERE f.conflict_id = k.conflict_id);
CREATE INDEX conflict_rows_id ON conflict_rows(conflict_id);
CREATE INDEX conflict_rows_aspect ON conflict_rows(aspect);
INSERT INTO fact_rows_3
SELECT f.no, f.fact_id, f.aspect, c.no, f.claims, f.documents, f.stories, f.first_published,
  nullif(f.last_published, f.first_published),
  (SELECT k.no FROM conflict_rows k WHERE k.conflict_id = f.conflict_id)
FROM fact_rows f JOIN claim_rows c ON c.claim_id = f.claim_id;

CREATE TABLE fact_claim_rows_3 (
  claim_no INTEGER PRIMARY KEY REFERENCES claim_rows ON DELETE CASCADE,
  fact_no INTEGER NOT NULL REFERENCES fact_rows ON DELETE CASCADE,
  relation INTEGER NOT NULL    -- identical 0, consistent 1, converted 2
) STRICT;
INSERT OR IGNORE INTO fact_claim_rows_3
SELECT claim_no, fact_no, CASE relation WHEN 'identical' THEN 0 WHEN 'consistent' THEN 1 ELSE 2 END
FROM fact_claim_rows;

CREATE TABLE fact_link_rows (
  fact_a INTEGER NOT NULL REFERENCES fact_rows ON DELETE CASCADE,
  fact_b INTEGER NOT NULL REFERENCES fact_rows ON DELETE CASCADE,
  relation INTEGER NOT NULL,   -- in the order of the view fact_links
  explanation TEXT NOT NULL,
  PRIMARY KEY (fact_a, fact_b, relation)
) STRICT, WITHOUT ROWID;
INSERT INTO fact_link_rows
SELECT a.no, b.no, CASE l.relation WHEN 'revision' THEN 0 WHEN 'forecast_actual' THEN 1
  WHEN 'different_scope' THEN 2 WHEN 'different_basis' THEN 3 WHEN 'different_period' THEN 4
  WHEN 'contradiction' THEN 5 ELSE 6 END, l.explanation
FROM fact_links l JOIN fact_rows a ON a.fact_id = l.fact_a JOIN fact_rows b ON b.fact_id = l.fact_b;
CREATE INDEX fact_link_rows_b ON fact_link_rows(fact_b);

DROP TABLE fact_links;
DROP TABLE conflicts;
DROP TABLE fact_claim_rows;
DROP TABLE fact_rows;
DROP TABLE claim_rows;
ALTER TABLE claim_rows_3 RENAME TO claim_rows;
ALTER TABLE fact_rows_3 RENAME TO fact_rows;
ALTER TABLE fact_claim_rows_3 RENAME TO fact_claim_rows;
CREATE INDEX claim_rows_document ON claim_rows(document_no);
-- Not a partial index: a bound parameter cannot be told to differ from 0, and it would go unused.
CREATE INDEX claim_rows_aspect ON claim_rows(aspect);
CREATE INDEX fact_rows_aspect ON fact_rows(aspect);
CREATE INDEX fact_rows_conflict ON fact_rows(conflict_no) WHERE conflict_no IS NOT NULL;
CREATE INDEX fact_claim_rows_fact ON fact_claim_rows(fact_no);

CREATE VIEW claims_extracted AS
SELECT c.claim_id, d.document_id, c.start, c.start + c.length AS end, c.surface, c.sentence_start,
  c.sentence_end, substr(t.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
  nullif(u.name, '') AS subject, nullif(u.id, '') AS subject_id, nullif(m.name, '') AS metric,
  nullif(m.id, '') AS metric_id, f.scope, f.kind, c.value, c.low, c.high,
  CAST(c.value AS REAL) AS value_num, CAST(c.low AS REAL) AS low_num, CAST(c.high AS REAL) AS high_num,
  f.precision, f.unit, f.bound, nullif(f.direction, '') AS direction, nullif(f.basis, '') AS basis,
  nullif(p.period_start, '') AS period_start, nullif(p.period_end, '') AS period_end,
  nullif(p.period_text, '') AS period_text, nullif(f.period_from, '') AS period_from, f.modality,
  nullif(a.name, '') AS attribution, nullif(a.id, '') AS attribution_id, f.confidence, k.checks, f.rule
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no
JOIN text_rows t ON t.document_no = c.document_no
JOIN frame_rows f ON f.no = c.frame_no
LEFT JOIN name_rows u ON u.no = c.subject_no
LEFT JOIN name_rows m ON m.no = c.metric_no
LEFT JOIN name_rows a ON a.no = c.attribution_no
LEFT JOIN period_rows p ON p.no = c.period_no
LEFT JOIN check_rows k ON k.no = f.checks_no;

-- A correction that is JSON null means "none"; a field that is not corrected is as extracted.
CREATE VIEW claims AS
SELECT c.claim_id, d.document_id, c.start, c.start + c.length AS end, c.surface, c.sentence_start,
  c.sentence_end, substr(t.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
  iif(json_type(s.corrections, '$.subject') IS NULL, nullif(u.name, ''), s.corrections ->> '$.subject') AS subject,
  iif(json_type(s.corrections, '$.subject_id') IS NULL, nullif(u.id, ''), s.corrections ->> '$.subject_id') AS subject_id,
  iif(json_type(s.corrections, '$.metric') IS NULL, nullif(m.name, ''), s.corrections ->> '$.metric') AS metric,
  iif(json_type(s.corrections, '$.metric_id') IS NULL, nullif(m.id, ''), s.corrections ->> '$.metric_id') AS metric_id,
  iif(json_type(s.corrections, '$.scope') IS NULL, f.scope, s.corrections ->> '$.scope') AS scope,
  iif(json_type(s.corrections, '$.kind') IS NULL, f.kind, s.corrections ->> '$.kind') AS kind,
  iif(json_type(s.corrections, '$.value') IS NULL, c.value, s.corrections ->> '$.value') AS value,
  iif(json_type(s.corrections, '$.low') IS NULL, c.low, s.corrections ->> '$.low') AS low,
  iif(json_type(s.corrections, '$.high') IS NULL, c.high, s.corrections ->> '$.high') AS high,
  CAST(iif(json_type(s.corrections, '$.value') IS NULL, c.value, s.corrections ->> '$.value') AS REAL) AS value_num,
  CAST(iif(json_type(s.corrections, '$.low') IS NULL, c.low, s.corrections ->> '$.low') AS REAL) AS low_num,
  CAST(iif(json_type(s.corrections, '$.high') IS NULL, c.high, s.corrections ->> '$.high') AS REAL) AS high_num,
  f.precision,
  iif(json_type(s.corrections, '$.unit') IS NULL, f.unit, s.corrections ->> '$.unit') AS unit,
  iif(json_type(s.corrections, '$.bound') IS NULL, f.bound, s.corrections ->> '$.bound') AS bound,
  iif(json_type(s.corrections, '$.direction') IS NULL, nullif(f.direction, ''), s.corrections ->> '$.direction') AS direction,
  iif(json_type(s.corrections, '$.basis') IS NULL, nullif(f.basis, ''), s.corrections ->> '$.basis') AS basis,
  iif(json_type(s.corrections, '$.period_start') IS NULL, nullif(p.period_start, ''), s.corrections ->> '$.period_start') AS period_start,
  iif(json_type(s.corrections, '$.period_end') IS NULL, nullif(p.period_end, ''), s.corrections ->> '$.period_end') AS period_end,
  nullif(p.period_text, '') AS period_text, nullif(f.period_from, '') AS period_from,
  iif(json_type(s.corrections, '$.modality') IS NULL, f.modality, s.corrections ->> '$.modality') AS modality,
  iif(json_type(s.corrections, '$.attribution') IS NULL, nullif(a.name, ''), s.corrections ->> '$.attribution') AS attribution,
  iif(json_type(s.corrections, '$.attribution_id') IS NULL, nullif(a.id, ''), s.corrections ->> '$.attribution_id') AS attribution_id,
  f.confidence, k.checks, f.rule, coalesce(s.status, 'unreviewed') AS status
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no
JOIN text_rows t ON t.document_no = c.document_no
JOIN frame_rows f ON f.no = c.frame_no
LEFT JOIN name_rows u ON u.no = c.subject_no
LEFT JOIN name_rows m ON m.no = c.metric_no
LEFT JOIN name_rows a ON a.no = c.attribution_no
LEFT JOIN period_rows p ON p.no = c.period_no
LEFT JOIN check_rows k ON k.no = f.checks_no
LEFT JOIN standing_rows s ON s.claim_id = c.claim_id;

CREATE VIEW claim_spans AS
SELECT c.claim_id,
  CASE j.value ->> 0 WHEN 1 THEN 'subject' WHEN 2 THEN 'metric' WHEN 3 THEN 'period'
    WHEN 4 THEN 'attribution' WHEN 5 THEN 'hedge' WHEN 6 THEN 'modality' WHEN 7 THEN 'direction'
    WHEN 8 THEN 'basis' ELSE 'value' END AS role,
  iif(j.type = 'array', c.start + (j.value ->> 1), c.start) AS start,
  iif(j.type = 'array', c.start + (j.value ->> 1) + (j.value ->> 2), c.start + c.length) AS end
FROM claim_rows c, json_each(c.spans) j;

CREATE VIEW facts AS
SELECT f.fact_id, c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,
  c.high, c.value_num, c.low_num, c.high_num, c.precision, c.unit, c.bound, c.direction, c.basis,
  c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id, c.claim_id, f.claims,
  f.documents, f.stories, f.first_published, coalesce(f.last_published, f.first_published) AS
  last_published, (SELECT k.conflict_id FROM conflict_rows k WHERE k.no = f.conflict_no) AS
  conflict_id, iif(f.conflict_no IS NULL, 'agreed', 'disputed') AS status
FROM fact_rows f JOIN claim_rows r ON r.no = f.claim_no JOIN claims c ON c.claim_id = r.claim_id;

CREATE VIEW fact_claims AS
SELECT f.fact_id, c.claim_id,
  CASE r.relation WHEN 0 THEN 'identical' WHEN 1 THEN 'consistent' ELSE 'converted' END AS relation
FROM fact_claim_rows r JOIN fact_rows f ON f.no = r.fact_no JOIN claim_rows c ON c.no = r.claim_no;

CREATE VIEW fact_links AS
SELECT a.fact_id AS fact_a, b.fact_id AS fact_b,
  CASE l.relation WHEN 0 THEN 'revision' WHEN 1 THEN 'forecast_actual' WHEN 2 THEN 'different_scope'
    WHEN 3 THEN 'different_basis' WHEN 4 THEN 'different_period' WHEN 5 THEN 'contradiction'
    ELSE 'typo_suspect' END AS relation, l.explanation
FROM fact_link_rows l JOIN fact_rows a ON a.no = l.fact_a JOIN fact_rows b ON b.no = l.fact_b;

CREATE VIEW conflicts AS
SELECT conflict_id, subject, metric, period_start, period_end, unit, facts, reason FROM conflict_rows;

-- Bands: 32 bits tell them apart well enough, since what shares one is compared in full.
CREATE TABLE band_rows_3 (
  band INTEGER NOT NULL,
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  PRIMARY KEY (band, document_no)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO band_rows_3 SELECT (band & 4294967295) - 2147483648, document_no FROM band_rows;
DROP TABLE band_rows;
ALTER TABLE band_rows_3 RENAME TO band_rows;
