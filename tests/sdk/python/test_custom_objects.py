"""Instances of custom objects. The SDK calls the two ways of deleting by each other's name."""
import pytest
from conftest import MISSING, connect, field, refused, user, word


@pytest.fixture(scope="module")
def objects():
    # Since 2.16 one address lists instances, or gives the one of an external id; before it the latter alone.
    return connect("2.14").custom_object_instances


def order(objects, **fields):
    return objects.create_custom_object_instances("Order", **{"external_id": word("o"), **fields})


def shown(contact):
    orders = (field(contact, "custom_attributes") or {}).get("order")
    return [field(one, "id") for one in field(orders, "instances")] if orders else []


def test_creates_finds_and_changes_an_instance(objects):
    external_id = word("o")
    given = {"order_number": "ORDER-12345", "total_amount": "99.99"}
    made = order(objects, external_id=external_id, external_created_at=1392036272, custom_attributes=given)
    assert (made.type, made.external_id, made.external_created_at, made.external_updated_at) == ("Order", external_id, 1392036272, None)
    assert made.custom_attributes == {"order_number": "ORDER-12345", "total_amount": 99.99}
    for name in (made.id, external_id):
        assert objects.get_custom_object_instances_by_id("Order", name).id == made.id
    assert objects.get_custom_object_instances_by_external_id("Order", external_id=external_id).id == made.id
    changed = order(objects, external_id=external_id, custom_attributes={"total_amount": "1"})
    assert (changed.id, changed.custom_attributes) == (made.id, {"order_number": "ORDER-12345", "total_amount": 1})


def test_deletes_by_either_id(objects):
    one, two = order(objects), order(objects)
    gone = objects.delete_custom_object_instances_by_external_id("Order", one.id)
    assert (gone.id, gone.object, gone.deleted) == (one.id, "Order", True)
    assert objects.delete_custom_object_instances_by_id("Order", external_id=two.external_id).id == two.id
    for made in (one, two):
        with refused(404, "not_found") as refusal:
            objects.get_custom_object_instances_by_id("Order", made.id)
        assert refusal.message == "Custom object instance not found"


def test_links_instances_to_contacts(client, objects):
    contact, one = user(client), order(objects)
    linked = client.contacts.update(contact.id, custom_attributes={"order": [one.id]})
    assert shown(linked) == [one.id]
    two = order(objects, custom_attributes={"customer": contact.id})
    assert shown(client.contacts.find(contact.id)) == [one.id, two.id]
    objects.delete_custom_object_instances_by_external_id("Order", one.id)
    assert shown(client.contacts.find(contact.id)) == [two.id]


def test_refuses_what_is_unknown_by_name(client, objects):
    with refused(404, "not_found") as refusal:
        objects.create_custom_object_instances("Toy", external_id="1")
    assert refusal.message == "Custom object type `Toy` not found"
    with refused(400, "parameter_invalid") as refusal:
        order(objects, custom_attributes={"colour": "red"})
    assert refusal.message == "Custom attribute 'colour' does not exist"
    with refused(400, "data_invalid") as refusal:
        order(objects, custom_attributes={"customer": MISSING})
    assert refusal.message == "Contact not found or could not be created"
    with refused(422, "data_invalid") as refusal:
        client.contacts.update(user(client).id, custom_attributes={"order": ["999999999"]})
    assert refusal.message == "Invalid or duplicated record reference"


def test_answers_the_unstable_namespace(unstable):
    objects = unstable.custom_object_instances
    made = order(objects, custom_attributes={"total_amount": "2.5"})
    assert made.custom_attributes == {"total_amount": 2.5}
    assert objects.get_custom_object_instances_by_id("Order", made.id).id == made.id
    assert objects.delete_custom_object_instances_by_external_id("Order", made.id).deleted is True
