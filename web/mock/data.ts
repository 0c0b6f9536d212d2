// A mock workspace, for working on the inbox without a server. It is the same after each start.
import type { Attachment, Part, Person, Row, Start } from "../shared/types";

let seed = 42;
export const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
export const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const NOW = Math.floor(Date.now() / 1000);

const FIRST_NAMES = [
  "Ana",
  "Ben",
  "Chloé",
  "Dmitri",
  "Elena",
  "Farid",
  "Grace",
  "Håkon",
  "Ines",
  "Jürgen",
  "Kwame",
  "Lucía",
  "Mei",
  "Noor",
  "Oluwaseun",
  "Priya",
  "Quentin",
  "Rosa",
  "Søren",
  "Tomás",
];
const LAST_NAMES = [
  "Almeida",
  "Bauer",
  "Castillo",
  "Dubois",
  "Eriksen",
  "Fischer",
  "García",
  "Haddad",
  "Ivanova",
  "Johansson",
  "Kim",
  "Lindqvist",
  "Müller",
  "Nakamura",
  "Okonkwo",
  "Pereira",
  "Rossi",
  "Schneider",
  "Tanaka",
  "van den Berg",
];
const TITLES = [
  "Invoice for October",
  "Cannot sign in",
  "Refund of an order",
  "API answers 429",
  "Export never ends",
  "Question about seats",
  "Import of contacts",
  "Webhook is not delivered",
  null,
  null,
  null,
  null,
];
const WORDS = [
  "Hi! I have been trying to export our contacts since this morning, but the page stays white.",
  "Thanks for the quick answer, that solved it. One more question: can we pay by bank transfer?",
  "We would like to move from the monthly to the yearly plan. What happens to what we have already paid?",
  "The invoice of last month shows the old address. Could you send us a corrected one?",
  "It still does not work, see the picture. I have cleared the cache and tried another browser.",
  "Is there a way to have two workspaces with one account?",
  "Our webhook stopped receiving events at 14:02 UTC. Is there an incident?",
  "Great, have a nice weekend!",
];

export const me = { id: "1", name: "Ana Almeida", email: "ana@example.com", avatar: null, away: false, role: "owner" };
const teammates = [
  me,
  { id: "2", name: "Ben Okonkwo", email: "ben@example.com", avatar: null, away: false, role: "agent" },
  { id: "3", name: "Chloé Dubois", email: "chloe@example.com", avatar: null, away: true, role: "agent" },
  {
    id: "4",
    name: "Maximiliane von Hohenstein-Württemberg",
    email: "max@example.com",
    avatar: null,
    away: false,
    role: "admin",
  },
];
const teams = [
  { id: "10", name: "Billing", member_ids: ["1", "2"] },
  { id: "11", name: "Technical support, second level and integrations", member_ids: ["3", "4"] },
];
const tags = ["bug", "billing", "feature request", "VIP", "churn risk", "onboarding"].map((name, at) => ({
  id: String(100 + at),
  name,
}));
const attribute = (
  id: string,
  on: "contact" | "conversation" | "ticket",
  name: string,
  data_type: string,
  options: string[] | null = null,
  required = false,
) => ({ id, on, name, label: name.replace(/_/g, " "), data_type, options, writable: true, required });

export const people: Person[] = Array.from({ length: 120 }, (_, at) => {
  const name =
    at === 7
      ? "Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Second"
      : `${pick(FIRST_NAMES)} ${pick(LAST_NAMES)}`;
  return {
    type: "contact",
    id: (0x651f00000000 + at).toString(16).padStart(24, "0"),
    name,
    avatar: null,
    email: `${name.split(" ")[0]?.toLowerCase()}${at}@customer.example`,
  };
});

/** The number of conversations. MOCK_ROWS=100000 makes a large workspace. */
const ROWS = Number(process.env["MOCK_ROWS"] ?? 400);
export const rows: Row[] = Array.from({ length: ROWS }, (_, at) => {
  const updated = NOW - Math.floor(Math.min(at * at * 2.4, at * 960) + random() * 200);
  const state = at % 9 === 4 ? "snoozed" : at % 5 === 3 ? "closed" : "open";
  const by = pick(["contact", "contact", "contact", "admin", "note"] as const);
  const ticket =
    at % 11 === 2
      ? {
          number: String(4000 + at),
          type: "Bug report",
          type_id: "1",
          icon: "🐞",
          state: "In progress",
          state_id: "2",
          category: "Customer",
        }
      : null;
  return {
    id: String(9000000 + at),
    ticket,
    contact: people[at % people.length] as Person,
    more_contacts: at % 23 === 5 ? 2 : 0,
    title: pick(TITLES),
    excerpt: pick(WORDS),
    excerpt_by: by,
    last_author: by === "contact" ? null : pick(teammates).name,
    last_at: updated,
    state,
    priority: pick(["none", "none", "none", "none", "low", "medium", "high", "urgent"] as const),
    admin_assignee_id: pick(["1", "1", "2", "3", null, null]),
    team_assignee_id: pick(["10", "11", null, null]),
    tag_ids: random() < 0.4 ? [pick(tags).id] : [],
    waiting_since: by === "contact" && state === "open" ? updated : null,
    snoozed_until: state === "snoozed" ? NOW + 86400 : null,
    created_at: updated - 86400,
    updated_at: updated,
    last_part_id: `${9000000 + at}9`,
    unread: by === "contact" && at % 3 === 0,
    mentioned: at % 17 === 3,
    channel: pick(["email", "messenger"]),
    draft: at % 31 === 6,
  };
});

const builtin = ["mine", "mentions", "unassigned", "all", "created", "snoozed", "closed", "tickets"];
export const start: Start = {
  build: "dev",
  me: {
    ...me,
    permissions: [
      "read_conversations",
      "write_conversations",
      "write_tickets",
      "write_people",
      "write_tags",
      "read_admins",
      "write_admins",
      "manage_apps",
    ],
    preferences: {},
    unread_notifications: 2,
  },
  workspace: { id: "acme", name: "Acme Bikes", timezone: "Europe/Berlin", demo: true, shows_sent: true },
  teammates,
  teams,
  tags,
  ticket_types: [
    {
      id: "1",
      name: "Bug report",
      icon: "🐞",
      category: "Customer",
      attributes: [attribute("5", "ticket", "severity", "list", ["minor", "major", "critical"])],
    },
  ],
  ticket_states: ["Submitted", "In progress", "Waiting on customer", "Resolved"].map((label, at) => ({
    id: String(at + 1),
    category: ["submitted", "in_progress", "waiting_on_customer", "resolved"][at] as string,
    internal_label: label,
    has_first_label: true,
    external_label: label,
    ticket_type_ids: ["1"],
    archived: false,
  })),
  attributes: [
    attribute("1", "contact", "plan", "list", ["free", "team", "business"]),
    attribute("2", "contact", "seats", "integer"),
    attribute("3", "conversation", "order_number", "string", null, true),
    attribute("4", "conversation", "refunded", "boolean"),
  ],
  macros: [
    { id: "1", name: "Thank and close", has_actions: true },
    { id: "2", name: "Ask for a screenshot", has_actions: false },
  ],
  views: [
    ...[...builtin, ...teams.map((team) => `team:${team.id}`)].map((id) => ({
      id,
      kind: "builtin" as const,
      name: id,
      query: null,
      sort: "newest" as const,
      count: 0,
    })),
    {
      id: "77",
      kind: "own",
      name: "Angry customers in Europe",
      query: { field: "priority", operator: "=", value: "urgent" },
      sort: "waiting",
      count: 3,
    },
  ],
};

export const person = (id: string): Person => {
  const one = teammates.find((other) => other.id === id) ?? me;
  return { type: "admin", id: one.id, name: one.name, avatar: null, email: one.email };
};
const picture: Attachment = {
  id: "900",
  name: "screenshot.png",
  url: "/inbox/icon.svg",
  content_type: "image/svg+xml",
  size: 48213,
  width: 640,
  height: 400,
};

/** The parts of a conversation, generated when it is first opened. */
export function partsFor(row: Row): Part[] {
  const at = (back: number) => row.updated_at - back;
  const contact = row.contact as Person;
  const part = (
    id: string,
    kind: Part["kind"],
    author: Person,
    html: string | null,
    back: number,
    more: Partial<Part> = {},
  ): Part => ({
    id,
    kind,
    part_type: kind === "note" ? "note" : "comment",
    author,
    html,
    attachments: [],
    at: at(back),
    redacted: false,
    event: null,
    held_until: null,
    subject: null,
    ...more,
  });
  const event = (id: string, type: string, back: number, more: Record<string, unknown> = {}) =>
    part(id, "event", person("1"), null, back, { part_type: type, event: { type, ...more } });
  return [
    part("source", "message", contact, `<p>${pick(WORDS)}</p>`, 90000, { subject: row.title }),
    event(`${row.id}1`, "assignment", 80000, { assignee: "Ben Okonkwo" }),
    event(`${row.id}2`, "assignment", 79000, { assignee: "Ana Almeida" }),
    part(
      `${row.id}3`,
      "message",
      person("1"),
      '<p>Hello, thanks for writing in!</p><p>Could you send us a <b>screenshot</b> of what you see? <a href="https://example.com">This page</a> shows how.</p><ul><li>On a Mac: ⌘⇧4</li><li>On Windows: Win+Shift+S</li></ul>',
      70000,
    ),
    part(
      `${row.id}4`,
      "note",
      person("2"),
      "<p>@Ana this looks like the bug of last week.</p><pre><code>GET /export 504</code></pre>",
      60000,
    ),
    part(
      `${row.id}5`,
      "message",
      contact,
      `<p>Here it is.</p><p>${pick(WORDS)}</p><blockquote><p>Could you send us a screenshot of what you see?</p></blockquote>`,
      50000,
      { attachments: [picture] },
    ),
    part(`${row.id}6`, "message", contact, "<p>This was removed.</p>", 40000, { redacted: true, html: null }),
    part(
      row.last_part_id ?? "9",
      row.excerpt_by === "note" ? "note" : "message",
      row.excerpt_by === "contact" ? contact : person("2"),
      `<p>${row.excerpt}</p>`,
      0,
    ),
  ];
}
