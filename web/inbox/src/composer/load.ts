// The editor is a chunk of its own. It is asked for as soon as a conversation is open, so that it is there when somebody starts to write.

let loading: Promise<typeof import("$shared/richtext/editor")> | undefined;

export function preloadEditor() {
  loading ??= import("$shared/richtext/editor").catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Emoji by name, asked for when the first colon is typed. */
export const loadEmoji = () => import("$shared/richtext/emoji");
