-- Bring documents and postings to what stands in `gathered`. What is the same already stays.
DELETE FROM gathered
USING search_documents AS stored
WHERE
    gathered.paper_id = stored.paper_id
    AND gathered.words_hash = stored.words_hash
    AND gathered.title IS NOT DISTINCT FROM stored.title
    AND gathered.organization IS NOT DISTINCT FROM stored.organization
    AND gathered.published_at IS NOT DISTINCT FROM stored.published_at
    AND gathered.first_seen_at = stored.first_seen_at
    AND gathered.lists = stored.lists;

DELETE FROM search_documents WHERE paper_id IN (SELECT paper_id FROM gathered);

DELETE FROM gathered WHERE first_seen_at IS NULL;

CREATE OR REPLACE TEMP TABLE numbered AS
SELECT *, (SELECT next_document FROM warehouse_info) + row_number() OVER (ORDER BY paper_id) - 1 AS document
FROM gathered;

INSERT INTO search_documents BY NAME
SELECT document, paper_id, length, title, organization, published_at, first_seen_at, lists, words_hash
FROM numbered
ORDER BY document;

CREATE OR REPLACE TEMP TABLE placed AS
WITH lines AS (
    SELECT document, 'text' AS field, 3 AS weight, 1 AS place, 1 AS line, title_words AS words FROM numbered
    UNION ALL
    SELECT document, 'text', 1, 2, 2, abstract_words FROM numbered
    UNION ALL
    SELECT document, 'text', 1, 4, 3, summary_words FROM numbered
    UNION ALL
    SELECT document, 'text', 2, 8, 3 + generate_subscripts(keywords_words, 1), unnest(keywords_words) FROM numbered
    UNION ALL
    SELECT document, 'keyword', 0, 0, generate_subscripts(keywords_words, 1), unnest(keywords_words) FROM numbered
    UNION ALL
    SELECT document, 'author', 0, 0, generate_subscripts(authors_words, 1), unnest(authors_words) FROM numbered
    UNION ALL
    SELECT document, 'org', 0, 0, 1, organization_words FROM numbered
    UNION ALL
    SELECT document, 'list', 0, 0, 1, list_terms FROM numbered
),
standing AS (
    SELECT
        document, field, weight, place, unnest(words) AS term,
        (line * 65536 + generate_subscripts(words, 1))::INTEGER AS position
    FROM lines
)
SELECT
    field, term, document, sum(weight) AS weight, bit_or(place) AS places,
    list(position ORDER BY position) AS positions
FROM standing
GROUP BY field, term, document;

INSERT INTO postings FROM placed ORDER BY term, field, document;

INSERT INTO search_terms SELECT DISTINCT field, term FROM placed ORDER BY term, field;

UPDATE warehouse_info SET next_document = next_document + (SELECT count(*) FROM numbered);

DROP TABLE placed;

DROP TABLE numbered;

DROP TABLE gathered;
