-- SPDX-License-Identifier: MIT
-- Brings the tables of schema version 2 to version 3: the inventory and the churn ledger. Frozen: data/schema.sql is
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
