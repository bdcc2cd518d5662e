INSERT INTO held_observations BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"capture_id": "BIGINT", "paper_id": "VARCHAR", "rank": "INTEGER", "upvotes": "INTEGER",
    "num_comments": "INTEGER", "github_stars": "INTEGER", "revision_id": "BIGINT"}]')) AS item);
