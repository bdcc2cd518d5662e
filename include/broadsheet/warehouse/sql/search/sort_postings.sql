-- Sort all postings by word, without the documents that are no more.
CREATE OR REPLACE TEMP TABLE in_order AS
FROM postings
SEMI JOIN search_documents USING (document)
ORDER BY term, field, document;

DELETE FROM postings;

DELETE FROM search_terms;

INSERT INTO postings FROM in_order;

INSERT INTO search_terms SELECT DISTINCT field, term FROM in_order ORDER BY term, field;

UPDATE warehouse_info SET sorted_postings = (SELECT count(*) FROM in_order);

DROP TABLE in_order;
