-- The papers that came with some polls, and that the list showed them. $since, $before: BIGINT, numbers of papers
INSERT INTO {revisions} BY NAME
SELECT
    revision_of(number) AS revision_id, paper_of(number) AS paper_id, 'title:' || left(sha256(words_of(number, 0, 9)), 16) AS title_key,
    words_of(number, 0, 9) AS title, words_of(number, 9, 60) AS abstract,
    list_transform(range(4), lambda n: words_of(number // 3 + n, 100, 2)) AS authors, 4 AS num_authors,
    came_at(number) AS published_at, came_at(number) AS submitted_at,
    words_of(number // 40, 110, 1) AS organization, '{{}}' AS details
FROM range($since, $before) AS papers(number);

INSERT INTO {showings} BY NAME
SELECT
    number_of(came_with(number)) AS snapshot_id, 'trending' AS list_kind, '' AS list_key, came_at(number) AS captured_at,
    paper_of(number) AS paper_id, revision_of(number) AS revision_id
FROM range($since, $before) AS papers(number);
