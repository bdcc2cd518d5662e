CREATE TABLE papers (
    paper_id VARCHAR, title VARCHAR, authors VARCHAR[], published_at TIMESTAMP, upvotes INTEGER, score DECIMAL(6, 2)
);
INSERT INTO papers VALUES
    ('2611.00001', 'Plain & simple: 100% of $\mathcal{O}(n)$', ['Ada Lovelace', 'Team X, Y and Z'],
     '2026-11-03 10:20:30', 12, 1.50),
    ('2611.00002', 'An escape' || chr(27) || '[2J | and a bar' || chr(10) || 'and a line', NULL, NULL, NULL, NULL),
    ('title:0123456789abcdef', 'Known by title', [], NULL, 0, 0);
CREATE TABLE captures (capture_id BIGINT, captured_at TIMESTAMP, verdict VARCHAR);
INSERT INTO captures VALUES (1, '2026-11-20 07:00:00', 'ok');
CREATE TABLE snapshots (snapshot_id BIGINT);
CREATE TABLE observations (snapshot_id BIGINT, rank INTEGER);
CREATE TABLE revisions (revision_id BIGINT, details JSON);
INSERT INTO revisions VALUES (7, '{"title":"x"}');
CREATE TABLE changes (seq BIGINT, change VARCHAR);
CREATE TABLE quality (capture_id BIGINT, note VARCHAR);
CREATE TABLE digest_log (run_key VARCHAR, accepted BIGINT);
CREATE TABLE delivery_log (run_key VARCHAR, state VARCHAR);
