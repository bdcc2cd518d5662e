-- Papers that hold what was written, the best first: FROM search_papers('"world model" -medical author:"Wei Li"').
-- docs/search.md explains the language and the order.
CREATE OR REPLACE MACRO search_papers(question) AS TABLE
WITH items AS MATERIALIZED (
    SELECT * FROM search_items(question) WHERE ignored IS NULL
),
-- Each word of the question has a bit, its slot: what a paper holds, must hold and must not hold are masks of them.
asked AS MATERIALIZED (
    SELECT
        coalesce(bit_or(slots) FILTER (NOT excluded), 0) AS required,
        coalesce(bit_or(slots) FILTER (excluded AND len(words) = 1), 0) AS forbidden,
        max(starts_at) FILTER (field = 'since') AS since,
        min(ends_at) FILTER (field = 'until') AS until,
        bool_or(NOT excluded) AS something_wanted
    FROM items
),
words AS MATERIALIZED (
    SELECT item, unnest(list_transform(words, lambda word, nth: {
        'nth': nth,
        'field': field,
        'word': word,
        'prefix': prefix AND nth = len(words),
        'slot': (slots & -slots) << (nth - 1),
        'scored': field = 'text' AND NOT excluded
    }), recursive := true)
    FROM items
),
terms AS MATERIALIZED (
    SELECT field, term, bit_or(slot) AS slots, bool_or(scored)::INTEGER AS scored
    FROM (
        SELECT field, word AS term, slot, scored FROM words WHERE NOT prefix
        UNION ALL
        SELECT known.field, known.term, words.slot, words.scored
        FROM words
        JOIN search_terms AS known
            ON words.prefix AND words.field = known.field
            AND (
                starts_with(known.term, words.word)
                OR (known.field IN ('text', 'keyword') AND known.term = search_stem(words.word))
            )
    )
    GROUP BY field, term
),
standing AS MATERIALIZED (
    SELECT
        field, term, terms.slots, terms.scored, postings.document, postings.weight, postings.places, documents.length
    FROM terms
    JOIN postings USING (field, term)
    JOIN search_documents AS documents USING (document)
),
corpus AS MATERIALIZED (
    SELECT count(*) AS papers, avg(length) AS mean_length FROM search_documents
),
rarities AS (
    SELECT field, term, ln(1 + (any_value(papers) - count(*) + 0.5) / (count(*) + 0.5)) * any_value(scored) AS rarity
    FROM standing, corpus
    GROUP BY field, term
),
held AS (
    SELECT
        standing.document,
        bit_or(standing.slots) AS slots,
        sum(rarity * 2.2 * weight / (weight + 1.2 * (0.25 + 0.75 * length / mean_length))) AS score,
        bit_or(standing.slots * (places & 1)) AS in_title,
        bit_or(standing.slots * (places >> 1 & 1)) AS in_abstract,
        bit_or(standing.slots * (places >> 2 & 1)) AS in_summary,
        bit_or(standing.slots * (places >> 3 & 1)) AS in_keywords
    FROM standing
    JOIN rarities USING (field, term)
    CROSS JOIN corpus
    GROUP BY standing.document
),
candidates AS MATERIALIZED (
    SELECT held.*, since, until
    FROM held, asked
    WHERE required > 0 AND slots & required = required AND slots & forbidden = 0
    UNION ALL
    SELECT documents.document, coalesce(slots, 0), 0, 0, 0, 0, 0, since, until
    FROM search_documents AS documents
    LEFT JOIN held USING (document)
    JOIN asked ON required = 0 AND something_wanted AND coalesce(slots, 0) & forbidden = 0
),
-- What holds all the words of a phrase or a name, but not one behind the other; or does, and should not.
chains AS (
    SELECT
        document, item, any_value(field) AS field, any_value(excluded) AS excluded,
        list(positions ORDER BY nth) AS chain
    FROM (
        SELECT
            candidates.document, items.item, items.field, items.excluded, words.nth,
            flatten(list(postings.positions)) AS positions
        FROM items
        JOIN words ON words.item = items.item AND len(items.words) > 1
        JOIN terms ON terms.slots & words.slot > 0
        JOIN postings ON postings.field = terms.field AND postings.term = terms.term
        JOIN candidates ON candidates.document = postings.document AND candidates.slots & items.slots = items.slots
        GROUP BY candidates.document, items.item, items.field, items.excluded, words.nth
    )
    GROUP BY document, item
),
unfit AS (
    SELECT document
    FROM chains
    WHERE excluded = (len(CASE field
        WHEN 'author' THEN list_reduce(chain, lambda held, next: list_filter(next, lambda after:
            len(list_filter(held, lambda before: before < after AND before >> 16 = after >> 16)) > 0))
        ELSE list_reduce(chain, lambda held, next: list_filter(next, lambda after: list_contains(held, after - 1)))
    END) > 0)
)
SELECT
    documents.paper_id, documents.title, round(score, 4) AS score,
    list_transform(
        coalesce((SELECT list(words ORDER BY slot) FROM words WHERE scored), []),
        lambda sought: sought.word || if(sought.prefix, '*', '') || ': ' || array_to_string([
            if(in_title & sought.slot > 0, 'title', NULL),
            if(in_abstract & sought.slot > 0, 'abstract', NULL),
            if(in_summary & sought.slot > 0, 'AI summary', NULL),
            if(in_keywords & sought.slot > 0, 'AI keywords', NULL)
        ], ', ')
    ) AS matched,
    documents.organization, documents.published_at, documents.first_seen_at, documents.lists
FROM candidates
JOIN search_documents AS documents USING (document)
ANTI JOIN unfit USING (document)
WHERE
    (since IS NULL OR coalesce(documents.published_at, documents.first_seen_at) >= since)
    AND (until IS NULL OR coalesce(documents.published_at, documents.first_seen_at) < until)
ORDER BY score DESC, coalesce(documents.published_at, documents.first_seen_at) DESC, documents.paper_id;
