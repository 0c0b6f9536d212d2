"""Ticket types, their attributes and the states of tickets."""
from conftest import field, ids, refused, word


def made(client, **fields):
    return client.ticket_types.create(request={"name": word("Type "), "category": "Customer", "icon": "🎟️", **fields})


def attributes(of):
    return field(of.ticket_type_attributes, "data")


def test_types(client):
    one = made(client, description="Template")
    assert (one.category, one.description, one.archived) == ("Customer", "Template", False)
    assert [field(a, "name") for a in attributes(one)] == ["_default_title_", "_default_description_"]
    assert [state.category for state in one.ticket_states.data] == ["submitted", "in_progress", "waiting_on_customer", "resolved"]
    assert client.ticket_types.get(one.id).name == one.name
    assert one.id in ids(client.ticket_types.list().data)
    after = client.ticket_types.update(one.id, name="Renamed", category="Back-office", archived=True)
    assert (after.name, after.category, after.archived) == ("Renamed", "Back-office", True)
    with refused(404, "not_found"):
        client.ticket_types.get("999999999")
    with refused(400, "parameter_invalid"):
        made(client, icon="bug")


def test_attributes(client):
    one = made(client)
    add = lambda **fields: client.ticket_types.attributes.create(one.id, description="", **fields)  # noqa: E731
    priority = add(name="Priority", data_type="list", list_items="Low,High")
    items = priority.input_options["list_options"]
    assert [item["label"] for item in items] == ["Low", "High"]
    after = client.ticket_types.attributes.update(one.id, priority.id, list_items="High", description="New")
    assert after.input_options["list_options"] == items[1:]
    for data_type in ["string", "integer", "decimal", "boolean", "datetime", "files"]:
        assert add(name=data_type, data_type=data_type).data_type == data_type
    assert len(attributes(client.ticket_types.get(one.id))) == 9


def test_states(client):
    states = client.ticket_states.list_ticket_states().data
    custom = next(state for state in states if state.internal_label == "With engineering")
    assert (custom.category, custom.external_label) == ("in_progress", "In work")
    assert [one.name for one in custom.ticket_types.data] == ["Bug report"]
