import { afterEach, describe, expect, it } from "vitest";
import { formOf, Translation, translation as shown, type Part } from "$shared/i18n/index.svelte";

type Messages = Record<string, string>;
type Step = { use: string } | { need: Part };

/** A translation whose files arrive when the test says so. */
function slow() {
  const waiting: { name: string; arrive: () => void }[] = [];
  const translation = new Translation(
    (language, part) =>
      new Promise<Messages>((resolve) => {
        const name = `${language}/${part}`;
        waiting.push({ name, arrive: () => resolve({ [`${part}.key`]: name }) });
      }),
  );
  return { translation, waiting };
}

/** All orders of `all`. */
function orders<T>(all: T[]): T[][] {
  if (all.length < 2) return [all];
  return all.flatMap((one, at) => orders(all.filter((_, other) => other !== at)).map((rest) => [one, ...rest]));
}

/** Starts the steps, with `between` files arriving after each; then the others arrive as `last` chooses. */
async function run(steps: Step[], between: number, last: boolean) {
  const { translation, waiting } = slow();
  const arrive = async (at: number) => {
    waiting.splice(at, 1)[0]?.arrive();
    for (let tick = 0; tick < 10; tick += 1) await Promise.resolve();
  };
  const done: Promise<void>[] = [];
  for (const step of steps) {
    done.push("use" in step ? translation.use(step.use) : translation.need(step.need));
    for (let count = 0; count < between && waiting.length > 0; count += 1) await arrive(last ? waiting.length - 1 : 0);
  }
  while (waiting.length > 0) await arrive(last ? waiting.length - 1 : 0);
  await Promise.all(done);
  return translation;
}

describe("the parts of a language", { timeout: 30_000 }, () => {
  afterEach(() => {
    document.documentElement.lang = "en";
    document.documentElement.dir = "ltr";
  });

  it("are all loaded, whatever is asked for and arrives first", async () => {
    for (const steps of orders<Step>([{ use: "es" }, { need: "reports" }, { need: "sent" }])) {
      for (const between of [0, 1, 3]) {
        for (const last of [false, true]) {
          const translation = await run(steps, between, last);
          expect(translation.language).toBe("es");
          for (const part of ["shell", "thread", "reports", "sent"]) {
            expect(translation.message(`${part}.key`)).toBe(`es/${part}`);
          }
        }
      }
    }
  });

  it("are those of the language that was chosen last", async () => {
    for (const steps of [
      ...orders<Step>([{ use: "es" }, { use: "de" }, { need: "reports" }]),
      ...orders<Step>([{ use: "es" }, { use: "en" }, { need: "reports" }]),
    ]) {
      const wanted = steps.flatMap((step) => ("use" in step ? step.use : [])).at(-1);
      for (const between of [0, 2]) {
        for (const last of [false, true]) {
          const translation = await run(steps, between, last);
          expect(translation.language).toBe(wanted);
          expect(translation.message("reports.key")).toBe(`${wanted}/reports`);
        }
      }
    }
  });

  it("are English with accents in a pseudo language, whenever they arrive", async () => {
    for (const steps of orders<Step>([{ use: "en-XB" }, { need: "reports" }])) {
      const translation = await run(steps, 0, false);
      expect(translation.rtl).toBe(true);
      expect(translation.message("reports.key")).toBe("[éñ/répörtš····]");
    }
  });

  it("keep those that were read before", async () => {
    const { translation, waiting } = slow();
    const first = translation.use("fr");
    for (const { arrive } of waiting.splice(0)) arrive();
    await first;
    const back = translation.use("en");
    const again = translation.use("fr");
    for (const { arrive } of waiting.splice(0)) arrive();
    await Promise.all([back, again]);
    expect(translation.language).toBe("fr");
    expect(translation.message("shell.key")).toBe("fr/shell");
  });
});

describe("the form for a count", () => {
  afterEach(() => {
    shown.locale = "en";
  });

  it("says one of 1 alone, also in languages that count 0 as one", () => {
    const left = { one: "Il y a un code.", other: "Il y a {count} codes." };
    const chosen = { one: "{count} choisi", other: "{count} choisis" };
    for (const locale of ["fr", "pt-BR", "en"]) {
      shown.locale = locale;
      expect([0, 1, 2].map((count) => formOf(left, count))).toEqual([left.other, left.one, left.other]);
    }
    shown.locale = "fr";
    expect([0, 1, 2].map((count) => formOf(chosen, count))).toEqual([chosen.one, chosen.one, chosen.other]);
  });
});
