-- Empty the index.
DELETE FROM search_documents;

DELETE FROM postings;

DELETE FROM search_terms;

UPDATE warehouse_info SET sorted_postings = 0;
