import { afterAll, describe, expect, it } from "vitest";
import { Refusal } from "$shared/api";
import { translation } from "$shared/i18n/index.svelte";
import { because, loadProblem, problem, valueProblem } from "$shared/problems";
import { Form } from "$shared/ui/form.svelte";

const refusal = (status: number, code = "parameter_invalid", field: string | null = null) =>
  new Refusal(status, { code, message: "The name is too long", field });

describe("errors of the server", () => {
  afterAll(() => translation.use("en"));

  it("are shown with the server's message in English", async () => {
    await translation.use("en");
    expect(problem(refusal(400))).toBe("The name is too long");
    expect(problem(refusal(403, "forbidden"))).toBe("Your role does not allow this.");
  });

  it("say in the reader's language of which kind they are, with the server's message as a detail", async () => {
    await translation.use("de");
    const detail = "The name is too long";
    const texts: [number, string][] = [
      [400, "Das wurde nicht angenommen."],
      [422, "Das wurde nicht angenommen."],
      [403, "Das ist nicht erlaubt."],
      [404, "Das gibt es nicht mehr."],
      [409, "Das verträgt sich nicht mit dem, was es schon gibt."],
      [413, "Das ist zu groß."],
      [429, "Zu viele Anfragen. Versuchen Sie es gleich noch einmal."],
      [503, "Auf dem Server ging etwas schief. Versuchen Sie es gleich noch einmal."],
    ];
    for (const [status, text] of texts) expect(problem(refusal(status))).toEqual({ text, detail });
    // The results of bulk actions have no status.
    expect(problem({ code: "x", message: detail })).toEqual({ text: "Das wurde nicht angenommen.", detail });
    expect(because("problem.lost_action", problem(refusal(400)))).toEqual({
      text: "Eine wartende Änderung wurde abgelehnt: Das wurde nicht angenommen.",
      detail,
    });
    // Names are the workspace's own words.
    const missing = { code: "attributes_missing", message: "Required before closing: Region, Reason: why" };
    expect(problem(missing)).toBe("Zuerst auszufüllen: Region, Reason: why.");
    // Codes with a text of their own need no detail.
    expect(problem(refusal(403, "forbidden"))).toBe("Ihre Rolle erlaubt das nicht.");
    expect(because("problem.lost_action", problem(refusal(404, "not_found")))).toMatch(/Das gibt es nicht mehr\.$/);
    expect(loadProblem(refusal(403, "unknown_code"))).toBe("Das ist nicht erlaubt.");
  });

  it("of a value are sentences in the reader's language", async () => {
    const about = (message: string) => valueProblem(new Refusal(400, { code: "parameter_invalid", message }));
    await translation.use("en");
    expect(about("email is not a valid email address")).toBe("This is not a valid email address.");
    expect(about("name must not be empty")).toBe("This must not be empty.");
    expect(about("default_country must be a code of two letters")).toBe(
      "Default country must be a code of two letters",
    );
    expect(valueProblem(refusal(403, "forbidden"))).toBe("Your role does not allow this.");
    await translation.use("es");
    expect(about("email is not a valid email address")).toBe("No es una dirección de correo válida.");
    expect(about("name is too long (maximum is 255 characters)")).toBe("255 caracteres como máximo.");
    expect(about("timezone must be known")).toEqual({ text: "No se aceptó.", detail: "Timezone must be known" });
  });

  it("of a field are shown there", async () => {
    await translation.use("de");
    const form = new Form("name");
    await form.send(() => Promise.reject(refusal(400, "parameter_invalid", "name")));
    expect(form.of("name")).toEqual({ text: "Das wurde nicht angenommen.", detail: "The name is too long" });
    expect(form.error).toBeNull();
  });
});
