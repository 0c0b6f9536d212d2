// Mock settings of the workspace: teammates, roles, invitations, teams and office hours.
import type {
  Invitation,
  ManagedTeam,
  ManagedTeammate,
  OfficeHours,
  Role,
  Roles,
  WorkspaceSettings,
} from "../shared/types";
import { start } from "./data";

const now = () => Math.floor(Date.now() / 1000);
const nouns = ["people", "conversations", "tickets", "tags", "segments", "custom_objects", "admins"];
const permissions = nouns.flatMap((noun) => [`read_${noun}`, `write_${noun}`]);
let next = 900;

const teammates: ManagedTeammate[] = start.teammates.map((one, index) => ({
  id: one.id,
  name: one.name,
  email: one.email,
  avatar: one.avatar,
  role: index === 0 ? "Owner" : index % 4 === 3 ? "Viewer" : "Agent",
  has_inbox_seat: index % 5 !== 4,
  away: one.away,
  reassigns: false,
  away_reason_id: null,
  second_factor: index % 3 === 0,
  seen_at: index % 6 === 5 ? null : now() - index * 7_000,
  created_at: now() - 86_400 * (400 - index),
}));
const roles: Role[] = (["Owner", "Admin", "Agent", "Viewer"] as const).map((name, index) => ({
  id: String(index + 1),
  name,
  is_built_in: true,
  permissions: name === "Viewer" ? permissions.filter((one) => one.startsWith("read_")) : permissions,
  can_manage_apps: index < 2,
  can_manage_content: index < 3,
  teammates: teammates.filter((one) => one.role === name).length,
}));
let invitations: Invitation[] = [];
let teams: ManagedTeam[] = start.teams.map(({ id, name, member_ids }) => ({
  id,
  name,
  member_ids,
  distribution: "manual",
  assignment_limit: null,
}));
let hours: OfficeHours[] = [];
let workspace: WorkspaceSettings = {
  name: start.workspace.name,
  timezone: start.workspace.timezone,
  default_country: "DE",
  region: "EU",
  identity_verification: false,
  ip_allowlist: [],
  ip_allowlist_enabled: false,
};

function replace<T extends { id: string | null }>(all: T[], id: string | undefined, change: object | null): T[] {
  if (!id) return change ? [...all, { ...change, id: String(next++) } as unknown as T] : all;
  return all.flatMap((one) => (one.id !== id ? [one] : change ? [{ ...one, ...change }] : []));
}

function invite(id: string | undefined, body: object) {
  const made = { created_at: now(), expires_at: now() + 604_800, invited_by: start.me.id };
  invitations = replace(invitations, id, { ...body, ...made });
  const invitation = id ? invitations.find((one) => one.id === id) : invitations.at(-1);
  return { invitation, link: `${location()}/inbox/join/${"mock".padEnd(43, "x")}` };
}
const location = () => "http://127.0.0.1:5173";

/** The answers to requests to /settings of teammates, roles, teams and the workspace; undefined for others. */
export function answerSettings(method: string, url: URL, given: unknown): unknown {
  const [, kind, id, verb, part] = url.pathname.slice("/app/v1/".length).split("/");
  const [body, reads] = [given as object, method === "GET"];
  const change = method === "DELETE" ? null : body;
  switch (kind) {
    case "teammates": {
      if (reads) return { items: teammates, away_reasons: [{ id: "1", label: "🌴 On holiday" }] };
      const one = teammates.find((teammate) => teammate.id === id);
      if (one && verb === "totp") one.second_factor = false;
      else if (one && method === "DELETE") teammates.splice(teammates.indexOf(one), 1);
      else if (one) Object.assign(one, body);
      return { unassigned: 3, done: true };
    }
    case "roles":
      if (reads) return { items: roles, permissions } satisfies Roles;
      roles.splice(0, roles.length, ...replace(roles, id, change && { is_built_in: false, teammates: 0, ...change }));
      return {};
    case "invitations":
      if (reads) return { items: invitations };
      if (method === "POST") return invite(id, body);
      invitations = replace(invitations, id, null);
      return {};
    case "teams":
      if (reads) return { items: teams };
      teams = replace(teams, id, change);
      return { unassigned: 0, done: true };
    case "office-hours":
      if (reads) return { items: hours };
      if (verb !== "exceptions") hours = replace(hours, id, change && (id ? change : { exceptions: [], ...change }));
      for (const one of verb === "exceptions" ? hours.filter((schedule) => schedule.id === id) : [])
        one.exceptions = replace(one.exceptions, part, change);
      return {};
    case "workspace":
      if (!reads) workspace = { ...workspace, ...body };
      return workspace;
    default:
      return undefined;
  }
}
