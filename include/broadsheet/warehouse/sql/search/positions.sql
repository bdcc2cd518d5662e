-- Each place where a word stands. $field, $term: VARCHAR
SELECT document, unnest(positions) AS position FROM postings WHERE field = $field AND term = $term;
