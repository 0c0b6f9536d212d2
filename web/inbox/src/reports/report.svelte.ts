// The requested report, and the answer.
import { api, query, Refusal } from "$shared/api";
import type { ConversationReport } from "$shared/types";
import { faultOf, periodOf, zone, type Choice, type Period } from "./periods";

class Reports {
  choice = $state<Choice>("30");
  /** The days of the custom period. */
  customPeriod = $state<Period>(periodOf("30", new Date()) as Period);
  /** "all", "team:7" or "admin:7"; the id 0 is for conversations without an assignee. */
  of = $state("all");
  answer = $state.raw<ConversationReport | null>(null);
  loading = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  #abort: AbortController | null = null;

  get period(): Period {
    return periodOf(this.choice, new Date()) ?? this.customPeriod;
  }

  choose(choice: Choice) {
    // The custom period starts with the days that are shown.
    if (choice === "custom") this.customPeriod = this.period;
    this.choice = choice;
    void this.load();
  }

  set(days: Partial<Period>) {
    this.customPeriod = { ...this.customPeriod, ...days };
    if (!faultOf(this.customPeriod)) void this.load();
    else this.#abort?.abort();
  }

  show(of: string) {
    this.of = of;
    void this.load();
  }

  async load() {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const [kind = "all", id] = this.of.split(":");
    this.loading = true;
    try {
      const values = { ...this.period, time_zone: zone(), ...(kind === "all" ? {} : { [`${kind}_id`]: id }) };
      const options = { signal: abort.signal };
      this.answer = await api.get<ConversationReport>(`/reports/conversations${query(values)}`, options);
      this.refusal = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
    } finally {
      if (this.#abort === abort) this.loading = false;
    }
  }
}

export const reports = new Reports();
