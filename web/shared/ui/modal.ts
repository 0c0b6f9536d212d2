// What is modal takes all keys: while it is open, only its own keys work.

/** The number of modal things that are open. */
let open = 0;

export const isModalOpen = () => open > 0;

/** Takes all keys. Returns the function that gives them back. */
export function takeKeys(): () => void {
  open++;
  let done = false;
  return () => {
    if (!done) open--;
    done = true;
  };
}
