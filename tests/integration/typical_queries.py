# SPDX-License-Identifier: MIT
"""What people and ebstop ask each view: the list that the query plans' test and the views' benchmark share."""
import collections

Query = collections.namedtuple("Query", "view what sql")

QUERIES = [
    Query("v1_run", "the newest run", "SELECT * FROM v1_run ORDER BY run_id DESC LIMIT 1"),
    Query("v1_run", "the newest 50", "SELECT * FROM v1_run ORDER BY run_id DESC LIMIT 50"),
    Query("v1_run", "a day's", "SELECT * FROM v1_run WHERE started_at >= :now - 86400"),
    Query("v1_run", "the newest 20 that were not ok",
          "SELECT * FROM v1_run WHERE status <> 'ok' ORDER BY run_id DESC LIMIT 20"),
    Query("v1_run_cost", "a run's", "SELECT * FROM v1_run_cost WHERE run_id = :run"),
    Query("v1_region_total", "a run's", "SELECT * FROM v1_region_total WHERE run_id = :run"),
    Query("v1_region_total", "a region's last day",
          "SELECT * FROM v1_region_total WHERE account = :account AND region = :region AND started_at >= :now - 86400"),
    Query("v1_run", "an hour's, region by region",
          "SELECT t.* FROM v1_run AS r CROSS JOIN v1_region_total AS t ON t.run_id = r.run_id "
          "WHERE r.started_at >= :now - 3600"),
    Query("v1_latest", "all", "SELECT * FROM v1_latest ORDER BY attached_gib DESC"),
    Query("v1_latest", "a region", "SELECT * FROM v1_latest WHERE region = :region"),
    Query("v1_region", "all", "SELECT * FROM v1_region"),
    Query("v1_latest_total", "the sum", "SELECT * FROM v1_latest_total"),
    Query("v1_latest_cost", "the sums", "SELECT * FROM v1_latest_cost"),
    Query("v1_last_good", "all", "SELECT * FROM v1_last_good"),
    Query("v1_type", "a region's", "SELECT * FROM v1_type WHERE region = :region"),
    Query("v1_type", "by type",
          "SELECT volume_type, holder, sum(volumes), sum(gib), sum(cost_micros) FROM v1_type GROUP BY volume_type, holder"),
    Query("v1_type_total", "a run's", "SELECT * FROM v1_type_total WHERE run_id = :run"),
    Query("v1_timing", "a run's calls", "SELECT * FROM v1_timing WHERE run_id = :run ORDER BY task"),
    Query("v1_comparison", "all", "SELECT * FROM v1_comparison ORDER BY comparison_id DESC"),
    Query("v1_error", "the newest 50", "SELECT * FROM v1_error ORDER BY run_id DESC LIMIT 50"),
    Query("v1_error", "a day's", "SELECT * FROM v1_error WHERE started_at >= :now - 86400"),
    Query("v1_listing", "all", "SELECT * FROM v1_listing"),
    Query("v1_listing_total", "a region's newest before a run",
          "SELECT * FROM v1_listing_total WHERE place_id = :place AND run_id < :run ORDER BY run_id DESC LIMIT 1"),
    Query("v1_volume", "a page of a region's",
          "SELECT * FROM v1_volume WHERE place_id = :place AND volume_id > 'vol-08' ORDER BY volume_id LIMIT 200"),
    Query("v1_volume", "one", "SELECT * FROM v1_volume WHERE volume_id = :volume"),
    Query("v1_volume", "the 20 largest", "SELECT * FROM v1_volume ORDER BY gib DESC LIMIT 20"),
    Query("v1_instance", "a page of a region's",
          "SELECT * FROM v1_instance WHERE place_id = :place AND instance_id > 'i-08' ORDER BY instance_id LIMIT 200"),
    Query("v1_instance", "one", "SELECT * FROM v1_instance WHERE instance_id = :instance"),
    Query("v1_instance", "the 100 largest", "SELECT * FROM v1_instance ORDER BY gib DESC LIMIT 100"),
    Query("v1_instance", "the 100 dearest", "SELECT * FROM v1_instance ORDER BY cost_micros DESC LIMIT 100"),
    Query("v1_instance", "the first 100 by name",
          "SELECT * FROM v1_instance WHERE name IS NOT NULL ORDER BY name LIMIT 100"),
    Query("v1_attachment", "an instance's",
          "SELECT * FROM v1_attachment WHERE place_id = :place AND instance_id = :instance"),
    Query("v1_attachment", "a volume's", "SELECT * FROM v1_attachment WHERE place_id = :place AND volume_id = :volume"),
    Query("v1_volume_text", "a region's with a word",
          "SELECT volume_id FROM v1_volume_text WHERE place_id = :place AND instr(name, 'data') > 0"),
    Query("v1_volume_instance", "a volume's",
          "SELECT instance_id FROM v1_volume_instance WHERE place_id = :place AND volume_id = :volume"),
    Query("v1_instance_text", "of a type", "SELECT * FROM v1_instance_text WHERE instance_type = 'm6i.large'"),
    Query("v1_instance_value", "all", "SELECT * FROM v1_instance_value"),
    Query("v1_unattached", "the 100 oldest", "SELECT * FROM v1_unattached ORDER BY unattached_since LIMIT 100"),
    Query("v1_unattached", "by region",
          "SELECT account, region, count(*), sum(gib), sum(cost_micros), sum(wasted_micros) FROM v1_unattached GROUP BY 1, 2"),
    Query("v1_event", "a run's", "SELECT * FROM v1_event WHERE run_id = :run ORDER BY event_id"),
    Query("v1_event", "a volume's", "SELECT * FROM v1_event WHERE volume_id = :volume ORDER BY event_id"),
    Query("v1_event", "the newest 100", "SELECT * FROM v1_event ORDER BY event_id DESC LIMIT 100"),
    Query("v1_event", "a day's, by cause",
          "SELECT cause, count(*), sum(gib_change) FROM v1_event WHERE found_at >= :now - 86400 GROUP BY cause"),
    Query("v1_churn", "a run's", "SELECT * FROM v1_churn WHERE run_id = :run"),
    Query("v1_churn", "a day's runs", "SELECT * FROM v1_churn WHERE run_id > :run - 288"),
    Query("v1_metric", "all", "SELECT * FROM v1_metric"),
    Query("v1_trend_hour", "a region's week",
          "SELECT hour_at, avg_value, min_value, max_value FROM v1_trend_hour WHERE metric = 'billed_gib' "
          "AND account = :account AND region = :region AND hour_at >= :now - 7 * 86400 ORDER BY hour_at"),
    Query("v1_trend_hour", "all regions' day",
          "SELECT * FROM v1_trend_hour WHERE metric = 'attached_gib' AND hour_at >= :now - 86400"),
    Query("v1_trend_day", "a region's year",
          "SELECT day_at, avg_value FROM v1_trend_day WHERE metric = 'billed_gib' AND account = :account "
          "AND region = :region AND day_at >= :now - 365 * 86400 ORDER BY day_at"),
    Query("v1_trend_total_hour", "a week",
          "SELECT * FROM v1_trend_total_hour WHERE metric = 'billed_gib' AND hour_at >= :now - 7 * 86400"),
    Query("v1_trend_total_hour", "30 days",
          "SELECT * FROM v1_trend_total_hour WHERE metric = 'billed_gib' AND hour_at >= :now - 30 * 86400"),
    Query("v1_trend_total_hour", "30 days' costs",
          "SELECT * FROM v1_trend_total_hour WHERE metric = 'billed_cost_micros' AND hour_at >= :now - 30 * 86400"),
    Query("v1_trend_total_hour", "a week's costs",
          "SELECT * FROM v1_trend_total_hour WHERE metric = 'billed_cost_micros' AND hour_at >= :now - 7 * 86400"),
    Query("v1_trend_total_day", "30 days",
          "SELECT * FROM v1_trend_total_day WHERE metric = 'billed_gib' AND day_at >= :now - 30 * 86400"),
    Query("v1_trend_total_day", "a year",
          "SELECT * FROM v1_trend_total_day WHERE metric = 'billed_gib' AND day_at >= :now - 365 * 86400"),
    Query("v1_trend_total_day", "a year's costs",
          "SELECT * FROM v1_trend_total_day WHERE metric = 'billed_cost_micros' AND day_at >= :now - 365 * 86400"),
    Query("v1_trend_account_hour", "30 days",
          "SELECT * FROM v1_trend_account_hour WHERE metric = 'billed_gib' AND account = :account "
          "AND hour_at >= :now - 30 * 86400"),
    Query("v1_trend_account_day", "a year's costs",
          "SELECT * FROM v1_trend_account_day WHERE metric = 'billed_cost_micros' AND account = :account "
          "AND day_at >= :now - 365 * 86400"),
    Query("v1_growth", "all regions'", "SELECT * FROM v1_growth WHERE metric = 'billed_gib'"),
    Query("v1_growth_total", "a metric's", "SELECT * FROM v1_growth_total WHERE metric = 'billed_gib'"),
    Query("v1_growth_total", "all", "SELECT * FROM v1_growth_total"),
    Query("v1_forecast", "a region's",
          "SELECT * FROM v1_forecast WHERE metric = 'billed_gib' AND account = :account AND region = :region"),
    Query("v1_forecast_account", "an account's",
          "SELECT * FROM v1_forecast_account WHERE metric = 'billed_gib' AND account = :account"),
    Query("v1_forecast_total", "a metric's", "SELECT * FROM v1_forecast_total WHERE metric = 'billed_gib'"),
    Query("v1_forecast_total", "a metric's costs", "SELECT * FROM v1_forecast_total WHERE metric = 'billed_cost_micros'"),
    Query("v1_retention", "all", "SELECT * FROM v1_retention"),
    Query("v1_daemon", "its state", "SELECT * FROM v1_daemon"),
]

# Their rows grow with every run, or with the account.
RAW_TABLES = {"run", "region_total", "type_total", "task_timing", "volume_event", "rollup_hour", "rollup_day",
              "rollup_total_hour", "rollup_total_day", "volume", "volume_attachment", "instance"}


def parameters(db):
    """What to ask a database for: its newest run, the region with the most volumes, and an instance and a volume there."""
    run, now = db.execute("SELECT run_id, started_at FROM v1_run WHERE run_id = (SELECT max(run_id) FROM v1_run)").fetchone()
    place, account, region = db.execute(
        "SELECT l.place_id, l.account, l.region FROM v1_listing AS l JOIN v1_last_good AS g USING (account, region) "
        "ORDER BY g.attached_volumes DESC LIMIT 1").fetchone()
    instance, volume = db.execute("SELECT instance_id, volume_id FROM v1_attachment WHERE place_id = ? "
                                  "ORDER BY volume_id LIMIT 1 OFFSET 20", [place]).fetchone()
    return {"run": run, "now": now, "place": place, "account": account, "region": region, "instance": instance,
            "volume": volume}


def full_scans(db, sql, values):
    """The raw tables that a query reads from end to end, by SQLite's own program for it. Walking back from the newest row
    until there are LIMIT rows is none, nor is reading a partial index."""
    of_root = {root: (table, bool(partial)) for root, table, partial in db.execute(
        "SELECT s.rootpage, s.tbl_name, coalesce((SELECT partial FROM pragma_index_list(s.tbl_name) WHERE name = s.name), 0) "
        "FROM sqlite_schema AS s WHERE s.rootpage > 0")}
    cursors, steps = {}, collections.defaultdict(set)
    for _, opcode, p1, p2, *_ in db.execute("EXPLAIN " + sql, values):
        if opcode == "OpenRead":
            cursors[p1] = of_root[p2]
        steps[p1].add(opcode)
    found = set()
    for cursor, (table, partial) in cursors.items():
        from_start = {"Rewind", "Next"} <= steps[cursor]
        from_end = {"Last", "Prev"} <= steps[cursor] and "LIMIT" not in sql
        if table in RAW_TABLES and not partial and (from_start or from_end):
            found.add(table)
    return found
