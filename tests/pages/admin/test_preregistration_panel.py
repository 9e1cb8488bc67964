"""The plan of a study on the Studies page, and what its stopping rule says while it runs."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from survey_db.running.preregistration import Preregistration, preregistration_of
from survey_db.store import Store
from tests.pages.admin.conftest import press
from tests.survey_db.material import six_samples


def test_a_rule_is_planned_fixed_and_followed(page: AppTest, store: Store) -> None:
    next(box for box in page.number_input if box.label == "Listeners planned").set_value(20)
    rule = next(box for box in page.selectbox if box.label.startswith("Close the study early"))
    rule.select(0.05)
    press(page, "Save the plan")
    plan = Preregistration(planned_listeners=20, sequential_level=0.05)
    assert preregistration_of(store.studies.get("a-study")) == plan
    assert not any("rule" in info.value for info in page.info)
    for sample in six_samples():
        store.samples.add("a-study", sample)
    store.studies.set_status("a-study", "open")
    page.run()
    assert any("Nobody has completed a session yet." in info.value for info in page.info)
    rule = next(box for box in page.selectbox if box.label.startswith("Close the study early"))
    assert rule.disabled


def test_a_rule_without_an_end_is_refused(page: AppTest, store: Store) -> None:
    rule = next(box for box in page.selectbox if box.label.startswith("Close the study early"))
    rule.select(0.01)
    press(page, "Save the plan")
    assert "how many listeners it has at most" in page.error[0].value
    assert preregistration_of(store.studies.get("a-study")).empty
