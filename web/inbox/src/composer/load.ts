// The editor is a chunk of its own. It is asked for as soon as a conversation is open, so that it is there when somebody starts to write.
import { lazy } from "../app/lazy";

let loading: Promise<typeof import("$shared/richtext/editor")> | undefined;

export function preloadEditor() {
  loading ??= lazy(() => import("$shared/richtext/editor"));
  return loading;
}

/** Emoji by name, asked for when the first colon is typed. */
export const loadEmoji = () => lazy(() => import("$shared/richtext/emoji"));
