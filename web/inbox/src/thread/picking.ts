// The options of each picker, and the effects of choosing one. thread/PickerHost.svelte shows them.
import { api, query, Refusal } from "$shared/api";
import { problem } from "$shared/problems";
import type { ConversationList, Priority, Row, Search } from "$shared/types";
import { t, translation, type MessageKey } from "$shared/i18n/index.svelte";
import { personName } from "$shared/people";
import { desk } from "$shared/store/desk.svelte";
import { comingName } from "$shared/time/day";
import { parseWhen, quickTimes } from "$shared/time/when";
import { matching, type Option } from "$shared/ui/options";
import type { PickerKind } from "../app/pickers.svelte";
import { toasts } from "../app/toasts.svelte";
import { act } from "../list/act";
import { showMissing } from "../list/closing";
import { merging } from "./merging.svelte";
import { commonStates, stateName } from "./states";
import { createTag, tagOptions } from "./tagging";
import { threads } from "./threads.svelte";

export type Picking = {
  label: string;
  placeholder: string;
  nothing: string;
  multiple?: boolean;
  options: (text: string) => Option[] | Promise<Option[]>;
  choose: (option: Option) => void;
};

const PRIORITIES: Priority[] = ["urgent", "high", "medium", "low", "none"];
const UNASSIGNED = "";

const rows = (ids: string[]): Row[] => ids.map((id) => desk.rows.get(id)).filter((row) => row !== undefined);
/** Whether all conversations have it. */
const all = (ids: string[], has: (row: Row) => boolean) => rows(ids).length > 0 && rows(ids).every(has);

export const PICKINGS: Record<PickerKind, (ids: string[]) => Picking> = {
  assign: (ids) => ({
    label: t("pick.assign"),
    placeholder: t("pick.assign_hint"),
    nothing: t("pick.nobody"),
    options: (text) => {
      const me = desk.me?.id;
      const others = (desk.start?.teammates ?? []).filter((one) => one.id !== me);
      const mine = (desk.start?.teammates ?? []).filter((one) => one.id === me);
      const people: Option[] = [...mine, ...others].map((one) => ({
        id: one.id,
        label: one.name,
        words: `${one.email} ${one.id === me ? t("pick.me") : ""}`,
        hint: one.id === me ? t("pick.me") : one.away ? t("views.away") : undefined,
        checked: all(ids, (row) => row.admin_assignee_id === one.id),
      }));
      const nobody = {
        id: UNASSIGNED,
        label: t("pick.unassign"),
        checked: all(ids, (row) => row.admin_assignee_id === null),
      };
      return matching([...people.slice(0, 1), nobody, ...people.slice(1)], text);
    },
    choose: (option) => void act(ids, { type: "assign", admin_id: option.id || null }),
  }),

  team: (ids) => ({
    label: t("pick.team"),
    placeholder: t("pick.team_hint"),
    nothing: t("pick.no_team"),
    options: (text) =>
      matching(
        [
          { id: UNASSIGNED, label: t("pick.without_team"), checked: all(ids, (row) => row.team_assignee_id === null) },
          ...(desk.start?.teams ?? []).map((team) => ({
            id: team.id,
            label: team.name,
            checked: all(ids, (row) => row.team_assignee_id === team.id),
          })),
        ],
        text,
      ),
    choose: (option) => void act(ids, { type: "assign_team", team_id: option.id || null }),
  }),

  tag: (ids) => ({
    label: t("pick.tag"),
    placeholder: t("pick.tag_hint"),
    nothing: t("pick.no_tag"),
    multiple: true,
    options: (text) => tagOptions(text, (id) => all(ids, (row) => row.tag_ids.includes(id))),
    choose: (option) => {
      if (option.creates) return void createTag(ids, option.creates);
      const has = all(ids, (row) => row.tag_ids.includes(option.id));
      void act(ids, { type: has ? "untag" : "tag", tag_id: option.id });
    },
  }),

  snooze: (ids) => ({
    label: t("pick.snooze"),
    placeholder: t("pick.snooze_hint"),
    nothing: t("pick.no_time"),
    options: whenOptions,
    choose: (option) => void act(ids, { type: "snooze", until: Number(option.id) }),
  }),

  priority: (ids) => ({
    label: t("pick.priority"),
    placeholder: t("pick.priority_hint"),
    nothing: t("pick.no_priority"),
    options: (text) =>
      matching(
        PRIORITIES.map((id) => ({
          id,
          label: t(`priority.${id}` as MessageKey),
          checked: all(ids, (row) => row.priority === id),
        })),
        text,
      ),
    choose: (option) => void act(ids, { type: "priority", priority: option.id as Priority }),
  }),

  ticket_state: (ids) => ({
    label: t("pick.ticket_state"),
    placeholder: t("pick.ticket_state_hint"),
    nothing: t("pick.no_ticket_state"),
    options: (text) => {
      const types = rows(ids).flatMap((row) => row.ticket?.type_id ?? []);
      return matching(
        commonStates(types).map((one) => ({
          id: one.id,
          label: stateName(one),
          words: `${one.internal_label} ${one.external_label}`,
          checked: all(ids, (row) => row.ticket?.state_id === one.id),
        })),
        text,
      );
    },
    choose: (option) => void changing(ids, { type: "ticket_state", state_id: option.id }),
  }),

  convert: (ids) => ({
    label: t("pick.convert"),
    placeholder: t("pick.convert_hint"),
    nothing: t("pick.no_ticket_type"),
    options: (text) =>
      matching(
        (desk.start?.ticket_types ?? []).map((one) => ({ id: one.id, label: one.name })),
        text,
      ),
    choose: (option) => void changing(ids, { type: "convert", ticket_type_id: option.id }),
  }),

  add_contact: (ids) => ({
    label: t("pick.contact"),
    placeholder: t("pick.contact_hint"),
    nothing: t("pick.no_contact"),
    options: async (text) => {
      if (text.trim().length < 2) return [];
      const { contacts } = await found(text);
      return contacts.flatMap((one) =>
        one.id ? [{ id: one.id, label: personName(one), hint: one.email ?? undefined }] : [],
      );
    },
    choose: (option) => void changing(ids, { type: "add_contact", contact_id: option.id }),
  }),

  remove_contact: (ids) => ({
    label: t("pick.remove_contact"),
    placeholder: t("pick.contact_hint"),
    nothing: t("pick.nothing"),
    options: (text) => {
      const contacts = threads.get(ids[0] ?? "").detail?.contacts ?? [];
      return matching(
        contacts.flatMap((one) =>
          one.id ? [{ id: one.id, label: personName(one), hint: one.email ?? undefined }] : [],
        ),
        text,
      );
    },
    choose: (option) => void changing(ids, { type: "remove_contact", contact_id: option.id }),
  }),

  merge: (ids) => ({
    label: t("pick.merge"),
    placeholder: t("pick.merge_hint"),
    nothing: t("pick.no_conversation"),
    options: async (text) => {
      const from = ids[0] ?? "";
      const contact = desk.rows.get(from)?.contact?.id;
      const near = text.trim() === "" && contact ? await of(contact) : (await found(text)).conversations;
      return near
        .filter(({ row }) => ids.length > 1 || row.id !== from)
        .map(({ row }) => {
          desk.rows.put(row, 0);
          return {
            id: row.id,
            label: `${personName(row.contact)}: ${row.title ?? row.excerpt}`,
            hint: [address(row), t(`state.${row.state}` as MessageKey)].filter(Boolean).join(" · "),
          };
        });
    },
    choose: (option) => merging.start(ids, option.id),
  }),
};

/** The options for a time: the typed one, else the usual ones. */
export function whenOptions(text: string): Option[] {
  const now = new Date();
  const name = (at: Date) =>
    comingName(at.getTime() / 1000, now.getTime() / 1000, translation.locale, t("time.tomorrow"));
  const option = (at: Date, label: string): Option => ({
    id: String(Math.floor(at.getTime() / 1000)),
    label,
    hint: name(at),
  });
  const typed = parseWhen(text, now, translation.locale);
  const quick = quickTimes(now).map(({ id, at }) => option(at, t(`when.${id}` as MessageKey)));
  if (text.trim() === "") return quick;
  const exact = typed
    ? [
        {
          ...option(
            typed,
            typed.toLocaleString(translation.locale, {
              weekday: "long",
              day: "numeric",
              month: "long",
              hour: "numeric",
              minute: "2-digit",
            }),
          ),
          hint: undefined,
        },
      ]
    : [];
  return [...exact, ...matching(quick, text).filter((one) => one.id !== exact[0]?.id)];
}

async function found(text: string): Promise<Pick<Search, "conversations" | "contacts">> {
  if (text.trim() === "") return { conversations: [], contacts: [] };
  try {
    return await api.get<Search>(`/search${query({ q: text })}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toasts.show({ text: problem(error), tone: "bad" });
    return { conversations: [], contacts: [] };
  }
}

/** The email address of the contact, unless it is shown instead of a name. */
const address = ({ contact }: Row) => (contact?.email === personName(contact) ? null : contact?.email);

/** The newest conversations of a contact. */
async function of(contact: string): Promise<{ row: Row }[]> {
  try {
    const wanted = query({ view: `contact:${contact}`, state: "all", sort: "newest", limit: 20 });
    const { items } = await api.get<ConversationList>(`/conversations${wanted}`);
    return items.map((row) => ({ row }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [];
  }
}

/** Performs a change of more than the row, and reloads the conversation. */
async function changing(ids: string[], action: Parameters<typeof act>[1]) {
  const [failed] = await act(ids, action);
  for (const id of ids) if (threads.has(id)) threads.get(id).reloadSoon();
  // A ticket's state may close the conversation.
  if (ids.length === 1 && failed) showMissing(failed.id, failed);
}
