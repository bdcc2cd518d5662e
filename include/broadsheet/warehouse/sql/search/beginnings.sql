-- The words that a beginning stands for: all that begin so, and the one that it is the plural of.
-- $field, $beginning, $singular: VARCHAR
SELECT DISTINCT term
FROM search_terms
WHERE field = $field AND (starts_with(term, $beginning) OR term = $singular)
ORDER BY term;
