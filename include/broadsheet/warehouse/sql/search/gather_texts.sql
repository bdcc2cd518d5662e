-- The words of some papers as they are known now, into a temporary table `gathered`: a row for each of the papers of
-- which the index says something else; first_seen_at is NULL for one that no list holds any more. What is known now
-- is told as by the view `papers`, but for few papers. $papers: VARCHAR[]
CREATE OR REPLACE TEMP TABLE gathered AS
WITH asked AS (
    SELECT DISTINCT unnest($papers::JSON::VARCHAR[]) AS paper_id
),
-- Of each table first what is said of these papers: joined whole, all texts would be read.
shown AS MATERIALIZED (
    SELECT paper_id, revision_id, snapshot_id, captured_at, list_kind, list_key
    FROM showings
    SEMI JOIN asked USING (paper_id)
),
texts AS MATERIALIZED (
    SELECT paper_id, revision_id, title, abstract, authors, published_at, organization, ai_summary, ai_keywords
    FROM revisions
    SEMI JOIN asked USING (paper_id)
),
stored AS MATERIALIZED (
    SELECT paper_id, words_hash FROM search_documents SEMI JOIN asked USING (paper_id)
),
told AS (
    SELECT
        texts.*, shown.captured_at, shown.list_kind,
        concat_ws(':', shown.list_kind, nullif(shown.list_key, '')) AS list,
        row_number() OVER (PARTITION BY paper_id ORDER BY shown.captured_at, shown.snapshot_id) AS turn
    FROM shown
    JOIN texts USING (paper_id, revision_id)
),
known AS (
    SELECT
        paper_id,
        arg_max(title, turn) AS title,
        arg_max(abstract, turn) AS abstract,
        arg_max(authors, turn) AS authors,
        arg_max(published_at, turn) AS published_at,
        arg_max(organization, turn) AS organization,
        arg_max(ai_summary, turn) AS ai_summary,
        arg_max(ai_keywords, turn) AS ai_keywords,
        min(captured_at) AS first_seen_at,
        list_sort(list_distinct(list(list))) AS lists,
        list_distinct(list(lower(list)) || list(list_kind)) AS list_terms
    FROM told
    GROUP BY paper_id
),
folded AS (
    SELECT
        paper_id, title, organization, published_at, first_seen_at, lists, list_terms,
        3 + len(coalesce(ai_keywords, [])) AS texts,
        list_transform(
            [title, abstract, ai_summary] || coalesce(ai_keywords, []) || [organization] || coalesce(authors, []),
            lambda text: search_folded(coalesce(text, ''))
        ) AS lines
    FROM asked
    LEFT JOIN known USING (paper_id)
),
read AS (
    SELECT
        * EXCLUDE (texts, lines),
        list_transform(lines[:texts], lambda words: list_transform(words, lambda word: search_stem(word)))
            AS text_lines,
        lines[texts + 1] AS organization_words,
        lines[texts + 2:] AS author_lines
    FROM folded
),
hashed AS (
    SELECT
        *,
        hash(
            text_lines, organization_words, author_lines, title, organization, published_at, first_seen_at, lists
        ) AS words_hash
    FROM read
)
SELECT
    *,
    2 * len(flatten(text_lines)) + len(text_lines[1]) - len(text_lines[2]) - len(text_lines[3]) AS length,
    (SELECT next_document FROM warehouse_info) + row_number() OVER (ORDER BY paper_id) - 1 AS document
FROM hashed
ANTI JOIN stored USING (paper_id, words_hash);
