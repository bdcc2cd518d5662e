-- The words of the documents from a number on. $first: BIGINT
INSERT INTO search_terms SELECT DISTINCT field, term FROM open_postings WHERE document >= $first;
