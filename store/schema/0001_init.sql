-- Version 1 of the hanfact database. Never edited once shipped: a change is a new file.
--
-- Tables whose name ends in _rows are private: programs read the views of the public names
-- (docs/formats.md). Rows refer to each other by small integers, private too; every public id is a
-- content hash and the same on every machine.

CREATE TABLE schema_versions (
  version INTEGER PRIMARY KEY,
  applied TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  run_id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  finished TEXT,
  version TEXT NOT NULL,
  rules_digest TEXT NOT NULL,
  lexicon_digest TEXT NOT NULL,
  arguments TEXT NOT NULL,
  documents INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  claims INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE document_rows (
  no INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL UNIQUE,
  external_id TEXT,
  locator TEXT NOT NULL,
  url TEXT,
  site TEXT,
  source TEXT,
  title TEXT,
  author TEXT,
  published TEXT,
  published_from TEXT,
  fetched TEXT,
  script TEXT NOT NULL,
  region TEXT,
  language TEXT NOT NULL,
  charset TEXT NOT NULL,
  confidence REAL NOT NULL,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  extra TEXT,
  replaces TEXT,
  latest INTEGER NOT NULL DEFAULT 1,
  story_no INTEGER,
  story_role TEXT NOT NULL DEFAULT 'original',
  similarity REAL NOT NULL DEFAULT 1,
  metadata_digest TEXT NOT NULL,
  text_size INTEGER NOT NULL,
  content_hash INTEGER NOT NULL,
  numbers BLOB NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs
) STRICT;
CREATE INDEX document_rows_url ON document_rows(url) WHERE url IS NOT NULL;
CREATE INDEX document_rows_story ON document_rows(story_no);

CREATE VIEW documents AS
SELECT d.document_id, d.external_id, d.locator, d.url, d.site, d.source, d.title, d.author,
  d.published, d.published_from, d.fetched, d.script, d.region, d.language, d.charset, d.confidence,
  d.text, d.sha256, d.extra, d.replaces,
  (SELECT s.document_id FROM document_rows s WHERE s.no = d.story_no) AS story_id,
  d.story_role, d.similarity, d.run_id
FROM document_rows d;

-- One row for each input ever given. An input whose payload and metadata, rules, lexicon and
-- reference date are those recorded here is done and is not read again.
CREATE TABLE input_rows (
  locator TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  metadata_digest TEXT NOT NULL,
  as_of TEXT NOT NULL,
  document_no INTEGER REFERENCES document_rows,
  outcome TEXT NOT NULL,
  rules_digest TEXT NOT NULL,
  lexicon_digest TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs,
  PRIMARY KEY (locator, sha256, metadata_digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX input_rows_document ON input_rows(document_no);

CREATE VIEW inputs AS
SELECT i.locator, i.sha256, d.document_id, i.outcome, i.run_id
FROM input_rows i LEFT JOIN document_rows d ON d.no = i.document_no;

CREATE TABLE rejects (
  locator TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs,
  PRIMARY KEY (locator, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE block_rows (
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (document_no, start)
) STRICT, WITHOUT ROWID;

CREATE VIEW blocks AS
SELECT d.document_id, b.start, b.end, b.kind
FROM block_rows b JOIN document_rows d ON d.no = b.document_no;

CREATE TABLE entities (
  entity_id TEXT PRIMARY KEY,
  canonical TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  ticker TEXT,
  known INTEGER NOT NULL,
  fiscal_year_end INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Key columns stand first: integrity_check of SQLite 3.40 takes others for NULL otherwise.
CREATE TABLE aliases (
  entity_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  region TEXT NOT NULL,
  script TEXT NOT NULL,
  PRIMARY KEY (entity_id, alias, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE mention_rows (
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  entity_id TEXT NOT NULL,
  PRIMARY KEY (document_no, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_rows_entity ON mention_rows(entity_id);

CREATE VIEW mentions AS
SELECT d.document_id, m.start, m.end, substr(d.text, m.start + 1, m.end - m.start) AS surface,
  m.entity_id
FROM mention_rows m JOIN document_rows d ON d.no = m.document_no;

CREATE TABLE claim_rows (
  no INTEGER PRIMARY KEY,
  claim_id TEXT NOT NULL UNIQUE,
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  surface TEXT NOT NULL,
  sentence_start INTEGER NOT NULL,
  sentence_end INTEGER NOT NULL,
  subject TEXT,
  subject_id TEXT,
  metric TEXT,
  metric_id TEXT,
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT,
  low TEXT,
  high TEXT,
  low_open INTEGER NOT NULL,
  high_open INTEGER NOT NULL,
  value_num REAL,
  low_num REAL,
  high_num REAL,
  precision TEXT NOT NULL,
  unit TEXT NOT NULL,
  bound TEXT NOT NULL,
  direction TEXT,
  basis TEXT,
  period_start TEXT,
  period_end TEXT,
  period_text TEXT,
  period_from TEXT,
  modality TEXT NOT NULL,
  attribution TEXT,
  attribution_id TEXT,
  confidence REAL NOT NULL,
  checks TEXT NOT NULL,
  rule TEXT NOT NULL,
  spans TEXT NOT NULL,
  aspect INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_rows_document ON claim_rows(document_no);
-- Not a partial index: a bound parameter cannot be told to differ from 0, and it would go unused.
CREATE INDEX claim_rows_aspect ON claim_rows(aspect);

CREATE VIEW claims_extracted AS
SELECT c.claim_id, d.document_id, c.start, c.end, c.surface, c.sentence_start, c.sentence_end,
  substr(d.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
  c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low, c.high,
  c.value_num, c.low_num, c.high_num, c.precision, c.unit, c.bound, c.direction, c.basis,
  c.period_start, c.period_end, c.period_text, c.period_from, c.modality, c.attribution,
  c.attribution_id, c.confidence, c.checks, c.rule
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no;

CREATE TABLE reviews (
  review_id INTEGER PRIMARY KEY AUTOINCREMENT,
  claim_id TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN
    ('accept', 'reject', 'correct', 'flag', 'comment', 'merge', 'split', 'undo')),
  target TEXT,
  field TEXT,
  old TEXT,
  new TEXT,
  reason TEXT,
  editor TEXT NOT NULL,
  at TEXT NOT NULL,
  note TEXT,
  document_id TEXT NOT NULL,
  surface TEXT NOT NULL,
  sentence TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_claim ON reviews(claim_id);
CREATE TRIGGER reviews_no_update BEFORE UPDATE ON reviews
BEGIN SELECT raise(ABORT, 'reviews is append only'); END;
CREATE TRIGGER reviews_no_delete BEFORE DELETE ON reviews
BEGIN SELECT raise(ABORT, 'reviews is append only'); END;

-- What the reviews of a claim amount to now: derived from reviews, rewritten with each decision.
CREATE TABLE standing_rows (
  claim_id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  corrections TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE claim_moves (
  old_claim_id TEXT PRIMARY KEY,
  claim_id TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs
) STRICT, WITHOUT ROWID;

-- A correction that is JSON null means "none"; a field that is not corrected is as extracted.
CREATE VIEW claims AS
SELECT c.claim_id, d.document_id, c.start, c.end, c.surface, c.sentence_start, c.sentence_end,
  substr(d.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
  iif(json_type(s.corrections, '$.subject') IS NULL, c.subject, s.corrections ->> '$.subject') AS subject,
  iif(json_type(s.corrections, '$.subject_id') IS NULL, c.subject_id, s.corrections ->> '$.subject_id') AS subject_id,
  iif(json_type(s.corrections, '$.metric') IS NULL, c.metric, s.corrections ->> '$.metric') AS metric,
  iif(json_type(s.corrections, '$.metric_id') IS NULL, c.metric_id, s.corrections ->> '$.metric_id') AS metric_id,
  iif(json_type(s.corrections, '$.scope') IS NULL, c.scope, s.corrections ->> '$.scope') AS scope,
  iif(json_type(s.corrections, '$.kind') IS NULL, c.kind, s.corrections ->> '$.kind') AS kind,
  iif(json_type(s.corrections, '$.value') IS NULL, c.value, s.corrections ->> '$.value') AS value,
  iif(json_type(s.corrections, '$.low') IS NULL, c.low, s.corrections ->> '$.low') AS low,
  iif(json_type(s.corrections, '$.high') IS NULL, c.high, s.corrections ->> '$.high') AS high,
  iif(json_type(s.corrections, '$.value') IS NULL, c.value_num, CAST(s.corrections ->> '$.value' AS REAL)) AS value_num,
  iif(json_type(s.corrections, '$.low') IS NULL, c.low_num, CAST(s.corrections ->> '$.low' AS REAL)) AS low_num,
  iif(json_type(s.corrections, '$.high') IS NULL, c.high_num, CAST(s.corrections ->> '$.high' AS REAL)) AS high_num,
  c.precision,
  iif(json_type(s.corrections, '$.unit') IS NULL, c.unit, s.corrections ->> '$.unit') AS unit,
  iif(json_type(s.corrections, '$.bound') IS NULL, c.bound, s.corrections ->> '$.bound') AS bound,
  iif(json_type(s.corrections, '$.direction') IS NULL, c.direction, s.corrections ->> '$.direction') AS direction,
  iif(json_type(s.corrections, '$.basis') IS NULL, c.basis, s.corrections ->> '$.basis') AS basis,
  iif(json_type(s.corrections, '$.period_start') IS NULL, c.period_start, s.corrections ->> '$.period_start') AS period_start,
  iif(json_type(s.corrections, '$.period_end') IS NULL, c.period_end, s.corrections ->> '$.period_end') AS period_end,
  c.period_text, c.period_from,
  iif(json_type(s.corrections, '$.modality') IS NULL, c.modality, s.corrections ->> '$.modality') AS modality,
  iif(json_type(s.corrections, '$.attribution') IS NULL, c.attribution, s.corrections ->> '$.attribution') AS attribution,
  iif(json_type(s.corrections, '$.attribution_id') IS NULL, c.attribution_id, s.corrections ->> '$.attribution_id') AS attribution_id,
  c.confidence, c.checks, c.rule, coalesce(s.status, 'unreviewed') AS status
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no
LEFT JOIN standing_rows s ON s.claim_id = c.claim_id;

CREATE VIEW claim_spans AS
SELECT c.claim_id, j.value ->> 0 AS role, j.value ->> 1 AS start, j.value ->> 2 AS end
FROM claim_rows c, json_each(c.spans) j;

CREATE TABLE fact_rows (
  no INTEGER PRIMARY KEY,
  fact_id TEXT NOT NULL UNIQUE,
  aspect INTEGER NOT NULL,
  claim_id TEXT NOT NULL,
  claims INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  stories INTEGER NOT NULL,
  first_published TEXT,
  last_published TEXT,
  conflict_id TEXT,
  status TEXT NOT NULL
) STRICT;
CREATE INDEX fact_rows_aspect ON fact_rows(aspect);
CREATE INDEX fact_rows_conflict ON fact_rows(conflict_id) WHERE conflict_id IS NOT NULL;

CREATE VIEW facts AS
SELECT f.fact_id, c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,
  c.high, c.value_num, c.low_num, c.high_num, c.precision, c.unit, c.bound, c.direction, c.basis,
  c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id, c.claim_id, f.claims,
  f.documents, f.stories, f.first_published, f.last_published, f.conflict_id, f.status
FROM fact_rows f JOIN claims c ON c.claim_id = f.claim_id;

CREATE TABLE fact_claim_rows (
  fact_no INTEGER NOT NULL REFERENCES fact_rows ON DELETE CASCADE,
  claim_no INTEGER NOT NULL REFERENCES claim_rows ON DELETE CASCADE,
  relation TEXT NOT NULL,
  PRIMARY KEY (fact_no, claim_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_claim_rows_claim ON fact_claim_rows(claim_no);

CREATE VIEW fact_claims AS
SELECT f.fact_id, c.claim_id, r.relation
FROM fact_claim_rows r JOIN fact_rows f ON f.no = r.fact_no JOIN claim_rows c ON c.no = r.claim_no;

CREATE TABLE fact_links (
  fact_a TEXT NOT NULL,
  fact_b TEXT NOT NULL,
  relation TEXT NOT NULL,
  explanation TEXT NOT NULL,
  PRIMARY KEY (fact_a, fact_b, relation)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_links_b ON fact_links(fact_b);

CREATE TABLE conflicts (
  conflict_id TEXT PRIMARY KEY,
  subject TEXT,
  metric TEXT,
  period_start TEXT,
  period_end TEXT,
  unit TEXT NOT NULL,
  facts INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Near-duplicate search: documents that share a band are compared exactly, and pairs that pass are
-- kept, both ways round.
CREATE TABLE band_rows (
  band INTEGER NOT NULL,
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  PRIMARY KEY (band, document_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_pair_rows (
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  other_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  PRIMARY KEY (document_no, other_no)
) STRICT, WITHOUT ROWID;

CREATE VIEW stories AS
SELECT s.document_id AS story_id, s.document_id AS canonical_document_id, count(*) AS documents,
  count(DISTINCT coalesce(d.site, d.document_id)) AS sites
FROM document_rows d JOIN document_rows s ON s.no = d.story_no
GROUP BY d.story_no;

-- Aspects whose facts are to be built again, left by a batch, drained before a run is finished.
CREATE TABLE pending_rows (
  aspect INTEGER PRIMARY KEY
) STRICT;
