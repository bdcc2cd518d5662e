INSERT INTO open_observations BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"snapshot_id": "BIGINT", "paper_id": "VARCHAR", "rank": "INTEGER", "upvotes": "INTEGER",
    "num_comments": "INTEGER", "github_stars": "INTEGER"}]')) AS item);
