// Forms with changes that are not saved. Whoever would leave one without saving is asked first: by another address, by
// closing the dialog with Escape or with a click beside it, and by leaving the page.

class Unsaved {
  #changed = new Set<HTMLElement>();
  /** What happens if the changes are discarded; null if nothing is asked. */
  question = $state.raw<(() => void) | null>(null);

  constructor() {
    addEventListener("beforeunload", (event) => {
      if (this.any) event.preventDefault();
    });
  }

  get any(): boolean {
    return this.#changed.size > 0;
  }

  /** Watches the fields of a form: an attachment. */
  watch = (form: HTMLElement) => {
    const note = (event: Event) => {
      if (changes(event.target)) this.#changed.add(form);
    };
    const press = ({ target }: Event) => {
      if (addsOrRemoves(target)) this.#changed.add(form);
    };
    form.addEventListener("input", note);
    form.addEventListener("change", note);
    form.addEventListener("click", press);
    return () => {
      form.removeEventListener("input", note);
      form.removeEventListener("change", note);
      form.removeEventListener("click", press);
      this.#changed.delete(form);
    };
  };

  /** The changes of a form, or of all, are saved or given up. */
  clear(form?: HTMLElement) {
    if (form) this.#changed.delete(form);
    else this.#changed.clear();
  }

  /** Leaves a form, or all; asks first if there are changes. */
  ask(leave: () => void, form?: HTMLElement) {
    if (form ? !this.#changed.has(form) : !this.any) {
      leave();
      return;
    }
    this.question = () => {
      this.clear(form);
      leave();
    };
  }

  answer(discards: boolean) {
    const leave = this.question;
    this.question = null;
    if (discards) leave?.();
  }
}

/** Whether typing or choosing here changes the form; searching in its choices does not. */
const changes = (target: EventTarget | null) => !(target instanceof HTMLInputElement && target.type === "search");

/** Whether this is a button of a list of fields, which adds or removes one. */
const addsOrRemoves = (target: EventTarget | null) =>
  target instanceof Element && target.closest("fieldset button, [role=group] button") !== null;

export const unsaved = new Unsaved();
