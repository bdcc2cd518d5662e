-- Papers that hold what was written, the best first: FROM search_papers('"world model" -medical author:"Fei-Fei Li"').
-- docs/search.md explains the language and the order.
CREATE OR REPLACE MACRO search_papers(question) AS TABLE
WITH items AS MATERIALIZED (
    SELECT * FROM search_items(question) WHERE ignored IS NULL
),
slots AS MATERIALIZED (
    SELECT
        items.item, items.excluded, items.field, word.word, word.nth,
        items.prefix AND word.nth = len(items.words) AS prefix,
        1::BIGINT << (row_number() OVER (ORDER BY items.item, word.nth) - 1) AS slot
    FROM items, unnest(items.words) WITH ORDINALITY AS word(word, nth)
),
wanted AS (
    SELECT
        coalesce(bit_or(slot) FILTER (NOT excluded), 0) AS required,
        (SELECT count(*) FROM items WHERE NOT excluded) AS positive
    FROM slots
),
terms AS MATERIALIZED (
    SELECT field, term, bit_or(slot) AS slots, coalesce(bit_or(slot) FILTER (NOT excluded AND field = 'text'), 0) AS scored
    FROM (
        SELECT field, word AS term, slot, excluded FROM slots WHERE NOT prefix
        UNION ALL
        SELECT DISTINCT all_terms.field, all_terms.term, slots.slot, slots.excluded
        FROM slots
        JOIN (SELECT field, term FROM postings UNION ALL SELECT field, term FROM recent_postings) AS all_terms
            ON all_terms.field = slots.field
            AND (starts_with(all_terms.term, slots.word) OR all_terms.term = search_stem(slots.word))
        WHERE slots.prefix
    )
    GROUP BY field, term
),
placed AS (
    SELECT terms.field, terms.term, terms.slots, terms.scored, unnest(found.places) AS place
    FROM terms
    JOIN (FROM postings UNION ALL FROM recent_postings) AS found USING (field, term)
),
standing AS MATERIALIZED (
    SELECT placed.field, placed.term, placed.slots, placed.scored, place.document, place.weight, place.fields, documents.length
    FROM placed
    JOIN search_documents AS documents ON documents.document = place.document
),
corpus AS (
    SELECT count(*) AS papers, avg(length) AS mean_length FROM search_documents
),
weighed AS (
    SELECT field, term, ln(1 + (any_value(corpus.papers) - count(*) + 0.5) / (count(*) + 0.5)) AS rarity
    FROM standing, corpus
    WHERE scored > 0
    GROUP BY field, term
),
held AS (
    SELECT
        standing.document,
        bit_or(standing.slots) AS slots,
        sum(
            weighed.rarity * 2.2 * standing.weight
            / (standing.weight + 1.2 * (0.25 + 0.75 * standing.length / corpus.mean_length))
        ) AS score,
        bit_or(CASE WHEN standing.fields & 1 > 0 THEN standing.scored ELSE 0 END) AS in_title,
        bit_or(CASE WHEN standing.fields & 2 > 0 THEN standing.scored ELSE 0 END) AS in_abstract,
        bit_or(CASE WHEN standing.fields & 4 > 0 THEN standing.scored ELSE 0 END) AS in_summary,
        bit_or(CASE WHEN standing.fields & 8 > 0 THEN standing.scored ELSE 0 END) AS in_keywords
    FROM standing
    LEFT JOIN weighed USING (field, term)
    CROSS JOIN corpus
    GROUP BY standing.document
),
candidates AS MATERIALIZED (
    SELECT held.* FROM held, wanted WHERE wanted.required > 0 AND held.slots & wanted.required = wanted.required
    UNION ALL
    SELECT documents.document, coalesce(held.slots, 0), 0, 0, 0, 0, 0
    FROM search_documents AS documents
    LEFT JOIN held USING (document)
    WHERE (SELECT required = 0 AND positive > 0 FROM wanted)
),
sought AS (
    SELECT
        items.item, items.excluded, items.field, items.prefix, len(items.words) AS length, bit_or(slots.slot) AS slots,
        ' ' || array_to_string(items.words, ' ') || CASE WHEN items.prefix THEN '' ELSE ' ' END AS phrase,
        ' ' || array_to_string(list_transform(items.words, lambda word: regexp_escape(word)), ' (?:[^\n]* )?')
            || CASE WHEN items.prefix THEN '' ELSE ' ' END AS in_order
    FROM items
    JOIN slots USING (item)
    GROUP BY ALL
),
unfit AS (
    SELECT candidates.document
    FROM candidates
    JOIN sought ON sought.excluded AND sought.length = 1 AND candidates.slots & sought.slots = sought.slots
    UNION ALL
    SELECT checked.document
    FROM (
        SELECT candidates.document, sought.*
        FROM candidates
        JOIN sought ON sought.length > 1 AND candidates.slots & sought.slots = sought.slots
    ) AS checked
    JOIN search_documents AS documents USING (document)
    WHERE
        checked.excluded = CASE checked.field
            WHEN 'text' THEN contains(documents.text_lines, checked.phrase)
            WHEN 'org' THEN contains(documents.organization_lines, checked.phrase)
            WHEN 'keyword' THEN contains(documents.keyword_lines, checked.phrase)
            ELSE regexp_matches(documents.author_lines, checked.in_order)
        END
),
listed AS (
    SELECT DISTINCT items.item, items.excluded, showings.paper_id
    FROM items
    JOIN showings
        ON showings.list_kind = lower(split_part(items.sought, ':', 1))
        AND (NOT contains(items.sought, ':') OR showings.list_key = substr(items.sought, strpos(items.sought, ':') + 1))
    WHERE items.field = 'list'
),
bounds AS (
    SELECT
        max(starts_at) FILTER (field = 'since') AS since,
        min(ends_at) FILTER (field = 'until') AS until,
        count(*) FILTER (field = 'list' AND NOT excluded) AS lists
    FROM items
)
SELECT
    documents.paper_id, documents.title, round(candidates.score, 4) AS score,
    []::VARCHAR[] AS matched,
    documents.organization, documents.published_at, documents.first_seen_at
FROM candidates
JOIN search_documents AS documents USING (document)
CROSS JOIN bounds
WHERE
    candidates.document NOT IN (SELECT document FROM unfit)
    AND (bounds.since IS NULL OR coalesce(documents.published_at, documents.first_seen_at) >= bounds.since)
    AND (bounds.until IS NULL OR coalesce(documents.published_at, documents.first_seen_at) < bounds.until)
    AND documents.paper_id NOT IN (SELECT paper_id FROM listed WHERE excluded)
    AND (bounds.lists = 0 OR documents.paper_id IN (
        SELECT paper_id FROM listed WHERE NOT excluded GROUP BY paper_id HAVING count(*) = (SELECT lists FROM bounds)
    ))
ORDER BY score DESC, coalesce(documents.published_at, documents.first_seen_at) DESC, documents.paper_id;
