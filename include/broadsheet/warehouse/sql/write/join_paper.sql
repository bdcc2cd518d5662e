-- A paper known by its title got its id: its history becomes the paper's. $alias, $paper: VARCHAR
DELETE FROM open_revisions
WHERE
    paper_id = $alias
    AND revision_id IN (SELECT revision_id FROM revisions WHERE paper_id = $paper);
UPDATE open_revisions SET paper_id = $paper WHERE paper_id = $alias;
UPDATE open_observations SET paper_id = $paper WHERE paper_id = $alias;
UPDATE held_observations SET paper_id = $paper WHERE paper_id = $alias;
UPDATE open_showings SET paper_id = $paper WHERE paper_id = $alias;
UPDATE open_changes SET paper_id = $paper WHERE paper_id = $alias;
DELETE FROM search_documents WHERE paper_id = $alias AND paper_id <> $paper;
INSERT INTO aliases VALUES ($alias, $paper);
