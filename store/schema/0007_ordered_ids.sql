-- Version 7: ids of facts and conflicts begin with the place of their aspect: aspects are built in the
-- order of their numbers, so that ids are added to their indexes in order, not each to another page.

-- Eight hex digits of an aspect's number, without its sign, then the first 96 bits of what was there.
-- The order of the facts of one aspect, which links are told by, stays.
DROP INDEX fact_rows_id;
UPDATE fact_rows SET fact_id = hanfact_bytes(
  printf('%08x', ((aspect >> 32) + 0x80000000) & 0xffffffff) || substr(lower(hex(fact_id)), 1, 24));
CREATE UNIQUE INDEX fact_rows_id ON fact_rows(lower(hex(fact_id)));

-- A conflict's id hashes those of its facts.
DROP INDEX conflict_rows_id;
UPDATE conflict_rows SET conflict_id =
  printf('%08x', ((aspect >> 32) + 0x80000000) & 0xffffffff) ||
  substr(hanfact_identity((SELECT group_concat(lower(hex(f.fact_id))) FROM fact_rows f
    WHERE f.conflict_no = conflict_rows.no)), 1, 24)
WHERE EXISTS (SELECT 1 FROM fact_rows f WHERE f.conflict_no = conflict_rows.no);
CREATE INDEX conflict_rows_id ON conflict_rows(conflict_id);
