// Fails if a language lacks a message, has an unknown one, uses other placeholders than English, or breaks a rule of its
// typography. Keys that end with ".you" are only in the languages that need them (tYou in shared/i18n/index.svelte.ts).
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../shared/i18n/", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, folder), "utf8"));
const locales = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((e) => e.name);
const parts = readdirSync(new URL("en/", folder)).filter((name) => name.endsWith(".json"));
/** The placeholders of a message, which is a text or a text for each plural category. */
const placeholders = (message) => {
  const text = typeof message === "string" ? message : message.other;
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ");
};

const texts = (message) => (typeof message === "string" ? [message] : Object.values(message));

/** What a language does not write, and what that is. */
const TYPOGRAPHY = {
  de: [/[^\s…]…/, "an ellipsis without a space before it"],
  es: [/\b(usted|elija|escriba|responda|guárdelo)\b/i, "the formal address"],
  fr: [/ [:;?!»%]|« /, "a space that may end a line, where a non-breaking one belongs"],
  pt: [/aplicativo|usuário|\barquivos?\b|você(?!:?$)/i, "Portuguese of Brazil"],
};

const faults = [];
for (const locale of locales) {
  for (const part of parts) {
    const english = read(`en/${part}`);
    let other;
    try {
      other = read(`${locale}/${part}`);
    } catch {
      faults.push(`${locale}/${part} is missing`);
      continue;
    }
    const name = (key) => `${locale}/${part}: ${key}`;
    const forms = Object.keys(other).filter((key) => key.endsWith(".you") && key.slice(0, -".you".length) in english);
    for (const key of forms) english[key] = english[key.slice(0, -".you".length)];
    for (const [key, message] of Object.entries(english)) {
      if (key.endsWith(".you") && !forms.includes(key) && key.slice(0, -".you".length) in english) continue;
      const translated = other[key];
      if (translated === undefined) faults.push(`${name(key)} is missing`);
      else if (typeof translated !== typeof message) faults.push(`${name(key)} has other plural forms than in English`);
      else if (typeof translated === "object" && translated.other === undefined)
        faults.push(`${name(key)} lacks "other"`);
      else if (placeholders(translated) !== placeholders(message)) faults.push(`${name(key)} has other placeholders`);
      const [avoided, what] = TYPOGRAPHY[locale] ?? [];
      if (avoided && translated !== undefined && texts(translated).some((text) => avoided.test(text)))
        faults.push(`${name(key)} has ${what}`);
    }
    for (const key of Object.keys(other)) if (!(key in english)) faults.push(`${name(key)} is not in English`);
  }
}
for (const fault of faults) console.error(fault);
console.log(`${locales.length} languages, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
