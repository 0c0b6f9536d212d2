// What the editor shows that is not in the document: the placeholder text, and places for pictures that are being
// uploaded.
import { type EditorState, Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

/** The hint in an empty document. */
export function hint(text: string): Plugin {
  return new Plugin({
    props: {
      decorations({ doc }) {
        const only = doc.firstChild;
        if (doc.childCount !== 1 || !only?.isTextblock || only.content.size > 0 || only.type.name !== "paragraph")
          return null;
        return DecorationSet.create(doc, [Decoration.node(0, only.nodeSize, { class: "hint", "data-hint": text })]);
      },
    },
  });
}

const key = new PluginKey<DecorationSet>("uploading");
type Change = { add?: { key: string; at: number }; remove?: string };

/** The places of pictures that are being uploaded, which move with the text around them. */
export function uploading(): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(transaction, set) {
        let next = set.map(transaction.mapping, transaction.doc);
        const change = transaction.getMeta("uploading") as Change | undefined;
        if (change?.add) {
          const spec = { key: change.add.key };
          next = next.add(transaction.doc, [Decoration.widget(change.add.at, holder, spec)]);
        }
        if (change?.remove)
          next = next.remove(next.find(undefined, undefined, (spec) => spec["key"] === change.remove));
        return next;
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

uploading.place = (state: EditorState, name: string): number | null =>
  key.getState(state)?.find(undefined, undefined, (spec) => spec["key"] === name)[0]?.from ?? null;

function holder(): HTMLElement {
  const made = document.createElement("span");
  made.className = "uploading";
  return made;
}
