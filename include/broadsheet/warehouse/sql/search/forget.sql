-- Empty the index.
DELETE FROM search_documents;

DELETE FROM postings;

DELETE FROM recent_postings;
