-- Sort the open postings by word, without the documents that are no more.
CREATE OR REPLACE TEMP TABLE in_order AS
FROM open_postings
SEMI JOIN search_documents USING (document)
ORDER BY term, field, document;

CREATE OR REPLACE TEMP TABLE known_terms AS
SELECT DISTINCT field, term FROM search_terms ORDER BY term, field;

DELETE FROM open_postings;

DELETE FROM search_terms;

INSERT INTO open_postings FROM in_order;

INSERT INTO search_terms FROM known_terms;

UPDATE warehouse_info SET sorted_postings = (SELECT count(*) FROM in_order);

DROP TABLE in_order;

DROP TABLE known_terms;
