-- How search understands what was written: a row for each thing to look for, in order.
--
--   field      text author org keyword, or a filter: list since until
--   sought     as it was written, without quotes, name and star
--   words      folded; with prefix the last of them is a beginning and keeps its ending
--   starts_at, ends_at    since, until: the first moment of that day, month or year, and the first behind it
--   ignored    why it is left out; NULL: it counts
CREATE OR REPLACE MACRO search_items(question) AS TABLE
WITH pieces AS (
    SELECT item, piece
    FROM unnest(regexp_extract_all(
        left(translate(question, '“”„‟«»＂', '"""""""'), 1000),
        '[-−–]?(?:(?i:author|org|organi[sz]ation|keyword|list|since|until):\s*)?(?:"[^"]*"?\*?|[^\s",;，、；]+)'
    )) WITH ORDINALITY AS found(piece, item)
),
parts AS (
    SELECT
        item,
        regexp_extract(
            piece,
            '^([-−–]?)(?:(?i:(author|org|organi[sz]ation|keyword|list|since|until)):\s*)?("?)([^"]*?)("?)(\**)$',
            ['minus', 'name', 'opening', 'sought', 'closing', 'star']
        ) AS part
    FROM pieces
),
named AS (
    SELECT
        item,
        part.minus <> '' AS excluded,
        CASE
            WHEN part.name = '' THEN 'text'
            WHEN starts_with(lower(part.name), 'org') THEN 'org'
            ELSE lower(part.name)
        END AS field,
        trim(part.sought) AS sought,
        part.star <> '' OR ends_with(part.sought, '*') AS prefix
    FROM parts
),
told AS (
    SELECT
        item, excluded, field, rtrim(sought, '*') AS sought,
        CASE WHEN field NOT IN ('list', 'since', 'until') THEN search_words(sought) ELSE [] END AS stems,
        CASE WHEN prefix AND field NOT IN ('list', 'since', 'until') THEN search_folded(sought)[-1] END AS beginning,
        CASE WHEN field IN ('since', 'until') AND regexp_full_match(sought, '\d{4}(-\d{2}){0,2}')
            THEN try_cast(sought || substr('0000-01-01', length(sought) + 1) AS TIMESTAMP) END AS starts_at
    FROM named
),
read AS (
    SELECT
        item, excluded, field, sought,
        CASE WHEN beginning IS NULL THEN stems ELSE list_append(stems[:-2], beginning) END AS words,
        beginning IS NOT NULL AS prefix,
        starts_at,
        starts_at + CASE length(sought) WHEN 4 THEN INTERVAL 1 YEAR WHEN 7 THEN INTERVAL 1 MONTH ELSE INTERVAL 1 DAY END
            AS ends_at
    FROM told
),
judged AS (
    SELECT
        *,
        CASE
            WHEN field IN ('since', 'until') AND starts_at IS NULL THEN 'no day, month or year such as 2026-11-20'
            WHEN field IN ('since', 'until') AND excluded THEN 'a date is not excluded: write since: or until:'
            WHEN field = 'list' AND NOT regexp_full_match(sought, '(?i:trending|(daily|weekly|monthly|search|paper)(:.*)?)')
                THEN 'no list such as trending or daily:2026-11-20'
            WHEN field IN ('text', 'author', 'org', 'keyword') AND len(words) = 0 THEN 'neither letters nor digits'
        END AS fault
    FROM read
),
counted AS (
    SELECT
        *, row_number() OVER (PARTITION BY fault IS NULL, field, excluded, prefix, words, lower(sought) ORDER BY item) AS turn,
        sum(CASE WHEN fault IS NULL THEN len(words) END) OVER (ORDER BY item) AS words_so_far
    FROM judged
)
SELECT
    item, excluded, field, sought, words, prefix, starts_at, ends_at,
    coalesce(fault, CASE WHEN words_so_far > 60 THEN 'one too many: 60 words are looked for' END) AS ignored
FROM counted
WHERE turn = 1
ORDER BY item;
