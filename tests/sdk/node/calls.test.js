import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, word } from "./helpers.js";

const client = connect();
const { unstable } = connect("Unstable");

/** The call of the workspace file: it is the one with a recording. */
const declared = (list) => list.data.find((call) => call.recording_url);

describe(titled("calls"), () => {
  it("lists and shows a call, its transcript and its recording", async () => {
    const call = declared(await client.calls.listCalls({ per_page: 25 }));
    assert.deepEqual([call.type, call.state, call.direction, call.phone], ["call", "completed", "inbound", "+353832345678"]);
    const call_id = call.id;
    assert.deepEqual(await client.calls.showCall({ call_id }), call);
    const transcript = await client.calls.showCallTranscript({ call_id });
    assert.match(String(transcript), /^\[00:00:02\] Teammate 1: "Hello, how can I help\?"\n/);
    const { rawResponse } = await client.calls.showCallRecording({ call_id }).withRawResponse();
    assert.equal(rawResponse.status, 200, "the signed URL is followed");
    const found = await client.calls.listCallsWithTranscripts({ conversation_ids: [call.conversation_id] });
    assert.deepEqual(ids(found.data), [call.id]);
    assert.deepEqual([found.data[0].transcript.length, found.data[0].transcript_status], [2, "completed"]);
    await refused(() => client.calls.showCall({ call_id: "7" }), 404, "not_found");
    await refused(() => client.calls.listCallsWithTranscripts({ conversation_ids: [] }), 400, "conversation_id_limit_exceeded");
  });
});

describe(titled("unstable: calls"), () => {
  it("lists and shows a call, its transcript and its recording", async () => {
    const call = declared(await unstable.calls.listCalls({ page: 1 }));
    const { id } = call;
    assert.deepEqual([call.duration, call.talk_time], [90, 80]);
    assert.deepEqual(await unstable.calls.showCall({ id }), call);
    assert.match(String(await unstable.calls.showCallTranscript({ id })), /User: "My invoice is wrong\."$/);
    const { rawResponse } = await unstable.calls.showCallRecording({ id }).withRawResponse();
    assert.equal(rawResponse.status, 200);
    const found = await unstable.calls.listCallsWithTranscripts({ conversation_ids: [call.conversation_id] });
    assert.equal(found.data[0].transcript[1].text, "My invoice is wrong.");
  });

  it("registers a call that Fin answers", async () => {
    const external_id = word("call-");
    const made = await unstable.calls.registerFinVoiceCall({ phone_number: "+353832345679", call_id: external_id, source: "five9" });
    assert.deepEqual([made.status, made.external_call_id], ["registered", external_id]);
    assert.deepEqual(await unstable.calls.collectFinVoiceCallById({ id: made.id }), made);
    assert.deepEqual(await unstable.calls.collectFinVoiceCallByExternalId({ external_id }), made);
    assert.deepEqual(await unstable.calls.collectFinVoiceCallByPhoneNumber({ phone_number: "+353832345679" }), made);
    await refused(() => unstable.calls.registerFinVoiceCall({ phone_number: "+353832345679", call_id: external_id }), 409, "conflict");
  });
});
