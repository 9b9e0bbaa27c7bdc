-- Version 6: less is stored and less is written for each claim. Ids of claims and facts are bytes; the
-- claims of a document are a range of numbers; an aspect's claims are those of its facts and the
-- pending ones, so that no index holds them; spans take three characters each. Bands and pending claims
-- are written in order.

DROP VIEW claims;
DROP VIEW claims_extracted;
DROP VIEW claim_spans;
DROP VIEW facts;
DROP VIEW fact_claims;
DROP VIEW fact_links;

-- The claims of a document: first_claim to first_claim + claim_count - 1.
ALTER TABLE document_rows ADD COLUMN first_claim INTEGER NOT NULL DEFAULT 0;
ALTER TABLE document_rows ADD COLUMN claim_count INTEGER NOT NULL DEFAULT 0;
UPDATE document_rows SET
  first_claim = coalesce((SELECT min(c.no) FROM claim_rows c WHERE c.document_no = document_rows.no), 0),
  claim_count = (SELECT count(*) FROM claim_rows c WHERE c.document_no = document_rows.no);

-- What is pending of an aspect: its new and changed claims, and those whose facts were taken out. With
-- claim 0, all of it is built. Numbers grow with the run, so that rows are added at the end.
CREATE TABLE pending_rows_6 (
  claim_no INTEGER NOT NULL,
  aspect INTEGER NOT NULL,
  PRIMARY KEY (claim_no, aspect)
) STRICT, WITHOUT ROWID;
INSERT INTO pending_rows_6 SELECT DISTINCT 0, aspect FROM pending_rows;
INSERT INTO pending_rows_6 SELECT c.no, c.aspect FROM claim_rows c
WHERE c.aspect IN (SELECT aspect FROM pending_rows) ORDER BY c.no;
DROP TABLE pending_rows;
ALTER TABLE pending_rows_6 RENAME TO pending_rows;

-- No reference to the document: there is no way from it to its bands but through its text. A document
-- that is in unbanded_rows may have some of its bands here, or none.
CREATE TABLE band_rows_6 (
  band INTEGER NOT NULL,
  document_no INTEGER NOT NULL,
  PRIMARY KEY (band, document_no)
) STRICT, WITHOUT ROWID;
INSERT INTO band_rows_6 SELECT band, document_no FROM band_rows ORDER BY band, document_no;
DROP TABLE band_rows;
ALTER TABLE band_rows_6 RENAME TO band_rows;

-- `spans`: of each span three characters: its role as a digit, counted from the value as 0 in the order
-- of the view claim_spans; its start behind the claim's start, s, as the character of number 48 + 2s, or
-- 47 - 2s where s is negative; its length, as the character of number 48 + length. Or, where there are
-- more than 16 spans, or one that is further away or longer than 20,000: the JSON array of version 3.
CREATE TABLE claim_rows_6 (
  no INTEGER PRIMARY KEY,
  claim_id BLOB NOT NULL,
  aspect INTEGER NOT NULL,
  document_no INTEGER NOT NULL,
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
INSERT INTO claim_rows_6
SELECT no, hanfact_bytes(claim_id), aspect, document_no, frame_no, subject_no, metric_no, period_no,
  attribution_no, value, low, high, start, length, sentence_start, sentence_end, surface, spans
FROM claim_rows ORDER BY no;

CREATE TABLE fact_rows_6 (
  no INTEGER PRIMARY KEY,
  fact_id BLOB NOT NULL,
  aspect INTEGER NOT NULL,
  claim_no INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  stories INTEGER NOT NULL,
  first_published TEXT,
  last_published TEXT,         -- NULL where it is the first
  conflict_no INTEGER,
  key INTEGER,                 -- of key and reach see version 5
  reach INTEGER
) STRICT;
INSERT INTO fact_rows_6
SELECT no, hanfact_bytes(fact_id), aspect, claim_no, claims, documents, stories, first_published,
  last_published, conflict_no, key, reach
FROM fact_rows ORDER BY no;
DROP TABLE fact_rows;
DROP TABLE claim_rows;
ALTER TABLE claim_rows_6 RENAME TO claim_rows;
ALTER TABLE fact_rows_6 RENAME TO fact_rows;
-- On what the views show, so that a query for an id finds it there.
CREATE UNIQUE INDEX claim_rows_id ON claim_rows(lower(hex(claim_id)));
CREATE UNIQUE INDEX fact_rows_id ON fact_rows(lower(hex(fact_id)));
CREATE INDEX fact_rows_aspect ON fact_rows(aspect, key, reach);
CREATE INDEX fact_rows_conflict ON fact_rows(conflict_no) WHERE conflict_no IS NOT NULL;

-- Phrases that most explanations hold are one control character each; 6 stands before a text that has
-- such a character itself.
UPDATE fact_link_rows SET explanation = iif(
  instr(explanation, char(1)) + instr(explanation, char(2)) + instr(explanation, char(3)) +
  instr(explanation, char(4)) + instr(explanation, char(5)) + instr(explanation, char(6)) > 0,
  char(6) || explanation,
  replace(replace(replace(replace(replace(explanation, ' (1 voice) against ', char(1)),
    ' (1 voice): no value fits both, ', char(2)), ' voices) against ', char(3)),
    ' voices): no value fits both, ', char(4)), ' % apart', char(5)));

CREATE VIEW claims_extracted AS
SELECT lower(hex(c.claim_id)) AS claim_id, d.document_id, c.start, c.start + c.length AS end, c.surface,
  c.sentence_start, c.sentence_end,
  substr(t.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
  nullif(u.name, '') AS subject, nullif(u.id, '') AS subject_id, nullif(m.name, '') AS metric,
  nullif(m.id, '') AS metric_id, f.scope, f.kind, c.value, c.low, c.high,
  CAST(c.value AS REAL) AS value_num, CAST(c.low AS REAL) AS low_num, CAST(c.high AS REAL) AS high_num,
  f.precision, f.unit, f.bound, nullif(f.direction, '') AS direction, nullif(f.basis, '') AS basis,
  nullif(p.period_start, '') AS period_start, nullif(p.period_end, '') AS period_end,
  nullif(p.period_text, '') AS period_text, nullif(f.period_from, '') AS period_from, f.modality,
  nullif(a.name, '') AS attribution, nullif(a.id, '') AS attribution_id, f.confidence, k.checks, f.rule
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no AND c.no >= d.first_claim AND
  c.no < d.first_claim + d.claim_count
JOIN text_rows t ON t.document_no = c.document_no
JOIN frame_rows f ON f.no = c.frame_no
LEFT JOIN name_rows u ON u.no = c.subject_no
LEFT JOIN name_rows m ON m.no = c.metric_no
LEFT JOIN name_rows a ON a.no = c.attribution_no
LEFT JOIN period_rows p ON p.no = c.period_no
LEFT JOIN check_rows k ON k.no = f.checks_no;

-- A correction that is JSON null means "none"; a field that is not corrected is as extracted.
CREATE VIEW corrected_claim_rows AS
SELECT c.no, lower(hex(c.claim_id)) AS claim_id, d.document_id, c.start, c.start + c.length AS end,
  c.surface, c.sentence_start, c.sentence_end,
  substr(t.text, c.sentence_start + 1, c.sentence_end - c.sentence_start) AS sentence,
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
FROM claim_rows c JOIN document_rows d ON d.no = c.document_no AND c.no >= d.first_claim AND
  c.no < d.first_claim + d.claim_count
JOIN text_rows t ON t.document_no = c.document_no
JOIN frame_rows f ON f.no = c.frame_no
LEFT JOIN name_rows u ON u.no = c.subject_no
LEFT JOIN name_rows m ON m.no = c.metric_no
LEFT JOIN name_rows a ON a.no = c.attribution_no
LEFT JOIN period_rows p ON p.no = c.period_no
LEFT JOIN check_rows k ON k.no = f.checks_no
LEFT JOIN standing_rows s ON s.claim_id = lower(hex(c.claim_id));

CREATE VIEW claims AS
SELECT claim_id, document_id, start, end, surface, sentence_start, sentence_end, sentence, subject,
  subject_id, metric, metric_id, scope, kind, value, low, high, value_num, low_num, high_num, precision,
  unit, bound, direction, basis, period_start, period_end, period_text, period_from, modality,
  attribution, attribution_id, confidence, checks, rule, status
FROM corrected_claim_rows;

CREATE VIEW claim_spans AS
SELECT claim_id,
  CASE role WHEN '1' THEN 'subject' WHEN '2' THEN 'metric' WHEN '3' THEN 'period'
    WHEN '4' THEN 'attribution' WHEN '5' THEN 'hedge' WHEN '6' THEN 'modality'
    WHEN '7' THEN 'direction' WHEN '8' THEN 'basis' ELSE 'value' END AS role,
  start + iif(at % 2 = 0, at / 2, -(at + 1) / 2) AS start,
  start + iif(at % 2 = 0, at / 2, -(at + 1) / 2) + length AS end
FROM (SELECT lower(hex(c.claim_id)) AS claim_id, c.start, substr(c.spans, 3 * n.value + 1, 1) AS role,
    unicode(substr(c.spans, 3 * n.value + 2, 1)) - 48 AS at,
    unicode(substr(c.spans, 3 * n.value + 3, 1)) - 48 AS length
  FROM claim_rows c JOIN json_each('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]') n
    ON 3 * n.value < length(c.spans) WHERE substr(c.spans, 1, 1) <> '[')
UNION ALL
SELECT lower(hex(c.claim_id)),
  CASE j.value ->> 0 WHEN 1 THEN 'subject' WHEN 2 THEN 'metric' WHEN 3 THEN 'period'
    WHEN 4 THEN 'attribution' WHEN 5 THEN 'hedge' WHEN 6 THEN 'modality' WHEN 7 THEN 'direction'
    WHEN 8 THEN 'basis' ELSE 'value' END,
  iif(j.type = 'array', c.start + (j.value ->> 1), c.start),
  iif(j.type = 'array', c.start + (j.value ->> 1) + (j.value ->> 2), c.start + c.length)
FROM claim_rows c, json_each(c.spans) j WHERE substr(c.spans, 1, 1) = '[';

CREATE VIEW facts AS
SELECT lower(hex(f.fact_id)) AS fact_id, c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,
  c.high, c.value_num, c.low_num, c.high_num, c.precision, c.unit, c.bound, c.direction, c.basis,
  c.period_start, c.period_end, c.modality, c.attribution, c.attribution_id, c.claim_id, f.claims,
  f.documents, f.stories, f.first_published, coalesce(f.last_published, f.first_published) AS
  last_published, (SELECT k.conflict_id FROM conflict_rows k WHERE k.no = f.conflict_no) AS
  conflict_id, iif(f.conflict_no IS NULL, 'agreed', 'disputed') AS status
FROM fact_rows f JOIN corrected_claim_rows c ON c.no = f.claim_no;

CREATE VIEW fact_claims AS
SELECT lower(hex(f.fact_id)) AS fact_id, lower(hex(c.claim_id)) AS claim_id,
  CASE r.relation WHEN 0 THEN 'identical' WHEN 1 THEN 'consistent' ELSE 'converted' END AS relation
FROM fact_claim_rows r JOIN fact_rows f ON f.no = r.fact_no JOIN claim_rows c ON c.no = r.claim_no;

CREATE VIEW fact_links AS
SELECT lower(hex(a.fact_id)) AS fact_a, lower(hex(b.fact_id)) AS fact_b,
  CASE l.relation WHEN 0 THEN 'revision' WHEN 1 THEN 'forecast_actual' WHEN 2 THEN 'different_scope'
    WHEN 3 THEN 'different_basis' WHEN 4 THEN 'different_period' WHEN 5 THEN 'contradiction'
    ELSE 'typo_suspect' END AS relation,
  iif(substr(l.explanation, 1, 1) = char(6), substr(l.explanation, 2),
    replace(replace(replace(replace(replace(l.explanation, char(1), ' (1 voice) against '),
      char(2), ' (1 voice): no value fits both, '), char(3), ' voices) against '),
      char(4), ' voices): no value fits both, '), char(5), ' % apart')) AS explanation
FROM fact_link_rows l JOIN fact_rows a ON a.no = l.fact_a JOIN fact_rows b ON b.no = l.fact_b;
