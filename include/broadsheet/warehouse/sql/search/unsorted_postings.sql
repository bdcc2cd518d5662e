-- How many rows of open_postings are not sorted, and how many are.
SELECT (SELECT count(*) FROM open_postings) - sorted_postings, sorted_postings FROM warehouse_info;
