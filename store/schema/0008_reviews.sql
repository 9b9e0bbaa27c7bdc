-- Version 8: editors decide. A corrected value has a precision of its own, a claim can be flagged, and
-- what was decided of a document, when, and what moved to a claim are
-- found by indexes. The public views stay as they were.

ALTER TABLE standing_rows ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX reviews_document ON reviews(document_id);
CREATE INDEX reviews_at ON reviews(at);
CREATE INDEX claim_moves_claim ON claim_moves(claim_id);

-- Claims whose aspect is to be told anew, which the next run does before anything else. Facts go by the
-- name of an entity that the lexicon does not know, no longer by its id.
CREATE TABLE unfiled_rows (
  claim_no INTEGER PRIMARY KEY REFERENCES claim_rows ON DELETE CASCADE
) STRICT;
INSERT INTO unfiled_rows SELECT no FROM claim_rows
WHERE subject_no IN (SELECT no FROM name_rows WHERE substr(id, 1, 2) = 'x:')
  OR attribution_no IN (SELECT no FROM name_rows WHERE substr(id, 1, 2) = 'x:');

DROP VIEW corrected_claim_rows;
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
  iif(json_type(s.corrections, '$.precision') IS NULL, f.precision, s.corrections ->> '$.precision') AS precision,
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
  f.confidence, k.checks, f.rule, coalesce(s.status, 'unreviewed') AS status,
  coalesce(s.flagged, 0) AS flagged
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
