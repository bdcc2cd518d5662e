-- What was taken is in a segment: nothing is open.
DELETE FROM open_postings;

DELETE FROM search_terms;

INSERT INTO search_terms SELECT DISTINCT field, term FROM taken ORDER BY term, field;

UPDATE warehouse_info SET sorted_postings = 0;

DROP TABLE taken;
