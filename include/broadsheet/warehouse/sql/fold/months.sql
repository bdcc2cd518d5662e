-- The months that have rows of their own, open ones or a segment; are any open?
SELECT month, bool_or(is_open)
FROM (
    SELECT strftime(captured_at, '%Y-%m') AS month, true AS is_open FROM open_captures
    UNION ALL
    SELECT strftime(captured_at, '%Y-%m'), true FROM open_snapshots
    UNION ALL
    SELECT period, false FROM segments WHERE is_read AND length(period) = 7
)
GROUP BY month
ORDER BY month;
