// The editor is a chunk of its own. It is loaded as soon as a conversation is open, so that it is ready for typing.
import { lazy } from "../app/lazy";

let loading: Promise<typeof import("$shared/richtext/editor")> | undefined;

export function preloadEditor() {
  loading ??= lazy(() => import("$shared/richtext/editor"));
  return loading;
}

/** Emoji by name, loaded when the first colon is typed. */
export const loadEmoji = () => lazy(() => import("$shared/richtext/emoji"));
