-- Bring documents and postings to what stands in `gathered`.
DELETE FROM search_documents WHERE paper_id IN (SELECT paper_id FROM gathered);

INSERT INTO search_documents BY NAME
SELECT document, paper_id, length, title, organization, published_at, first_seen_at, lists, words_hash
FROM gathered
WHERE first_seen_at IS NOT NULL
ORDER BY document;

CREATE OR REPLACE TEMP TABLE placed AS
WITH lines AS (
    SELECT document, 'text' AS field, generate_subscripts(text_lines, 1) AS line, unnest(text_lines) AS words
    FROM gathered
    UNION ALL
    SELECT document, 'keyword', generate_subscripts(text_lines[4:], 1), unnest(text_lines[4:]) FROM gathered
    UNION ALL
    SELECT document, 'author', generate_subscripts(author_lines, 1), unnest(author_lines) FROM gathered
    UNION ALL
    SELECT document, 'org', 1, organization_words FROM gathered
    UNION ALL
    SELECT document, 'list', 1, list_terms FROM gathered
),
standing AS (
    SELECT
        document, field, unnest(words) AS term, (line * 65536 + generate_subscripts(words, 1))::INTEGER AS position,
        CASE WHEN field <> 'text' THEN 0 WHEN line = 1 THEN 3 WHEN line <= 3 THEN 1 ELSE 2 END AS weight,
        CASE WHEN field <> 'text' THEN 0 WHEN line <= 3 THEN 1 << (line - 1) ELSE 8 END AS place
    FROM lines
)
SELECT
    field, term, document, sum(weight) AS weight, bit_or(place) AS places,
    list(position ORDER BY position) AS positions
FROM standing
GROUP BY field, term, document;

INSERT INTO postings FROM placed ORDER BY term, field, document;

INSERT INTO search_terms SELECT DISTINCT field, term FROM placed ORDER BY term, field;

UPDATE warehouse_info SET next_document = next_document + (SELECT count(*) FROM gathered);

DROP TABLE placed;

DROP TABLE gathered;
