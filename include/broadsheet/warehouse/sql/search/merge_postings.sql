-- Sort all postings into one row a word, without the documents that are no more.
CREATE OR REPLACE TEMP TABLE merged AS
SELECT field, term, list(place) AS places
FROM (
    SELECT field, term, unnest(places) AS place FROM postings
    UNION ALL
    SELECT field, term, unnest(places) FROM recent_postings
)
JOIN search_documents ON search_documents.document = place.document
GROUP BY field, term;

DELETE FROM postings;

DELETE FROM recent_postings;

INSERT INTO postings FROM merged ORDER BY field, term;

DROP TABLE merged;
