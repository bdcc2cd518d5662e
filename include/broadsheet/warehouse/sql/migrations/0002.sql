-- What became of digests and deliveries, copied from the mail database.

-- Digest runs as the mail database had them when they were last copied from there. Nobody's address is here.
CREATE TABLE digest_runs (
    run_key VARCHAR NOT NULL,               -- '2026-11-20T07:00Z', 'letter:17:1'
    kind VARCHAR NOT NULL,                  -- digest, letter
    slot TIMESTAMP NOT NULL,                -- the quarter hour it was opened in
    opened_at TIMESTAMP NOT NULL,
    frozen_at TIMESTAMP,                    -- audience and content stand fast from here on
    closed_at TIMESTAMP,                    -- NULL: still at work
    state VARCHAR NOT NULL,                 -- building frozen sending paused done aborted
    policy VARCHAR NOT NULL,                -- what is done about a doubt: verify presume resend
    shards INTEGER NOT NULL,
    candidates BIGINT,                      -- who was due: prepared + excluded
    prepared BIGINT,
    excluded BIGINT,
    reason VARCHAR,                         -- why it is paused or was aborted
    recorded_at TIMESTAMP NOT NULL          -- when this row was copied
);

-- What became of everybody who was due: a row a delivery, and a row an exclusion (then delivery_id is NULL).
CREATE TABLE delivery_log (
    run_key VARCHAR NOT NULL,
    slot TIMESTAMP NOT NULL,                -- the run's
    subscriber_id BIGINT NOT NULL,          -- a number; who it is stands in the mail database alone
    occasion VARCHAR NOT NULL,              -- the subscriber's local day that it was due for, '2026-11-20'
    delivery_id VARCHAR,                    -- the left part of the Message-ID
    channel VARCHAR,                        -- mail, channel; NULL where excluded
    state VARCHAR NOT NULL,                 -- as in the mail database, or excluded
    reason VARCHAR,                         -- excluded: nothing_new no_match suppressed not_allowed …
    subject VARCHAR,
    items INTEGER,
    attempts INTEGER,
    doubts INTEGER,                         -- crashes that it was in flight at
    phase VARCHAR,                          -- of the last attempt: what decided it
    code INTEGER,                           -- the answer there
    enhanced VARCHAR,
    resolution VARCHAR,                     -- how a doubt was settled, or why it is over, in words
    updated_at TIMESTAMP NOT NULL,          -- when it came to this state
    bounce VARCHAR,                         -- what came back at last: hard soft policy delayed complaint …
    bounce_status VARCHAR,                  -- '5.1.1'
    bounced_at TIMESTAMP
);
