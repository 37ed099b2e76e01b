-- When a snapshot's time is over, in microseconds since 1970; NULL means never. The body says the same.
ALTER TABLE snapshot ADD COLUMN expires_us INTEGER;
UPDATE snapshot
SET expires_us = CAST(ROUND((julianday(json_extract(body, '$.expires_at')) - 2440587.5) * 86400000000.0) AS INTEGER)
WHERE json_extract(body, '$.expires_at') IS NOT NULL;
CREATE INDEX snapshot_expiry ON snapshot (expires_us);
