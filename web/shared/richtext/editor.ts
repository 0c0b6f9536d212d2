// The editor of the composer: ProseMirror with our schema. A chunk of its own, loaded before it is needed.
import { baseKeymap, chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { history, redo, undo, undoDepth } from "prosemirror-history";
import {
  InputRule,
  inputRules,
  textblockTypeInputRule,
  undoInputRule,
  wrappingInputRule,
} from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import type { Node } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, EditorState, NodeSelection, type Plugin, Selection, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { hint, uploading } from "./decorations";
import { fromHtml, isEmpty, mentionsOf, read, type Reading, sliceOf, toHtml } from "./html";
import { findAddresses, typedLink } from "./links";
import { sanitizePasted } from "./paste";
import type { Mentionable } from "./mentions";
import { asFallback, pieces, type Placeholder } from "./placeholders";
import { schema } from "./schema";
import { type Suggesting, suggestions } from "./suggest";

export type { Suggesting } from "./suggest";

/** The formats that the toolbar shows as active. */
export type Active = Record<Format, boolean>;
export type Format =
  | "strong"
  | "em"
  | "underline"
  | "strike"
  | "code"
  | "link"
  | "bullet_list"
  | "ordered_list"
  | "blockquote"
  | "code_block";

export type EditorOptions = {
  html: string;
  people: Mentionable[];
  label: string;
  placeholder: string;
  /** The characters that start a suggestion. */
  signs: () => string;
  /** Called when the writer has changed the document. */
  onChange: () => void;
  onActive: (active: Active) => void;
  onFocus: (focused: boolean) => void;
  onSuggest: (suggesting: Suggesting | null) => void;
  /** Handles a key while there are suggestions. Returns true if it was used. */
  onSuggestKey: (key: string) => boolean;
  onFiles: (files: File[]) => void;
  /** For the text of macros: the names of placeholders, and the selected one. */
  placeholders?: { label: (one: Placeholder) => string; onSelect: (one: Placeholder | null) => void };
};

const { nodes, marks } = schema;

export class Editor {
  readonly view: EditorView;
  #options: EditorOptions;
  #suggesting = false;
  #controls: { list: string; active: string | null } | null = null;

  constructor(place: HTMLElement, options: EditorOptions) {
    this.#options = options;
    this.view = new EditorView(place, {
      state: this.#state(fromHtml(options.html, this.#reading)),
      attributes: () => this.#attributes(),
      dispatchTransaction: (transaction) => {
        const state = this.view.state.apply(transaction);
        this.view.updateState(state);
        if (transaction.docChanged && !transaction.getMeta("quiet")) options.onChange();
        options.onActive(activeIn(state));
        options.placeholders?.onSelect(selectedPlaceholder(state));
      },
      nodeViews: {
        placeholder: (node) => ({ dom: chip(options.placeholders?.label(node.attrs as Placeholder) ?? "") }),
      },
      transformPasted: (slice) => (options.placeholders ? read(slice, { placeholders: true }) : slice),
      handleDOMEvents: {
        focus: () => (options.onFocus(true), false),
        blur: () => (options.onFocus(false), false),
        keydown: (_, event) => this.#leaves(event),
      },
      transformPastedHTML: sanitizePasted,
      handlePaste: (view, event, slice) => this.#files(event.clipboardData, slice.size > 0) || pasteLink(view, event),
      handleDrop: (_, event) => this.#files(event.dataTransfer, false),
    });
  }

  get #reading(): Reading {
    return { people: this.#options.people, placeholders: this.#options.placeholders !== undefined };
  }

  /** Keys that ProseMirror would handle, but that the inbox handles: those that send, leave, or undo sending. */
  #leaves(event: KeyboardEvent): boolean {
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") return !this.#suggesting;
    return mod && (event.key === "Enter" || (event.key === "z" && undoDepth(this.view.state) === 0));
  }

  #state(doc: Node): EditorState {
    return EditorState.create({ doc, plugins: this.#plugins(), selection: Selection.atEnd(doc) });
  }

  #plugins(): Plugin[] {
    return [
      suggestions({
        signs: this.#options.signs,
        onSuggest: (suggesting) => {
          this.#suggesting = suggesting !== null;
          this.#options.onSuggest(suggesting);
        },
        onKey: this.#options.onSuggestKey,
      }),
      this.#options.placeholders ? macroRules : rules,
      keymap(keys),
      keymap(Object.fromEntries(Object.entries(baseKeymap).filter(([key]) => key !== "Mod-Enter"))),
      history(),
      hint(this.#options.placeholder),
      uploading(),
    ];
  }

  #attributes(): Record<string, string> {
    const suggesting: Record<string, string> = this.#controls
      ? {
          "aria-controls": this.#controls.list,
          ...(this.#controls.active ? { "aria-activedescendant": this.#controls.active } : {}),
        }
      : {};
    return {
      role: "textbox",
      "aria-multiline": "true",
      "aria-label": this.#options.label,
      "aria-autocomplete": "list",
      spellcheck: "true",
      ...suggesting,
    };
  }

  /** Handles pasted pictures and dropped files. Programs also copy a picture of a text: then the text is used. */
  #files(data: DataTransfer | null, hasText: boolean): boolean {
    const files = [...(data?.files ?? [])];
    if (
      files.length === 0 ||
      (hasText && data?.types.includes("text/html") && files.every((f) => f.type.startsWith("image/")))
    )
      return false;
    this.#options.onFiles(files);
    return true;
  }

  get html(): string {
    return toHtml(this.view.state.doc);
  }

  get empty(): boolean {
    return isEmpty(this.view.state.doc);
  }

  get mentions(): string[] {
    return mentionsOf(this.view.state.doc);
  }

  focus() {
    this.view.focus();
  }

  /** Replaces the text, on request of the writer. It can only be undone if `undoable`. */
  set(html: string, undoable = false) {
    const doc = fromHtml(html, this.#reading);
    if (undoable) {
      const { tr } = this.view.state;
      tr.replaceWith(0, tr.doc.content.size, doc.content);
      this.view.dispatch(tr.setSelection(Selection.atEnd(tr.doc)));
    } else {
      this.view.updateState(this.#state(doc));
      this.#options.onActive(activeIn(this.view.state));
    }
  }

  /** Sets the label and placeholder text, which differ between reply and note. */
  relabel(label: string, placeholder: string) {
    this.#options.label = label;
    this.#options.placeholder = placeholder;
    this.view.updateState(this.view.state.reconfigure({ plugins: this.#plugins() }));
    this.view.setProps({ attributes: () => this.#attributes() });
  }

  /** Tells screen readers which suggestion is active. */
  describe(list: string | null, active: string | null) {
    this.#controls = list === null ? null : { list, active };
    this.view.setProps({ attributes: () => this.#attributes() });
  }

  insertHtml(html: string) {
    this.view.dispatch(this.view.state.tr.replaceSelection(sliceOf(html, this.#reading)).scrollIntoView());
  }

  insertText(text: string) {
    this.view.dispatch(this.view.state.tr.insertText(text).scrollIntoView());
  }

  insertPlaceholder(one: Placeholder) {
    this.view.dispatch(this.view.state.tr.replaceSelectionWith(nodes.placeholder.create(one)).scrollIntoView());
  }

  /** Sets the fallback of the selected placeholder. */
  setFallback(text: string) {
    const { tr, selection } = this.view.state;
    if (!selectedPlaceholder(this.view.state)) return;
    tr.setNodeAttribute(selection.from, "fallback", asFallback(text));
    this.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, selection.from)));
  }

  /** Replaces the typed search text with the chosen suggestion. */
  complete(suggesting: Suggesting, chosen: { text: string } | { mention: Mentionable } | { html: string }) {
    const { tr } = this.view.state;
    const { from, to } = suggesting;
    if ("text" in chosen) tr.insertText(chosen.text, from, to);
    else if ("mention" in chosen) {
      const { id, name } = chosen.mention;
      tr.replaceWith(from, to, [nodes.mention.create({ id, name }), schema.text(" ")]);
    } else {
      tr.delete(from, to);
      tr.replaceSelection(sliceOf(chosen.html, this.#reading));
    }
    this.view.dispatch(tr.scrollIntoView());
    this.view.focus();
  }

  toggle(format: Format) {
    const { state, dispatch } = this.view;
    const run = commandOf(format, activeIn(state));
    run(state, dispatch.bind(this.view));
    this.view.focus();
  }

  /** The address of the link at the cursor; empty if there is none. */
  get linkHere(): string {
    const { $from } = this.view.state.selection;
    const mark = marks.link.isInSet($from.marks()) ?? $from.nodeAfter?.marks.find((m) => m.type === marks.link);
    return (mark?.attrs["href"] as string | undefined) ?? "";
  }

  /** Makes the selection a link, or inserts the address if nothing is selected; null removes the link. */
  link(href: string | null) {
    const { state } = this.view;
    const type = marks.link;
    const { tr } = state;
    let { from, to } = state.selection;
    if (from === to && this.linkHere) [from, to] = around(state, from);
    if (href === null) tr.removeMark(from, to, type);
    else if (from === to) tr.insert(from, schema.text(href.replace(/^mailto:/, ""), [type.create({ href })]));
    else tr.removeMark(from, to, type).addMark(from, to, type.create({ href }));
    this.view.dispatch(tr);
    this.view.focus();
  }

  /** Inserts a place for a picture that is being uploaded. */
  startImage(key: string) {
    const { tr, selection } = this.view.state;
    this.view.dispatch(tr.setMeta("uploading", { add: { key, at: selection.to } }).setMeta("quiet", true));
  }

  /** Replaces the place with the picture, or removes it for null. Returns false if the place is gone. */
  finishImage(
    key: string,
    image: { src: string; alt: string; width: number | null; height: number | null } | null,
  ): boolean {
    const { tr } = this.view.state;
    const at = uploading.place(this.view.state, key);
    tr.setMeta("uploading", { remove: key });
    if (image && at !== null) tr.insert(at, nodes.image.create(image));
    else tr.setMeta("quiet", true);
    this.view.dispatch(tr);
    return at !== null;
  }

  destroy() {
    this.view.destroy();
  }
}

function around(state: EditorState, at: number): [number, number] {
  const type = marks.link;
  const $at = state.doc.resolve(at);
  const parent = $at.parent;
  const start = $at.start();
  let [from, to] = [at, at];
  parent.forEach((node, offset) => {
    const [a, b] = [start + offset, start + offset + node.nodeSize];
    if (type.isInSet(node.marks) && a <= at && at <= b) [from, to] = [Math.min(from, a), Math.max(to, b)];
  });
  return [from, to];
}

function activeIn(state: EditorState): Active {
  const { from, to, empty, $from } = state.selection;
  const marked = (name: "strong" | "em" | "underline" | "strike" | "code" | "link") => {
    const type = marks[name];
    return empty ? !!type.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, type);
  };
  const within = (name: string) => {
    for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type.name === name) return true;
    return false;
  };
  return {
    strong: marked("strong"),
    em: marked("em"),
    underline: marked("underline"),
    strike: marked("strike"),
    code: marked("code"),
    link: marked("link"),
    bullet_list: within("bullet_list"),
    ordered_list: within("ordered_list"),
    blockquote: within("blockquote"),
    code_block: within("code_block"),
  };
}

function commandOf(format: Format, active: Active): Command {
  switch (format) {
    case "blockquote":
      return active.blockquote ? lift : wrapIn(nodes.blockquote);
    case "code_block":
      return setBlockType(active.code_block ? nodes.paragraph : nodes.code_block);
    case "bullet_list":
    case "ordered_list":
      return toggleList(format);
    default:
      return toggleMark(marks[format]);
  }
}

function toggleList(format: "bullet_list" | "ordered_list"): Command {
  const item = nodes.list_item;
  return (state, dispatch, view) =>
    activeIn(state)[format]
      ? liftListItem(item)(state, dispatch, view)
      : wrapInList(nodes[format])(state, dispatch, view);
}

/** Pasting an address over a selection makes it a link. */
function pasteLink(view: EditorView, event: ClipboardEvent): boolean {
  const { selection } = view.state;
  const href = typedLink(event.clipboardData?.getData("text/plain") ?? "");
  if (!href || selection.empty || !(selection instanceof TextSelection)) return false;
  view.dispatch(view.state.tr.addMark(selection.from, selection.to, marks.link.create({ href })));
  return true;
}

function selectedPlaceholder({ selection }: EditorState): Placeholder | null {
  const node = selection instanceof NodeSelection ? selection.node : null;
  return node?.type === nodes.placeholder ? (node.attrs as Placeholder) : null;
}

function chip(label: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "placeholder";
  made.textContent = label;
  return made;
}

const blockRules = [
  wrappingInputRule(/^\s*([-*])\s$/, nodes.bullet_list),
  wrappingInputRule(/^\s*1[.)]\s$/, nodes.ordered_list),
  wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
  textblockTypeInputRule(/^```$/, nodes.code_block),
];
/** An address becomes a link when a space follows it. */
const addressRule = new InputRule(/https?:\/\/\S+ $/i, (state, [typed], start, end) => {
  const [found] = findAddresses(typed);
  if (found?.from !== 0) return null;
  const { href, to } = found;
  if (state.doc.rangeHasMark(start, start + to, marks.link) || state.doc.rangeHasMark(start, start + to, marks.code))
    return null;
  return state.tr.addMark(start, start + to, marks.link.create({ href })).insertText(" ", end);
});
const rules = inputRules({ rules: [...blockRules, addressRule] });
/** A typed placeholder is recognized when its last brace is typed. */
const typedPlaceholder = new InputRule(/\{\{[^{}]+\}\}$/, (state, [typed], from, to) => {
  const [found] = pieces(typed);
  return typeof found === "object" ? state.tr.replaceWith(from, to, nodes.placeholder.create(found)) : null;
});
const macroRules = inputRules({ rules: [...blockRules, addressRule, typedPlaceholder] });

const item = nodes.list_item;
const breakLine: Command = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});
const keys: Record<string, Command> = {
  "Mod-z": chainCommands(undoInputRule, undo),
  "Mod-y": redo,
  "Mod-Shift-z": redo,
  "Mod-b": toggleMark(marks.strong),
  "Mod-i": toggleMark(marks.em),
  "Mod-u": toggleMark(marks.underline),
  "Mod-Shift-x": toggleMark(marks.strike),
  "Mod-Shift-7": toggleList("ordered_list"),
  "Mod-Shift-8": toggleList("bullet_list"),
  "Shift-Enter": breakLine,
  Enter: splitListItem(item),
  // Outside of lists, Tab leaves the editor.
  Tab: sinkListItem(item),
  "Shift-Tab": liftListItem(item),
};
