-- Of each word of some lines where it stands in a document. $lines: JSON
INSERT INTO open_postings BY NAME
WITH lines AS (
    SELECT unnest(from_json($lines, '[{"document": "BIGINT", "field": "VARCHAR", "line": "INTEGER", "words": "VARCHAR",
        "weight": "INTEGER", "place": "UTINYINT"}]'), recursive := true)
),
standing AS (
    SELECT
        document, field, unnest(words) AS term, weight, place,
        line * 65536 + generate_subscripts(words, 1)::INTEGER AS position
    FROM (SELECT * REPLACE (string_split(words, ' ') AS words) FROM lines)
)
SELECT
    field, term, document, sum(weight)::INTEGER AS weight, bit_or(place) AS places, list(position) AS positions
FROM standing
GROUP BY field, term, document;
