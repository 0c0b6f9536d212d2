// The location of a contact, as the messenger determined it.
import type { Contact } from "$shared/types";

/** "Lyon, France"; empty if unknown. */
export function placeOf(contact: Contact): string {
  const location = contact.details["location"];
  const of =
    typeof location === "object" && location !== null ? (location as Record<string, unknown>) : contact.details;
  return ["city", "region", "country"]
    .map((name) => of[name])
    .filter((part): part is string => typeof part === "string" && part !== "")
    .filter((part, at, all) => all.indexOf(part) === at)
    .join(", ");
}
