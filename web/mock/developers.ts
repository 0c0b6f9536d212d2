// Mock apps, tokens, webhooks, notifications and deliveries, as far as pages show them.
import type {
  AppSettings,
  Notification,
  OneSentMail,
  SentMail,
  TokenSettings,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookSettings,
} from "../shared/types";

const at = (minutes: number) => Math.floor(Date.now() / 1000) - minutes * 60;
const SCOPES = [
  { name: "read_users", text: "See all contacts and companies, with their notes and segments" },
  { name: "write_users_companies", text: "Create, change and delete contacts and companies" },
  { name: "read_conversations", text: "Read all conversations" },
  { name: "write_conversations", text: "Start, answer and change conversations, and send messages" },
  { name: "read_tickets", text: "Read all tickets" },
];
const VERSIONS = ["Unstable", "2.16", "2.15", "2.14"];
const app = (id: string, name: string, scopes: string[], tokens: number): AppSettings => ({
  id,
  name,
  client_id: `Zq8${id}vTn4mQxY7b`,
  redirect_uris: ["https://sync.example.com/back"],
  scopes,
  api_version: "2.14",
  uninstall_url: null,
  signs: true,
  installs: tokens ? [{ admin_id: "1", admin_name: "Ada", asks_anew: false, tokens, authorized_at: at(9000) }] : [],
  created_at: at(90_000),
});
const apps = [app("1", "Warehouse sync", ["read_users", "read_conversations"], 2), app("2", "Reports", ["all"], 0)];
const token = (id: string, name: string | null, used: number | null): TokenSettings => ({
  id,
  name,
  app: name ? null : "Warehouse sync",
  admin_name: "Ada",
  admin_email: "ada@acme.test",
  scopes: name ? ["read_users", "read_tickets"] : ["all"],
  api_version: null,
  created_at: at(70_000),
  last_used_at: used,
  revoked_at: null,
});
const tokens = [token("3", "Nightly export", at(12)), token("2", null, at(400)), token("1", "Old script", null)];
const webhook: WebhookSettings = {
  id: "1",
  app_id: "1",
  app_name: "Warehouse sync",
  url: "https://sync.example.com/intercom",
  topics: ["contact.user.created", "conversation.user.replied", "ticket.created"],
  state: "live",
  reason: null,
  not_sent: ["ticket.created is not sent: the app lacks the scope read_tickets"],
  paused_until: null,
  failing_since: null,
  created_at: at(80_000),
};
const states = ["pending", "sent", "sent", "failed", "sent", "dropped"] as const;
const deliveries: WebhookDelivery[] = states.map((state, index) => ({
  id: String(60 - index),
  subscription_id: "1",
  topic: index % 2 ? "conversation.user.replied" : "contact.user.created",
  state,
  attempts: state === "pending" ? 0 : state === "failed" ? 2 : 1,
  status: state === "sent" ? 200 : state === "failed" ? 500 : null,
  error: null,
  sent_at: state === "pending" ? null : at(index * 7),
  due_at: state === "pending" ? at(0) : null,
  event_at: at(index * 7),
}));
const detail = (id: string): WebhookDeliveryDetail => {
  const one = deliveries.find((delivery) => delivery.id === id) ?? (deliveries[0] as WebhookDelivery);
  return {
    ...one,
    notification_id: "notif_1f0c6e2a-6d1b-8c52-9a40-0d6f3d1f8f11",
    body: JSON.stringify({
      type: "notification_event",
      topic: one.topic,
      data: { item: { type: "contact", id: "65f" } },
    }),
    is_cut: false,
    log: one.status
      ? [
          {
            at: one.event_at,
            status: one.status,
            ms: 84,
            error: null,
            answer: one.status === 500 ? "Internal error" : "ok",
          },
        ]
      : [],
  };
};
const causes = [
  "replied",
  "assigned a conversation to you",
  "mentioned you in a note",
  "created a ticket",
  "left a note",
];
const notifications: Notification[] = causes.map((text, index) => ({
  id: String(90 - index),
  topic: "conversation.user.replied",
  text: `${["Ana Costa", "Grace Hopper", "Grace Hopper", "Lena Vogt", "Tom Berg"][index]} ${text}`,
  excerpt: text === "replied" ? "It works now, thank you." : null,
  conversation_id: String(1000 + index),
  part_id: null,
  read: index > 1,
  at: at(index * 190),
}));
const mails: SentMail[] = (["pending", "sent", "bounced", "dropped"] as const).map((state, index) => ({
  id: String(30 - index),
  to: index === 3 ? "grace@acme.test" : "ana.costa@example.com",
  to_teammate: index === 3,
  subject:
    ["Invoice with the wrong address", "Re: Cannot sign in", "Charged twice", "Upgrade from Starter to Pro"][index] ??
    null,
  state,
  why: state === "bounced" ? "550 no such user" : state === "dropped" ? "it was read before it was due" : null,
  conversation_id: "1",
  created_at: at(index * 40),
  sent_at: state === "sent" ? at(index * 40) : null,
  due_at: state === "pending" ? at(-2) : null,
}));
const mail: OneSentMail = {
  content: {
    from: "Grace Hopper (Acme Bikes) <inbox@deskwire.test>",
    to: ["ana.costa@example.com"],
    cc: [],
    subject: "Invoice with the wrong address",
    text: "The corrected invoice is in your billing page now.",
    raw: "Message-ID: <mail-30@deskwire.test>\r\nSubject: Invoice with the wrong address\r\n\r\nThe corrected invoice ...",
    is_cut: false,
  },
  why: null,
};

/** The answer to a request for these; undefined for other requests. */
export function answerDevelopers(method: string, url: URL): unknown {
  const [first, second, id, verb] = url.pathname.slice("/app/v1/".length).split("/");
  switch (`${method} ${first}/${second ?? ""}`) {
    case "GET settings/apps":
      return { items: apps, scopes: SCOPES, versions: VERSIONS };
    case "POST settings/apps":
      return { app: apps[0], client_secret: "m3YH0p4w7C1nB9xK2rT6vQ8zL5sD0fGj" };
    case "GET settings/tokens":
      return { items: tokens, next: null, scopes: SCOPES, versions: VERSIONS };
    case "POST settings/tokens":
      return { item: tokens[0], token: "dG9rOm3YH0p4w7C1nB9xK2rT6vQ8zL5sD0fGj" };
    case "GET settings/webhooks":
      if (verb === "deliveries") return { items: deliveries, next: null };
      return { items: [webhook], topics: webhook.topics.map((name) => ({ name, scopes: [], since: "2.7" })) };
    case "POST settings/webhooks":
      return verb === "replay" ? { count: 1, may_have_more: false } : webhook;
    case "GET settings/webhook_deliveries":
    case "POST settings/webhook_deliveries":
      return detail(id ?? "");
    case "GET notifications/":
      return { items: notifications, conversations: [], unread: 2 };
    case "POST notifications/read":
      return { unread: 0 };
    case "GET me/mail":
      return { assigned: true, mentioned: true, replied: false, other: false };
    case "GET sent/mails":
      return id ? mail : { items: mails, next: null };
    case "GET sent/webhooks":
      return { items: deliveries, next: null };
    default:
      return undefined;
  }
}
