-- How many rows stand in recent_postings, and in postings.
SELECT (SELECT count(*) FROM recent_postings), (SELECT count(*) FROM postings);
