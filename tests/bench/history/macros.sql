-- A made-up past of the trending list: a poll every 14 minutes, a new paper every second poll, each of them on the
-- board for a hundred polls, at places that are dealt anew every thirty polls. Votes, comments and stars are made from
-- hashes, as large and as rare as on a real list. Variables: polls, how many there are; until, the moment after the
-- last one; words, the commonest first.
CREATE OR REPLACE TEMP MACRO polled_at(poll) AS getvariable('until') - to_minutes(14 * (getvariable('polls') - poll));

CREATE OR REPLACE TEMP MACRO number_of(poll) AS (epoch(polled_at(poll))::BIGINT << 20) | (hash(poll) % 1048576)::BIGINT;

CREATE OR REPLACE TEMP MACRO came_with(number) AS 2 * number - 98;

CREATE OR REPLACE TEMP MACRO came_at(number) AS polled_at(2 * number - 98);

CREATE OR REPLACE TEMP MACRO paper_of(number) AS
    strftime(came_at(number), '%y%m') || '.' || lpad((number % 100000)::VARCHAR, 5, '0');

CREATE OR REPLACE TEMP MACRO revision_of(number) AS (hash(number) >> 1)::BIGINT;

-- Words as English has them: few of them often, most of them rarely.
CREATE OR REPLACE TEMP MACRO words_of(number, first, count) AS array_to_string(
    list_transform(
        range(first, first + count),
        lambda place: getvariable('words')[
            1 + floor(len(getvariable('words')) * pow(hash(number, place) % 10000 / 10000, 4))::INTEGER
        ]
    ),
    ' '
);

CREATE OR REPLACE TEMP MACRO boards(since, before) AS TABLE
SELECT
    poll, rank, number,
    (least(poll - came_with(number), 200) * (hash(number) % 50) / 100.0)::INTEGER + (hash(number + 7) % 30)::INTEGER AS upvotes,
    ((poll - came_with(number)) // 40 * (hash(number + 1) % 3))::INTEGER AS num_comments,
    CASE
        WHEN hash(number + 2) % 3 = 0
        THEN (pow(2, hash(number + 3) % 10) + (poll - came_with(number)) // 10)::INTEGER
    END AS github_stars
FROM (
    SELECT
        poll, rank,
        poll // 2 + ([1, 3, 7, 9, 11, 13, 17, 19, 21, 23][1 + (hash(poll // 30) % 10)::INTEGER] * rank
            + (hash(poll // 30 + 5) % 50)::INTEGER) % 50 AS number
    FROM range(since, before) AS polls(poll), range(1, 51) AS ranks(rank)
);
