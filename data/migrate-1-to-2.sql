-- SPDX-License-Identifier: MIT
-- Brings a database of schema version 1 to version 2: the inventory and the churn ledger. Frozen: data/schema.sql is
-- the newest, and explains it.

-- The newest whole listing of each account's region: what volume and instance are as of. Only a sweep that worked is a
-- whole listing; a region that fails, or is asked instance by instance, keeps what it has and the age of it.
CREATE TABLE listing (
        place_id INTEGER PRIMARY KEY      -- the account and region
                REFERENCES place,
        run_id INTEGER NOT NULL,          -- the run that listed it last; it may no longer be kept
        started_at INTEGER NOT NULL,      -- that run's start: when volume and instance were last seen
        baseline_run_id INTEGER NOT NULL, -- the run that listed it first: what was there then has no 'created' event
        baseline_at INTEGER NOT NULL      -- that run's start
) STRICT;
CREATE INDEX region_total_whole ON region_total (place_id, run_id) WHERE unattached_gib IS NOT NULL;

-- The volumes that there are, those deleted excepted. Written only where something changed.
CREATE TABLE volume (
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        volume_id TEXT NOT NULL,          -- vol-0123456789abcdef0
        class_id INTEGER NOT NULL         -- zone, type, state and holder
                REFERENCES volume_class,
        gib INTEGER NOT NULL,             -- size, GiB
        iops INTEGER NOT NULL,            -- provisioned I/O operations a second, 0 where EC2 tells none
        throughput_mibps INTEGER NOT NULL, -- provisioned throughput, MiB a second, 0 where EC2 tells none
        encrypted INTEGER NOT NULL        -- 1: encrypted
                CHECK (encrypted IN (0, 1)),
        multi_attach INTEGER NOT NULL     -- 1: may be attached to several instances
                CHECK (multi_attach IN (0, 1)),
        managed_by TEXT,                  -- the AWS service that manages or holds it: eks.amazonaws.com
        name TEXT,                        -- the tag Name, if keep_tags names it; NULL: none
        tags TEXT,                        -- the tags that keep_tags names, a JSON object; NULL: none of them
        created_at INTEGER,               -- when EC2 made it; NULL: untold
        first_seen_at INTEGER NOT NULL,   -- the listing that saw it first
        first_seen_known INTEGER NOT NULL -- 0: that was the baseline, it was there before
                CHECK (first_seen_known IN (0, 1)),
        unattached_since INTEGER,         -- the listing that first saw it held by nobody; NULL: it is held
        unattached_known INTEGER NOT NULL -- 0: that was the baseline, it was so before; also while it is held
                CHECK (unattached_known IN (0, 1)),
        PRIMARY KEY (place_id, volume_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX volume_unattached ON volume (unattached_since) WHERE unattached_since IS NOT NULL;

-- Which instances hold which volumes, listed instances or not. Several rows of one volume: Multi-Attach.
CREATE TABLE volume_attachment (
        place_id INTEGER NOT NULL,        -- the account and region
        volume_id TEXT NOT NULL,          -- the volume
        instance_id TEXT NOT NULL,        -- i-0123456789abcdef0
        PRIMARY KEY (place_id, volume_id, instance_id),
        FOREIGN KEY (place_id, volume_id) REFERENCES volume ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX volume_attachment_by_instance ON volume_attachment (place_id, instance_id);

-- The instances that there are, the terminated ones excepted. Written only where something changed.
CREATE TABLE instance (
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        instance_id TEXT NOT NULL,        -- i-0123456789abcdef0
        name TEXT,                        -- the tag Name; NULL: none
        instance_type TEXT NOT NULL,      -- m6i.large
        zone TEXT NOT NULL,               -- availability zone: us-east-1a
        state INTEGER NOT NULL,           -- 0 pending, 16 running, 32 shutting-down, 64 stopping, 80 stopped
        managed INTEGER NOT NULL          -- 1: an AWS service operates it
                CHECK (managed IN (0, 1)),
        volumes INTEGER NOT NULL,         -- volumes attached to it
        gib INTEGER NOT NULL,             -- their sizes, GiB
        first_seen_at INTEGER NOT NULL,   -- the listing that saw it first
        first_seen_known INTEGER NOT NULL -- 0: that was the baseline, it was there before
                CHECK (first_seen_known IN (0, 1)),
        PRIMARY KEY (place_id, instance_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX instance_by_gib ON instance (gib);

-- The churn ledger: what changed between two whole listings of a region. Rows outlive the runs and the volumes.
--
-- The rule: of any run and region, gib_after - gib_before summed over its events is exactly the region's billed GiB by
-- that run minus those by its whole listing before. The first listing is the baseline and has no events. So every event
-- but the created, deleted, grown and shrunk has gib_before = gib_after, the size after the run.
CREATE TABLE volume_event (
        event_id INTEGER PRIMARY KEY,     -- grows in the order of runs
        run_id INTEGER NOT NULL,          -- the run that found it; it may no longer be kept
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        found_at INTEGER NOT NULL,        -- that run's start: it happened before
        after_at INTEGER NOT NULL,        -- the whole listing before: it happened since; a deleted volume's last sight
        volume_id TEXT NOT NULL,          -- the volume
        cause TEXT NOT NULL               -- what happened; orphaned: unattached, and its instance is gone
                CHECK (cause IN ('created', 'deleted', 'grown', 'shrunk', 'retyped', 'reprovisioned', 'attached',
                                 'detached', 'moved', 'orphaned')),
        gib_before INTEGER NOT NULL,      -- billed size before the event, GiB; 0 of a created one
        gib_after INTEGER NOT NULL,       -- billed size after the event, GiB; 0 of a deleted one
        class_before INTEGER              -- zone, type, state and holder before; NULL of a created one
                REFERENCES volume_class,
        class_after INTEGER               -- zone, type, state and holder after; NULL of a deleted one
                REFERENCES volume_class,
        iops_before INTEGER,              -- provisioned I/O operations a second; NULL as class_before
        iops_after INTEGER,               -- the same after; NULL as class_after
        throughput_before INTEGER,        -- provisioned throughput, MiB a second; NULL as class_before
        throughput_after INTEGER,         -- the same after; NULL as class_after
        instance_before TEXT,             -- detached, moved, orphaned: from which instance; NULL: a service's
        instance_after TEXT,              -- attached, moved: to which instance; NULL: a service's
        name TEXT,                        -- the volume's tag Name then; NULL: none
        tags TEXT                         -- the volume's tags then, a JSON object; NULL: none
) STRICT;
CREATE INDEX volume_event_by_run ON volume_event (run_id, place_id);
CREATE INDEX volume_event_by_volume ON volume_event (volume_id);

-- Not part of the interface: how each region's inventory stands. completeness: 'ok' the newest run listed it; 'stale'
-- the newest run worked but asked instance by instance; 'denied', 'unreachable', 'failed' the newest run failed.
CREATE VIEW listing_state AS
SELECT l.place_id, nullif(p.account, '') AS account, p.region, l.run_id, l.started_at AS seen_at, l.baseline_run_id,
       l.baseline_at, coalesce(t.started_at, l.started_at) AS newest_at,
       CASE WHEN l.run_id = p.newest_run_id OR t.status IS NULL THEN 'ok'
            WHEN t.status = 'ok' THEN 'stale'
            WHEN t.error_kind IN ('denied', 'credentials', 'expired') THEN 'denied'
            WHEN t.error_kind IN ('network', 'timeout', 'deadline', 'server', 'throttled') THEN 'unreachable'
            ELSE 'failed' END AS completeness
FROM listing AS l JOIN place AS p ON p.place_id = l.place_id
     LEFT JOIN region_total AS t ON t.run_id = p.newest_run_id AND t.place_id = l.place_id;

-- The regions whose inventory is known: as of seen_at (run_id), since the baseline. completeness says why it is no
-- newer, newest_at when the region was last asked. place_id stands for account and region in the other views.
CREATE VIEW v1_listing AS
SELECT account, region, place_id, run_id, seen_at, newest_at, completeness, baseline_run_id, baseline_at
FROM listing_state;

-- Every whole listing that is kept, with the GiB that were billed: between two of them a region's events add up. Ask
-- for a place_id of v1_listing.
CREATE VIEW v1_listing_total AS
SELECT p.place_id, t.run_id, t.started_at, nullif(p.account, '') AS account, p.region,
       t.attached_gib + t.unattached_gib + t.managed_gib AS billed_gib
FROM place AS p CROSS JOIN region_total AS t ON t.place_id = p.place_id
WHERE t.unattached_gib IS NOT NULL;

-- The volumes that there are, each as of last_seen_at. first_seen_known 0: it was there before the first listing.
-- unattached_known the same for unattached_since. instances: those that hold it, parted by blanks. To page through
-- many, ask for a place_id (v1_listing has them) and volume_id > the last one, in the order of volume_id.
CREATE VIEW v1_volume AS
SELECT l.account, l.region, v.volume_id, v.name, c.volume_type, c.zone, c.state, c.holder, v.gib,
       v.iops, v.throughput_mibps, v.encrypted, v.multi_attach, v.managed_by, v.tags,
       (SELECT group_concat(a.instance_id, ' ') FROM volume_attachment AS a
        WHERE a.place_id = v.place_id AND a.volume_id = v.volume_id) AS instances,
       v.created_at, v.first_seen_at, v.first_seen_known, l.seen_at AS last_seen_at,
       v.unattached_since, iif(v.unattached_since IS NULL, NULL, v.unattached_known) AS unattached_known,
       l.completeness, v.place_id
FROM volume AS v JOIN listing_state AS l ON l.place_id = v.place_id JOIN volume_class AS c ON c.class_id = v.class_id;

-- The instances that there are, each as of last_seen_at, with the volumes attached to it.
CREATE VIEW v1_instance AS
SELECT l.account, l.region, i.instance_id, i.name, i.instance_type, i.zone,
       CASE i.state WHEN 0 THEN 'pending' WHEN 16 THEN 'running' WHEN 32 THEN 'shutting-down' WHEN 64 THEN 'stopping'
                    WHEN 80 THEN 'stopped' ELSE 'unknown' END AS state,
       i.managed, i.gib, i.volumes, i.first_seen_at, i.first_seen_known,
       l.seen_at AS last_seen_at, l.completeness, i.place_id
FROM instance AS i JOIN listing_state AS l ON l.place_id = i.place_id;

-- Which volume is attached to which instance. Ask for an instance_id and its region, or for a volume_id.
CREATE VIEW v1_attachment AS
SELECT l.account, l.region, a.instance_id, a.volume_id, v.name AS volume_name, c.volume_type, c.state, v.gib,
       v.iops, v.throughput_mibps, l.seen_at AS last_seen_at, l.completeness, a.place_id
FROM volume_attachment AS a JOIN volume AS v ON v.place_id = a.place_id AND v.volume_id = a.volume_id
     JOIN listing_state AS l ON l.place_id = a.place_id JOIN volume_class AS c ON c.class_id = v.class_id;

-- The volumes that nobody holds, with their age by our own history, as of last_seen_at. age_known 0: it was so at the
-- first listing already, and age_s is "at least".
CREATE VIEW v1_unattached AS
SELECT l.account, l.region, v.volume_id, v.name, c.volume_type, c.zone, c.state, v.gib, v.iops,
       v.throughput_mibps, v.tags, v.created_at, v.unattached_since, max(l.seen_at - v.unattached_since, 0) AS age_s,
       v.unattached_known AS age_known, l.seen_at AS last_seen_at, l.completeness, v.place_id
FROM volume AS v JOIN listing_state AS l ON l.place_id = v.place_id JOIN volume_class AS c ON c.class_id = v.class_id
WHERE v.unattached_since IS NOT NULL;

-- The churn ledger. gib_change summed over a run's events of a region is the difference of its billed GiB from the
-- whole listing before. Ask for a run_id, or for a volume_id.
CREATE VIEW v1_event AS
SELECT e.event_id, e.run_id, e.found_at, e.after_at, nullif(p.account, '') AS account, p.region, e.volume_id,
       e.name, e.cause, e.gib_after - e.gib_before AS gib_change, e.gib_before, e.gib_after,
       b.volume_type AS type_before, a.volume_type AS type_after, b.state AS state_before, a.state AS state_after,
       b.holder AS holder_before, a.holder AS holder_after, coalesce(a.zone, b.zone) AS zone, e.iops_before,
       e.iops_after, e.throughput_before, e.throughput_after, e.instance_before, e.instance_after, e.tags
FROM volume_event AS e JOIN place AS p ON p.place_id = e.place_id
     LEFT JOIN volume_class AS b ON b.class_id = e.class_before
     LEFT JOIN volume_class AS a ON a.class_id = e.class_after;

-- The ledger's sums by run, region and cause. Ask for a run_id or a range of them.
CREATE VIEW v1_churn AS
SELECT e.run_id, e.found_at, nullif(p.account, '') AS account, p.region, e.cause, count(*) AS events,
       sum(e.gib_after - e.gib_before) AS gib_change
FROM volume_event AS e JOIN place AS p ON p.place_id = e.place_id
GROUP BY e.run_id, e.place_id, e.cause;
