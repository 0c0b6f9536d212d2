import time

import pytest
from conftest import now, refused


def wait(find, done):
    for _ in range(100):
        found = find()
        if found.status in done:
            return found
        time.sleep(0.1)
    pytest.fail(f"still {found.status}")


def test_message_data_is_exported(client):
    made = client.data_export.create(created_at_after=1, created_at_before=2)
    assert made.status == "pending"
    found = wait(lambda: client.data_export.find(made.job_identifier), ["no_data"])
    assert found.download_url == ""
    with refused(404, "not_found"):
        client.data_export.download(made.job_identifier)
    assert client.data_export.cancel(made.job_identifier).status == "no_data"


def test_reporting_data_is_exported(client):
    datasets = client.export.list_available_datasets_and_attributes()
    conversation = next(one for one in datasets.data if one.id == "conversation")
    assert conversation.default_time_attribute_id in [attribute.id for attribute in conversation.attributes]
    made = client.export.enqueue_a_new_reporting_data_export_job(
        dataset_id="conversation", attribute_ids=["conversation_id"], start_time=now() - 3600, end_time=now()
    )
    number = made.job_identifier
    found = wait(lambda: client.data_export.export_reporting_data(number, app_id="a", client_id="c"), ["complete"])
    assert found.download_url.endswith(f"/download/reporting_data/{number}")
    assert client.data_export.download_reporting_data_export(number, app_id="a") is None


def test_exports_of_the_unstable_version(unstable):
    made = unstable.data_export.create_data_export(created_at_after=1, created_at_before=2)
    number = made.job_identfier
    wait(lambda: unstable.data_export.get_data_export(number), ["no_data"])
    assert unstable.data_export.cancel_data_export(number).status == "no_data"
    with refused(404, "not_found"):
        unstable.data_export.download_data_export(number)
    datasets = unstable.export.list_available_datasets_and_attributes()
    assert datasets.data[0].attributes[0].qualified_id == "conversation.conversation_id"
    queued = unstable.export.enqueue_a_new_reporting_data_export_job(
        dataset_id="ticket", attribute_ids=["ticket.ticket_id"], start_time=1, end_time=2
    )
    assert queued.status == "pending"


def test_workflows_are_exported(unstable):
    exported = unstable.workflows.export_workflow("1001")
    assert (exported.export_version, exported.workflow.title) == ("1.0", "Ask for the order number")
    with refused(404, "not_found"):
        unstable.workflows.export_workflow("999")
