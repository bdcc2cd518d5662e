-- The documents in which a word stands, and where in them. $field, $term: VARCHAR
SELECT document, weight, places FROM postings WHERE field = $field AND term = $term;
