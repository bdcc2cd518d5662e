-- How many papers a question finds. $question: VARCHAR
SELECT count(*) AS total FROM search_papers($question);
