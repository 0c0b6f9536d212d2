// The state of the live connection (the "line"), for the components that show it.
import type { Carrier } from "./frames";

class Line {
  state = $state<"connecting" | "live" | "offline">("connecting");
  carrier = $state<Carrier | null>(null);
}

export const line = new Line();
