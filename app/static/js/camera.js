// The camera and the code reader behind it.

const FORMATS = ["qr_code", "code_128", "ean_13", "data_matrix"];
const PAUSE = 120; // milliseconds between two looks
const READER = "../vendor/barcode-detector/";

/** Show the camera in `video` and return the first code it sees, or null once `signal` aborts.
 *  Rejects with getUserMedia's error, or with "NotSupportedError" when no reader can be had. */
export async function readCode(video, signal) {
  const detector = await openReader();
  const stream = await openCamera();
  try {
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    return await watch(detector, video, signal);
  } catch (error) {
    if (signal.aborted) {
      return null;
    }
    throw error;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}

function openCamera() {
  if (!navigator.mediaDevices) {
    throw new DOMException("No camera without HTTPS", "NotFoundError");
  }
  const wishes = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ video: wishes, audio: false });
}

async function openReader() {
  if (await readsNatively()) {
    return new BarcodeDetector({ formats: FORMATS });
  }
  const reader = await loadReader();
  return new reader.BarcodeDetector({ formats: FORMATS });
}

// A browser may know the interface and yet read none of our formats.
async function readsNatively() {
  if (!("BarcodeDetector" in window)) {
    return false;
  }
  const known = await BarcodeDetector.getSupportedFormats();
  return FORMATS.every((format) => known.includes(format));
}

// Without the override the polyfill would fetch its wasm from a foreign server.
async function loadReader() {
  try {
    const reader = await import(`${READER}ponyfill.js`);
    const locateFile = (name) => new URL(READER + name, import.meta.url).href;
    await reader.prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
    return reader;
  } catch (error) {
    throw new DOMException(error.message, "NotSupportedError");
  }
}

async function watch(detector, video, signal) {
  while (!signal.aborted) {
    const [code] = await detector.detect(video);
    if (code?.rawValue) {
      return code.rawValue;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}
