-- Version 5: what is added to an aspect builds those facts anew that it touches, not all of them.

-- Where a fact stands in its aspect (FactPlace): the hash of its key, and its low and high end in 24 bits
-- each. NULL for facts of before: their aspect is built as a whole once.
ALTER TABLE fact_rows ADD COLUMN key INTEGER;
ALTER TABLE fact_rows ADD COLUMN reach INTEGER;
DROP INDEX fact_rows_aspect;
CREATE INDEX fact_rows_aspect ON fact_rows(aspect, key, reach);

-- Claims whose facts are to be built, by aspect; claim 0 stands for all of the aspect.
CREATE TABLE pending_rows_5 (
  aspect INTEGER NOT NULL,
  claim_no INTEGER NOT NULL,
  PRIMARY KEY (aspect, claim_no)
) STRICT, WITHOUT ROWID;
INSERT INTO pending_rows_5 SELECT aspect, 0 FROM pending_rows;
DROP TABLE pending_rows;
ALTER TABLE pending_rows_5 RENAME TO pending_rows;
