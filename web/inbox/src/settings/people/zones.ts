/** The browser's time zones, and the one that is already selected, as options. */
export function zonesWith(chosen: string): { value: string; label: string }[] {
  const all = [...new Set([chosen, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
  return all.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
}
