import { toBuffer, toString } from "qrcode";

/** A quarter of the symbol may be lost: a poster gets wet, torn and written on. */
const OPTIONS = { errorCorrectionLevel: "Q", margin: 4 } as const;
/** Pixels per module: about 600 in all, enough for print at 5 cm. */
const SCALE = 16;

/** Draws an address as a QR code. */
export function drawQr(url: string, format: "svg"): Promise<string>;
export function drawQr(url: string, format: "png"): Promise<Buffer>;
export function drawQr(url: string, format: "svg" | "png"): Promise<string | Buffer>;
export function drawQr(url: string, format: "svg" | "png"): Promise<string | Buffer> {
  return format === "svg" ? toString(url, { ...OPTIONS, type: "svg" }) : toBuffer(url, { ...OPTIONS, scale: SCALE });
}
