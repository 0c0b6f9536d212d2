/** Scrolls an error into view as soon as it appears, however far down the form it is. */
export const reveal = (element: Element) => element.scrollIntoView({ block: "nearest" });
