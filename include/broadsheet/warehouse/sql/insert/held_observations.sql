INSERT INTO held_observations BY NAME
SELECT unnest(from_json(?, '[{"capture_id": "BIGINT", "paper_id": "VARCHAR", "rank": "INTEGER", "upvotes": "INTEGER",
    "num_comments": "INTEGER", "github_stars": "INTEGER", "revision_id": "BIGINT"}]'), max_depth := 2);
