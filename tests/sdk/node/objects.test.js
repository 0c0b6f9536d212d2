import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, missing, now, refused, titled, user, word } from "./helpers.js";

const client = connect();
const custom_object_type_identifier = "Order";
const order = (fields = {}, from = client.customObjectInstances) =>
  from.createCustomObjectInstances({ custom_object_type_identifier, external_id: word("o"), ...fields });
const read = (custom_object_instance_id) =>
  client.customObjectInstances.getCustomObjectInstancesById({ custom_object_type_identifier, custom_object_instance_id });
const shown = (contact) => contact.custom_attributes.order?.instances.map((one) => one.id) ?? [];

describe(titled("custom object instances"), () => {
  it("creates an instance, finds it by either id and changes it", async () => {
    const external_id = word("o");
    const made = await order({
      external_id,
      external_created_at: 1392036272,
      custom_attributes: { order_number: "ORDER-12345", total_amount: "99.99" },
    });
    assert.equal(made.type, "Order");
    assert.equal(made.external_id, external_id);
    assert.equal(made.external_created_at, 1392036272);
    assert.equal(made.external_updated_at, null);
    assert.ok(Math.abs(made.created_at - now()) < 120);
    assert.deepEqual(made.custom_attributes, { order_number: "ORDER-12345", total_amount: 99.99 });
    assert.deepEqual(await read(made.id), made);
    assert.deepEqual(await read(external_id), made);
    const found = await client.customObjectInstances.getCustomObjectInstancesByExternalId({ custom_object_type_identifier, external_id });
    assert.deepEqual(found, made);
    const changed = await order({ external_id, custom_attributes: { total_amount: "1" } });
    assert.equal(changed.id, made.id);
    assert.deepEqual(changed.custom_attributes, { order_number: "ORDER-12345", total_amount: 1 });
  });

  it("deletes by either id", async () => {
    const [one, two] = [await order(), await order()];
    // The SDK calls the two by each other's name.
    const gone = await client.customObjectInstances.deleteCustomObjectInstancesByExternalId({
      custom_object_type_identifier,
      custom_object_instance_id: one.id,
    });
    assert.deepEqual(gone, { id: one.id, object: "Order", deleted: true });
    const { external_id } = two;
    const other = await client.customObjectInstances.deleteCustomObjectInstancesById({ custom_object_type_identifier, external_id });
    assert.equal(other.id, two.id);
    for (const { id } of [one, two]) await refused(() => read(id), 404, "not_found", /^Custom object instance not found$/);
  });

  it("links instances to contacts, from both sides", async () => {
    const [one, contact] = [await order(), await user(client)];
    const linked = await client.contacts.update({ contact_id: contact.id, custom_attributes: { order: [one.id] } });
    assert.equal(linked.custom_attributes.order.type, "Order.list");
    assert.deepEqual(shown(linked), [one.id]);
    const two = await order({ custom_attributes: { customer: contact.id } });
    assert.equal(two.custom_attributes.customer.contacts[0].id, contact.id);
    assert.deepEqual(shown(await client.contacts.find({ contact_id: contact.id })), [one.id, two.id]);
    const cleared = await client.contacts.update({ contact_id: contact.id, custom_attributes: { order: [] } });
    assert.deepEqual(shown(cleared), []);
  });

  it("refuses what is unknown, by name", async () => {
    const toy = { custom_object_type_identifier: "Toy", external_id: "1" };
    await refused(() => order(toy), 404, "not_found", /^Custom object type `Toy` not found$/);
    await refused(() => order({ custom_attributes: { colour: "red" } }), 400, "parameter_invalid", /'colour' does not exist$/);
    await refused(() => order({ custom_attributes: { customer: missing } }), 400, "data_invalid", /^Contact not found/);
    const contact = await user(client);
    const link = (order) => client.contacts.update({ contact_id: contact.id, custom_attributes: { order } });
    await refused(() => link(["999999999"]), 422, "data_invalid", /^Invalid or duplicated record reference$/);
  });

  it("answers the unstable namespace", async () => {
    const { customObjectInstances } = connect("Unstable").unstable;
    const made = await order({ custom_attributes: { total_amount: "2.5" } }, customObjectInstances);
    assert.equal(made.custom_attributes.total_amount, 2.5);
    const found = await customObjectInstances.getCustomObjectInstancesById({ custom_object_type_identifier, id: made.id });
    assert.deepEqual(found, made);
    const gone = await customObjectInstances.deleteCustomObjectInstancesByExternalId({ custom_object_type_identifier, id: made.id });
    assert.equal(gone.deleted, true);
  });
});
