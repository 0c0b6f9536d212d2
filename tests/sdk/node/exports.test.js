import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { connect, refused, titled } from "./helpers.js";

const client = connect();

async function wait(find, done) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await find();
    if (found.status === done) return found;
    await setTimeout(100);
  }
  assert.fail(`not ${done} in time`);
}

describe(titled("exports"), () => {
  it("exports message data", async () => {
    const { job_identifier } = await client.dataExport.create({ created_at_after: 1, created_at_before: 2 });
    const found = await wait(() => client.dataExport.find({ job_identifier }), "no_data");
    assert.equal(found.download_url, "");
    assert.equal((await client.dataExport.cancel({ job_identifier })).status, "no_data");
    await refused(() => client.dataExport.download({ job_identifier }), 404, "not_found");
  });

  it("exports reporting data", async () => {
    const { data } = await client.export.listAvailableDatasetsAndAttributes();
    assert.ok(data.some((dataset) => dataset.id === "conversation"));
    const { job_identifier } = await client.export.enqueueANewReportingDataExportJob({
      dataset_id: "conversation",
      attribute_ids: ["conversation_id", "conversation_state"],
      start_time: 1,
      end_time: Math.floor(Date.now() / 1000),
    });
    const app = { app_id: "a", client_id: "c" };
    const found = await wait(() => client.dataExport.exportReportingData({ job_identifier, ...app }), "complete");
    assert.ok(found.download_url.endsWith(`/download/reporting_data/${job_identifier}`));
    await client.dataExport.downloadReportingDataExport({ job_identifier, app_id: "a" });
  });

  it("exports in the unstable version", async () => {
    const { unstable } = connect("Unstable");
    const { job_identfier: job_identifier } = await unstable.dataExport.createDataExport({ created_at_after: 1, created_at_before: 2 });
    await wait(() => unstable.dataExport.getDataExport({ job_identifier }), "no_data");
    assert.equal((await unstable.dataExport.cancelDataExport({ job_identifier })).status, "no_data");
    await refused(() => unstable.dataExport.downloadDataExport({ job_identifier }), 404, "not_found");
    const { data } = await unstable.export.listAvailableDatasetsAndAttributes();
    const dataset_id = data[0].id;
    const queued = await unstable.export.enqueueANewReportingDataExportJob({
      dataset_id,
      attribute_ids: [data[0].attributes[0].qualified_id],
      start_time: 1,
      end_time: 2,
    });
    assert.equal(queued.status, "pending");
    const exported = await unstable.workflows.exportWorkflow({ id: "1001" });
    assert.equal(exported.workflow.title, "Ask for the order number");
  });
});
