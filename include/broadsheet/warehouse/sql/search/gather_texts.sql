-- The words of some papers as they are known now, into a temporary table `gathered`: a row for each paper asked for;
-- first_seen_at is NULL for one that no list holds. As the view `papers`, but for few papers. $papers: VARCHAR[]
CREATE OR REPLACE TEMP TABLE gathered AS
WITH asked AS (
    SELECT DISTINCT unnest($papers::JSON::VARCHAR[]) AS paper_id
),
told AS (
    SELECT
        revisions.*, showings.captured_at, showings.list_kind,
        concat_ws(':', showings.list_kind, nullif(showings.list_key, '')) AS list,
        row_number() OVER (
            PARTITION BY showings.paper_id ORDER BY showings.captured_at, showings.snapshot_id
        ) AS turn
    FROM asked
    JOIN showings USING (paper_id)
    JOIN revisions USING (paper_id, revision_id)
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
        list(DISTINCT list ORDER BY list) AS lists,
        list_distinct(list(lower(list)) || list(list_kind)) AS list_terms
    FROM told
    GROUP BY paper_id
),
read AS (
    SELECT
        *,
        coalesce(search_words(title), []) AS title_words,
        coalesce(search_words(abstract), []) AS abstract_words,
        coalesce(search_words(ai_summary), []) AS summary_words,
        list_transform(coalesce(ai_keywords, []), lambda keyword: search_words(keyword)) AS keywords_words,
        list_transform(coalesce(authors, []), lambda author: search_folded(author)) AS authors_words,
        coalesce(search_folded(organization), []) AS organization_words
    FROM asked
    LEFT JOIN known USING (paper_id)
)
SELECT
    paper_id, title, organization, published_at, first_seen_at, lists, list_terms,
    title_words, abstract_words, summary_words, keywords_words, authors_words, organization_words,
    3 * len(title_words) + len(abstract_words) + len(summary_words) + 2 * len(flatten(keywords_words)) AS length,
    hash(title_words, abstract_words, summary_words, keywords_words, authors_words, organization_words) AS words_hash
FROM read;
