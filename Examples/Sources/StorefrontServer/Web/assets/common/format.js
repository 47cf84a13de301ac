// How figures and times are written. Missing ones are a dash.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minuteTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayTime = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

const orDash = (format) => (value) =>
  value == null || !Number.isFinite(Number(value)) ? "–" : format(Number(value));

export const count = orDash((value) => whole.format(value));
/** 12,345 as it is, 1,234,567 as 1.2M. */
export const compact = orDash((value) => (Math.abs(value) < 100_000 ? whole : short).format(value));
export const rate = orDash((value) => (value < 100 ? tenths : whole).format(value));
export const money = orDash((value) => (Math.abs(value) < 100_000 ? cents : short).format(value));
export const percent = orDash((value) => {
  const hundredths = value * 100;
  return `${hundredths >= 10 || hundredths === 0 ? whole.format(hundredths) : tenths.format(hundredths)} %`;
});
export const time = orDash((millis) => clockTime.format(millis));
export const minute = orDash((millis) => minuteTime.format(millis));
export const dateAndTime = orDash((millis) => dayTime.format(millis));
export const bytes = orDash((value) => {
  const units = ["B", "KB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  return `${tenths.format(value / 1000 ** power)} ${units[power]}`;
});
/** A span of milliseconds in its two largest units. */
export const duration = orDash((given) => {
  // A clock may be ahead of ours.
  const millis = Math.max(0, given);
  if (millis < 1000) return `${whole.format(millis)} ms`;
  const seconds = Math.round(millis / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
});
/** The title of a product, or its id where the catalogue has none. */
export const productName = (product) => product.title || product.product;
