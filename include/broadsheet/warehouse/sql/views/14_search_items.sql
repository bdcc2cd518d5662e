-- How search understands what was written: a row for each thing to look for, in order.
--
--   field      where: text author org keyword list, or a date: since until
--   sought     as it was written, without quotes, name and star
--   words      as the index keeps them; with prefix the last of them is a beginning and keeps its ending
--   slots      a bit for each word, no bit given twice
--   starts_at, ends_at    since, until: the first moment of that day, month or year, and the first behind it
--   ignored    why it is left out; NULL: it counts
CREATE OR REPLACE MACRO search_items(question) AS TABLE
WITH parts AS (
    SELECT
        item,
        regexp_extract(
            piece,
            '^([-−–]?)(?:(?i:(author|org|organi[sz]ation|keyword|list|since|until)):\s*)?"?([^"]*?)"?(\**)$',
            ['minus', 'name', 'sought', 'star']
        ) AS part
    FROM unnest(regexp_extract_all(
        translate(left(question, 1000), '“”„‟«»＂', '"""""""'),
        '[-−–]?(?:(?i:author|org|organi[sz]ation|keyword|list|since|until):\s*)?(?:"[^"]*"?\*?|[^\s",;，、；]+)'
    )) WITH ORDINALITY AS found(piece, item)
),
named AS (
    SELECT
        item,
        part.minus <> '' AS excluded,
        CASE left(lower(part.name), 3) WHEN '' THEN 'text' WHEN 'org' THEN 'org' ELSE lower(part.name) END AS field,
        trim(rtrim(part.sought, '*')) AS sought,
        part.star <> '' OR ends_with(part.sought, '*') AS starred
    FROM parts
),
folded AS (
    SELECT
        *,
        CASE
            WHEN field IN ('since', 'until') THEN []
            WHEN field = 'list' THEN [lower(sought)]
            ELSE search_folded(sought)
        END AS folded,
        CASE WHEN field IN ('since', 'until') AND length(sought) IN (4, 7, 10)
            THEN try_cast(sought || substr('0000-01-01', length(sought) + 1) AS TIMESTAMP) END AS starts_at
    FROM named
),
stemmed AS (
    SELECT
        *,
        starred AND len(folded) > 0 AS prefix,
        sum(len(folded)) OVER (ORDER BY item)::INTEGER AS words_so_far,
        CASE
            WHEN field NOT IN ('since', 'until') THEN if(len(folded) = 0, 'neither letters nor digits', NULL)
            WHEN starts_at IS NULL THEN 'no day, month or year such as 2026-11-20'
            WHEN excluded THEN 'a date cannot be excluded'
        END AS fault
    FROM folded
)
SELECT
    item, excluded, field, sought,
    CASE
        WHEN field NOT IN ('text', 'keyword') THEN folded
        ELSE list_transform(folded, lambda word, nth: if(prefix AND nth = len(folded), word, search_stem(word)))
    END AS words,
    prefix,
    CASE WHEN words_so_far <= 60 THEN ((1::BIGINT << len(folded)) - 1) << (words_so_far - len(folded)) END AS slots,
    starts_at,
    starts_at + CASE length(sought) WHEN 4 THEN INTERVAL 1 YEAR WHEN 7 THEN INTERVAL 1 MONTH ELSE INTERVAL 1 DAY END
        AS ends_at,
    CASE WHEN words_so_far > 60 THEN 'one too many: 60 words are looked for' ELSE fault END AS ignored
FROM stemmed
ORDER BY item;
