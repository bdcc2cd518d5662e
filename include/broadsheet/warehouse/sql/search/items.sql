-- How a question is understood. $question: VARCHAR
FROM search_items($question);
