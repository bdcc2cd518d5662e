-- The words of texts, folded, in order. $texts: VARCHAR[]
SELECT text, search_folded(text) FROM (SELECT unnest($texts::JSON::VARCHAR[]) AS text);
