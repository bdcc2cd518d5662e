SELECT
    (SELECT count(*) FROM captures) AS captures,
    (SELECT count(*) FROM snapshots) AS snapshots,
    (SELECT count(DISTINCT paper_id) FROM showings) AS papers,
    (SELECT count(*) FROM observations) AS observations,
    (SELECT count(*) FROM changes) AS changes;
