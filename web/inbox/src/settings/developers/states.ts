// The appearance of the states of webhooks and deliveries.
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import type { DeliveryState, WebhookState } from "$shared/types";

export type Tone = "good" | "bad" | "wait" | "off";

const WEBHOOK: Record<WebhookState, Tone> = {
  unverified: "wait",
  live: "good",
  refused: "bad",
  disabled: "bad",
  suspended: "bad",
};
const DELIVERY: Record<DeliveryState, Tone> = { pending: "wait", sent: "good", failed: "bad", dropped: "off" };

export const ofWebhook = (state: WebhookState) => ({
  tone: WEBHOOK[state],
  text: t(`dev.webhook_${state}` as MessageKey),
});
export const ofDelivery = (state: DeliveryState) => ({
  tone: DELIVERY[state],
  text: t(`dev.delivery_${state}` as MessageKey),
});
export const DELIVERY_STATES = Object.keys(DELIVERY) as DeliveryState[];
/** Whether an endpoint gets nothing until it is resumed. */
export const isStopped = (state: WebhookState) => WEBHOOK[state] === "bad";
