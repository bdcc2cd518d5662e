-- How the search compares words: folded, and as its index keeps them. $words: a JSON array
SELECT word, search_folded(word) AS folded, search_words(word) AS stems
FROM (SELECT unnest($words::JSON::VARCHAR[]) AS word);
