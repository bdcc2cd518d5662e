INSERT INTO open_revisions BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"revision_id": "BIGINT", "paper_id": "VARCHAR", "title_key": "VARCHAR", "title": "VARCHAR",
    "abstract": "VARCHAR", "authors": "VARCHAR[]", "num_authors": "INTEGER", "published_at":
    "TIMESTAMP", "submitted_at": "TIMESTAMP", "submitted_by": "VARCHAR", "organization": "VARCHAR",
    "github_url": "VARCHAR", "project_url": "VARCHAR", "ai_summary": "VARCHAR", "ai_summary_model":
    "VARCHAR", "ai_keywords": "VARCHAR[]", "thumbnail_url": "VARCHAR", "media_urls": "VARCHAR[]",
    "details": "VARCHAR"}]')) AS item);
