-- Version 4: what is stored of an article no longer grows with all that is there.

-- Bands: 36 bits of the band and 12 of the document's rank in one number. They are of other kinds than
-- before: the first command that writes makes those of the documents in unbanded_rows again.
DROP TABLE band_rows;
CREATE TABLE band_rows (
  band INTEGER NOT NULL,
  document_no INTEGER NOT NULL REFERENCES document_rows ON DELETE CASCADE,
  PRIMARY KEY (band, document_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE unbanded_rows (document_no INTEGER PRIMARY KEY) STRICT;
INSERT INTO unbanded_rows SELECT no FROM document_rows;
