import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, now, refused, titled } from "./helpers.js";

const client = connect();
const find = async (name) => (await client.admins.list()).admins.find((admin) => admin.name === name);
const rows = (list) => (Array.isArray(list) ? list : list.data);

describe(titled("admins"), () => {
  it("says who the token belongs to", async () => {
    const me = await client.admins.identify();
    assert.equal(me.type, "admin");
    assert.match(me.id, /^\d+$/);
    assert.equal(typeof me.email_verified, "boolean");
    assert.equal(me.app.type, "app");
    assert.equal(me.app.name, "Acme");
    assert.equal(me.app.timezone, "Europe/Dublin");
    assert.equal(me.app.region, "US");
    assert.equal(me.app.identity_verification, false);
    assert.ok(me.app.id_code.length > 0);
  });

  it("lists the admins with their teams", async () => {
    const list = await client.admins.list();
    assert.equal(list.type, "admin.list");
    const ada = list.admins.find((admin) => admin.email === "ada@acme.test");
    const support = (await client.teams.list()).teams.find((team) => team.name === "Support");
    assert.equal(ada.type, "admin");
    assert.equal(ada.has_inbox_seat, true);
    assert.equal(ada.away_mode_enabled, false);
    assert.deepEqual(ada.team_ids, [Number(support.id)]);
    assert.deepEqual(ada.team_priority_level, { primary_team_ids: [Number(support.id)], secondary_team_ids: [] });
  });

  it("finds one admin", async () => {
    const { id } = await find("Ada");
    const ada = await client.admins.find({ admin_id: Number(id) });
    assert.equal(ada.id, id);
    assert.equal(ada.email, "ada@acme.test");
    assert.equal(ada.job_title, "Head of Support");
  });

  it("does not find an admin that is not there", () =>
    refused(() => client.admins.find({ admin_id: 999999999 }), 404, "admin_not_found", /^Admin not found$/));

  it("sets an admin away and back, and logs it", async () => {
    const started = now();
    const { id } = await find("Grace");
    const reason = rows(await client.awayStatusReasons.listAwayStatusReasons()).find((reason) => !reason.deleted);
    const away = await client.admins.away({
      admin_id: Number(id),
      away_mode_enabled: true,
      away_mode_reassign: true,
      away_status_reason_id: Number(reason.id),
    });
    assert.equal(away.id, id);
    assert.equal(away.away_mode_enabled, true);
    assert.equal(away.away_mode_reassign, true);
    assert.equal(String(away.away_status_reason_id), String(reason.id));
    assert.equal((await find("Grace")).away_mode_enabled, true);

    const back = await client.admins.away({ admin_id: Number(id), away_mode_enabled: false, away_mode_reassign: false });
    assert.equal(back.away_mode_enabled, false);
    assert.equal(back.away_mode_reassign, false);

    const logs = await client.admins.listAllActivityLogs({ created_at_after: String(started - 60) });
    assert.equal(logs.type, "activity_log.list");
    assert.equal(logs.pages.type, "pages");
    assert.equal(logs.pages.per_page, 20);
    const entry = logs.activity_logs.find((log) => log.activity_type === "admin_away_mode_change");
    assert.ok(entry, "the change is in the activity log");
    assert.equal(entry.performed_by.type, "admin");
    assert.ok(entry.created_at >= started - 1);
    assert.equal(typeof entry.activity_description, "string");
  });

  it("takes ISO times for activity logs and leaves out what lies outside", async () => {
    const logs = await client.admins.listAllActivityLogs({
      created_at_after: new Date("2021-12-12").toISOString(),
      created_at_before: new Date("2022-01-01").toISOString(),
    });
    assert.deepEqual(logs.activity_logs, []);
  });

  it("refuses to set away an admin that is not there", () =>
    refused(
      () => client.admins.away({ admin_id: 999999999, away_mode_enabled: true, away_mode_reassign: false }),
      404,
      "admin_not_found",
      /^Admin for admin_id not found$/,
    ));

  it("refuses a deleted away reason", async () => {
    const { id } = await find("Grace");
    const gone = rows(await client.awayStatusReasons.listAwayStatusReasons()).find((reason) => reason.deleted);
    await refused(
      () =>
        client.admins.away({
          admin_id: Number(id),
          away_mode_enabled: true,
          away_mode_reassign: false,
          away_status_reason_id: Number(gone.id),
        }),
      400,
      "parameter_invalid",
      /^Away status reason is deleted$/,
    );
  });
});

describe(titled("away status reasons"), () => {
  it("lists them all, the deleted too", async () => {
    const list = rows(await client.awayStatusReasons.listAwayStatusReasons());
    const lunch = list.find((reason) => reason.label === "Lunch");
    assert.equal(lunch.type, "away_status_reason");
    assert.equal(lunch.emoji, "🍔");
    assert.equal(lunch.order, 1);
    assert.equal(lunch.deleted, false);
    assert.equal(typeof lunch.created_at, "number");
    assert.equal(list.find((reason) => reason.label === "Sabbatical").deleted, true);
  });
});

describe(titled("teams"), () => {
  it("lists the teams with their members", async () => {
    const list = await client.teams.list();
    assert.equal(list.type, "team.list");
    const [ada, grace] = [Number((await find("Ada")).id), Number((await find("Grace")).id)];
    const support = list.teams.find((team) => team.name === "Support");
    assert.equal(support.type, "team");
    assert.deepEqual(support.admin_ids.toSorted(), [ada, grace].toSorted());
    assert.deepEqual(list.teams.find((team) => team.name === "Sales").admin_ids, [grace]);
  });

  it("finds one team with its priorities", async () => {
    const { id } = (await client.teams.list()).teams.find((team) => team.name === "Support");
    const team = await client.teams.find({ team_id: id });
    assert.equal(team.id, id);
    assert.equal(team.name, "Support");
    assert.deepEqual(team.admin_priority_level, {
      primary_admin_ids: [Number((await find("Ada")).id)],
      secondary_admin_ids: [Number((await find("Grace")).id)],
    });
    assert.equal(team.distribution_method, "round_robin");
  });

  it("does not find a team that is not there", () =>
    refused(() => client.teams.find({ team_id: "999999999" }), 404, "team_not_found", /^Team not found$/));
});
