// Places a directed graph in layers from left to right (Sugiyama, Tagawa and Toda 1981): layers by longest path,
// order within a layer by the mean place of the neighbours, then heights drawn towards the neighbours.

export const size = { width: 188, height: 68, between: 60, gap: 14 };

/** `nodes` are names, `edges` are `{from, to}`; gives each node's `{x, y, layer}` and the whole size. */
export function layered(nodes, edges) {
  const after = new Map(nodes.map((name) => [name, []]));
  const before = new Map(nodes.map((name) => [name, []]));
  for (const { from, to } of edges) {
    if (!after.has(from) || !after.has(to) || from === to) continue;
    after.get(from).push(to);
    before.get(to).push(from);
  }
  const layer = longestPaths(nodes, after, before);
  const layers = [];
  for (const name of nodes) (layers[layer.get(name)] ??= []).push(name);
  for (let round = 0; round < 6; round++) {
    for (let index = 1; index < layers.length; index++) sortByNeighbours(layers[index], before, layers);
    for (let index = layers.length - 2; index >= 0; index--) sortByNeighbours(layers[index], after, layers);
  }
  return coordinates(layers, before, after);
}

function longestPaths(nodes, after, before) {
  const layer = new Map();
  const waiting = new Map(nodes.map((name) => [name, before.get(name).length]));
  let ready = nodes.filter((name) => waiting.get(name) === 0);
  for (const name of ready) layer.set(name, 0);
  while (ready.length) {
    const next = [];
    for (const name of ready) {
      for (const other of after.get(name)) {
        layer.set(other, Math.max(layer.get(other) ?? 0, layer.get(name) + 1));
        waiting.set(other, waiting.get(other) - 1);
        if (waiting.get(other) === 0) next.push(other);
      }
    }
    ready = next;
  }
  // What is left is part of a cycle, which a topology does not have.
  for (const name of nodes) if (!layer.has(name)) layer.set(name, 0);
  return layer;
}

function sortByNeighbours(names, neighbours, layers) {
  const place = new Map(layers.flatMap((each) => each.map((name, index) => [name, index / Math.max(each.length, 1)])));
  const mean = (name) => {
    const all = neighbours.get(name);
    return all.length ? all.reduce((sum, other) => sum + place.get(other), 0) / all.length : place.get(name);
  };
  const means = new Map(names.map((name) => [name, mean(name)]));
  names.sort((a, b) => means.get(a) - means.get(b));
}

function coordinates(layers, before, after) {
  const step = size.height + size.gap;
  const room = (Math.max(...layers.map((names) => names.length)) - 1) * step;
  const y = new Map();
  for (const names of layers) names.forEach((name, index) => y.set(name, index * step + (room - (names.length - 1) * step) / 2));
  const pull = (names, neighbours) => {
    const wanted = names.map((name, index) => {
      const all = neighbours.get(name);
      const mean = all.length ? all.reduce((sum, other) => sum + y.get(other), 0) / all.length : y.get(name);
      return mean - index * step;
    });
    const most = room - (names.length - 1) * step;
    rising(wanted).forEach((value, index) =>
      y.set(names[index], Math.max(0, Math.min(most, value)) + index * step));
  };
  for (let round = 0; round < 8; round++) {
    for (let index = layers.length - 2; index >= 0; index--) pull(layers[index], after);
    for (let index = 1; index < layers.length; index++) pull(layers[index], before);
  }
  const places = new Map();
  layers.forEach((names, index) => names.forEach((name) => places.set(name, {
    x: 16 + index * (size.width + size.between), y: 16 + y.get(name), layer: index,
  })));
  return {
    places,
    width: 32 + layers.length * size.width + (layers.length - 1) * size.between,
    height: 32 + room + size.height,
  };
}

/** The rising values nearest to these by least squares: neighbours in the wrong order are pooled. */
function rising(values) {
  const pools = [];
  for (const value of values) {
    let pool = { sum: value, count: 1 };
    while (pools.length && pools.at(-1).sum / pools.at(-1).count > pool.sum / pool.count) {
      const last = pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap((pool) => Array(pool.count).fill(pool.sum / pool.count));
}
