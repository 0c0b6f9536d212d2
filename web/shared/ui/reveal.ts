/** Why something was refused is seen as soon as it is said, however far down a form it stands. */
export const reveal = (element: Element) => element.scrollIntoView({ block: "nearest" });
