// Comparing texts regardless of case and accents.

/** Lower case, without accents. */
export const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
