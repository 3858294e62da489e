from fundguard.score import SchemeScore, score, table


def row(
    case_id: str, label: str = "planted", rule_id: str = "PS-01", **more: str
) -> dict[str, str]:
    blank = {"event_ids": "", "psn_no": "", "fixmedins_code": "", "mdtrt_id": "", "setl_id": ""}
    return {"case_id": case_id, "rule_id": rule_id, "label": label, **blank, **more}


def alert(*event_ids: str, rule_id: str = "PS-01", **more: object) -> dict[str, object]:
    evidence = [{"event_id": event_id, "summary": ""} for event_id in event_ids]
    return {"rule_id": rule_id, "state": "open", "severity": 4, "evidence": evidence, **more}


def only(scores: list[SchemeScore]) -> SchemeScore:
    (found,) = scores
    return found


def test_an_alert_finds_its_case_by_an_event_of_its_evidence() -> None:
    found = only(
        score([alert("e2", "e9")], [row("1", event_ids="e1;e2"), row("2", event_ids="e3")])
    )
    assert (found.found, found.planted, found.recall) == (1, 2, 0.5)
    assert found.precision == 1.0


def test_an_alert_finds_its_case_by_settlement_or_visit() -> None:
    truth = [row("1", event_ids="e1", setl_id="S1"), row("2", event_ids="e2", mdtrt_id="M2")]
    assert only(score([alert(setl_id="S1"), alert(mdtrt_id="M2")], truth)).found == 2


def test_empty_numbers_match_nothing() -> None:
    truth = [row("1", event_ids="e1")]
    found = only(score([alert(setl_id="", mdtrt_id=None)], truth))
    assert (found.found, found.alerts, found.precision) == (0, 1, 0.0)


def test_two_alerts_of_one_case_are_both_true() -> None:
    found = only(score([alert("e1"), alert("e2")], [row("1", event_ids="e1;e2")]))
    assert (found.found, found.alerts, found.true_alerts) == (1, 2, 2)


def test_a_flagged_look_alike_is_a_false_alert() -> None:
    truth = [row("1", event_ids="e1"), row("2", "look_alike", event_ids="e2")]
    found = only(score([alert("e1"), alert("e2")], truth))
    assert (found.look_alikes, found.look_alikes_flagged, found.precision) == (1, 1, 0.5)


def test_withdrawn_alerts_and_notices_do_not_count() -> None:
    silent = [alert("e1", state="withdrawn"), alert("e1", severity=2)]
    found = only(score(silent, [row("1", event_ids="e1")]))
    assert (found.alerts, found.found) == (0, 0)


def test_an_alert_of_another_rule_does_not_count_for_the_case() -> None:
    scores = score([alert("e1", rule_id="PS-02")], [row("1", event_ids="e1")])
    assert [(s.rule_id, s.alerts, s.found) for s in scores] == [("PS-01", 0, 0), ("PS-02", 1, 0)]


def test_the_table_is_aligned_and_has_a_line_a_rule() -> None:
    truth = [row("1", event_ids="e1"), row("2", rule_id="HO-01", event_ids="e2")]
    lines = table(score([alert("e1")], truth)).splitlines()
    assert [line.split()[0] for line in lines] == ["rule", "HO-01", "PS-01"]
    assert lines[2].split() == ["PS-01", "1", "1", "1.000", "1", "1", "1.000", "0", "of", "0"]
    assert len({len(line) for line in lines}) == 1


def test_nothing_is_claimed_of_a_rule_without_planted_cases() -> None:
    alert = {"rule_id": "CL-03", "state": "open", "severity": 4, "evidence": []}
    row = table(score([alert], [])).splitlines()[1].split()
    assert row[:2] == ["CL-03", "0"]
    assert row.count("-") == 3
