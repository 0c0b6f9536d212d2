// The messages of the interface: one JSON file for each language and part. The parts `shell` and `thread` are always
// loaded, in English from the first paint on. A page loads its part by a row of `LaterParts`.
import enShell from "./en/shell.json";
import enThread from "./en/thread.json";
import { isolated } from "../names";

/** The parts that are loaded on demand, and their messages. */
type LaterParts = {
  account: typeof import("./en/account.json");
  data: typeof import("./en/data.json");
  people: typeof import("./en/people.json");
  developers: typeof import("./en/developers.json");
  notices: typeof import("./en/notices.json");
  sent: typeof import("./en/sent.json");
  reports: typeof import("./en/reports.json");
};
export type Part = keyof LaterParts;
type Intersection<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never;
type English = typeof enShell & typeof enThread & Intersection<LaterParts[Part]>;
export type MessageKey = Exclude<keyof English, "default">;
type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
type Messages = Record<string, string | Plural>;
export type Values = Record<string, string | number>;

export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", fr: "Français", pt: "Português" } as const;
export type Language = keyof typeof LANGUAGES;
/** For tests: English with accents and brackets, left to right and right to left. */
export const PSEUDO = { "en-XA": "[Ƥşéûđó]", "en-XB": "[Ƥşéûđó, right to left]" } as const;

const files = import.meta.glob<{ default: Messages }>(["./*/*.json", "!./en/shell.json", "!./en/thread.json"]);

/** Reads the messages of a language's part. */
const read = async (language: string, part: string) => (await files[`./${language}/${part}.json`]?.())?.default ?? {};

export class Translation {
  language = $state("en");
  /** Whether it is English, the language of the server's messages. */
  readonly isEnglish = $derived(this.language.startsWith("en"));
  /** Whether the language is written from right to left. */
  readonly rtl = $derived(this.language === "en-XB");
  /** The locale for Intl: the language, with the region of the browser's language if it is the same language. */
  locale = $state(regional("en"));
  /** The messages that are loaded, of each language. */
  #messages = $state.raw<Record<string, Messages>>({ en: { ...enShell, ...enThread } });
  #chosen = "en";
  #parts = new Set<string>(["shell", "thread"]);
  #rules = $derived(new Intl.PluralRules(this.locale));
  #read: typeof read;

  constructor(from = read) {
    this.#read = from;
  }

  message(key: string): string | Plural {
    const english = this.#messages["en"]?.[key] ?? key;
    return this.language in PSEUDO ? pseudo(english) : (this.#messages[this.language]?.[key] ?? english);
  }

  /** Whether the language has this message, which only exists if it differs from `usual`. */
  differs(key: string, usual: string): boolean {
    const words = this.#messages[this.language] ?? {};
    return key in words || (!(usual in words) && key in (this.#messages["en"] ?? {}));
  }

  plural(count: number): Intl.LDMLPluralRule {
    return this.#rules.select(count);
  }

  /** Changes the language. The one that was chosen last wins, whichever is loaded first. */
  async use(language: string) {
    this.#chosen = language;
    await this.#load(language, this.#parts);
    if (this.#chosen !== language) return;
    this.language = language;
    this.locale = regional(language);
    document.documentElement.lang = language.startsWith("en-X") ? "en" : language;
    document.documentElement.dir = this.rtl ? "rtl" : "ltr";
  }

  /** Loads a part that is not loaded from the start, also in a language that is chosen meanwhile. */
  async need(part: Part) {
    this.#parts.add(part);
    await this.#load("en", [part]);
    let language;
    do await this.#load((language = this.#chosen), [part]);
    while (language !== this.#chosen);
  }

  async #load(language: string, parts: Iterable<string>) {
    if (language in PSEUDO) return;
    const loaded = await Promise.all(Array.from(parts, (part) => this.#read(language, part)));
    this.#messages = { ...this.#messages, [language]: Object.assign({}, this.#messages[language], ...loaded) };
  }
}

function regional(language: string): string {
  if (language.startsWith("en-X")) return "en";
  return navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
}

/** The first of the browser's languages with a catalogue. */
export function preferred(): Language {
  const tags = navigator.languages.map((tag) => tag.split("-")[0] as Language);
  return tags.find((tag) => tag in LANGUAGES) ?? "en";
}

/** English with accents and a third longer, which reveals truncated and untranslated texts. Placeholders stay. */
export function pseudo(text: string | Plural): string | Plural {
  if (typeof text !== "string") {
    return Object.fromEntries(Object.entries(text).map(([form, one]) => [form, pseudo(one)])) as Plural;
  }
  const accents: Record<string, string> = {
    a: "á",
    e: "é",
    i: "í",
    o: "ö",
    u: "û",
    c: "ç",
    n: "ñ",
    s: "š",
    y: "ý",
    A: "Á",
    E: "É",
    I: "Í",
    O: "Ö",
    U: "Û",
    C: "Ç",
    N: "Ñ",
    S: "Š",
  };
  const accented = text.replace(/\{\w+\}|[a-zA-Z]/g, (match) => accents[match] ?? match);
  return `[${accented}${"·".repeat(Math.ceil(text.length / 3))}]`;
}

export const translation = new Translation();

/**
 * The plural form for a count. Some languages choose "one" for 0 too, but a form that does not say the number ("One
 * code is left") is true of 1 alone.
 */
export function formOf(message: Plural, count: number): string {
  const form = message[translation.plural(count)] ?? message.other;
  return form === message.one && count !== 1 && !form.includes("{count}") ? message.other : form;
}

/**
 * The message in the chosen language. `values.count` chooses the plural form. Values cannot change the direction of the
 * sentence, so that names from outside can be values.
 */
export function t(key: MessageKey, values: Values = {}): string {
  const message = translation.message(key);
  const text = typeof message === "string" ? message : formOf(message, Number(values["count"]));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(translation.locale) : isolated(value, translation.rtl);
  });
}

/** Names as a list: "A, B and C". */
export function listed(names: string[]): string {
  return new Intl.ListFormat(translation.locale).format(names.map((name) => isolated(name, translation.rtl)));
}

/**
 * The message about an action of the reader. Languages with another verb form after "you" have it under the key with
 * ".you".
 */
export function tYou(key: MessageKey, values: Values = {}): string {
  const youKey = `${key}.you`;
  return t(translation.differs(youKey, key) ? (youKey as MessageKey) : key, values);
}
