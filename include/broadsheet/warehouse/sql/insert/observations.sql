INSERT INTO open_observations BY NAME
SELECT unnest(from_json(?, '[{"snapshot_id": "BIGINT", "paper_id": "VARCHAR", "rank": "INTEGER", "upvotes": "INTEGER",
    "num_comments": "INTEGER", "github_stars": "INTEGER"}]'), max_depth := 2);
