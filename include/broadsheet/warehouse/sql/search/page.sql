-- Some of the papers that a question finds, and how many it finds in all. $question: VARCHAR, $limit, $offset: BIGINT
SELECT *, count(*) OVER () AS total, row_number() OVER () AS rank
FROM search_papers($question)
ORDER BY rank
LIMIT $limit OFFSET $offset;
