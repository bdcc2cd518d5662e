-- Who stood where on some polls. $since, $before: BIGINT
INSERT INTO {observations} BY NAME
SELECT number_of(poll) AS snapshot_id, paper_of(number) AS paper_id, rank, upvotes, num_comments, github_stars
FROM boards($since, $before)
ORDER BY poll, rank;
