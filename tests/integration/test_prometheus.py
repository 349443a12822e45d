# SPDX-License-Identifier: MIT
"""What goes with the metrics: alerts, dashboard and README name those that there are, and Prometheus understands them."""
import json
import re
import subprocess

import pytest

import ebsim
from expected import REGIONS
from metrics_file import Place, read

ALERTS = ebsim.ROOT / "data" / "prometheus-alerts.yml"
ALERT_TESTS = ebsim.ROOT / "tests" / "prometheus" / "alerts.yml"
DASHBOARD = ebsim.ROOT / "data" / "grafana-dashboard.json"

# What Prometheus and its rules add to a series.
TARGET_LABELS = {"job", "instance"}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The labels by metric: of regions that worked, of one that failed, of a run that did."""
    place = Place(tmp_path_factory.mktemp("written"))
    labels = {}
    with ebsim.Ec2sim(regions=REGIONS, instances=3, fault="region=eu-west-1,kind=error=UnauthorizedOperation") as sim:
        for rc, env in (2, {}), (1, {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}):
            place.run(sim, env=env, check=rc)
            for name, *pairs in read(place.file):
                labels.setdefault(name, set()).update(label for label, _ in pairs)
    return labels


def named(text):
    return set(re.findall(r"\bebs(?:reportd)?_[a-z_]*[a-z]\b", text))


def check_expression(expression, written):
    """It asks for metrics that there are, by labels that they have."""
    metrics = named(expression)
    assert metrics and metrics <= set(written), expression
    labels = set(re.findall(r"(\w+) *(?:=~|!~|!=|=) *\"", expression))
    labels.update(label for inner in re.findall(r"\b(?:by|on|ignoring|group_left|group_right) *\(([^)]*)\)", expression)
                  for label in re.findall(r"\w+", inner))
    assert labels <= TARGET_LABELS.union(*(written[name] for name in metrics)), expression


def promtool(*args):
    done = subprocess.run(["promtool", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout
    return done.stdout


def alerts():
    """The expression of each alert, as one line."""
    text = ALERTS.read_text()
    found = re.findall(r"^ +- alert: (\w+)\n +expr:(?: >-)?(.*?)\n +(?:for|labels):", text, re.M | re.S)
    assert len(found) == text.count("- alert:")
    return {name: " ".join(expression.split()) for name, expression in found}


def test_readme_has_every_metric_and_no_other(written):
    section = re.search("^## Prometheus\n(.*?)^## ", (ebsim.ROOT / "README.md").read_text(), re.S | re.M)[1]
    assert named(section) == set(written)


def test_alerts_name_what_is_written(written):
    for expression in alerts().values():
        check_expression(expression, written)
    assert named(ALERTS.read_text()) <= set(written)


def test_alerts_fire_where_they_shall_and_not_elsewhere():
    assert f"{len(alerts())} rules found" in promtool("check", "rules", ALERTS)
    promtool("test", "rules", ALERT_TESTS)
    tests = ALERT_TESTS.read_text()
    for name in alerts():
        assert f"\n        alertname: {name}\n        exp_alerts:" in tests, f"{name} is seen to fire"
        assert f", alertname: {name} }}" in tests, f"{name} is seen not to fire"


def expressions(node):
    """What the dashboard asks, wherever it stands."""
    if isinstance(node, list):
        return [e for item in node for e in expressions(item)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("expr", "definition") if key in node]
    return own + [e for value in node.values() for e in expressions(value)]


def test_dashboard_names_what_is_written_and_can_be_asked(written, tmp_path):
    dashboard = json.loads(DASHBOARD.read_text())
    asked = expressions(dashboard)
    rules = []
    for expression in asked:
        check_expression(expression, written)
        if not expression.startswith("label_values("):
            rules.append({"record": f"asked:{len(rules)}", "expr": re.sub(r"\$\w+", ".*", expression)})
    assert len(rules) > 20
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert f"{len(rules)} rules found" in promtool("check", "rules", file)
    variables = {v["name"] for v in dashboard["templating"]["list"]}
    assert set(re.findall(r"\$\{?(\w+)", DASHBOARD.read_text())) - {"__all"} == variables


def test_dashboard_has_room_for_its_panels():
    """Nothing overlaps, and each panel has its number and its title."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    cells = [(x, y) for p in panels for g in [p["gridPos"]]
             for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24
    for key in "id", "title":
        assert len({p[key] for p in panels}) == len(panels)
