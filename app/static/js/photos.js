// Photos are made smaller on the phone: the pallet stands where the network is weak.

const LONGEST_SIDE = 2500;
const QUALITY = 0.85;
const SHRINKABLE = ["image/jpeg", "image/png", "image/webp"];

/** Return `file`, or a smaller JPEG of it when it is a photo larger than we need. */
export async function shrinkPhoto(file) {
  if (!SHRINKABLE.includes(file.type)) {
    return file;
  }
  try {
    return await shrink(file);
  } catch {
    return file; // what the browser cannot draw, the server may still read
  }
}

async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
  if (scale >= 1) {
    picture.close();
    return file;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();

  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) {
    return file;
  }
  const name = file.name.replace(/\.\w+$/, "") + ".jpg";
  return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
}
