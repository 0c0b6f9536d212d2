// What a conversation without a title is called in lists.
import { t } from "$shared/i18n/index.svelte";
import type { Row } from "$shared/types";

/** The excerpt of a conversation. One without text says what it is. */
export const excerptOf = ({ excerpt, channel }: Pick<Row, "excerpt" | "channel">): string =>
  excerpt || t(channel === "phone_call" ? "channel.phone_call" : "list.no_text");
