// Suggestions for what is typed after "@", ":" or "#". They are shown and chosen outside of the editor.
import { type EditorState, Plugin } from "prosemirror-state";

export type Sign = "@" | ":" | "#";
export type Suggesting = {
  sign: Sign;
  query: string;
  /** The range that a choice replaces. */
  from: number;
  to: number;
  /** The position of the sign on the screen. */
  at: { left: number; top: number; bottom: number };
};

type Options = {
  signs: () => string;
  onSuggest: (suggesting: Suggesting | null) => void;
  onKey: (key: string) => boolean;
};

const KEYS = ["ArrowUp", "ArrowDown", "Enter", "Tab", "Escape"];

/** The sign before the cursor, and the text between them. */
export function typed(before: string): { sign: Sign; query: string } | null {
  const match = /(?:^|[\s(])([@#])([^\s@#][^@#]{0,30})?$|(?:^|[\s(])(:)([\p{L}\p{N}_+-]{2,30})$/u.exec(before);
  if (!match) return null;
  const sign = (match[1] ?? match[3]) as Sign;
  const query = match[2] ?? match[4] ?? "";
  // Names have at most three words.
  return query.split(" ").length > 3 ? null : { sign, query };
}

function find(state: EditorState): Omit<Suggesting, "at"> | null {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type.spec.code || !$from.parent.isTextblock) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
  const found = typed(before);
  if (!found) return null;
  const to = $from.pos;
  return { ...found, from: to - found.query.length - 1, to };
}

export function suggestions({ signs, onSuggest, onKey }: Options): Plugin {
  let open: Suggesting | null = null;
  /** The position where Escape closed the suggestions. They stay closed until another sign is typed. */
  let dismissed: number | null = null;
  const set = (next: Suggesting | null) => {
    if (next === null && open === null) return;
    open = next;
    onSuggest(next);
  };
  return new Plugin({
    view: () => ({
      update(view, before) {
        if (view.state.doc.eq(before.doc) && view.state.selection.eq(before.selection)) return;
        const found = view.hasFocus() ? find(view.state) : null;
        if (!found) dismissed = null;
        if (!found || !signs().includes(found.sign) || found.from === dismissed) return set(null);
        const { left, top, bottom } = view.coordsAtPos(found.from);
        set({ ...found, at: { left, top, bottom } });
      },
      destroy: () => set(null),
    }),
    props: {
      handleKeyDown(_, event) {
        if (!open || event.isComposing || !KEYS.includes(event.key) || event.ctrlKey || event.metaKey) return false;
        if (event.key === "Escape") {
          dismissed = open.from;
          set(null);
          event.stopPropagation();
          return true;
        }
        return onKey(event.key);
      },
      handleDOMEvents: {
        blur: () => {
          set(null);
          return false;
        },
      },
    },
  });
}
