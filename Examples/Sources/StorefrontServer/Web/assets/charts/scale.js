// Round steps of an axis.

/** A round upper end for values up to `largest`, and about `wanted` steps from 0 to it. */
export function roundScale(largest, wanted = 3) {
  if (!(largest > 0)) return { end: 1, ticks: [0, 1] };
  const rough = largest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const end = Math.ceil(largest / step - 1e-9) * step;
  const ticks = [];
  for (let value = 0; value <= end + step / 2; value += step) ticks.push(value);
  return { end, ticks };
}
