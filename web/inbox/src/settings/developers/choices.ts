// The scopes and topics of the API. Their names are the API's; their descriptions are only in English.
import { translation } from "$shared/i18n/index.svelte";
import type { ScopeName, TopicName } from "$shared/types";

export type Choice = { value: string; hint: string };

export function scopeChoices(scopes: ScopeName[]): Choice[] {
  const described = translation.language === "en";
  return scopes.map((scope) => ({ value: scope.name, hint: described ? scope.text : "" }));
}

export function topicChoices(topics: TopicName[]): Choice[] {
  return topics.map((topic) => ({ value: topic.name, hint: "" }));
}
