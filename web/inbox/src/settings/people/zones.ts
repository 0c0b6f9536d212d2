/** The time zones that the browser knows, with one that is chosen already, to be chosen from. */
export function zonesWith(chosen: string): { value: string; label: string }[] {
  const all = [...new Set([chosen, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
  return all.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
}
