// Adding files to a text that is being written: pasted, dropped or chosen.
import type { Attachment } from "$shared/types";
import type { Editor } from "$shared/richtext/editor";
import { shownName } from "$shared/names";
import type { Uploads } from "./upload.svelte";

/** Uploads files. If `inText`, pictures go into the text of the current editor, others below it. */
export function addFiles(uploads: Uploads, current: () => Editor | null, files: File[], inText: boolean) {
  const editor = current();
  for (const file of files) {
    const inline = inText && editor !== null && /^image\/(png|jpeg|gif|webp)$/.test(file.type);
    const onDone = (one: Attachment | null) => {
      const image = one && {
        src: new URL(one.url, location.origin).href,
        alt: shownName(one.name),
        width: one.width,
        height: one.height,
      };
      const placed = inline && editor === current() && editor.finishImage(key, image);
      if (inline && !placed && one) uploads.below(key);
    };
    const key: string = uploads.add({ file, inline, onDone });
    if (inline) editor.startImage(key);
  }
}

/** Attaches to an element that files can be dropped on. */
export const dropFiles =
  (onFiles: (files: File[]) => void, onDragging: (is: boolean) => void) => (element: HTMLElement) => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      onDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (!element.contains(event.relatedTarget as Node)) onDragging(false);
    };
    const drop = (event: DragEvent) => {
      onDragging(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (event.defaultPrevented || files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    };
    element.addEventListener("dragover", over);
    element.addEventListener("dragleave", leave);
    element.addEventListener("drop", drop);
    return () => {
      element.removeEventListener("dragover", over);
      element.removeEventListener("dragleave", leave);
      element.removeEventListener("drop", drop);
    };
  };
