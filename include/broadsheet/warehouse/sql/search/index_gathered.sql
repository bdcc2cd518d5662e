-- Bring documents and postings to what stands in `gathered`. What is the same already stays.
DELETE FROM gathered
USING search_documents AS stored
WHERE
    gathered.paper_id = stored.paper_id
    AND gathered.text_lines = stored.text_lines
    AND gathered.author_lines = stored.author_lines
    AND gathered.organization_lines = stored.organization_lines
    AND gathered.keyword_lines = stored.keyword_lines
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
SELECT
    document, paper_id, length, title, organization, published_at, first_seen_at, lists,
    text_lines, author_lines, organization_lines, keyword_lines
FROM numbered
ORDER BY document;

CREATE OR REPLACE TEMP TABLE placed AS
WITH standing AS (
    SELECT document, 'text' AS field, unnest(title_words) AS term, 3 AS weight, 1 AS place FROM numbered
    UNION ALL
    SELECT document, 'text', unnest(abstract_words), 1, 2 FROM numbered
    UNION ALL
    SELECT document, 'text', unnest(summary_words), 1, 4 FROM numbered
    UNION ALL
    SELECT document, 'text', unnest(flatten(keywords_words)), 2, 8 FROM numbered
    UNION ALL
    SELECT document, 'keyword', unnest(flatten(keywords_words)), 0, 0 FROM numbered
    UNION ALL
    SELECT document, 'author', unnest(flatten(authors_words)), 0, 0 FROM numbered
    UNION ALL
    SELECT document, 'org', unnest(organization_words), 0, 0 FROM numbered
    UNION ALL
    SELECT document, 'list', unnest(list_terms), 0, 0 FROM numbered
)
SELECT field, term, document, sum(weight) AS weight, bit_or(place) AS places
FROM standing
GROUP BY field, term, document;

INSERT INTO postings FROM placed ORDER BY term, field, document;

INSERT INTO search_terms SELECT DISTINCT field, term FROM placed ORDER BY term, field;

UPDATE warehouse_info SET next_document = next_document + (SELECT count(*) FROM numbered);

DROP TABLE placed;

DROP TABLE numbered;

DROP TABLE gathered;
