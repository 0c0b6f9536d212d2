// All commands, as data: the palette lists them, keys run them, menus and tooltips show their keys.
import { untrack } from "svelte";
import { MediaQuery, SvelteMap } from "svelte/reactivity";
import { isSingle, stroke, writes } from "$shared/keys";
import { desk } from "$shared/store/desk.svelte";
import { isModalOpen } from "$shared/ui/modal";

export type Group = "conversation" | "list" | "composer" | "go" | "app";
export type Command = {
  /** Custom keys are stored under this id. */
  id: string;
  group: Group;
  title: () => string;
  /** The default keys, for example ["j", "Down"]; the first is shown. */
  keys?: string[];
  /** The permission that it needs, or several of which one is enough. Without it, the command is not available. */
  permission?: string | readonly string[];
  /** Whether the command is available. If not, it is not listed, its keys do nothing, and it has no buttons. */
  when?: () => boolean;
  run: (event?: KeyboardEvent) => void;
  /** Hides it in the palette, because it only makes sense by key. */
  hidden?: boolean;
  /** Whether its keys work in text fields too. */
  inText?: boolean;
  /** Additional words for the search. */
  words?: string;
};

const isAvailable = ({ permission, when }: Command) =>
  (permission === undefined || desk.canSome([permission].flat())) && (when?.() ?? true);

const CONTROLS = "button, a[href], summary, input, audio, video, [role=menuitem], [role=button]";
/** Whether there is a touchscreen and no other pointer, so probably no keyboard. */
const touchOnly = new MediaQuery("(hover: none) and (pointer: coarse)");

class Commands {
  /** The commands by id, the last registered one last. */
  #all = new SvelteMap<string, Command[]>();
  /** Custom keys: the id of a command -> its key, or null for none. */
  customKeys = $state.raw<Record<string, string | null>>({});
  /** Whether keys without Ctrl, Command or Alt work. */
  singleKeys = $state(true);
  #begun = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Adds commands. Returns the function that removes them. Until then they override earlier ones with the same id. */
  register(commands: Command[]): () => void {
    for (const command of commands) this.#all.set(command.id, [...this.#registered(command.id), command]);
    return () => {
      for (const command of commands) {
        const left = this.#registered(command.id).filter((one) => one !== command);
        if (left.length > 0) this.#all.set(command.id, left);
        else this.#all.delete(command.id);
      }
    };
  }

  /** Not reactive, so that an effect that registers commands does not run again because of them. */
  #registered(id: string): Command[] {
    return untrack(() => this.#all.get(id) ?? []);
  }

  all(): Command[] {
    return [...this.#all.values()].flatMap((same) => same.slice(-1));
  }

  get(id: string): Command | undefined {
    return this.#all.get(id)?.at(-1);
  }

  possible(): Command[] {
    return this.all().filter((command) => !command.hidden && isAvailable(command));
  }

  /** Whether the command with this id can be run now. Reactive. */
  available(id: string): boolean {
    const command = this.get(id);
    return command !== undefined && isAvailable(command);
  }

  run(id: string) {
    const command = this.get(id);
    if (command && isAvailable(command)) command.run();
  }

  keys(command: Command): string[] {
    const custom = this.customKeys[command.id];
    if (custom === undefined) return command.keys ?? [];
    return custom === null ? [] : [custom];
  }

  /** The key to show for a command, if it has one that is active, and if there seems to be a keyboard. */
  key(id: string): string | null {
    if (touchOnly.current) return null;
    const command = this.get(id);
    const key = command && this.keys(command)[0];
    return key && (this.singleKeys || !isSingle(key)) ? key : null;
  }

  handle(event: KeyboardEvent) {
    if (isModalOpen() || event.defaultPrevented || event.isComposing) return;
    const now = stroke(event);
    if (!now) return;
    const inText = writes(event.target);
    // Enter and Space belong to the control that has the focus.
    const onControl = event.target instanceof Element && event.target.closest(CONTROLS);
    if (onControl && (now === "Enter" || now === "Space")) return;
    const whole = this.#begun ? `${this.#begun} ${now}` : now;
    clearTimeout(this.#timer);
    this.#begun = "";
    const possible = this.all().filter((one) => (!inText || one.inText) && isAvailable(one));
    const usable = (key: string) => (this.singleKeys || !isSingle(key)) && (!inText || !isSingle(key));
    const hit = possible.findLast((one) => this.keys(one).some((key) => key === whole && usable(key)));
    if (hit) {
      event.preventDefault();
      hit.run(event);
    } else if (
      !inText &&
      possible.some((one) => this.keys(one).some((key) => key.startsWith(`${whole} `) && usable(key)))
    ) {
      event.preventDefault();
      this.#begun = whole;
      this.#timer = setTimeout(() => (this.#begun = ""), 1200);
    }
  }
}

export const commands = new Commands();
