// Prepares a picture of a teammate for the upload.

/** Its side in pixels: enough for every place that shows it, on dense screens too. */
const SIDE = 256;

/**
 * The middle square of a picture. It has none of what cameras write into their files, such as the place. Fails if the
 * file cannot be read as a picture.
 */
export async function square(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const from = Math.min(picture.width, picture.height);
  const to = Math.min(from, SIDE);
  const canvas = new OffscreenCanvas(to, to);
  const left = (picture.width - from) / 2;
  const top = (picture.height - from) / 2;
  canvas.getContext("2d")?.drawImage(picture, left, top, from, from, 0, 0, to, to);
  picture.close();
  // Browsers that cannot write this type write PNG.
  return canvas.convertToBlob({ type: "image/webp", quality: 0.9 });
}
