-- Empty the index.
DELETE FROM search_documents;

DELETE FROM open_postings;

DELETE FROM search_terms;

UPDATE warehouse_info SET sorted_postings = 0;
