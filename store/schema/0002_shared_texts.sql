-- Version 2: what repeats in every row is kept once. The lists of checks of claims, and the digests of
-- rules and lexicon that an input was done with, move to tables of their own; the public views stay as
-- they were.

DROP VIEW facts;
DROP VIEW claim_spans;
DROP VIEW fact_claims;
DROP VIEW claims;
DROP VIEW claims_extracted;
DROP VIEW inputs;

CREATE TABLE check_rows (
  no INTEGER PRIMARY KEY,
  checks TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO check_rows (checks) SELECT DISTINCT checks FROM claim_rows ORDER BY checks;
ALTER TABLE claim_rows ADD COLUMN checks_no INTEGER REFERENCES check_rows;
UPDATE claim_rows SET checks_no = (SELECT no FROM check_rows c WHERE c.checks = claim_rows.checks);
ALTER TABLE claim_rows DROP COLUMN checks;

CREATE TABLE rules_rows (
  no INTEGER PRIMARY KEY,
  rules_digest TEXT NOT NULL,
  lexicon_digest TEXT NOT NULL,
  UNIQUE (rules_digest, lexicon_digest)
) STRICT;
INSERT INTO rules_rows (rules_digest, lexicon_digest)
SELECT DISTINCT rules_digest, lexicon_digest FROM input_rows ORDER BY 1, 2;
ALTER TABLE input_rows ADD COLUMN rules_no INTEGER REFERENCES rules_rows;
UPDATE input_rows SET rules_no = (SELECT no FROM rules_rows r WHERE
  r.rules_digest = input_rows.rules_digest AND r.lexicon_digest = input_rows.lexicon_digest);
ALTER TABLE input_rows DROP COLUMN rules_digest;
ALTER TABLE input_rows DROP COLUMN lexicon_digest;

CREATE VIEW inputs AS
SELECT i.locator, i.sha256, d.document_id, i.outcome, i.run_id
FROM input_rows i LEFT JOIN document_rows d ON d.no = i.document_no;

CREATE VIEW claims_extracted AS
SELECT c.claim_id, d.document_id, c.start, c.end, c.surface, c.sentence_start, c.sentence_end,
  substr(d.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
  c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low, c.high,
  c.value_num, c.low_num, c.high_num, c.precision, c.unit, c.bound, c.direction, c.basis,
  c.period_start, c.period_end, c.period_text, c.period_from, c.modality, c.attribution,
  c.attribution_id, c.confidence, k.checks, c.rule
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no
LEFT JOIN check_rows k ON k.no = c.checks_no;

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
  c.confidence, k.checks, c.rule, coalesce(s.status, 'unreviewed') AS status
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no
LEFT JOIN check_rows k ON k.no = c.checks_no
LEFT JOIN standing_rows s ON s.claim_id = c.claim_id;

CREATE VIEW claim_spans AS
SELECT c.claim_id, j.value ->> 0 AS role, j.value ->> 1 AS start, j.value ->> 2 AS end
FROM claim_rows c, json_each(c.spans) j;

CREATE VIEW facts AS
SELECT f.fact_id, c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,
  c.high, c.value_num, c.low_num, c.high_num, c.precision, c.unit, c.bound, c.direction, c.basis,
  c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id, c.claim_id, f.claims,
  f.documents, f.stories, f.first_published, f.last_published, f.conflict_id, f.status
FROM fact_rows f JOIN claims c ON c.claim_id = f.claim_id;

CREATE VIEW fact_claims AS
SELECT f.fact_id, c.claim_id, r.relation
FROM fact_claim_rows r JOIN fact_rows f ON f.no = r.fact_no JOIN claim_rows c ON c.no = r.claim_no;

-- A copy finds its twin by what both say.
CREATE INDEX IF NOT EXISTS document_rows_content ON document_rows(content_hash);
